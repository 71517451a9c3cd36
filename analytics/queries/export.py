"""Which events are handed out as they were received."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.queries.dates import FixedDates
from analytics.queries.expressions import Expression
from analytics.queries.metrics import ALL_EVENTS, AllEvents
from analytics.queries.segmentation import check_events, check_limit

MOST_EVENTS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """With a `limit`, the earliest events of the days; without, all of them in no order."""

    dates: FixedDates
    events: tuple[str, ...] | AllEvents = ALL_EVENTS
    where: Expression | None = None
    limit: int | None = None
    in_milliseconds: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.events, AllEvents):
            check_events(self.events)
        if self.limit is not None:
            check_limit(self.limit, MOST_EVENTS)
