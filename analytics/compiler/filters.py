"""Conditions as SQL: a table from operator to text for each type.

A column of schema/properties.py is NULL where the property is not set or of another type. Every positive test says 0
for NULL, and a negative one is the opposite of its positive one: so a missing value meets what is negative and
nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import LiteralString

from analytics.compiler.columns import column, is_set, items, number_text
from analytics.compiler.dates import between, is_date
from analytics.compiler.events import user
from analytics.queries.dates import LastDates, days, next_days
from analytics.queries.filters import NEGATIVE, RELATIVE, Condition, Group, Match, Operator
from analytics.queries.patterns import for_clickhouse
from analytics.queries.properties import PropertySource, PropertyType
from analytics.queries.scope import Scope
from analytics.schema.profiles import users_where
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_EXACT_FLOAT = 2**53

_TEXT: dict[Operator, LiteralString] = {
    Operator.IS: "{text} IN {values}",
    Operator.CONTAINS: "arrayExists(wanted -> position({text}, wanted) > 0, {values})",
    Operator.STARTS_WITH: "arrayExists(wanted -> startsWith({text}, wanted), {values})",
    Operator.ENDS_WITH: "arrayExists(wanted -> endsWith({text}, wanted), {values})",
    Operator.MATCHES: "match({text}, {pattern})",
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
    test = _positive(asked, positive, scope)
    return sql("NOT {test}", test=test) if asked.operator in NEGATIVE else test


def _positive(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    """1 or 0, never NULL."""
    test = _test(asked, operator, scope)
    if asked.property.source is PropertySource.USER:
        return sql("({user} IN ({users}))", user=user(scope), users=users_where(scope.project_id, test))
    return test


def _test(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    """The same of a row of the table that the property lives in."""
    if operator is not Operator.IS_SET:
        return sql("ifNull({test}, 0)", test=_TEST[asked.property.type](asked, operator, scope))
    if asked.property.type is PropertyType.DATE:
        return is_date(asked.property)
    return is_set(asked.property)


def _text(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    if operator is Operator.MATCHES:
        pattern = bind("String", for_clickhouse(str(asked.values[0])))
        return sql(_TEXT[operator], text=column(asked.property), pattern=pattern)
    return sql(_TEXT[operator], text=column(asked.property), values=bind("Array(String)", list(asked.values)))


def _number(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    if operator is Operator.IS:
        return _same_number(asked)
    low, high = asked.values[0], asked.values[-1]
    pieces = {"number": column(asked.property), "low": _float(low)}
    if operator is Operator.BETWEEN:
        pieces["high"] = _float(high)
    return sql(_COMPARISON[operator], **pieces)


def _same_number(asked: Condition) -> Fragment:
    """Numbers are equal as numbers; whole ones too long for a float are compared by their digits."""
    long = [str(value) for value in asked.values if isinstance(value, int) and abs(value) > _EXACT_FLOAT]
    short = [float(value) for value in asked.values if not (isinstance(value, int) and abs(value) > _EXACT_FLOAT)]
    tests = []
    if short:
        tests.append(sql("{number} IN {values}", number=column(asked.property), values=bind("Array(Float64)", short)))
    if long:
        digits = number_text(asked.property)
        tests.append(sql("{digits} IN {values}", digits=digits, values=bind("Array(String)", long)))
    return sql("({tests})", tests=join(" OR ", tests))


def _float(value: object) -> Fragment:
    return bind("Float64", float(str(value)))


def _boolean(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    flag = column(asked.property)
    return flag if operator is Operator.IS_TRUE else sql("NOT {flag}", flag=flag)


_ITEM: dict[Operator, LiteralString] = {
    Operator.ANY_ITEM_IS: "hasAny({items}, {values})",
    Operator.ALL_ITEMS_ARE: "notEmpty({items}) AND hasAll({values}, {items})",
    Operator.ANY_ITEM_CONTAINS: "arrayExists(item -> arrayExists(w -> position(item, w) > 0, {values}), {items})",
}


def _item(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    test = sql(_ITEM[operator], items=items(asked.property), values=bind("Array(String)", list(asked.values)))
    return sql("isNotNull({list}) AND {test}", list=column(asked.property), test=test)


def _date(asked: Condition, operator: Operator, scope: Scope) -> Fragment:
    return between(asked.property, *_days_meant(asked, operator, scope), scope)


def _days_meant(asked: Condition, operator: Operator, scope: Scope) -> tuple[dt.date | None, dt.date | None]:
    """From which day to which, both included; None for open."""
    if operator in RELATIVE:
        wanted = LastDates.of(asked.values, "values")
        if operator is Operator.IN_NEXT:
            return next_days(wanted, scope)
        first, last = days(wanted, scope)
        return (first, last) if operator is Operator.IN_LAST else (None, first - dt.timedelta(days=1))
    first, last = dt.date.fromisoformat(str(asked.values[0])), dt.date.fromisoformat(str(asked.values[-1]))
    if operator is Operator.BEFORE:
        return None, first - dt.timedelta(days=1)
    return (first, None) if operator is Operator.SINCE else (first, last)


_TEST: dict[PropertyType, Callable[[Condition, Operator, Scope], Fragment]] = {
    PropertyType.STRING: _text,
    PropertyType.NUMBER: _number,
    PropertyType.BOOLEAN: _boolean,
    PropertyType.DATE: _date,
    PropertyType.LIST: _item,
}
