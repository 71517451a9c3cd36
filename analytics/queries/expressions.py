"""What an expression of Mixpanel's query language says, as values: `properties["plan"] == "pro" and not user["left"]`.

A value of an expression is text, a number, a boolean, a list, an object, or undefined; which one it is may differ from
event to event. docs/mixpanel.md has the rules. How an expression is written is in expression_text.py; its SQL is
in compiler/expressions.py.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.properties import LONGEST_NAME
from analytics.queries.text import check_text, shown

LONGEST_EXPRESSION = 8192  # characters
DEEPEST_EXPRESSION = 40  # operators inside one another
MOST_ITEMS = 1000  # of a list that is written out


class Operator(StrEnum):
    OR = "or"
    AND = "and"
    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    IN = "in"
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"
    REMAINDER = "%"


class Function(StrEnum):
    """What takes one value; `not` and `-` are written in front of it, the others around it."""

    NOT = "not"
    NEGATIVE = "-"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    DATETIME = "datetime"
    DEFINED = "defined"
    FLOOR = "floor"
    ROUND = "round"
    CEIL = "ceil"


PREFIXES = (Function.NOT, Function.NEGATIVE)


@dataclass(frozen=True, slots=True)
class EventProperty:
    """`properties["name"]`"""

    name: str

    def __post_init__(self) -> None:
        check_text(self.name, "", what="The property's name", longest=LONGEST_NAME)


@dataclass(frozen=True, slots=True)
class UserProperty:
    """`user["name"]`"""

    name: str

    def __post_init__(self) -> None:
        check_text(self.name, "", what="The property's name", longest=LONGEST_NAME)


@dataclass(frozen=True, slots=True)
class EventTime:
    """`event["time"]`, a moment: seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | float | bool

    def __post_init__(self) -> None:
        if isinstance(self.value, str):
            check_text(self.value, "", what="A text", empty=True)
        elif not isinstance(self.value, bool) and not math.isfinite(self.value):
            raise QueryError(f"{shown(self.value)} is not a number that an event can have.")


@dataclass(frozen=True, slots=True)
class ListLiteral:
    items: tuple[Literal, ...]

    def __post_init__(self) -> None:
        if len(self.items) > MOST_ITEMS:
            raise QueryError(f"{len(self.items):,} items are too many for a list; at most {MOST_ITEMS:,} are possible.")


@dataclass(frozen=True, slots=True)
class Call:
    function: Function
    argument: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Every operator but `and` and `or`."""

    operator: Operator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Junction:
    """Two or more operands joined by `and`, or by `or`."""

    operator: Operator
    operands: tuple[Expression, ...]


Expression: TypeAlias = EventProperty | UserProperty | EventTime | Literal | ListLiteral | Call | Binary | Junction


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """What stands directly inside it."""
    match expression:
        case Call(_, argument):
            return (argument,)
        case Binary(_, left, right):
            return (left, right)
        case Junction(_, operands):
            return operands
    return ()


def is_moment(expression: Expression) -> bool:
    """Whether it is a moment by the way it is written. What a moment is compared with is read as a moment too."""
    match expression:
        case EventTime() | EventProperty("time") | Call(Function.DATETIME):
            return True
        case Binary(Operator.PLUS | Operator.MINUS, left, right):
            return is_moment(left) != is_moment(right)  # a moment and a duration; two moments make a duration
    return False


# A day or a moment of ISO 8601 in the years that the store can hold. Without an offset it is UTC; a day is its
# midnight.
_ISO = re.compile(
    r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?)?"
)


def moment_of(text: str) -> float | None:
    """The seconds since 1970 that a text like 2024-01-31T13:00:00 means; None for anything else."""
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1) / 1000
