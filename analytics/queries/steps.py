"""A step: one or more events with filters, of which any does it. Funnels, retention and flows are made of them."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.queries.filters import Group
from analytics.queries.metrics import LONGEST_TITLE, AllEvents, check_events, events_name
from analytics.queries.text import check_text


@dataclass(frozen=True, slots=True)
class Step:
    events: tuple[str, ...] | AllEvents
    filters: Group | None = None
    title: str = ""  # what the asker calls it

    def __post_init__(self) -> None:
        check_text(self.title, "name", what="The step's name", longest=LONGEST_TITLE, empty=True)
        check_events(self.events, "step")

    @property
    def name(self) -> str:
        """What charts and tables call it."""
        return self.title or events_name(self.events)
