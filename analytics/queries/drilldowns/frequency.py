"""One number of a frequency: the users who did it in so many units, of a period or of the whole range."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.drilldowns.parts import fields_at, moment_at, segment_at, whole_at
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.segments import Part, check_depth
from analytics.queries.text import shown


@dataclass(frozen=True, slots=True)
class Point:
    """With `or_more` it is of those with at least so many units. Without a bucket it is of the whole range."""

    query: FrequencyQuery
    segment: tuple[Part, ...]
    units: int = 1
    or_more: bool = True
    bucket: dt.datetime | None = None

    def __post_init__(self) -> None:
        check_depth(self.segment, len(self.query.breakdowns))
        if self.units < 1:
            raise QueryError(f"Whoever did it, did it in 1 {self.query.each} at least.", place="at.units")


def parse_point(query: FrequencyQuery, fields: object) -> Point:
    """`{"units": 3, "or_more": false, "bucket": null, "segment": […]}`. Without units it is all users."""
    found = fields_at(fields, ("units", "or_more", "bucket", "segment"))
    units, or_more = whole_at(found, "units"), found.get("or_more", False)
    if not isinstance(or_more, bool):
        raise QueryError(f"true or false is needed here, not {shown(or_more)}.", place="at.or_more")
    return Point(
        query,
        segment_at(found.get("segment"), len(query.breakdowns)),
        1 if units is None else units,
        or_more or units is None,
        moment_at(found.get("bucket")),
    )
