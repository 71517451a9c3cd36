"""A step: what a user did, as one or more events of which any counts, with filters of their own."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.filters import Group
from analytics.queries.metrics import LONGEST_EVENT_NAME, LONGEST_TITLE, MOST_EVENTS, AllEvents
from analytics.queries.text import check_text, shown


@dataclass(frozen=True, slots=True)
class Step:
    events: tuple[str, ...] | AllEvents
    filters: Group | None = None
    title: str = ""  # what the asker calls it

    def __post_init__(self) -> None:
        check_text(self.title, "name", what="The step's name", longest=LONGEST_TITLE, empty=True)
        if not isinstance(self.events, AllEvents):
            check_names(self.events, "events")

    @property
    def name(self) -> str:
        """What charts and tables call it."""
        if self.title:
            return self.title
        return "All events" if isinstance(self.events, AllEvents) else " or ".join(self.events)


def check_names(names: tuple[str, ...], place: str) -> None:
    """That these can be names of events: some, not too many, each once."""
    if not names:
        raise QueryError('No event is named: name one, or write {"all": true} for all events.', place=place)
    if len(names) > MOST_EVENTS:
        raise QueryError(f"{len(names)} events are too many for one step; at most {MOST_EVENTS}.", place=place)
    for index, name in enumerate(names):
        check_text(name, f"{place}[{index}]", what="The event's name", longest=LONGEST_EVENT_NAME)
        if name in names[:index]:
            raise QueryError(f"{shown(name)} is named twice.", place=f"{place}[{index}]")
