"""One number about retention: who of a cohort returned in a bucket, or did not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.drilldowns.parts import fields_at, moment_at, segment_at, whole_at
from analytics.queries.retention import RetentionQuery
from analytics.queries.segments import Part, check_depth
from analytics.queries.text import shown

_OUTCOMES = {"returned": True, "not_returned": False}


@dataclass(frozen=True, slots=True)
class Point:
    """Without a cohort it is a number of the average: of all cohorts whose bucket is complete. Without a bucket it is
    the size of the cohort, or of all."""

    query: RetentionQuery
    segment: tuple[Part, ...]
    cohort: dt.datetime | None = None
    bucket: int | None = None
    returned: bool = True

    def __post_init__(self) -> None:
        check_depth(self.segment, len(self.query.breakdowns))
        last = len(self.query.starts) - 2
        if self.bucket is not None and not 0 <= self.bucket <= last:
            raise QueryError(f"There is no bucket {self.bucket}; the last one is {last}.", place="at.bucket")
        if self.bucket is None and not self.returned:
            raise QueryError("Who did not return in which bucket? Name it.", place="at.bucket")


def parse_point(query: RetentionQuery, fields: object) -> Point:
    """`{"cohort": "2024-03-04T00:00:00+01:00", "bucket": 1, "outcome": "not_returned", "segment": […]}`."""
    found = fields_at(fields, ("cohort", "bucket", "outcome", "segment"))
    outcome = found.get("outcome", "returned")
    if outcome not in _OUTCOMES:
        raise QueryError(f"The outcome is returned or not_returned, not {shown(outcome)}.", place="at.outcome")
    return Point(
        query,
        segment_at(found.get("segment"), len(query.breakdowns)),
        moment_at(found.get("cohort"), "at.cohort"),
        whole_at(found, "bucket"),
        _OUTCOMES[str(outcome)],
    )
