"""One number of a funnel: who reached a step, or who reached the step before and not this one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from analytics.errors import QueryError
from analytics.queries.drilldowns.parts import ALL, Part, bucket_of, segment_of, truth_of
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.text import listed, shown


class Outcome(StrEnum):
    CONVERTED = "converted"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Point:
    """`step` counts from 1. `bucket` is that in which the attempts began; without one they are of the whole range."""

    query: FunnelsQuery
    step: int
    outcome: Outcome
    segment: tuple[Part, ...]
    bucket: dt.datetime | None = None
    compared: bool = False

    def __post_init__(self) -> None:
        least, count = (1 if self.outcome is Outcome.CONVERTED else 2), len(self.query.steps)
        if not least <= self.step <= count:
            raise QueryError(
                f"There are steps {least} to {count} that somebody {self.outcome} at, and no {self.step}.",
                place="at.step",
            )
        if len(self.segment) != len(self.query.breakdowns):
            raise QueryError(
                f"The segment has {len(self.segment)} parts, and the answer's segments have "
                f"{len(self.query.breakdowns)}: send one as the answer gives it.",
                place="at.segment",
            )
        if self.compared and self.query.comparison is None:
            raise QueryError("The question compares with nothing: leave compared out.", place="at.compared")
        if self.bucket is not None and self.bucket.tzinfo is None:
            raise QueryError("The bucket's start has no offset: send it as the answer gives it.", place="at.bucket")


def parse_point(query: FunnelsQuery, fields: object) -> Point:
    """`{"step": 2, "outcome": "dropped", "segment": [{"kind": "value", "value": "Chrome"}], "bucket": null,
    "compared": false}`. Without a segment it is of the whole."""
    names = ("step", "outcome", "segment", "bucket", "compared")
    if not isinstance(fields, dict):
        raise QueryError(f"Which number? An object is needed here, not {shown(fields)}.", place="at")
    if unknown := fields.keys() - set(names):
        raise QueryError(f"{shown(min(unknown))} is unknown here; there are {listed(names, 'and')}.", place="at")
    step = fields.get("step")
    if isinstance(step, bool) or not isinstance(step, int):
        raise QueryError(f"Which step? A whole number is needed here, not {shown(step)}.", place="at.step")
    outcome = fields.get("outcome", Outcome.CONVERTED)
    if outcome not in list(Outcome):
        raise QueryError(f"The outcome is {listed(Outcome)}, not {shown(outcome)}.", place="at.outcome")
    found = fields.get("segment")
    segment = (ALL,) * len(query.breakdowns) if found is None else segment_of(found)
    return Point(
        query, step, Outcome(outcome), segment, bucket_of(fields.get("bucket")), truth_of(fields.get("compared", False))
    )
