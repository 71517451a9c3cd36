"""Patterns ("matches the pattern"): the part of regular expressions that we take. It is chosen so that ClickHouse's RE2
takes it, too, and reads it as most people would: what is refused is refused here, with the place, before ClickHouse is
asked.

    abc  .  ^  $  [a-z]  [^0-9]  \\d \\w \\s \\b (and \\D \\W \\S \\B)  \\. (a mark as it stands)  \\t \\n \\r
    (…)  (?:…)  a|b  *  +  ?  {2}  {2,}  {2,5}  and lazy: *? +?        (?i) at the beginning: in any case

A pattern is looked for anywhere in the text; ^ and $ are its beginning and end. There are no references to groups and
no looking ahead or behind: RE2 has none, so that no pattern can take long.
"""

from __future__ import annotations

import re
from typing import NoReturn

from analytics.errors import QueryError
from analytics.queries.text import shown

LONGEST_PATTERN = 500
MOST_REPEATS = 1000  # RE2's own limit, of repeats within repeats as well
DEEPEST_GROUPS = 50
LARGEST = 10_000  # characters, with repeats written out; a class counts as several
_CLASS_SIZE = 12
_CLASSES = "dDwWsS"
_EDGES = "bB"
_CONTROLS = "tnrf"
_REPEAT = re.compile(r"\{(\d{1,9})(?:(,)(\d{1,9})?)?\}")
_IN_ANY_CASE = "(?i)"


def check_pattern(value: object, place: str) -> None:
    """A QueryError that says what cannot be read and where."""
    if not isinstance(value, str) or not value:
        raise QueryError(f"A pattern like ^[a-z]+$ is needed here, not {shown(value)}.", place=place)
    if len(value) > LONGEST_PATTERN:
        raise QueryError(f"A pattern has at most {LONGEST_PATTERN} characters, not {len(value):,}.", place=place)
    _Reader(value, place).read()


# Something escaped, a set, or a character of several bytes with how often it comes.
_LONG_REPEATED = re.compile(r"(\\.|\[\^?(?:\\.|[^\]\\])*\])|([^\x00-\x7f])(?=[*+?{])", re.DOTALL)


def for_clickhouse(pattern: str) -> str:
    """The same pattern as ClickHouse must be told it. Before RE2 it looks for the bytes that every match needs, and
    takes "é*" to need the first byte of é: in brackets it does not."""
    return _LONG_REPEATED.sub(lambda found: found[1] or f"(?:{found[2]})", pattern)


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str, place: str) -> None:
        self.text, self.place = text, place
        self.at = len(_IN_ANY_CASE) if text.startswith(_IN_ANY_CASE) else 0

    def read(self) -> None:
        self._alternatives(depth=0)
        if self.at < len(self.text):
            self._refuse("a bracket closes here that was not opened; for the mark itself write \\)")

    def _alternatives(self, depth: int) -> tuple[int, int]:
        """How large it is with its repeats written out, and how often the most repeated of it comes."""
        size, repeats = 1, 1
        while (mark := self._next()) not in ("", ")"):
            if mark == "|":
                self.at += 1
                size += 1
                continue
            more, times = self._piece(mark, depth)
            size, repeats = size + more, max(repeats, times)
            if size > LARGEST:
                self._refuse("up to here it is too large: repeat less")
        return size, repeats

    def _piece(self, mark: str, depth: int) -> tuple[int, int]:
        """Something, and what says how often it comes."""
        size, inside, can_repeat = self._one(mark, depth)
        if self._next() not in ("*", "+", "?", "{"):
            return size, inside
        if not can_repeat:
            self._refuse("there is nothing to repeat here")
        times = self._times()
        if times * inside > MOST_REPEATS:
            self._refuse(f"repeats within repeats come to more than {MOST_REPEATS:,}")
        if self._next() == "?":
            self.at += 1
        if self._next() in ("*", "+", "?", "{"):
            self._refuse("it says twice how often")
        return size * times, inside * times

    def _times(self) -> int:
        """The most often that is written out."""
        if self._next() != "{":
            self.at += 1
            return 1
        repeat = _REPEAT.match(self.text, self.at)
        if repeat is None:
            self._refuse("how often is written {2}, {2,} or {2,5}; for the mark itself write \\{")
        fewest, most = int(repeat[1]), int(repeat[3] or repeat[1])
        if most < fewest:
            self._refuse(f"{{{fewest},{most}}} has the larger number first")
        if most > MOST_REPEATS:
            self._refuse(f"at most {MOST_REPEATS:,} repeats are possible")
        self.at = repeat.end()
        return max(most, 1)

    def _one(self, mark: str, depth: int) -> tuple[int, int, bool]:
        """Size and repeats as above, and whether it can be repeated itself."""
        if mark in "*+?{":
            self._refuse(f"there is nothing to repeat here; for the mark itself write \\{mark}")
        if mark == "(":
            return *self._group(depth), True
        if mark == "[":
            return self._set(), 1, True
        if mark == "\\":
            size, can_repeat = self._escaped()
            return size, 1, can_repeat
        self.at += 1
        return (_CLASS_SIZE if mark == "." else 1), 1, mark not in "^$"

    def _group(self, depth: int) -> tuple[int, int]:
        start = self.at
        if depth == DEEPEST_GROUPS:
            self._refuse(f"brackets stand at most {DEEPEST_GROUPS} deep")
        self.at += 1
        if self._next() == "?":
            if not self.text.startswith("?:", self.at):
                self._refuse("after (? only : is possible, and (?i) at the very beginning; there is no looking around")
            self.at += 2
        found = self._alternatives(depth + 1)
        if self._next() != ")":
            self.at = start
            self._refuse("this bracket is not closed; for the mark itself write \\(")
        self.at += 1
        return found

    def _escaped(self) -> tuple[int, bool]:
        mark = self.text[self.at + 1 : self.at + 2]
        if mark.isdigit():
            self._refuse("there are no references to groups")
        if not mark or not (mark in _CLASSES + _EDGES + _CONTROLS or (mark.isascii() and not mark.isalnum())):
            self._refuse(f"\\{mark} has no meaning; for a \\ itself write \\\\")
        self.at += 2
        return (_CLASS_SIZE if mark in _CLASSES else 1), mark not in _EDGES

    def _set(self) -> int:
        start = self.at
        self.at += 2 if self.text.startswith("[^", start) else 1
        size, before = 0, ""  # `before` is the one character that a range may begin with
        while (mark := self._next()) != "]":
            if not mark:
                self.at = start
                self._refuse("this [ is not closed; for the mark itself write \\[")
            if mark == "[":
                self._refuse("for a [ in brackets write \\[")
            is_range = mark == "-" and size > 0 and self.text[self.at + 1 : self.at + 2] not in ("]", "")
            if is_range and not before:
                self._refuse("no range can begin here; for the mark itself write \\-")
            if is_range:
                self.at += 1
            last = self._member()
            if is_range and (not last or last < before):
                self._refuse("this range runs backwards, or to no character")
            before = "" if is_range else last
            size += _CLASS_SIZE
        if not size:
            self._refuse("nothing stands in these brackets; for a ] itself write \\]")
        self.at += 1
        return _CLASS_SIZE if size <= _CLASS_SIZE else size

    def _member(self) -> str:
        """The character, or nothing if it is a class like \\d."""
        mark = self.text[self.at]
        if mark != "\\":
            self.at += 1
            return mark
        named = self.text[self.at + 1 : self.at + 2]
        if named in _EDGES:
            self._refuse(f"\\{named} has no meaning in brackets")
        self._escaped()
        if named in _CONTROLS:
            return {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}[named]
        return "" if named in _CLASSES else named

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _refuse(self, why: str) -> NoReturn:
        where = f"at character {self.at + 1}" if self.at < len(self.text) else "at its end"
        raise QueryError(f"The pattern {shown(self.text)} cannot be read {where}: {why}.", place=self.place)
