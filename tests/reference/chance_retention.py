"""Random questions about retention, lifecycle and frequency, of the same histories as those of Insights."""

from __future__ import annotations

import random

from analytics.errors import QueryError
from analytics.queries import FrequencyQuery, LifecycleQuery, RetentionQuery
from analytics.queries.breakdowns import Order, Segments
from analytics.queries.dates import DateRange, DateUnit, FixedDates, Interval, LastDates
from analytics.queries.frequency import EACH
from analytics.queries.lifecycle import LIFECYCLE_INTERVALS
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.periods import Alignment, PeriodUnit
from analytics.queries.properties import PropertyType
from analytics.queries.retention import COHORT_INTERVALS, Criterion, RetentionMeasure, RetentionMeasureKind
from analytics.queries.scope import Scope
from analytics.queries.steps import Step
from tests.reference import chance


def retention(dice: random.Random, around: Scope) -> RetentionQuery:
    while True:
        try:
            return _retention(dice, around)
        except QueryError as error:
            if "possible" not in error.message:
                raise


def _retention(dice: random.Random, around: Scope) -> RetentionQuery:
    interval, unit = dice.choice([Interval.DAY, *COHORT_INTERVALS]), dice.choice(list(PeriodUnit))
    kind = dice.choice([RetentionMeasureKind.RATE, *RetentionMeasureKind])
    measure = (
        RetentionMeasure(kind)
        if kind in ("rate", "users")
        else RetentionMeasure(kind, chance.property_of(dice, [PropertyType.NUMBER]))
    )
    birth = step(dice)
    return RetentionQuery(
        birth=birth,
        back=birth if dice.random() < 0.25 else step(dice),
        dates=chance.dates(dice, around, interval),
        interval=interval,
        unit=unit,
        periods=dice.choice([1, 2, 3, 7]),
        brackets=dice.choice([None, None, (1, 3), (2, 3, 7), (5,)]),
        first_time=dice.random() < 0.35,
        alignment=dice.choice(list(Alignment)),
        criterion=dice.choice(list(Criterion)),
        measure=measure,
        filters=chance.group(dice) if dice.random() < 0.25 else None,
        breakdowns=(chance.breakdown(dice),) if dice.random() < 0.4 else (),
        segments=_segments(dice),
        comparison=chance.comparison(dice, around) if dice.random() < 0.25 else None,
        zone=chance.zone(dice),
    )


def lifecycle(dice: random.Random, around: Scope) -> LifecycleQuery:
    interval = dice.choice(LIFECYCLE_INTERVALS)
    dates = chance.dates(dice, around, interval)
    filters = chance.group(dice) if dice.random() < 0.25 else None
    return LifecycleQuery(step(dice), dates, interval, filters, zone=chance.zone(dice))


def frequency(dice: random.Random, around: Scope) -> FrequencyQuery:
    each = dice.choice(list(EACH))
    dates: DateRange = chance.dates(dice, around, each)
    if each is Interval.HOUR:  # fewer than fit
        first = around.today
        dates = dice.choice([LastDates(dice.choice([1, 3, 9]), DateUnit.DAY), FixedDates(first, first)])
    return FrequencyQuery(
        activity=step(dice),
        dates=dates,
        each=each,
        per=dice.choice(EACH[each]),
        filters=chance.group(dice) if dice.random() < 0.25 else None,
        breakdowns=(chance.breakdown(dice),) if dice.random() < 0.5 else (),
        segments=_segments(dice),
        zone=chance.zone(dice),
    )


def step(dice: random.Random) -> Step:
    names = dice.sample(chance.EVENTS, dice.choice([1, 1, 2, 3]))
    return Step(
        ALL_EVENTS if dice.random() < 0.3 else tuple(names), chance.group(dice) if dice.random() < 0.3 else None
    )


def _segments(dice: random.Random) -> Segments:
    return Segments(dice.choice([1, 2, 3, 10]), dice.choice([Order.TOP, Order.TOP, Order.BOTTOM]))
