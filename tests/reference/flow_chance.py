"""Random questions of flows, and histories in which much happens at one moment."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from analytics.queries.dates import FixedDates
from analytics.queries.flows import SPLITTING, Expanded, FlowsCount, FlowsQuery, Merged, SplitEvent
from analytics.queries.funnel_numbers import FunnelNumber, Outcome
from analytics.queries.funnels import FunnelsQuery, StepOrder
from analytics.queries.metrics import ALL_EVENTS, AllEvents
from analytics.queries.scope import Scope
from analytics.queries.segments import ALL
from analytics.queries.steps import Step
from analytics.queries.windows import ConversionWindow, SessionWindow, TimeWindow, WindowUnit
from tests.reference import chance
from tests.reference.facts import Fact

NAMES = [*chance.EVENTS, "(end)", "Browse"]  # events may be called like what is no event


def facts(dice: random.Random, around: Scope, count: int) -> list[Fact]:
    """Few users do much, often in the same millisecond, or exactly as long after something else as windows are."""
    found = [replace(fact, event=dice.choice(NAMES)) for fact in chance.facts(dice, around, count)]
    for index, fact in enumerate(found):
        other, roll = dice.choice(found), dice.random()
        if roll < 0.3:
            found[index] = replace(fact, time=other.time)
        elif roll < 0.6:
            length = dt.timedelta(seconds=dice.choice([1, 60, 3600, 86_400, 2 * 86_400]))
            off = dt.timedelta(milliseconds=dice.choice([0, 0, 1, -1]))
            found[index] = replace(fact, time=other.time + dice.choice([1, -1]) * length + off)
    return found


def query(dice: random.Random, around: Scope) -> FlowsQuery:
    before = dice.choice([0, 0, 1, 2, 3, 5])
    after = dice.choice([0, 1, 3, 3, 5]) if before else dice.choice([1, 2, 3, 5])
    steps = range(-before, after + 1)
    anchor = ALL_EVENTS if dice.random() < 0.2 else tuple(dice.sample(NAMES, dice.choice([1, 1, 2])))
    not_anchor = NAMES if anchor is ALL_EVENTS else [name for name in NAMES if name not in anchor]
    merged, window = _merged(dice), _window(dice)
    dates = chance.dates(dice, around)
    if isinstance(window, TimeWindow) and dice.random() < 0.1:  # almost as long as a range can be
        dates = FixedDates(around.today - dt.timedelta(days=14_000), around.today)
    return FlowsQuery(
        anchor=Step(anchor, chance.group(dice) if dice.random() < 0.3 else None),
        dates=dates,
        before=before,
        after=after,
        top=dice.choice([1, 2, 3, 10]),
        expanded=tuple(
            Expanded(step, dice.choice([1, 4, 50]))
            for step in dice.sample(steps, dice.choice([0, 0, 1, min(2, len(steps))]))
        ),
        hidden=tuple(dice.sample(not_anchor, dice.choice([0, 0, 1, 2]))),
        merged=merged,
        split=_split(dice, merged),
        count=dice.choice(list(FlowsCount)),
        window=window,
        filters=chance.group(dice) if dice.random() < 0.3 else None,
        zone=chance.zone(dice),
    )


def query_of(dice: random.Random, around: Scope, number: FunnelNumber) -> FlowsQuery:
    """Flows of those behind a number: mostly as the page asks for them, the step that they came to being the anchor."""
    asked, funnel = query(dice, around), number.query
    anchor = reached(number) if dice.random() < 0.8 else asked.anchor
    known = NAMES if isinstance(anchor.events, AllEvents) else anchor.events
    return replace(
        asked,
        of=number,
        anchor=anchor,
        dates=funnel.dates if dice.random() < 0.8 else chance.dates(dice, around),
        hidden=tuple(name for name in asked.hidden if name not in known),
        filters=asked.filters if dice.random() < 0.2 else None,
        zone=funnel.zone,
    )


def reached(number: FunnelNumber) -> Step:
    """The last step that all of them came to; in any order it may have been each."""
    steps = number.query.steps
    if number.query.order is not StepOrder.ANY:
        return steps[number.reached - 1]
    names: list[str] = []
    for step in steps:
        if isinstance(step.events, AllEvents):
            return Step(ALL_EVENTS)
        names += step.events
    return Step(tuple(dict.fromkeys(names)))


def number(dice: random.Random, funnel: FunnelsQuery) -> FunnelNumber:
    """One of everybody."""
    outcome = dice.choice(list(Outcome))
    step = dice.randint(1 if outcome is Outcome.CONVERTED else 2, len(funnel.steps))
    return FunnelNumber(funnel, step, outcome, (ALL,) * len(funnel.breakdowns))


def _merged(dice: random.Random) -> tuple[Merged, ...]:
    names = dice.sample(NAMES, 4)
    both = (Merged("Browse", tuple(names[:2])), Merged(dice.choice(["open", "ways"]), tuple(names[2:])))
    return both[: dice.choice([0, 0, 1, 2])]


def _split(dice: random.Random, merged: tuple[Merged, ...]) -> tuple[SplitEvent, ...]:
    gone = {name for each in merged for name in each.events} - {each.name for each in merged}
    names = [name for name in dict.fromkeys([*NAMES, *(each.name for each in merged)]) if name not in gone]
    wanted = dice.sample(names, dice.choice([0, 0, 1, min(2, len(names))]))
    return tuple(SplitEvent(name, chance.property_of(dice, SPLITTING)) for name in wanted)


def _window(dice: random.Random) -> ConversionWindow:
    if dice.random() < 0.25:
        return SessionWindow()
    return TimeWindow(dice.choice([1, 1, 2, 30]), dice.choice(list(WindowUnit)[:5]))
