"""Formulas over metrics: numbers, the letters A, B, C …, + - * / and brackets. Division by zero is no value, never 0.

A formula knows letters and not what they count; its unit follows from theirs (`unit_of`).
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.text import check_text, shown

LONGEST_FORMULA = 500
MOST_FORMULAS = 20
DEEPEST = 50
LONGEST_NAME = 255
_WORD = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z]+)|([-+*/()]))")


class FormulaUnit(StrEnum):
    """How its numbers are written."""

    NUMBER = "number"
    PERCENT = "percent"  # 0.25 is written 25 %


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A metric by its letter."""

    letter: str


@dataclass(frozen=True, slots=True)
class Negation:
    of: Node


@dataclass(frozen=True, slots=True)
class Calculation:
    sign: str
    left: Node
    right: Node


Node: TypeAlias = Number | Reference | Negation | Calculation


@dataclass(frozen=True, slots=True)
class Formula:
    """`expression` as people write it: "A / B". Without a name it is called by its expression."""

    expression: str
    name: str = ""
    unit: FormulaUnit = FormulaUnit.NUMBER

    def __post_init__(self) -> None:
        check_text(self.expression, "expression", what="The formula", longest=LONGEST_FORMULA)
        check_text(self.name, "name", what="The formula's name", longest=LONGEST_NAME, empty=True)
        self.parsed()

    def parsed(self) -> Node:
        return _Parser(self.expression).whole()

    @property
    def label(self) -> str:
        return self.name or self.expression

    @property
    def letters(self) -> frozenset[str]:
        return frozenset(_letters(self.parsed()))


class _Parser:
    """Precedence as in arithmetic: brackets, sign, * and /, + and -; equal ones from the left."""

    def __init__(self, text: str) -> None:
        self._words = _words(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._sum()
        if self._peek():
            raise _error(f"nothing is expected at {shown(self._peek())}: an operator is missing before it")
        return node

    def _peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _next(self) -> str:
        word = self._peek()
        self._at += 1
        return word

    def _sum(self) -> Node:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._chain(("*", "/"), self._signed)

    def _chain(self, signs: tuple[str, ...], inner: Callable[[], Node]) -> Node:
        node = inner()
        while self._peek() in signs:
            node = Calculation(self._next(), node, inner())
        return node

    def _signed(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _error("it is nested too deep: take brackets out")
        try:
            if self._peek() == "-":
                self._next()
                return Negation(self._signed())
            return self._atom()
        finally:
            self._depth -= 1

    def _atom(self) -> Node:
        word = self._next()
        if word == "(":
            node = self._sum()
            if self._next() != ")":
                raise _error("a bracket is not closed")
            return node
        if word[:1].isdigit() or word[:1] == ".":
            return Number(float(word))
        if word.isalpha():
            return Reference(word.upper())
        what = shown(word) if word else "its end"
        raise _error(f"a metric's letter, a number or a bracket is missing before {what}")


def _words(text: str) -> list[str]:
    found: list[str] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise _error(
                f"{shown(text[at:].strip()[:1])} cannot be read; there are letters, numbers, + - * / and brackets"
            )
        found.append(match.group().strip())
        at = match.end()
    return found


def _error(what: str) -> QueryError:
    return QueryError(f"The formula cannot be read: {what}.", place="expression")


def _letters(node: Node) -> set[str]:
    match node:
        case Reference(letter):
            return {letter}
        case Negation(of):
            return _letters(of)
        case Calculation(_, left, right):
            return _letters(left) | _letters(right)
    return set()


def calculate(node: Node, numbers: Mapping[str, float | None]) -> float | None:
    """The formula's number, None where a part of it has none or something is divided by zero."""
    match node:
        case Number(value):
            return value
        case Reference(letter):
            return numbers[letter]
        case Negation(of):
            inner = calculate(of, numbers)
            return None if inner is None else -inner
        case Calculation(sign, left, right):
            return _applied(sign, calculate(left, numbers), calculate(right, numbers))
    raise AssertionError(node)


_SIGNS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _applied(sign: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None or (sign == "/" and right == 0):
        return None
    try:
        result = float(_SIGNS[sign](left, right))
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


def unit_of(node: Node, units: Mapping[str, str]) -> str | None:
    """What the formula counts, of what its letters count: users, events / users, "" for a bare ratio. None where
    different things are added, which is most often a slip."""
    match node:
        case Number():
            return ""
        case Reference(letter):
            return units[letter]
        case Negation(of):
            return unit_of(of, units)
        case Calculation(sign, left, right):
            return _combined(sign, left, right, unit_of(left, units), unit_of(right, units))
    raise AssertionError(node)


def _combined(sign: str, left: Node, right: Node, one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return None
    if sign in "+-":
        return one if one == other or isinstance(right, Number) else other if isinstance(left, Number) else None
    if sign == "/":
        return "" if one == other else f"{one or '1'} / {other}" if other else one
    return f"{one} × {other}" if one and other else one or other
