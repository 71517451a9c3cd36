"""Mixpanel's expressions evaluated in memory, one event at a time: slow, obvious, by the words of docs/mixpanel.md."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from analytics.queries.expressions import (
    Binary,
    Call,
    EventProperty,
    EventTime,
    Expression,
    Function,
    Junction,
    ListLiteral,
    Literal,
    Operator,
    UserProperty,
    is_moment,
)
from tests.reference.facts import Fact

UNDEFINED = object()


class Digits(float):
    """A number as it was received, which string() shows with every digit."""

    shown = ""


@dataclass(frozen=True)
class Known(Fact):
    """A fact with the profile of its user."""

    profile: dict[str, Any] = field(default_factory=dict)


def meets(expression: Expression, fact: Fact) -> bool:
    return evaluate(expression, fact) is True


def segments(expression: Expression, fact: Fact) -> list[str]:
    value = evaluate(expression, fact)
    if value is UNDEFINED:
        return ["undefined"]
    if isinstance(value, list):
        items = [item if isinstance(item, str) else compact(item) for item in value]
        return list(dict.fromkeys(items)) or [""]
    return [to_string(value)]


def evaluate(expression: Expression, fact: Fact) -> Any:
    match expression:
        case EventTime() | EventProperty("time"):
            return round(fact.time.timestamp() * 1000) / 1000
        case EventProperty(name):
            return read(name, fact)
        case UserProperty(name):
            return typed(fact.profile.get(name) if isinstance(fact, Known) else None)
        case Literal(value):
            return value
        case ListLiteral(items):
            return [item.value for item in items]
        case Junction(Operator.AND, operands):
            return all(evaluate(operand, fact) is True for operand in operands)
        case Junction(_, operands):
            return any(evaluate(operand, fact) is True for operand in operands)
        case Call(function, argument):
            return call(function, evaluate(argument, fact))
        case Binary(operator, left, right):
            return operate(operator, left, right, fact)
    raise AssertionError(expression)


def read(name: str, fact: Fact) -> Any:
    columns = {"distinct_id": fact.distinct_id, "$user_id": fact.user_id, "$device_id": fact.device_id}
    return typed((columns[name] or None) if name in columns else fact.properties.get(name))


def typed(value: Any) -> Any:
    if value is None:
        return UNDEFINED
    if isinstance(value, int) and not isinstance(value, bool):
        number = Digits(value)
        number.shown = str(value)
        return number
    return value


def operate(operator: Operator, left: Expression, right: Expression, fact: Fact) -> Any:
    a, b = evaluate(left, fact), evaluate(right, fact)
    if operator in (Operator.PLUS, Operator.MINUS, Operator.TIMES, Operator.OVER, Operator.REMAINDER):
        return calculate(operator, a, b)
    if operator is Operator.IN:
        return contained(a, b)
    if is_moment(left) != is_moment(right):
        a, b = (x if is_moment(side) else call(Function.DATETIME, x) for side, x in ((left, a), (right, b)))
    if operator is Operator.EQUAL:
        return same(a, b)
    if operator is Operator.NOT_EQUAL:
        return not same(a, b)
    if kind(a) != "number" or kind(b) != "number":
        return UNDEFINED
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def kind(value: Any) -> str:
    if value is UNDEFINED:
        return "undefined"
    for type, name in ((bool, "boolean"), (str, "text"), (float, "number"), (int, "number"), (list, "list")):
        if isinstance(value, type):
            return name
    return "object"


def calculate(operator: Operator, a: Any, b: Any) -> Any:
    if operator is Operator.PLUS and kind(a) == kind(b) == "text":
        return a + b
    if kind(a) != "number" or kind(b) != "number":
        return UNDEFINED
    a, b = float(a), float(b)
    try:
        result = {
            Operator.PLUS: lambda: a + b,
            Operator.MINUS: lambda: a - b,
            Operator.TIMES: lambda: a * b,
            Operator.OVER: lambda: a / b,
            Operator.REMAINDER: lambda: a - b * math.trunc(a / b),  # as exact as a float's quotient is
        }[operator]()
    except (ZeroDivisionError, ValueError):
        return UNDEFINED
    return result if math.isfinite(result) else UNDEFINED


def same(a: Any, b: Any) -> bool:
    if kind(a) != kind(b):
        return False
    return compact(a) == compact(b) if kind(a) in ("list", "object") else bool(a == b)


def contained(a: Any, b: Any) -> Any:
    if kind(a) == kind(b) == "text":
        return a in b
    if kind(b) == "list" and kind(a) in ("text", "number", "boolean"):
        return any(item is not None and kind(item) == kind(a) and item == a for item in b)
    return UNDEFINED


def call(function: Function, value: Any) -> Any:
    if function is Function.DEFINED:
        return value is not UNDEFINED
    if function is Function.NOT:
        return {True: False, False: True}[value] if isinstance(value, bool) else (value is UNDEFINED or UNDEFINED)
    if function is Function.BOOLEAN:
        return value is not UNDEFINED and value not in ("", "false") and (isinstance(value, list | dict) or value != 0)
    if value is UNDEFINED:
        return UNDEFINED
    if function is Function.STRING:
        return to_string(value)
    if function is Function.NUMBER:
        return to_number(value)
    if function is Function.LIST:
        return value if kind(value) == "list" else UNDEFINED
    if function is Function.DATETIME:
        return float(value) if kind(value) == "number" else to_moment(value) if kind(value) == "text" else UNDEFINED
    if kind(value) != "number":
        return UNDEFINED
    number = float(value)
    return {
        Function.NEGATIVE: -number,
        Function.FLOOR: float(math.floor(number)),
        Function.CEIL: float(math.ceil(number)),
        Function.ROUND: math.copysign(math.floor(abs(number) + 0.5), number),
    }[function]


def to_string(value: Any) -> str:
    if isinstance(value, Digits):
        return value.shown
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return shown(float(value))
    return value if isinstance(value, str) else compact(value)


def shown(number: float) -> str:
    """As JavaScript shows it: without an exponent from 0.000001 up to 1e21."""
    if number == 0:
        return "0"
    if 1e-6 <= abs(number) < 1e21:
        text = f"{Decimal(repr(number)):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = repr(number).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"


def to_number(value: Any) -> Any:
    if kind(value) == "number":
        return float(value)
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", value):
        return UNDEFINED
    return float(value) if math.isfinite(float(value)) else UNDEFINED


def to_moment(text: str) -> Any:
    """ISO 8601, UTC unless it says otherwise."""
    if not re.match(r"\d{4}-\d{2}-\d{2}($|[T ]\d{2}:\d{2})", text):
        return UNDEFINED
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return UNDEFINED
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return math.floor(moment.timestamp() * 1000) / 1000


def compact(value: Any) -> str:
    return json.dumps(whole(value), ensure_ascii=False, separators=(",", ":"))


def whole(value: Any) -> Any:
    """JSON writes 1 for 1.0."""
    if isinstance(value, list):
        return [whole(item) for item in value]
    return int(value) if isinstance(value, float) and value == int(value) else value
