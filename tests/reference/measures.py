"""Measures of a handful of events, as one would work them out by hand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from analytics.queries.measures import Across, Measure, MeasureKind, PerUser, UserNumber
from analytics.queries.properties import Property, PropertyType
from tests.reference.facts import Fact
from tests.reference.properties import MISSING, number_text, value_of

UserOf = Callable[[Fact], str]
SessionOf = Callable[[Fact], Any]


def measured(measure: Measure, events: Sequence[Fact], user_of: UserOf, session_of: SessionOf) -> float | None:
    """None is "no value"."""
    if measure.kind is MeasureKind.TOTAL:
        return len(events)
    if measure.kind is MeasureKind.SESSIONS:
        return len({session_of(fact) for fact in events})
    if measure.per_user is not None:
        numbers = list(users_numbers(measure.per_user, events, user_of).values())
        return across(measure.per_user, numbers)
    if measure.of is None:
        return len({user_of(fact) for fact in events})
    values = values_of(events, measure.of)
    if measure.kind is MeasureKind.DISTINCT:
        return len(distinct(values, measure.of))
    if measure.kind is MeasureKind.SUM:
        return total(values)
    return _NUMBERS[measure.kind](values, measure.percentile) if values else None


def values_of(events: Sequence[Fact], asked: Property) -> list[Any]:
    return [value for fact in events if (value := value_of(fact, asked)) is not MISSING]


def distinct(values: list[Any], asked: Property) -> set[Any]:
    return {number_text(value) for value in values} if asked.type is PropertyType.NUMBER else set(values)


def total(values: list[Any]) -> float:
    return float(sum(map(_exact, values), Fraction(0)))


def _exact(value: float) -> Fraction:
    return Fraction(float(value))


def average(values: list[Any], _: int | None = None) -> float:
    return float(sum(map(_exact, values), Fraction(0)) / len(values))


def percentile(values: list[Any], level: int | None) -> float:
    """Between two neighbours in proportion."""
    ordered = sorted(float(value) for value in values)
    place = Fraction(level or 50, 100) * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return float(_exact(ordered[low]) + (place - low) * (_exact(ordered[high]) - _exact(ordered[low])))


_NUMBERS: dict[MeasureKind, Callable[[list[Any], int | None], float]] = {
    MeasureKind.AVERAGE: average,
    MeasureKind.MEDIAN: percentile,
    MeasureKind.PERCENTILE: percentile,
    MeasureKind.MIN: lambda values, _: min(float(value) for value in values),
    MeasureKind.MAX: lambda values, _: max(float(value) for value in values),
}


def users_numbers(asked: PerUser, events: Sequence[Fact], user_of: UserOf) -> dict[str, float]:
    """The number of each user that has one."""
    theirs: dict[str, list[Fact]] = defaultdict(list)
    for fact in events:
        theirs[user_of(fact)].append(fact)
    numbers = {}
    for user, facts in theirs.items():
        if asked.of is None:
            numbers[user] = float(len(facts))
        elif values := values_of(facts, asked.of):
            numbers[user] = {
                UserNumber.SUM: lambda v: total(v),
                UserNumber.AVERAGE: lambda v: average(v),
                UserNumber.MIN: lambda v: min(map(float, v)),
                UserNumber.MAX: lambda v: max(map(float, v)),
                UserNumber.DISTINCT: lambda v: float(len(distinct(v, asked.of))),
            }[asked.each](values)
    return numbers


def across(asked: PerUser, numbers: list[float]) -> float | None:
    if asked.across is Across.DISTRIBUTION:
        return len(numbers)
    if asked.across is Across.SUM:
        return total(numbers)
    if not numbers:
        return None
    return {
        Across.AVERAGE: lambda: average(numbers),
        Across.MEDIAN: lambda: percentile(numbers, 50),
        Across.PERCENTILE: lambda: percentile(numbers, asked.percentile),
        Across.MIN: lambda: min(numbers),
        Across.MAX: lambda: max(numbers),
    }[asked.across]()


def bin_of(number: float, *, whole: bool) -> tuple[str, Any, Any]:
    """1, 2 to 4, 5 to 9, 10 to 19 …; numbers that are not whole from one edge up to the next."""
    edges = sorted({0.0} | {sign * float(f"{d}e{p}") for sign in (1, -1) for d in (1, 2, 5) for p in range(-2, 16)})
    at = sum(edge <= number for edge in edges)
    low, high = edges[max(at - 1, 0)], edges[max(at, 1)] if at < len(edges) else None
    if whole:
        return ("count", max(low, 0.0), high - 1)
    return ("range", low, high)
