"""Conditions on properties and the and/or groups that they stand in.

What an operator needs and which types have it are facts, so they stand in tables;
the SQL of each is in compiler/filters.py.
A missing property never meets a positive operator; it meets "is not set" and every operator marked negative here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.dates import LastDates, parse_day
from analytics.queries.patterns import check_pattern
from analytics.queries.properties import Property, PropertyType
from analytics.queries.text import check_text, listed, shown

MOST_VALUES = 1000
MOST_CONDITIONS = 100
DEEPEST_GROUP = 3

Value: TypeAlias = str | int | float


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    MATCHES = "matches"  # a pattern, anywhere in the text: patterns.py
    NOT_MATCHES = "not_matches"
    GREATER_THAN = "greater_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    BETWEEN = "between"
    NOT_BETWEEN = "not_between"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"
    ON = "on"
    NOT_ON = "not_on"
    BEFORE = "before"
    SINCE = "since"
    IN_LAST = "in_last"  # these count in calendar units, the one that today is in included
    NOT_IN_LAST = "not_in_last"
    BEFORE_LAST = "before_last"
    IN_NEXT = "in_next"
    ANY_ITEM_IS = "any_item_is"
    NO_ITEM_IS = "no_item_is"
    ALL_ITEMS_ARE = "all_items_are"  # and there is one
    ANY_ITEM_CONTAINS = "any_item_contains"
    IS_SET = "is_set"
    IS_NOT_SET = "is_not_set"


_SET = (Operator.IS_SET, Operator.IS_NOT_SET)

OPERATORS: dict[PropertyType, tuple[Operator, ...]] = {
    PropertyType.STRING: (
        Operator.IS, Operator.IS_NOT, Operator.CONTAINS, Operator.NOT_CONTAINS,
        Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.MATCHES, Operator.NOT_MATCHES, *_SET,
    ),
    PropertyType.NUMBER: (
        Operator.IS, Operator.IS_NOT, Operator.GREATER_THAN, Operator.AT_LEAST,
        Operator.LESS_THAN, Operator.AT_MOST, Operator.BETWEEN, Operator.NOT_BETWEEN, *_SET,
    ),
    PropertyType.BOOLEAN: (Operator.IS_TRUE, Operator.IS_FALSE, *_SET),
    PropertyType.DATE: (
        Operator.ON, Operator.NOT_ON, Operator.BEFORE, Operator.SINCE, Operator.BETWEEN, Operator.NOT_BETWEEN,
        Operator.IN_LAST, Operator.NOT_IN_LAST, Operator.BEFORE_LAST, Operator.IN_NEXT, *_SET,
    ),
    PropertyType.LIST: (
        Operator.ANY_ITEM_IS, Operator.ALL_ITEMS_ARE, Operator.NO_ITEM_IS, Operator.ANY_ITEM_CONTAINS, *_SET,
    ),
    PropertyType.OBJECT: _SET,
}  # fmt: skip

# A negative operator says what the value is not, and a missing value is not anything.
NEGATIVE: dict[Operator, Operator] = {
    Operator.IS_NOT: Operator.IS,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_MATCHES: Operator.MATCHES,
    Operator.NOT_BETWEEN: Operator.BETWEEN,
    Operator.NOT_ON: Operator.ON,
    Operator.NOT_IN_LAST: Operator.IN_LAST,
    Operator.NO_ITEM_IS: Operator.ANY_ITEM_IS,
    Operator.IS_NOT_SET: Operator.IS_SET,
}

# (fewest, most) values of each operator.
_NONE, _ONE, _TWO, _MANY = (0, 0), (1, 1), (2, 2), (1, MOST_VALUES)
VALUES: dict[Operator, tuple[int, int]] = {
    Operator.IS: _MANY,
    Operator.IS_NOT: _MANY,
    Operator.CONTAINS: _MANY,
    Operator.NOT_CONTAINS: _MANY,
    Operator.STARTS_WITH: _MANY,
    Operator.ENDS_WITH: _MANY,
    Operator.MATCHES: _ONE,
    Operator.NOT_MATCHES: _ONE,
    Operator.GREATER_THAN: _ONE,
    Operator.AT_LEAST: _ONE,
    Operator.LESS_THAN: _ONE,
    Operator.AT_MOST: _ONE,
    Operator.BETWEEN: _TWO,
    Operator.NOT_BETWEEN: _TWO,
    Operator.IS_TRUE: _NONE,
    Operator.IS_FALSE: _NONE,
    Operator.ON: _ONE,
    Operator.NOT_ON: _ONE,
    Operator.BEFORE: _ONE,
    Operator.SINCE: _ONE,
    Operator.IN_LAST: _TWO,
    Operator.NOT_IN_LAST: _TWO,
    Operator.BEFORE_LAST: _TWO,
    Operator.IN_NEXT: _TWO,
    Operator.ANY_ITEM_IS: _MANY,
    Operator.NO_ITEM_IS: _MANY,
    Operator.ALL_ITEMS_ARE: _MANY,
    Operator.ANY_ITEM_CONTAINS: _MANY,
    Operator.IS_SET: _NONE,
    Operator.IS_NOT_SET: _NONE,
}

PATTERNS = frozenset({Operator.MATCHES, Operator.NOT_MATCHES})
# Their values are a number of calendar units and the unit: [7, "day"].
RELATIVE = frozenset({Operator.IN_LAST, Operator.NOT_IN_LAST, Operator.BEFORE_LAST, Operator.IN_NEXT})


class Match(StrEnum):
    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Condition:
    property: Property
    operator: Operator
    values: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        possible = OPERATORS[self.property.type]
        if self.operator not in possible:
            raise QueryError(
                f"“{self.operator}” does not fit a {self.property.type} ({self.property.label}); "
                f"use {listed(possible)}.",
                place="operator",
            )
        self._check_count()
        if self.operator in RELATIVE:
            LastDates.of(self.values, "values")
            return
        if self.operator in PATTERNS:
            check_pattern(self.values[0], "values[0]")
        for index, value in enumerate(self.values):
            check_value(self.property.type, value, f"values[{index}]")
        self._check_order()

    def _check_order(self) -> None:
        if self.operator not in (Operator.BETWEEN, Operator.NOT_BETWEEN):
            return
        low, high = self.values
        if low > high:  # type: ignore[operator]  # both are numbers, or both are days
            raise QueryError(f"“{self.operator}” runs from {low} to {high}: put the lower first.", place="values")

    def _check_count(self) -> None:
        fewest, most = VALUES[self.operator]
        count = len(self.values)
        if fewest <= count <= most:
            return
        if most == 0:
            raise QueryError(f"“{self.operator}” takes no values: leave them out.", place="values")
        if most == MOST_VALUES and count > most:
            raise QueryError(f"{count:,} values are too many; at most {most:,} are possible.", place="values")
        if self.operator in RELATIVE:
            raise QueryError(f'“{self.operator}” needs a number and a unit, like [7, "day"].', place="values")
        wanted = "at least one value" if most == MOST_VALUES else "one value" if most == 1 else "two values"
        raise QueryError(f"“{self.operator}” needs {wanted}, not {count}.", place="values")


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all or any must hold; a group may stand in a group."""

    match: Match
    conditions: tuple[Condition | Group, ...]

    def __post_init__(self) -> None:
        if not self.conditions:
            raise QueryError(
                "A group of filters needs a condition: add one, or leave the group out.", place="conditions"
            )
        if (count := len(conditions_of(self))) > MOST_CONDITIONS:
            raise QueryError(
                f"{count} conditions are too many; at most {MOST_CONDITIONS} are possible.", place="conditions"
            )
        if _depth(self) > DEEPEST_GROUP:
            raise QueryError(f"Groups stand at most {DEEPEST_GROUP} deep: flatten the innermost.", place="conditions")


def conditions_of(group: Group | None) -> tuple[Condition, ...]:
    """Every condition in the group and the groups inside it, in reading order."""
    if group is None:
        return ()
    found: list[Condition] = []
    for member in group.conditions:
        found.extend(conditions_of(member) if isinstance(member, Group) else (member,))
    return tuple(found)


def _depth(group: Group) -> int:
    return 1 + max((_depth(member) for member in group.conditions if isinstance(member, Group)), default=0)


def check_value(type: PropertyType, value: object, place: str) -> None:
    """A value that a property of this type is compared with; a QueryError if it cannot be one."""
    _VALUE_OF_TYPE.get(type, _text)(value, place)


def _text(value: object, place: str) -> None:
    check_text(value, place, what="A value", empty=True)


def _number(value: object, place: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QueryError(f"A number is needed here, not {shown(value)}.", place=place)
    try:
        finite = math.isfinite(float(value))
    except OverflowError:
        finite = False
    if not finite:
        raise QueryError(f"{shown(value)} is not a number that an event can have.", place=place)


def _day(value: object, place: str) -> None:
    if not isinstance(value, str) or parse_day(value) is None:
        raise QueryError(f"A day like 2024-01-31 is needed here, not {shown(value)}.", place=place)


_VALUE_OF_TYPE: dict[PropertyType, Callable[[object, str], None]] = {
    PropertyType.STRING: _text,
    PropertyType.LIST: _text,
    PropertyType.NUMBER: _number,
    PropertyType.DATE: _day,
}
