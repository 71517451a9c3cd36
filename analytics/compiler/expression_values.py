"""A value of Mixpanel's query language as columns, and what its operators and functions make of such values.

Which type a value has is known only for each event, so it has up to four columns, of which at most one is not NULL in
a row; where all are NULL, the value is undefined. A type that it can never have has no column at all.
A rule uses its operands' columns as few times as it can: what is written twice doubles at every level.
This file must not know how an expression is written or where its properties are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from analytics.queries.expressions import Function, Operator
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

# What number() takes for a decimal: also an exponent, but neither blanks nor words like inf.
DECIMAL = r"^([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)$"
# What datetime() takes for a day or a moment; queries/expressions.py reads the same.
DAY = r"^(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
MOMENT = (
    r"^(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?$"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """The columns of a value: `digits` is the number as text, `nested` the JSON text of a list or an object.
    `always` says that it is never undefined."""

    text: Fragment = EMPTY
    number: Fragment = EMPTY
    boolean: Fragment = EMPTY
    nested: Fragment = EMPTY
    digits: Fragment = EMPTY
    always: bool = False

    @property
    def columns(self) -> tuple[Fragment, ...]:
        return tuple(column for column in (self.text, self.number, self.boolean, self.nested) if column)


NO_NUMBER = sql("CAST(NULL AS Nullable(Float64))")
NO_TEXT = sql("CAST(NULL AS Nullable(String))")
UNDEFINED = Typed()
FALSE = Typed(boolean=sql("toUInt8(0)"), always=True)


def text(value: str) -> Typed:
    return Typed(text=bind("String", value), always=True)


def truth_value(value: bool) -> Typed:
    return Typed(boolean=bind("UInt8", int(value)), always=True)


def number(value: Fragment, *, always: bool = False) -> Typed:
    # 0 and -0 are one number.
    return Typed(number=value, digits=sql("toString({value} + 0)", value=value), always=always)


def truth(value: Typed) -> Fragment:
    """1 where it is true, 0 where it is anything else."""
    return sql("ifNull({boolean}, 0)", boolean=value.boolean) if value.boolean else sql("toUInt8(0)")


def is_defined(value: Typed) -> Fragment:
    if value.always:
        return sql("toUInt8(1)")
    tests = [sql("isNotNull({column})", column=column) for column in value.columns]
    return sql("({tests})", tests=join(" OR ", tests)) if tests else sql("toUInt8(0)")


def as_text(value: Typed) -> Fragment:
    """As text, whatever it is; EMPTY if it is always undefined."""
    boolean = sql("toString(toBool({boolean}))", boolean=value.boolean) if value.boolean else EMPTY
    return _first(value.text, value.digits, boolean, value.nested)


def _first(*columns: Fragment) -> Fragment:
    """The first that is not NULL."""
    found = [column for column in columns if column]
    return sql("coalesce({found})", found=join(", ", found)) if len(found) > 1 else join(", ", found)


# --- operators --------------------------------------------------------------------------------------------------------

_ARITHMETIC: dict[Operator, LiteralString] = {
    Operator.PLUS: "({left} + {right})",
    Operator.MINUS: "({left} - {right})",
    Operator.TIMES: "({left} * {right})",
    Operator.OVER: "({left} / {right})",
    Operator.REMAINDER: "({left} % {right})",
}
_ORDER: dict[Operator, LiteralString] = {
    Operator.LESS: "({left} < {right})",
    Operator.AT_MOST: "({left} <= {right})",
    Operator.GREATER: "({left} > {right})",
    Operator.AT_LEAST: "({left} >= {right})",
}


def operate(operator: Operator, left: Typed, right: Typed) -> Typed:
    """What an operator between two values makes; `and` and `or` are `junction`."""
    if operator in _ARITHMETIC:
        return _arithmetic(operator, left, right)
    if operator in _ORDER:
        if not (left.number and right.number):
            return UNDEFINED
        return Typed(boolean=sql(_ORDER[operator], left=left.number, right=right.number))
    if operator is Operator.IN:
        return _in(left, right)
    equal = _equal(left, right)
    return (
        equal if operator is Operator.EQUAL else Typed(boolean=sql("(NOT {equal})", equal=equal.boolean), always=True)
    )


def junction(operator: Operator, operands: Sequence[Typed]) -> Typed:
    truths = [sql("({truth} = 1)", truth=truth(operand)) for operand in operands]
    joined = join(" AND " if operator is Operator.AND else " OR ", truths)
    return Typed(boolean=sql("({joined})", joined=joined), always=True)


def _arithmetic(operator: Operator, left: Typed, right: Typed) -> Typed:
    made = UNDEFINED
    if left.number and right.number:
        result = sql(_ARITHMETIC[operator], left=left.number, right=right.number)
        made = number(sql("ifNotFinite({result}, {none})", result=result, none=NO_NUMBER))  # 1 / 0 is undefined
    if operator is not Operator.PLUS or not (left.text and right.text):
        return made
    joined = sql("concat({left}, {right})", left=left.text, right=right.text)
    return Typed(text=joined, number=made.number, digits=made.digits)


def _equal(left: Typed, right: Typed) -> Typed:
    """Of one type and of one value; two that are undefined are of one type too."""
    pairs = zip(
        (left.text, left.number, left.boolean, left.nested),
        (right.text, right.number, right.boolean, right.nested),
        strict=True,
    )
    tests = [sql("ifNull({left} = {right}, 0)", left=mine, right=theirs) for mine, theirs in pairs if mine and theirs]
    if not left.always and not right.always:
        tests.append(sql("NOT ({left} OR {right})", left=is_defined(left), right=is_defined(right)))
    return Typed(boolean=sql("({tests})", tests=join(" OR ", tests)), always=True) if tests else FALSE


def _in(left: Typed, right: Typed) -> Typed:
    """A text in a text, or an item in a list."""
    tests = []
    if left.text and right.text:
        tests.append(sql("position({right}, {left}) > 0", left=left.text, right=right.text))
    if right.nested and (left.text or left.number or left.boolean):
        tests.append(
            sql(
                "if(startsWith({list}, '['), if(isNull({item}), NULL, has({items}, {item})), NULL)",
                list=right.nested,
                item=_marked(left),
                items=_marked_items(right.nested),
            )
        )
    return Typed(boolean=sql("coalesce({tests}, NULL)", tests=join(", ", tests))) if tests else UNDEFINED


def _marked(value: Typed) -> Fragment:
    """A text, number or boolean with a letter for its type, so that 5 is not found among texts."""
    marked = []
    if value.text:
        marked.append(sql("concat('t', {text})", text=value.text))
    if value.number:
        marked.append(sql("concat('n', toString({number} + 0))", number=value.number))
    if value.boolean:
        marked.append(sql("concat('b', toString(toBool({boolean})))", boolean=value.boolean))
    return _first(*marked)


def _marked_items(nested: Fragment) -> Fragment:
    return sql(
        "arrayMap(item -> multiIf(startsWith(item, '\"'), concat('t', JSONExtractString(item)),"
        " item = 'true' OR item = 'false', concat('b', item),"
        " match(item, '^[-0-9]'), concat('n', toString(toFloat64OrZero(item) + 0)), ''),"
        " JSONExtractArrayRaw(ifNull({nested}, '[]')))",
        nested=nested,
    )


def in_list(value: Typed, items: Sequence[str | float | bool]) -> Typed:
    """In a list that is written out: looked up, however long it is."""
    texts = [item for item in items if isinstance(item, str)]
    booleans = [int(item) for item in items if isinstance(item, bool)]
    numbers = [float(item) for item in items if not isinstance(item, str | bool)]
    tests = []
    if value.text:
        tests.append(sql("{text} IN {items}", text=value.text, items=bind("Array(String)", texts)))
    if value.number:
        tests.append(sql("{number} IN {items}", number=value.number, items=bind("Array(Float64)", numbers)))
    if value.boolean:
        tests.append(sql("{boolean} IN {items}", boolean=value.boolean, items=bind("Array(UInt8)", booleans)))
    return Typed(boolean=sql("coalesce({tests}, NULL)", tests=join(", ", tests))) if tests else UNDEFINED


# --- functions --------------------------------------------------------------------------------------------------------


def call(function: Function, value: Typed) -> Typed:
    return _FUNCTIONS[function](value)


def _not(value: Typed) -> Typed:
    """Of what is undefined it is true; of text, numbers and lists it is undefined."""
    opposite = sql("(NOT ({truth} = 1))", truth=truth(value))
    others = Typed(text=value.text, number=value.number, nested=value.nested)
    if not others.columns:
        return Typed(boolean=opposite, always=True)
    if value.always and not value.boolean:
        return UNDEFINED
    return Typed(boolean=sql("if({other}, NULL, {opposite})", other=is_defined(others), opposite=opposite))


def _to_number(value: Typed) -> Typed:
    read = EMPTY
    if value.text:
        # extract gives '' where nothing matches, which is no number.
        read = sql(
            "ifNotFinite(CAST(toFloat64OrNull(extract({text}, {decimal})) AS Nullable(Float64)), {none})",
            text=value.text,
            decimal=bind("String", DECIMAL),
            none=NO_NUMBER,
        )
    found = _first(value.number, read, sql("toFloat64({boolean})", boolean=value.boolean) if value.boolean else EMPTY)
    return number(found) if found else UNDEFINED


def _to_boolean(value: Typed) -> Typed:
    """False for "", "false", 0 and what is undefined; true for everything else."""
    tests = [value.boolean]
    if value.text:
        tests.append(sql("{text} NOT IN ('', 'false')", text=value.text))
    if value.number:
        tests.append(sql("({number} != 0)", number=value.number))
    if value.nested:
        tests.append(sql("notEmpty({nested})", nested=value.nested))
    return Typed(boolean=_first(*tests, sql("0")), always=True)


def _to_list(value: Typed) -> Typed:
    if not value.nested:
        return UNDEFINED
    return Typed(nested=sql("if(startsWith({nested}, '['), {nested}, NULL)", nested=value.nested))


def _to_moment(value: Typed) -> Typed:
    read = EMPTY
    if value.text:
        read = sql(
            "if((match({text}, {day}) OR match({text}, {moment}))"
            # 31 February is not a day; the engine would read it as one in March.
            " AND toString(toDate32OrNull(substring({text}, 1, 10))) = substring({text}, 1, 10),"
            " toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull({text}, 3, 'UTC')) / 1000, NULL)",
            text=value.text,
            day=bind("String", DAY),
            moment=bind("String", MOMENT),
        )
    found = _first(value.number, read)
    return number(found) if found else UNDEFINED


def _of_number(expression: LiteralString) -> Callable[[Typed], Typed]:
    def made(value: Typed) -> Typed:
        return number(sql(expression, number=value.number)) if value.number else UNDEFINED

    return made


_FUNCTIONS: dict[Function, Callable[[Typed], Typed]] = {
    Function.NOT: _not,
    Function.NEGATIVE: _of_number("(-{number})"),
    Function.STRING: lambda value: Typed(text=as_text(value), always=value.always),
    Function.NUMBER: _to_number,
    Function.BOOLEAN: _to_boolean,
    Function.LIST: _to_list,
    Function.DATETIME: _to_moment,
    Function.DEFINED: lambda value: Typed(boolean=is_defined(value), always=True),
    Function.FLOOR: _of_number("floor({number})"),
    Function.CEIL: _of_number("ceil({number})"),
    Function.ROUND: _of_number("(sign({number}) * floor(abs({number}) + 0.5))"),  # halves away from zero
}
