"""One number of a funnel: who reached a step, or who reached the step before and not this one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from analytics.errors import QueryError
from analytics.queries.drilldowns.parts import Part, check_depth, fields_at, moment_at, segment_at, truth_at, whole_at
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
        check_depth(self.segment, len(self.query.breakdowns))
        if self.compared and self.query.comparison is None:
            raise QueryError("The question compares with nothing: leave compared out.", place="at.compared")


def parse_point(query: FunnelsQuery, fields: object) -> Point:
    """`{"step": 2, "outcome": "dropped", "segment": [{"kind": "value", "value": "Chrome"}], "bucket": null,
    "compared": false}`. Without a segment it is of the whole."""
    fields = fields_at(fields, ("step", "outcome", "segment", "bucket", "compared"))
    step = whole_at(fields, "step")
    if step is None:
        raise QueryError("Which step? A whole number is needed here.", place="at.step")
    outcome = fields.get("outcome", Outcome.CONVERTED)
    if outcome not in list(Outcome):
        raise QueryError(f"The outcome is {listed(Outcome)}, not {shown(outcome)}.", place="at.outcome")
    return Point(
        query,
        step,
        Outcome(str(outcome)),
        segment_at(fields.get("segment"), len(query.breakdowns)),
        moment_at(fields.get("bucket")),
        truth_at(fields, "compared"),
    )
