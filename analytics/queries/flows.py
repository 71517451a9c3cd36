"""Flows: what users did before and after an event, step by step, and which way most of them went."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from analytics.errors import QueryError
from analytics.queries.buckets import Window, day_end, window
from analytics.queries.conditions import Conditional
from analytics.queries.dates import DateRange
from analytics.queries.filters import Group
from analytics.queries.funnel_numbers import FunnelNumber
from analytics.queries.metrics import LONGEST_EVENT_NAME, AllEvents, check_events
from analytics.queries.properties import Property, PropertyType
from analytics.queries.scope import Scope, Zoned
from analytics.queries.steps import Step
from analytics.queries.text import check_text, listed, shown
from analytics.queries.windows import ConversionWindow, TimeWindow, WindowUnit

MOST_STEPS = 5  # on each side of the anchor
DEFAULT_TOP = 3
HIGHEST_TOP = 50
MOST_HIDDEN = 100
MOST_MERGED = 20
MOST_SPLITS = 5
DEFAULT_WINDOW = TimeWindow(30, WindowUnit.DAY)
# Lists have several values, and dates as many as there are moments.
SPLITTING = (PropertyType.STRING, PropertyType.NUMBER, PropertyType.BOOLEAN)


class FlowsCount(StrEnum):
    UNIQUES = "uniques"  # one flow of each user, from their first anchor in the range
    TOTALS = "totals"  # one flow of each anchor in the range


@dataclass(frozen=True, slots=True)
class Expanded:
    """Another number of nodes at one step."""

    step: int
    top: int

    def __post_init__(self) -> None:
        _check_top(self.top, "top")


@dataclass(frozen=True, slots=True)
class Merged:
    """Several events as one: their nodes are called `name`."""

    name: str
    events: tuple[str, ...]

    def __post_init__(self) -> None:
        check_text(self.name, "name", what="The name of merged events", longest=LONGEST_EVENT_NAME)
        check_events(self.events, "name")


@dataclass(frozen=True, slots=True)
class SplitEvent:
    """An event, or what several are merged into, whose nodes are told apart by a property."""

    event: str
    property: Property

    def __post_init__(self) -> None:
        check_text(self.event, "event", what="The event's name", longest=LONGEST_EVENT_NAME)
        if self.property.type not in SPLITTING:
            raise QueryError(
                f"An event is split by {listed(SPLITTING)}, not by a {self.property.type}.", place="property.type"
            )


@dataclass(frozen=True, slots=True)
class FlowsQuery(Conditional, Zoned):
    """`before` and `after` are how many steps are shown on each side of the anchor, `top` how many nodes at each. With
    `of` there are only the flows of those behind that number of a funnel, each from where their attempt got to."""

    kind: ClassVar[str] = "flows"
    comparison: ClassVar[None] = None

    anchor: Step
    dates: DateRange
    before: int = 0
    after: int = 3
    top: int = DEFAULT_TOP
    expanded: tuple[Expanded, ...] = ()
    hidden: tuple[str, ...] = ()
    merged: tuple[Merged, ...] = ()
    split: tuple[SplitEvent, ...] = ()
    count: FlowsCount = FlowsCount.UNIQUES
    window: ConversionWindow = DEFAULT_WINDOW
    filters: Group | None = None
    of: FunnelNumber | None = None

    def __post_init__(self) -> None:
        for name, steps in (("before", self.before), ("after", self.after)):
            if not 0 <= steps <= MOST_STEPS:
                raise QueryError(f"0 to {MOST_STEPS} steps are possible here, not {steps}.", place=name)
        if not self.before + self.after:
            raise QueryError("A flow goes somewhere: ask for a step before or after.", place="after")
        _check_top(self.top, "top")
        self._check_expanded()
        self._check_hidden()
        self._check_merged()
        self._check_split()
        self.check_conditions()
        self._check_of()
        self.check_zone()

    @property
    def steps(self) -> range:
        """-before … 0, the anchor … after"""
        return range(-self.before, self.after + 1)

    def top_at(self, step: int) -> int:
        """How many nodes are shown at a step, beside "other"."""
        return next((each.top for each in self.expanded if each.step == step), self.top)

    def shown_as(self, event: str) -> str:
        """What an event is called here."""
        return next((each.name for each in self.merged if event in each.events), event)

    def split_of(self, name: str) -> Property | None:
        """What tells the nodes of this name apart."""
        return next((each.property for each in self.split if each.event == name), None)

    @property
    def groups(self) -> tuple[Group | None, ...]:
        return (self.filters, self.anchor.filters, *(self.of.query.groups if self.of else ()))

    @property
    def split_by(self) -> tuple[Property, ...]:
        return (*(each.property for each in self.split), *(self.of.query.split_by if self.of else ()))

    @property
    def ranges(self) -> tuple[DateRange, ...]:
        return (self.dates, self.of.query.dates) if self.of else (self.dates,)

    @property
    def compared_ranges(self) -> tuple[DateRange, ...]:
        return (self.of.query.dates,) if self.of and self.of.compared else ()

    def finished(self, scope: Scope) -> int:
        """1 when the last flow's time is over: a note of the answer depends on it, though no event comes."""
        return int(self.over_at(scope) <= scope.now)

    def anchored(self, scope: Scope) -> Window:
        """When anchors may be: in the range; those of attempts that began in it, as much later as these may take."""
        whole = window(self.dates, scope)
        return Window(whole.start, self.of.query.window_end(whole.end, scope)) if self.of else whole

    def over_at(self, scope: Scope) -> dt.datetime:
        """When nothing can follow any anchor any more."""
        end = self.anchored(scope).end
        return end + self.window.length if isinstance(self.window, TimeWindow) else day_end(end, scope.tzinfo)

    def _check_expanded(self) -> None:
        for index, each in enumerate(self.expanded):
            place = f"expanded[{index}].step"
            if each.step not in self.steps:
                raise QueryError(
                    f"The flow has the steps {-self.before} to {self.after}, and no {each.step}.", place=place
                )
            if each.step in [other.step for other in self.expanded[:index]]:
                raise QueryError(f"Step {each.step} is expanded twice.", place=place)

    def _check_hidden(self) -> None:
        if len(self.hidden) > MOST_HIDDEN:
            raise QueryError(f"At most {MOST_HIDDEN} events are hidden.", place="hidden")
        anchor = () if isinstance(self.anchor.events, AllEvents) else self.anchor.events
        for index, name in enumerate(self.hidden):
            place = f"hidden[{index}]"
            check_text(name, place, what="The event's name", longest=LONGEST_EVENT_NAME)
            if name in self.hidden[:index]:
                raise QueryError(f"{shown(name)} is named twice.", place=place)
            if name in anchor:
                raise QueryError(f"{shown(name)} is where the flow begins: it cannot be hidden.", place=place)

    def _check_merged(self) -> None:
        if len(self.merged) > MOST_MERGED:
            raise QueryError(f"Events are merged into at most {MOST_MERGED} names.", place="merged")
        seen: set[str] = set()
        for index, each in enumerate(self.merged):
            if each.name in [other.name for other in self.merged[:index]]:
                raise QueryError(f"{shown(each.name)} is named twice.", place=f"merged[{index}].name")
            if again := sorted(seen.intersection(each.events)):
                raise QueryError(f"{shown(again[0])} is merged twice.", place=f"merged[{index}].events")
            seen.update(each.events)

    def _check_of(self) -> None:
        if self.of is not None and self.of.query.zone != self.zone:
            raise QueryError(
                "A flow and the funnel whose number it follows are of one time zone: give both the same, or none.",
                place="of.query.zone",
            )

    def _check_split(self) -> None:
        if len(self.split) > MOST_SPLITS:
            raise QueryError(f"At most {MOST_SPLITS} events are split.", place="split")
        for index, each in enumerate(self.split):
            place = f"split[{index}].event"
            if each.event in [other.event for other in self.split[:index]]:
                raise QueryError(f"{shown(each.event)} is split twice.", place=place)
            name = self.shown_as(each.event)
            if name != each.event and each.event not in [merged.name for merged in self.merged]:
                raise QueryError(f"{shown(each.event)} is merged into {shown(name)}: split that.", place=place)


def _check_top(top: int, place: str) -> None:
    if not 1 <= top <= HIGHEST_TOP:
        raise QueryError(f"1 to {HIGHEST_TOP} nodes are shown at a step, not {top}.", place=place)
