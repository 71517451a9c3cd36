"""What was done or sent most: the lists of Mixpanel's query endpoints. A list covers the last RECENT_DAYS days, except
that of today's events."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.queries.dates import DateUnit, LastDates
from analytics.queries.expressions import EventProperty
from analytics.queries.segmentation import Count, check_events, check_limit

RECENT_DAYS = 31
RECENT = LastDates(RECENT_DAYS, DateUnit.DAY)


@dataclass(frozen=True, slots=True)
class TopEvents:
    """Today's events beside yesterday's up to the same time of day."""

    count: Count = Count.GENERAL
    limit: int = 100

    def __post_init__(self) -> None:
        check_limit(self.limit)


@dataclass(frozen=True, slots=True)
class EventNames:
    count: Count = Count.GENERAL
    limit: int = 255

    def __post_init__(self) -> None:
        check_limit(self.limit)


@dataclass(frozen=True, slots=True)
class TopProperties:
    """The properties that came with an event, by how many of its events had them."""

    event: str
    limit: int = 10

    def __post_init__(self) -> None:
        check_events((self.event,))
        check_limit(self.limit)


@dataclass(frozen=True, slots=True)
class TopValues:
    """The values of a property, by how many events had them."""

    event: str
    property: EventProperty
    limit: int = 255

    def __post_init__(self) -> None:
        check_events((self.event,))
        check_limit(self.limit)
