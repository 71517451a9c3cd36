"""Insights answered in memory: slow, obvious, and sharing no arithmetic with what it checks.

No bucket edges here: an event's bucket is what the zone's clock shows when it happens, cut to the interval.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from analytics.queries.dates import FixedDates, Interval
from analytics.queries.filters import Condition, Group, Match, Operator
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import AllEvents, MeasureKind, Metric
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from tests.reference.facts import Fact, last_received, owners

Segment = tuple[str, Any]  # kind, value
Numbers = dict[tuple[int, tuple[Segment, ...], Any], int]  # metric, segment, bucket key or None for the range

MISSING = object()


def answer(query: InsightsQuery, scope: Scope, facts: Iterable[Fact], undone: Iterable[str] = ()) -> Numbers:
    """Every number that is not zero."""
    facts = list(facts)
    owner = owners(facts, undone)
    first, last = days(query, scope)
    kept = [fact for fact in last_received(facts) if first <= local(fact.time, scope).date() <= last]
    numbers: Numbers = {}
    for index, metric in enumerate(query.metrics):
        events = [fact for fact in kept if counts(fact, metric, query, scope)]
        for segment, members in segments(query, metric, events, owner).items():
            for bucket, inside in grouped(members, query.interval, scope).items():
                numbers[index, segment, bucket] = measure(metric, inside, owner)
    return numbers


def days(query: InsightsQuery, scope: Scope) -> tuple[dt.date, dt.date]:
    today = local(scope.now, scope).date()
    if isinstance(query.dates, FixedDates):
        first, last = query.dates.first, query.dates.last
    else:
        first = last = today
        units = {unit_of(today, query.dates.unit, scope)}
        while True:
            earlier = first - dt.timedelta(days=1)
            units.add(unit_of(earlier, query.dates.unit, scope))
            if len(units) > query.dates.count:
                break
            first = earlier
    if scope.retention_days is not None:
        first = max(first, today - dt.timedelta(days=scope.retention_days - 1))
    return first, last


def unit_of(day: dt.date, unit: str, scope: Scope) -> Any:
    """What days of one calendar unit have in common."""
    if unit == "week":
        while day.isoweekday() != scope.week_start:
            day -= dt.timedelta(days=1)
        return day
    parts = {"day": day, "month": (day.year, day.month), "quarter": (day.year, (day.month + 2) // 3), "year": day.year}
    return parts[unit]


def local(moment: dt.datetime, scope: Scope) -> dt.datetime:
    return moment.astimezone(scope.tzinfo)


def bucket_of(moment: dt.datetime, interval: Interval, scope: Scope) -> Any:
    clock = local(moment, scope)
    if interval is Interval.MINUTE:
        return (clock.date(), clock.hour, clock.minute, clock.utcoffset())
    if interval is Interval.HOUR:
        return (clock.date(), clock.hour, clock.utcoffset())
    return unit_of(clock.date(), interval, scope)


def grouped(events: list[Fact], interval: Interval, scope: Scope) -> dict[Any, list[Fact]]:
    groups: dict[Any, list[Fact]] = {None: events} if events else {}
    for fact in events:
        groups.setdefault(bucket_of(fact.time, interval, scope), []).append(fact)
    return groups


def user_of(fact: Fact, owner: dict[str, str]) -> str:
    return owner.get(fact.canonical, fact.canonical)


def measure(metric: Metric, events: list[Fact], owner: dict[str, str]) -> int:
    if metric.measure.kind is MeasureKind.TOTAL:
        return len(events)
    return len({user_of(fact, owner) for fact in events})


# --- segments ---------------------------------------------------------------------------------------------------------


def segments(
    query: InsightsQuery, metric: Metric, events: list[Fact], owner: dict[str, str]
) -> dict[tuple[Segment, ...], list[Fact]]:
    if not query.breakdowns:
        return {(): events}
    breakdown = query.breakdowns[0]
    found: dict[Segment, list[Fact]] = defaultdict(list)
    for fact in events:
        for segment in segments_of(fact, breakdown.property.name, breakdown.property.type):
            found[segment].append(fact)

    def rank(segment: Segment) -> Any:
        kind, value = segment
        if kind == "not_set":
            return (-measure(metric, found[segment], owner), True, 0)
        order: Any = "" if kind == "empty" else value
        if breakdown.property.type is PropertyType.NUMBER:
            order = (float(order), str(order))
        else:
            order = str(order).lower().encode() if isinstance(order, bool) else order.encode()
        return (-measure(metric, found[segment], owner), False, order)

    shown = sorted(found, key=rank)[: breakdown.limit]
    answered: dict[tuple[Segment, ...], list[Fact]] = {(("all", None),): events}
    for segment in shown:
        answered[(segment,)] = found[segment]
    left = [
        fact
        for fact in events
        if any(segment not in shown for segment in segments_of(fact, breakdown.property.name, breakdown.property.type))
    ]
    if left:
        answered[(("other", None),)] = left
    return answered


def segments_of(fact: Fact, name: str, type: PropertyType) -> set[Segment]:
    value = typed(fact, name, type)
    if value is MISSING:
        return {("not_set", None)}
    if type is PropertyType.LIST:
        return {as_segment(item) for item in item_texts(value)} or {("empty", None)}
    if type is PropertyType.NUMBER and value == int(
        value
    ):  # longer whole numbers are written out, to keep their digits
        return {("value", int(value) if abs(value) <= 2**53 else str(int(value)))}
    return {as_segment(value)}


def as_segment(value: Any) -> Segment:
    return ("empty", None) if value == "" else ("value", value)


def item_texts(items: list[Any]) -> set[str]:
    return {
        item if isinstance(item, str) else json.dumps(item, separators=(",", ":"), ensure_ascii=False) for item in items
    }


# --- properties and filters -------------------------------------------------------------------------------------------


def typed(fact: Fact, name: str, type: PropertyType) -> Any:
    """The value, or MISSING if it is of another type."""
    columns = {"distinct_id": fact.distinct_id, "$user_id": fact.user_id, "$device_id": fact.device_id}
    value = (columns[name] or MISSING) if name in columns else fact.properties.get(name, MISSING)
    if value is MISSING or value is None:
        return MISSING
    fits = {
        PropertyType.STRING: isinstance(value, str),
        PropertyType.NUMBER: isinstance(value, int | float) and not isinstance(value, bool),
        PropertyType.BOOLEAN: isinstance(value, bool),
        PropertyType.LIST: isinstance(value, list),
        PropertyType.OBJECT: isinstance(value, dict),
        PropertyType.DATE: isinstance(value, str) and date_of(value) is not None,
    }
    return value if fits[type] else MISSING


def date_of(text: str) -> dt.date | dt.datetime | None:
    """A day, a moment (UTC unless it says otherwise), or None."""
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else moment_of(text)
    except ValueError:
        return None


def moment_of(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def counts(fact: Fact, metric: Metric, query: InsightsQuery, scope: Scope) -> bool:
    if not isinstance(metric.events, AllEvents) and fact.event not in metric.events:
        return False
    return all(matches(fact, group, scope) for group in (query.filters, metric.filters) if group is not None)


def matches(fact: Fact, asked: Group | Condition, scope: Scope) -> bool:
    if isinstance(asked, Group):
        found = [matches(fact, member, scope) for member in asked.conditions]
        return all(found) if asked.match is Match.ALL else any(found)
    value = typed(fact, asked.property.name, asked.property.type)
    if asked.operator is Operator.IS_SET:
        return value is not MISSING
    if asked.operator is Operator.IS_NOT_SET:
        return value is MISSING
    if value is MISSING:
        return asked.operator in _MISSING_MATCHES
    if asked.property.type is PropertyType.DATE:
        found_date = date_of(value)
        value = local(found_date, scope).date() if isinstance(found_date, dt.datetime) else found_date
        return _TESTS[asked.operator](value, [dt.date.fromisoformat(str(day)) for day in asked.values])
    return _TESTS[asked.operator](value, list(asked.values))


_MISSING_MATCHES = (Operator.IS_NOT, Operator.NOT_CONTAINS, Operator.NOT_BETWEEN, Operator.NOT_ON, Operator.NO_ITEM_IS)
_TESTS: dict[Operator, Callable[[Any, list[Any]], bool]] = {
    Operator.IS: lambda value, wanted: value in wanted,
    Operator.IS_NOT: lambda value, wanted: value not in wanted,
    Operator.CONTAINS: lambda value, wanted: any(part in value for part in wanted),
    Operator.NOT_CONTAINS: lambda value, wanted: not any(part in value for part in wanted),
    Operator.STARTS_WITH: lambda value, wanted: any(value.startswith(part) for part in wanted),
    Operator.ENDS_WITH: lambda value, wanted: any(value.endswith(part) for part in wanted),
    Operator.GREATER_THAN: lambda value, wanted: value > wanted[0],
    Operator.AT_LEAST: lambda value, wanted: value >= wanted[0],
    Operator.LESS_THAN: lambda value, wanted: value < wanted[0],
    Operator.AT_MOST: lambda value, wanted: value <= wanted[0],
    Operator.BETWEEN: lambda value, wanted: wanted[0] <= value <= wanted[1],
    Operator.NOT_BETWEEN: lambda value, wanted: not wanted[0] <= value <= wanted[1],
    Operator.IS_TRUE: lambda value, wanted: value is True,
    Operator.IS_FALSE: lambda value, wanted: value is False,
    Operator.ON: lambda value, wanted: value == wanted[0],
    Operator.NOT_ON: lambda value, wanted: value != wanted[0],
    Operator.BEFORE: lambda value, wanted: value < wanted[0],
    Operator.SINCE: lambda value, wanted: value >= wanted[0],
    Operator.ANY_ITEM_IS: lambda value, wanted: any(item in wanted for item in item_texts(value)),
    Operator.NO_ITEM_IS: lambda value, wanted: not any(item in wanted for item in item_texts(value)),
}
