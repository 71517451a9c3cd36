"""An expression as SQL: what it is of an event, as a condition, as a number or as the segments it falls into.

The rules of types are in expression_values.py; here an expression is walked, its terms are found in the schema, and
what could never be right is refused.
"""

from __future__ import annotations

import hashlib
import json

from analytics.compiler import expression_values as values
from analytics.compiler.expression_values import NO_NUMBER, NO_TEXT, Typed, as_text, is_defined, truth
from analytics.errors import QueryError
from analytics.queries.expression_text import spelled
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
    moment_of,
)
from analytics.queries.text import shown
from analytics.schema import profiles, properties
from analytics.sql.fragment import Fragment, bind, identifier, sql

MOST_PARTS = 5000  # pieces of SQL and bound values together; the engine reads statements of up to 256 KB

_COMPARISONS = (
    Operator.EQUAL, Operator.NOT_EQUAL, Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST,
)  # fmt: skip


def condition(expression: Expression, *, place: str) -> Fragment:
    """Whether an event meets the expression: it does where that is true, and not where it is undefined."""
    value = _placed(expression, place)
    if value.columns and not value.boolean:
        raise QueryError(f"{_said(expression)} is not a condition: compare it with something.", place=place)
    return sql("{truth} = 1", truth=truth(value))


def number(expression: Expression, *, place: str) -> Fragment:
    """Its number; NULL where it is none."""
    value = _placed(expression, place)
    if value.columns and not value.number:
        raise QueryError(
            f"{_said(expression)} is never a number; number(…) reads the number that a text shows.", place=place
        )
    return value.number or NO_NUMBER


def segments(expression: Expression, *, place: str) -> Fragment:
    """The texts that an event is counted under: one, or each item of a list once. Nothing at all is “undefined”."""
    value = _placed(expression, place)
    single = sql("[ifNull({text}, 'undefined')]", text=as_text(value) or NO_TEXT)
    if not value.nested:
        return single
    return sql(
        "multiIf(NOT startsWith(ifNull({nested}, ''), '['), {single}, {nested} = '[]', [''], arrayDistinct(arrayMap("
        "item -> if(startsWith(item, '\"'), JSONExtractString(item), item),"
        " JSONExtractArrayRaw(assumeNotNull({nested})))))",
        nested=value.nested,
        single=single,
    )


def defined(expression: Expression, *, place: str) -> Fragment:
    """Whether it is anything at all."""
    return is_defined(_placed(expression, place))


def _placed(expression: Expression, place: str) -> Typed:
    try:
        return _typed(expression)
    except QueryError as error:
        error.place = place
        raise


def _typed(expression: Expression) -> Typed:
    made = _of_any_size(expression)
    if sum(len(column.parts) for column in (*made.columns, made.digits)) > MOST_PARTS:
        raise QueryError("The expression is too much for one question: make it shorter or less nested.")
    return made


def _of_any_size(expression: Expression) -> Typed:
    match expression:
        case EventProperty(name):
            return _event_property(name)
        case UserProperty(name):
            return _user_property(name)
        case EventTime():
            return values.number(sql("(toUnixTimestamp64Milli(time) / 1000)"), always=True)
        case Literal(value):
            return _literal(value)
        case ListLiteral(items):
            return Typed(nested=bind("String", _json(items)), always=True)
        case Call(function, argument):
            return _call(function, argument)
        case Junction(operator, operands):
            return values.junction(operator, [_joinable(operand, operator) for operand in operands])
        case Binary(operator, left, right):
            return _binary(operator, left, right)


# --- terms ------------------------------------------------------------------------------------------------------------


def _event_property(name: str) -> Typed:
    if name == "time":  # as the export writes it
        return _typed(EventTime())
    if name in properties.COLUMNS:
        return Typed(text=properties.string(name))
    return Typed(
        text=properties.string(name),
        number=properties.number(name),
        boolean=sql("toUInt8({boolean})", boolean=properties.boolean(name)),
        nested=properties.nested(name),
        digits=sql("replaceRegexpOne({digits}, '^-0$', '0')", digits=properties.number_text(name)),
    )


def _user_property(name: str) -> Typed:
    """Its columns stand beside the event (expression_rows.py)."""
    known = {column: identifier(beside) for column, beside in _profile_names(name).items()}
    return Typed(known["text"], known["number"], known["boolean"], known["nested"], known["digits"])


def profile_columns(name: str) -> dict[str, Fragment]:
    """What of a profile is to be put beside the events: name of a column → the expression that reads it."""
    known = _profile_names(name)
    return {
        known["text"]: profiles.string(name),
        known["number"]: profiles.number(name),
        known["boolean"]: sql("toUInt8({boolean})", boolean=profiles.boolean(name)),
        known["nested"]: profiles.nested(name),
        known["digits"]: sql("replaceRegexpOne({digits}, '^-0$', '0')", digits=profiles.number_text(name)),
    }


def _profile_names(name: str) -> dict[str, str]:
    """Names of our own for the columns of a property, whatever it is called."""
    mark = hashlib.sha256(name.encode()).hexdigest()[:24]
    return {column: f"profile_{mark}_{column}" for column in ("text", "number", "boolean", "nested", "digits")}


def _literal(value: str | float | bool) -> Typed:
    if isinstance(value, str):
        return values.text(value)
    if isinstance(value, bool):
        return values.truth_value(value)
    return values.number(bind("Float64", float(value)), always=True)


def _json(items: tuple[Literal, ...]) -> str:
    """As the store writes lists: compact, and whole numbers without a point."""
    whole = [
        int(item.value) if isinstance(item.value, float) and item.value == int(item.value) else item.value
        for item in items
    ]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


# --- operators and functions ------------------------------------------------------------------------------------------


def _binary(operator: Operator, left: Expression, right: Expression) -> Typed:
    if operator is Operator.IN and isinstance(right, ListLiteral):
        return values.in_list(_typed(left), [item.value for item in right.items])
    if operator in _COMPARISONS and is_moment(left) != is_moment(right):
        left, right = _as_moment(left), _as_moment(right)
    return values.operate(operator, _typed(left), _typed(right))


def _as_moment(expression: Expression) -> Expression:
    return expression if is_moment(expression) else Call(Function.DATETIME, expression)


def _joinable(operand: Expression, operator: Operator) -> Typed:
    value = _typed(operand)
    if value.columns and not value.boolean:
        raise QueryError(f"{_said(operand)} is not a condition, so “{operator}” cannot join it: compare it.")
    return value


def _call(function: Function, argument: Expression) -> Typed:
    if function is Function.DATETIME and isinstance(argument, Literal) and isinstance(argument.value, str):
        seconds = moment_of(argument.value)
        if seconds is None:
            raise QueryError(f'{shown(argument.value)} is not a moment; write it like datetime("2024-01-31T13:00:00").')
        return values.number(bind("Float64", seconds), always=True)
    return values.call(function, _typed(argument))


def _said(expression: Expression) -> str:
    text = spelled(expression)
    return f"“{text if len(text) <= 80 else text[:79] + '…'}”"
