"""Text ⇄ expression. Precedence, the loosest first:

    or  ·  and  ·  not  ·  == != < <= > >= in  ·  + -  ·  * / %  ·  - (in front)  ·  name[…] name(…) (…)

Comparisons do not chain. What is not understood is refused with its place in the text; nothing is guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.expressions import (
    DEEPEST_EXPRESSION,
    LONGEST_EXPRESSION,
    PREFIXES,
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
    parts_of,
)
from analytics.queries.text import listed, shown

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<sign>==|!=|<=|>=|[-+*/%<>()\[\],])
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"\\": "\\", '"': '"', "'": "'", "/": "/", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}

# Each level's operators bind tighter than those of the levels before it. `not` stands between AND and the comparisons.
_LEVELS: tuple[tuple[Operator, ...], ...] = (
    (Operator.OR,),
    (Operator.AND,),
    (
        Operator.EQUAL, Operator.NOT_EQUAL, Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST,
        Operator.IN,
    ),
    (Operator.PLUS, Operator.MINUS),
    (Operator.TIMES, Operator.OVER, Operator.REMAINDER),
)  # fmt: skip
_NOT_LEVEL = 2
_FUNCTIONS = {function.value: function for function in Function if function not in PREFIXES}
_TERMS = ("properties", "user", "event")
_WORDS = ("and", "or", "not", "in", "true", "false")
_EVENT_TIME = ("time", "$time")
_MEANT = {"=": "==", "&": "and", "|": "or", "!": "not"}


def parse(text: str, place: str) -> Expression:
    """The expression, or a QueryError at `place` (the parameter's name) that says where the text is not understood."""
    try:
        if len(text) > LONGEST_EXPRESSION:
            raise QueryError(
                f"The expression is {len(text):,} characters long; at most {LONGEST_EXPRESSION:,} are possible."
            )
        return _not_too_deep(_Parser(text).whole())
    except QueryError as error:
        error.place = place
        raise


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, word, text, sign or end
    text: str
    start: int

    def __str__(self) -> str:
        found = "its end" if self.kind == "end" else f"“{self.text if len(self.text) <= 40 else self.text[:39] + '…'}”"
        return f"{found} (character {self.start + 1})"


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while True:
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text, position)
        kind = str(found.lastgroup)
        yield _Token(kind, found[kind], found.start(kind))
        if kind == "end":
            return
        position = found.end()


def _unreadable(text: str, position: int) -> QueryError:
    while text[position].isspace():
        position += 1
    sign = text[position]
    if sign in "\"'":
        return QueryError(f"The text that begins at character {position + 1} has no closing {sign}.")
    hint = f"; write {_MEANT[sign]}" if sign in _MEANT else ""
    return QueryError(f"“{sign}” (character {position + 1}) is not part of the language{hint}.")


class _Parser:
    """Reads one expression by precedence climbing. `depth` counts what is open, so that no text can exhaust the
    stack."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def whole(self) -> Expression:
        if self._peek.kind == "end":
            raise QueryError("The expression is empty; leave the parameter out, or write one.")
        found = self._level(0)
        if self._peek.kind != "end":
            raise QueryError(f"An operator is needed before {self._peek}, or the expression ends there.")
        return found

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._peek
        if token.kind != "end":
            self._next += 1
        return token

    def _demand(self, sign: str, why: str) -> None:
        if self._peek.text != sign or self._peek.kind != "sign":
            raise QueryError(f"“{sign}” is needed {why}, not {self._peek}.")
        self._take()

    def _level(self, level: int) -> Expression:
        if level == _NOT_LEVEL and self._peek == _Token("word", "not", self._peek.start):
            self._take()
            return Call(Function.NOT, self._deeper(_NOT_LEVEL))
        if level == len(_LEVELS):
            return self._signed()
        found = self._level(level + 1)
        if level < _NOT_LEVEL:
            return self._junction(level, found)
        compared = False
        while (operator := self._operator(level)) is not None:
            if compared:
                raise QueryError("Comparisons do not chain: write a < b and b < c, or put one in parentheses.")
            compared = level == _NOT_LEVEL
            found = Binary(operator, found, self._deeper(level + 1))
        return found

    def _junction(self, level: int, first: Expression) -> Expression:
        operands = [first]
        while self._operator(level) is not None:
            operands.append(self._level(level + 1))
        return Junction(_LEVELS[level][0], tuple(operands)) if len(operands) > 1 else first

    def _operator(self, level: int) -> Operator | None:
        token = self._peek
        if token.kind not in ("word", "sign"):
            return None
        found = next((operator for operator in _LEVELS[level] if operator.value == token.text), None)
        if found is not None:
            self._take()
        return found

    def _deeper(self, level: int) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST_EXPRESSION:
            raise _too_deep()
        found = self._level(level)
        self._depth -= 1
        return found

    def _signed(self) -> Expression:
        if self._peek.kind == "sign" and self._peek.text == "-":
            self._take()
            return Call(Function.NEGATIVE, self._deeper(len(_LEVELS)))
        return self._term()

    def _term(self) -> Expression:
        token = self._take()
        if token.kind == "number":
            return Literal(float(token.text))
        if token.kind == "text":
            return Literal(_unquoted(token))
        if token.kind == "word":
            return self._word(token)
        if token.text == "(":
            found = self._deeper(0)
            self._demand(")", "to close the parenthesis")
            return found
        if token.text == "[":
            return self._list()
        raise QueryError(f"A value is needed, not {token}.")

    def _word(self, token: _Token) -> Expression:
        if token.text in ("true", "false"):
            return Literal(token.text == "true")
        if token.text in _TERMS:
            return self._named(token)
        if token.text in _FUNCTIONS:
            self._demand("(", f"after {token.text}")
            argument = self._deeper(0)
            self._demand(")", f"to close {token.text}(")
            return Call(_FUNCTIONS[token.text], argument)
        if token.text in ("any", "all"):
            raise QueryError(f"{token.text}() is not supported: ask for an item of a list with “in”.")
        if token.text == "not":
            raise QueryError(f"“not” (character {token.start + 1}) needs parentheses here: write (not …).")
        known = listed((*_TERMS, *_FUNCTIONS, *_WORDS))
        raise QueryError(f"{token} is not a word of the language: there are {known}. Text stands in quotes.")

    def _named(self, term: _Token) -> Expression:
        self._demand("[", f'after {term.text}, as in {term.text}["name"]')
        name = self._take()
        if name.kind != "text":
            raise QueryError(f'A name in quotes is needed, as in {term.text}["name"], not {name}.')
        self._demand("]", "after the name")
        text = _unquoted(name)
        if term.text == "user":
            return UserProperty(text)
        if term.text == "properties":
            return EventProperty(text)
        if text not in _EVENT_TIME:
            raise QueryError(
                f'event[{shown(text)}] is not known: there is event["time"]; properties stand in properties["…"].'
            )
        return EventTime()

    def _list(self) -> ListLiteral:
        items: list[Literal] = []
        while not (self._peek.kind == "sign" and self._peek.text == "]"):
            if items:
                self._demand(",", "between items of a list, or “]” at its end")
            items.append(self._item())
        self._take()
        return ListLiteral(tuple(items))

    def _item(self) -> Literal:
        token = self._take()
        negative = token.kind == "sign" and token.text == "-"
        if negative:
            token = self._take()
        if token.kind == "number":
            return Literal(-float(token.text) if negative else float(token.text))
        if token.kind == "text" and not negative:
            return Literal(_unquoted(token))
        if token.kind == "word" and token.text in ("true", "false") and not negative:
            return Literal(token.text == "true")
        raise QueryError(f"Items of a list are text, numbers, true or false, not {token}.")


def _not_too_deep(expression: Expression) -> Expression:
    """`1 + 1 + 1 + …` is nested too, though no parenthesis shows it."""
    level: tuple[Expression, ...] = (expression,)
    for _ in range(DEEPEST_EXPRESSION):
        level = tuple(part for each in level for part in parts_of(each))
    if level:
        raise _too_deep()
    return expression


def _too_deep() -> QueryError:
    return QueryError(f"The expression is nested more than {DEEPEST_EXPRESSION} deep: make it flatter.")


def _unquoted(token: _Token) -> str:
    def character(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2] not in _ESCAPED:
            raise QueryError(f"“\\{found[2]}” in {token} is not an escape; a backslash is written \\\\.")
        return _ESCAPED[found[2]]

    text = _ESCAPE.sub(character, token.text[1:-1])
    # Two halves of one character, as JSON spells an emoji.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# --- writing ----------------------------------------------------------------------------------------------------------


def spelled(expression: Expression) -> str:
    """The expression as text that parses into the same one: parse(spelled(e)) == e."""
    match expression:
        case EventProperty(name):
            return f"properties[{_quoted(name)}]"
        case UserProperty(name):
            return f"user[{_quoted(name)}]"
        case EventTime():
            return 'event["time"]'
        case Literal(value):
            return _literal(value)
        case ListLiteral(items):
            return f"[{', '.join(_literal(item.value) for item in items)}]"
        case Call(function, argument):
            return f"({function} {spelled(argument)})" if function in PREFIXES else f"{function}({spelled(argument)})"
        case Binary(operator, left, right):
            return f"({spelled(left)} {operator} {spelled(right)})"
        case Junction(operator, operands):
            return f"({f' {operator} '.join(spelled(operand) for operand in operands)})"


def _literal(value: str | float | bool) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
