"""Conditions as SQL: a table from operator to text for each type.

A column of schema/properties.py is NULL where the property is not set or of another type. Every positive test says 0
for NULL, and a negative one is the opposite of its positive one: so a missing value meets what is negative and
nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import LiteralString

from analytics.compiler.events import milliseconds
from analytics.queries.buckets import day_start
from analytics.queries.filters import NEGATIVE, Condition, Group, Match, Operator
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.schema import properties
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_EXACT_FLOAT = 2**53

_TEXT: dict[Operator, LiteralString] = {
    Operator.IS: "{text} IN {values}",
    Operator.CONTAINS: "arrayExists(wanted -> position({text}, wanted) > 0, {values})",
    Operator.STARTS_WITH: "arrayExists(wanted -> startsWith({text}, wanted), {values})",
    Operator.ENDS_WITH: "arrayExists(wanted -> endsWith({text}, wanted), {values})",
}
_COMPARISON: dict[Operator, LiteralString] = {
    Operator.GREATER_THAN: "{number} > {low}",
    Operator.AT_LEAST: "{number} >= {low}",
    Operator.LESS_THAN: "{number} < {low}",
    Operator.AT_MOST: "{number} <= {low}",
    Operator.BETWEEN: "{number} BETWEEN {low} AND {high}",
}


def filters(*groups: Group | None, scope: Scope) -> Fragment:
    """All of the groups as one condition; empty where there is none."""
    found = [_group(group, scope) for group in groups if group is not None]
    return join(" AND ", found) if found else EMPTY


def _group(group: Group, scope: Scope) -> Fragment:
    members = [
        _group(member, scope) if isinstance(member, Group) else condition(member, scope) for member in group.conditions
    ]
    return sql("({members})", members=join(" AND " if group.match is Match.ALL else " OR ", members))


def condition(asked: Condition, scope: Scope) -> Fragment:
    positive = NEGATIVE.get(asked.operator, asked.operator)
    if positive is Operator.IS_SET:
        test = sql("isNotNull({column})", column=_column(asked))
    else:
        test = sql("ifNull({test}, 0)", test=_TEST[asked.property.type](asked, positive, scope))
    return sql("NOT {test}", test=test) if asked.operator in NEGATIVE else test


def _column(asked: Condition) -> Fragment:
    return column(asked.property.name, asked.property.type)


def column(name: str, type: PropertyType) -> Fragment:
    """The property as asked: NULL where it is not set or of another type."""
    match type:
        case PropertyType.STRING:
            return properties.string(name)
        case PropertyType.NUMBER:
            return properties.number(name)
        case PropertyType.BOOLEAN:
            return properties.boolean(name)
        case PropertyType.DATE:
            return _moment(name)
    opening = bind("String", "[" if type is PropertyType.LIST else "{")
    return sql("if(startsWith({nested}, {opening}), {nested}, NULL)", nested=properties.nested(name), opening=opening)


def _text(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    return sql(_TEXT[operator], text=_column(asked), values=bind("Array(String)", list(asked.values)))


def _number(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    if operator is Operator.IS:
        return _same_number(asked)
    low, high = asked.values[0], asked.values[-1]
    pieces = {"number": _column(asked), "low": _float(low)}
    if operator is Operator.BETWEEN:
        pieces["high"] = _float(high)
    return sql(_COMPARISON[operator], **pieces)


def _same_number(asked: Condition) -> Fragment:
    """Numbers are equal as numbers; whole ones too long for a float are compared by their digits."""
    long = [str(value) for value in asked.values if isinstance(value, int) and abs(value) > _EXACT_FLOAT]
    short = [float(value) for value in asked.values if not (isinstance(value, int) and abs(value) > _EXACT_FLOAT)]
    tests = []
    if short:
        tests.append(sql("{number} IN {values}", number=_column(asked), values=bind("Array(Float64)", short)))
    if long:
        digits = properties.number_text(asked.property.name)
        tests.append(sql("{digits} IN {values}", digits=digits, values=bind("Array(String)", long)))
    return sql("({tests})", tests=join(" OR ", tests))


def _float(value: object) -> Fragment:
    return bind("Float64", float(str(value)))


def _boolean(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    return _column(asked) if operator is Operator.IS_TRUE else sql("NOT {column}", column=_column(asked))


def _item(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    return sql(
        "isNotNull({list}) AND hasAny({items}, {values})",
        list=_column(asked),
        items=properties.items(asked.property.name),
        values=bind("Array(String)", list(asked.values)),
    )


# --- dates ------------------------------------------------------------------------------------------------------------
# A property is a date if its text is an ISO 8601 day or moment. A day by itself is that day, wherever the project is;
# a moment without an offset is UTC, as SDKs send it.

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?"
    "(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?$"
)


def _moment(name: str) -> Fragment:
    """Something that is not NULL where the text is a date."""
    return sql(
        "if({day} OR {moment}, {text}, NULL)", day=_is_day(name), moment=_is_moment(name), text=properties.string(name)
    )


def _is_day(name: str) -> Fragment:
    return sql(
        "(match(ifNull({text}, ''), {day}) AND {exists})",
        text=properties.string(name),
        day=bind("String", _DAY),
        exists=_day_exists(name),
    )


def _is_moment(name: str) -> Fragment:
    return sql(
        "(match(ifNull({text}, ''), {moment}) AND {exists})",
        text=properties.string(name),
        moment=bind("String", _MOMENT),
        exists=_day_exists(name),
    )


def _day_exists(name: str) -> Fragment:
    """31 February is not a day; the engine would read it as one in March."""
    return sql(
        "toString(toDate32OrNull(substring(ifNull({text}, ''), 1, 10))) = substring(ifNull({text}, ''), 1, 10)",
        text=properties.string(name),
    )


def _date(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    first = dt.date.fromisoformat(str(asked.values[0]))
    last = dt.date.fromisoformat(str(asked.values[-1]))
    match operator:
        case Operator.BEFORE:
            return _before(asked.property.name, first, scope)
        case Operator.SINCE:
            return _since(asked.property.name, first, scope)
    return sql(  # ON and BETWEEN: from the first day to the last, both included
        "({since} AND {before})",
        since=_since(asked.property.name, first, scope),
        before=_before(asked.property.name, last + dt.timedelta(days=1), scope),
    )


def _before(name: str, day: dt.date, scope: Scope) -> Fragment:
    return _against(name, day, scope, "({is_day} AND {text} < {day} OR {is_moment} AND {milliseconds} < {start})")


def _since(name: str, day: dt.date, scope: Scope) -> Fragment:
    return _against(name, day, scope, "({is_day} AND {text} >= {day} OR {is_moment} AND {milliseconds} >= {start})")


def _against(name: str, day: dt.date, scope: Scope, text: LiteralString) -> Fragment:
    return sql(
        text,
        is_day=_is_day(name),
        is_moment=_is_moment(name),
        text=properties.string(name),
        day=bind("String", day.isoformat()),
        milliseconds=sql(
            "toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull({text}, 3, 'UTC'))", text=properties.string(name)
        ),
        start=bind("Int64", milliseconds(day_start(day, scope.tzinfo).timestamp())),
    )


_TEST: dict[PropertyType, Callable[[Condition, Operator, Scope], Fragment]] = {
    PropertyType.STRING: _text,
    PropertyType.NUMBER: _number,
    PropertyType.BOOLEAN: _boolean,
    PropertyType.DATE: _date,
    PropertyType.LIST: _item,
}
