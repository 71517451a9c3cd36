"""Random histories and questions of funnels: few users, few moments, and those exactly a window apart."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace

from analytics.errors import QueryError
from analytics.queries.breakdowns import Order, Segments
from analytics.queries.dates import DateRange, FixedDates
from analytics.queries.funnels import (
    Attribution,
    AttributionKind,
    Count,
    Exclusion,
    FunnelsQuery,
    StepOrder,
    View,
)
from analytics.queries.metrics import ALL_EVENTS, AllEvents
from analytics.queries.properties import Property, PropertyType
from analytics.queries.scope import Scope
from analytics.queries.steps import Step
from analytics.queries.windows import ConversionWindow, SessionWindow, TimeWindow, WindowUnit
from tests.reference import chance
from tests.reference.facts import Fact

WINDOWS = [TimeWindow(1, WindowUnit.SECOND), TimeWindow(1, WindowUnit.MINUTE), TimeWindow(1, WindowUnit.HOUR)]
WINDOWS += [TimeWindow(1, WindowUnit.DAY), TimeWindow(3, WindowUnit.DAY), TimeWindow(30, WindowUnit.MINUTE)]
WINDOWS += [TimeWindow(1, WindowUnit.MONTH), TimeWindow()]
_MILLISECOND = dt.timedelta(milliseconds=1)
# Enough for long funnels, in the order in which most do them.
LONG = [*chance.EVENTS, *(f"Step {number}" for number in range(5, 10))]
HOLDABLE = [PropertyType.STRING, PropertyType.STRING, PropertyType.NUMBER, PropertyType.BOOLEAN]


def facts(dice: random.Random, around: Scope, count: int) -> list[Fact]:
    """As any history, but most moments are drawn from few; or one of many events, mostly in the order of LONG."""
    made = chance.facts(dice, around, count)
    if not made:
        return made
    if dice.random() < 0.15:
        return _in_order(dice, made)
    pool = [fact.time for fact in dice.sample(made, min(4, len(made)))]
    for _ in range(dice.choice([2, 8, 20])):
        away = dice.choice([dt.timedelta(), *(window.length for window in WINDOWS)])
        pool.append(dice.choice(pool) + away + dice.choice([-1, 0, 0, 0, 1]) * _MILLISECOND)
    moved = {fact.time: dice.choice(pool) if dice.random() < 0.8 else fact.time for fact in made}
    return [replace(fact, time=moved[fact.time], properties=_narrowed(dice, fact)) for fact in made]


def _in_order(dice: random.Random, made: list[Fact]) -> list[Fact]:
    made.sort(key=lambda fact: fact.time)
    each = dice.choice([1, 2, 4])
    names = [LONG[place // each % len(LONG)] for place in range(len(made))]
    return [
        replace(fact, event=name if dice.random() < 0.9 else dice.choice(LONG), properties=_narrowed(dice, fact))
        for fact, name in zip(made, names, strict=True)
    ]


def _narrowed(dice: random.Random, fact: Fact) -> dict[str, object]:
    """With a property of few values, so that events agree on it."""
    return {**fact.properties, "plan": dice.choice(["a", "b"])} if dice.random() < 0.6 else fact.properties


def query(dice: random.Random, around: Scope, known: Sequence[Fact] = ()) -> FunnelsQuery:
    """A question that can be asked; one of many steps where many events are known."""
    is_long = any(fact.event == LONG[-1] for fact in known)
    while True:
        try:
            return _long(dice, _query(dice, around), known) if is_long and dice.random() < 0.7 else _query(dice, around)
        except QueryError as error:
            if "numbers" not in error.message and error.place not in ("view", "interval"):
                raise


def _long(dice: random.Random, short: FunnelsQuery, known: Sequence[Fact]) -> FunnelsQuery:
    """The same of many steps, with time enough to get far. In any order they share no event: the naive answer would try
    for too long."""
    if short.order is not StepOrder.ANY and dice.random() < 0.3:
        steps = [Step(tuple(dice.sample(LONG, dice.choice([2, 5])))) for _ in range(dice.randint(5, 20))]
    else:
        steps = [Step((LONG[place],)) for place in sorted(dice.sample(range(len(LONG)), dice.randint(5, len(LONG))))]
    times = [fact.time for fact in known]
    return replace(
        short,
        steps=tuple(steps),
        dates=FixedDates(min(times).date(), max(times).date()) if dice.random() < 0.7 else short.dates,
        window=dice.choice([TimeWindow(), TimeWindow(366, WindowUnit.DAY), short.window]),
        filters=None,
        hold=short.hold if dice.random() < 0.3 else (),
        exclusions=tuple(_exclusion(dice, len(steps)) for _ in range(dice.choice([0, 0, 0, 1]))),
        attribution=_attribution(dice, len(steps)),
        between=_between(dice, len(steps)),
    )


def _query(dice: random.Random, around: Scope) -> FunnelsQuery:
    base = chance.query(dice, around)
    dates: DateRange = base.dates
    if dice.random() < 0.5:
        first = around.today - dt.timedelta(days=dice.choice([0, 1, 3]))
        dates = FixedDates(first, first + dt.timedelta(days=dice.choice([0, 1, 6])))
    steps = _steps(dice)
    return FunnelsQuery(
        steps=steps,
        dates=dates,
        interval=base.interval,
        first_time=dice.random() < 0.12,
        order=dice.choice([StepOrder.SPECIFIC, StepOrder.SPECIFIC, StepOrder.STRICT, StepOrder.ANY]),
        window=_window(dice),
        count=dice.choice(list(Count)),
        exclusions=tuple(_exclusion(dice, len(steps)) for _ in range(dice.choice([0, 0, 0, 1, 2]))),
        hold=_hold(dice),
        filters=chance.group(dice) if dice.random() < 0.15 else None,
        breakdowns=(chance.breakdown(dice),) if dice.random() < 0.45 else (),
        segments=Segments(dice.choice([1, 2, 3, 10]), dice.choice([Order.TOP, Order.TOP, Order.BOTTOM])),
        attribution=_attribution(dice, len(steps)),
        comparison=chance.comparison(dice, around) if dice.random() < 0.2 else None,
        view=dice.choice(list(View)),
        between=_between(dice, len(steps)),
        zone=chance.zone(dice),
    )


def _steps(dice: random.Random) -> tuple[Step, ...]:
    """Of different events, or with the same in several steps, or of nearly everything, or one step several times."""
    count = dice.choice([2, 2, 3, 3, 4])
    if dice.random() < 0.5:
        names = dice.sample(chance.EVENTS, count)
        return tuple(Step((name,), chance.group(dice) if dice.random() < 0.1 else None) for name in names)
    found = [Step(_events(dice), chance.group(dice) if dice.random() < 0.2 else None) for _ in range(count)]
    return tuple(dice.choice(found) for _ in found) if dice.random() < 0.2 else tuple(found)


def _events(dice: random.Random) -> tuple[str, ...] | AllEvents:
    return ALL_EVENTS if dice.random() < 0.1 else tuple(dice.sample(chance.EVENTS, dice.choice([1, 1, 2, 3])))


def _window(dice: random.Random) -> ConversionWindow:
    return SessionWindow() if dice.random() < 0.2 else dice.choice(WINDOWS)


def _exclusion(dice: random.Random, count: int) -> Exclusion:
    after = dice.randint(1, count - 1)
    before = dice.choice([None, dice.randint(after + 1, count)])
    return Exclusion(_events(dice), chance.group(dice) if dice.random() < 0.2 else None, after, before)


def _hold(dice: random.Random) -> tuple[Property, ...]:
    if dice.random() < 0.75:
        return ()
    found = [Property("plan"), Property("paid", PropertyType.BOOLEAN), chance.property_of(dice, HOLDABLE)]
    return tuple(dict.fromkeys(dice.sample(found, dice.choice([1, 1, 2]))))


def _attribution(dice: random.Random, count: int) -> Attribution:
    kind = dice.choice(list(AttributionKind))
    return Attribution(kind, dice.randint(1, count) if kind is AttributionKind.STEP else None)


def _between(dice: random.Random, count: int) -> tuple[int, int] | None:
    first = dice.randint(1, count - 1)
    return dice.choice([None, (first, dice.randint(first + 1, count))])
