"""What is counted: a metric is one or more events with filters and a measure."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.filters import Group
from analytics.queries.measures import Measure
from analytics.queries.text import check_text, shown

MOST_METRICS = 40
MOST_EVENTS = 100
LONGEST_EVENT_NAME = 255
LONGEST_TITLE = 255


@dataclass(frozen=True, slots=True)
class AllEvents:
    """Whatever happened, by any name: said outright, because an empty list is more often a mistake."""


ALL_EVENTS = AllEvents()


@dataclass(frozen=True, slots=True)
class Metric:
    events: tuple[str, ...] | AllEvents
    measure: Measure
    filters: Group | None = None
    first_time: bool = False  # only the first of these events that the user ever did
    title: str = ""  # what the asker calls it

    def __post_init__(self) -> None:
        check_text(self.title, "name", what="The metric's name", longest=LONGEST_TITLE, empty=True)
        check_events(self.events, "metric")

    @property
    def name(self) -> str:
        """What charts and tables call it."""
        if self.title:
            return self.title
        return events_name(self.events)


def check_events(events: tuple[str, ...] | AllEvents, what: str) -> None:
    """A QueryError says what is wrong with the events of a metric or a step."""
    if isinstance(events, AllEvents):
        return
    if not events:
        raise QueryError('No event is named: name one, or write {"all": true} for all events.', place="events")
    if len(events) > MOST_EVENTS:
        raise QueryError(f"{len(events)} events are too many for one {what}; at most {MOST_EVENTS}.", place="events")
    for index, name in enumerate(events):
        check_text(name, f"events[{index}]", what="The event's name", longest=LONGEST_EVENT_NAME)
        if name in events[:index]:
            raise QueryError(f"{shown(name)} is named twice.", place=f"events[{index}]")


def events_name(events: tuple[str, ...] | AllEvents) -> str:
    return "All events" if isinstance(events, AllEvents) else " or ".join(events)


def letter(index: int) -> str:
    """A, B … Z, AA, AB …: how formulas and people refer to a metric."""
    return (letter(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)
