"""What an event's property is to a question, and whether an event meets its filters: plain Python, obvious, slow."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from analytics.queries.filters import RELATIVE, Condition, Group, Match, Operator
from analytics.queries.properties import Property, PropertyType
from analytics.queries.scope import Scope
from tests.reference.calendar import local, unit_of
from tests.reference.facts import Fact

MISSING = object()


def value_of(fact: Fact, asked: Property) -> Any:
    """The value as the question asks for it, or MISSING."""
    value = _raw(fact, asked)
    if value is MISSING or value is None:
        return MISSING
    if _fits(value, asked.type):
        return value
    return _cast(value, asked.type) if asked.cast else MISSING


def _raw(fact: Fact, asked: Property) -> Any:
    if asked.name == "time" and asked.type is PropertyType.DATE and not asked.path:
        return fact.time.isoformat()
    columns = {"distinct_id": fact.distinct_id, "$user_id": fact.user_id, "$device_id": fact.device_id}
    value = (columns[asked.name] or MISSING) if asked.name in columns else fact.properties.get(asked.name, MISSING)
    for key in asked.path:
        if not isinstance(value, dict) or key not in value:
            return MISSING
        value = value[key]
    return value


def _fits(value: Any, type: PropertyType) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        PropertyType.STRING: isinstance(value, str),
        PropertyType.NUMBER: is_number,
        PropertyType.BOOLEAN: isinstance(value, bool),
        PropertyType.LIST: isinstance(value, list),
        PropertyType.OBJECT: isinstance(value, dict),
        PropertyType.DATE: isinstance(value, str) and date_of(value) is not None,
    }[type]


def _cast(value: Any, type: PropertyType) -> Any:
    if isinstance(value, list | dict):
        return MISSING
    if type is PropertyType.STRING:
        return json.dumps(value) if isinstance(value, bool) else number_text(value)
    if type is PropertyType.NUMBER:
        if isinstance(value, bool):
            return int(value)
        return float(value) if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?", value, re.ASCII) else MISSING
    if type is PropertyType.BOOLEAN:
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.lower(), MISSING)
        return bool(value) if value in (0, 1) else MISSING
    if isinstance(value, bool | str) or abs(value) >= 4e12:
        return MISSING
    milliseconds = value * 1000 if abs(value) < 1e11 else value
    return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=int(milliseconds))).isoformat()


def number_text(value: float) -> str:
    """As ClickHouse writes it: whole numbers without a point; those beyond 2^53 with all their digits."""
    if isinstance(value, int):
        return str(value)
    return format(Decimal(repr(value)), "f").removesuffix(".0") if value == int(value) else repr(value)


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


def item_texts(items: list[Any]) -> set[str]:
    return {
        item if isinstance(item, str) else json.dumps(item, separators=(",", ":"), ensure_ascii=False) for item in items
    }


def matches(fact: Fact, asked: Group | Condition, scope: Scope) -> bool:
    if isinstance(asked, Group):
        found = [matches(fact, member, scope) for member in asked.conditions]
        return all(found) if asked.match is Match.ALL else any(found)
    value = value_of(fact, asked.property)
    if asked.operator is Operator.IS_SET:
        return value is not MISSING
    if asked.operator is Operator.IS_NOT_SET:
        return value is MISSING
    if value is MISSING:
        return asked.operator in _MISSING_MATCHES
    if asked.property.type is PropertyType.DATE:
        found_date = date_of(value)
        day = local(found_date, scope).date() if isinstance(found_date, dt.datetime) else found_date
        if asked.operator in RELATIVE:
            return _relative(day, asked, scope)
        return _TESTS[asked.operator](day, [dt.date.fromisoformat(str(each)) for each in asked.values])
    return _TESTS[asked.operator](value, list(asked.values))


def _relative(day: dt.date, asked: Condition, scope: Scope) -> bool:
    count, unit = asked.values
    today = local(scope.now, scope).date()
    step = dt.timedelta(days=-1 if asked.operator is not Operator.IN_NEXT else 1)
    days, units, each = [today], {unit_of(today, unit, scope)}, today
    while True:
        each += step
        units.add(unit_of(each, unit, scope))
        if len(units) > count:
            break
        days.append(each)
    if asked.operator is Operator.BEFORE_LAST:
        return day < min(days)
    return (min(days) <= day <= max(days)) != (asked.operator is Operator.NOT_IN_LAST)


_MISSING_MATCHES = (
    Operator.IS_NOT, Operator.NOT_CONTAINS, Operator.NOT_MATCHES, Operator.NOT_BETWEEN, Operator.NOT_ON,
    Operator.NO_ITEM_IS, Operator.NOT_IN_LAST,
)  # fmt: skip


def _found(pattern: str, value: str) -> bool:
    """As RE2 has it: \\d, \\w and \\b know ASCII alone, a point is any character, $ is the very end."""
    return re.search(pattern.replace("$", r"\Z"), value, re.ASCII | re.DOTALL) is not None


_TESTS: dict[Operator, Callable[[Any, list[Any]], bool]] = {
    Operator.IS: lambda value, wanted: value in wanted,
    Operator.IS_NOT: lambda value, wanted: value not in wanted,
    Operator.CONTAINS: lambda value, wanted: any(part in value for part in wanted),
    Operator.NOT_CONTAINS: lambda value, wanted: not any(part in value for part in wanted),
    Operator.STARTS_WITH: lambda value, wanted: any(value.startswith(part) for part in wanted),
    Operator.ENDS_WITH: lambda value, wanted: any(value.endswith(part) for part in wanted),
    Operator.MATCHES: lambda value, wanted: _found(wanted[0], value),
    Operator.NOT_MATCHES: lambda value, wanted: not _found(wanted[0], value),
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
    Operator.ALL_ITEMS_ARE: lambda value, wanted: bool(value) and item_texts(value) <= set(wanted),
    Operator.ANY_ITEM_CONTAINS: lambda value, wanted: any(
        part in item for item in item_texts(value) for part in wanted
    ),
}
