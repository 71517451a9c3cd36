"""What must be known of a statement's text before chDB gets it.

On the native protocol an INSERT's rows travel beside its text and results have no FORMAT; chDB wants both in the text.
And chDB gives every query an id of its own, so the client's id rides in the setting `log_comment`; where a statement
looks at or kills running queries by id, it is pointed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ID_SETTING = "log_comment"
_ID_COLUMN = f"Settings['{ID_SETTING}']"
_PROCESSES = f"(SELECT * REPLACE ({_ID_COLUMN} AS query_id) FROM system.processes)"  # noqa: S608 - two constants

_TOKEN = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|/\*.*?\*/)"""
    r"""|(?P<quoted>'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<word>[\w$]+)|(?P<sign>.)""",
    re.DOTALL,
)
_FORMAT = re.compile(r"\bFORMAT\s+\w+[\s;]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Insert:
    """An INSERT whose rows the client sends. `statement` is what chDB starts it with."""

    statement: str
    target: str
    columns: tuple[str, ...] | None


def first_word(sql: str) -> str:
    return next((text.upper() for text, kind in _tokens(sql) if kind != "sign"), "")


def without_format(sql: str) -> str:
    """The statement without a FORMAT clause: on the native protocol the client decides how rows look."""
    return _FORMAT.sub("", sql)


def with_ids_of_clients(sql: str) -> str:
    """The statement with `query_id` meaning the id that a client gave its query."""
    lower = sql.lower()
    if first_word(sql) == "KILL" and "query_id" in lower:
        pieces = (_ID_COLUMN if text == "query_id" else text for text in _texts(sql))
        return "".join(pieces)
    if "processes" not in lower:
        return sql
    return "".join(_replace_processes(list(_texts(sql))))


def insert_from_client(sql: str) -> Insert | None:
    """The INSERT whose data comes from the client; None for anything else, also INSERT … SELECT and inline rows."""
    tokens = _Tokens(sql)
    if tokens.take() != "INSERT" or tokens.take() != "INTO":
        return None
    tokens.accept("TABLE")
    start = tokens.start
    function = tokens.accept("FUNCTION")
    while tokens.word not in _AFTER_TARGET and (tokens.word != "(" or function):
        if tokens.word == "(":
            tokens.close_bracket()
            break
        tokens.take()
    target = sql[start : tokens.end_of_previous].strip()
    columns = None
    if tokens.word == "(":
        listed = sql[tokens.start + 1 : tokens.close_bracket() - 1]
        if first_word(listed) in _QUERIES:
            return None
        columns = _names(listed)
    end = _end_of_head(tokens)
    return None if end is None or not target else Insert(sql[:end].strip(), target, columns)


_QUERIES = frozenset({"SELECT", "WITH"})
_AFTER_TARGET = frozenset({"", "VALUES", "FORMAT", "SELECT", "WITH", "SETTINGS", "FROM"})


class _Tokens:
    """A statement read token by token, no further than needed: inline rows may follow and be long."""

    def __init__(self, sql: str) -> None:
        self._matches = _TOKEN.finditer(sql)
        self._length = len(sql)
        self.word, self.start, self.end, self.end_of_previous = "", 0, 0, 0
        self._advance()

    def _advance(self) -> None:
        self.end_of_previous = self.end
        for match in self._matches:
            if match.lastgroup != "skip":
                text = match.group()
                self.word = text.upper() if match.lastgroup == "word" else text
                self.start, self.end = match.span()
                return
        self.word, self.start, self.end = "", self._length, self._length

    def take(self) -> str:
        taken = self.word
        self._advance()
        return taken

    def accept(self, word: str) -> bool:
        if self.word == word:
            self._advance()
            return True
        return False

    def close_bracket(self) -> int:
        """Pass a bracketed part; the position after its last bracket."""
        depth = 0
        while self.word:
            depth += (self.word == "(") - (self.word == ")")
            end = self.end
            self._advance()
            if depth == 0:
                return end
        return self._length


def _end_of_head(tokens: _Tokens) -> int | None:
    """Where the part before VALUES or FORMAT ends, if nothing but that follows."""
    while tokens.word == "SETTINGS" or tokens.word not in _AFTER_TARGET:
        if tokens.word in ("(", ";"):  # (SELECT …), or a statement that ends here
            break
        tokens.take()
    end = tokens.end_of_previous
    if tokens.accept("FORMAT"):
        tokens.take()
    elif not tokens.accept("VALUES") and tokens.word not in ("", ";"):
        return None
    tokens.accept(";")
    return end if tokens.word == "" else None


def _names(listed: str) -> tuple[str, ...]:
    names, current = [], ""
    for text, kind in _tokens(listed):
        if text == ",":
            names.append(current)
            current = ""
        elif kind == "quoted":
            current += re.sub(r"\\(.)", r"\1", text[1:-1])
        else:
            current += text
    return (*names, current)


def _replace_processes(texts: list[str]) -> Iterator[str]:
    index = 0
    while index < len(texts):
        if [text.lower() for text in texts[index : index + 3]] == ["system", ".", "processes"]:
            yield _PROCESSES
            index += 3
        else:
            yield texts[index]
            index += 1


def _texts(sql: str) -> Iterator[str]:
    return (match.group() for match in _TOKEN.finditer(sql))


def _tokens(sql: str) -> Iterator[tuple[str, str]]:
    """What stands in the statement, without blanks and comments."""
    for match in _TOKEN.finditer(sql):
        if match.lastgroup != "skip":
            yield match.group(), match.lastgroup or ""
