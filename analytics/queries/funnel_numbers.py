"""One number of a funnel: who reached a step, or who reached the step before and not this one. Its list of users asks
for it, and so does a flow of just those."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from analytics.errors import QueryError
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.segments import ALL, Part, check_depth


class Outcome(StrEnum):
    CONVERTED = "converted"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class FunnelNumber:
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

    @property
    def reached(self) -> int:
        """The last step that all of them came to, as far as the number tells."""
        return self.step if self.outcome is Outcome.CONVERTED else self.step - 1

    @property
    def is_whole(self) -> bool:
        """Whether it is of everybody, and of no segment alone."""
        return all(part == ALL for part in self.segment)
