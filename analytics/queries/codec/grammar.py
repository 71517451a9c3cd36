"""What is in a JSON document, read key by key, so that an error names its place: `metrics[0].events`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeVar

from analytics.errors import QueryError
from analytics.queries.text import listed, shown

VERSION = 1
LONGEST_DOCUMENT = 256 * 1024

_Member = TypeVar("_Member", bound=StrEnum)
_Item = TypeVar("_Item")
Fields = Mapping[str, object]


def loads(text: str | bytes) -> object:
    if len(text) > LONGEST_DOCUMENT:
        raise QueryError(f"The question is {len(text):,} characters long; at most {LONGEST_DOCUMENT:,} are possible.")
    try:
        loaded: object = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise QueryError(f"The question is not JSON: {error}.") from None
    return loaded


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise QueryError(f"{shown(next(name for name in names if names.count(name) > 1))} is given twice.")
    return fields


@contextmanager
def at(place: str) -> Iterator[None]:
    """Puts a place before the places of errors from inside: `metrics[0]` + `events`."""
    try:
        yield
    except QueryError as error:
        inner = error.place
        error.place = place if not inner else f"{place}{inner}" if inner.startswith("[") else f"{place}.{inner}"
        raise


def inside(fields: Fields, key: str, read: Callable[[object], _Item]) -> _Item:
    with at(key):
        return read(fields[key])


def items(fields: Fields, key: str, read: Callable[[object], _Item]) -> tuple[_Item, ...]:
    values = fields[key]
    if not isinstance(values, list):
        raise QueryError(f"A list is needed here, not {shown(values)}.", place=key)
    found = []
    for index, value in enumerate(values):
        with at(f"{key}[{index}]"):
            found.append(read(value))
    return tuple(found)


def fields_of(value: object, what: str) -> Fields:
    if not isinstance(value, dict):
        raise QueryError(f"{what} is an object, not {shown(value)}.")
    return value


def check_version(fields: Fields) -> None:
    version = fields.get("version")
    if version != VERSION or isinstance(version, bool):
        raise QueryError(f"This is version {shown(version)} of the question; {VERSION} is understood.", place="version")


def check_keys(fields: Fields, *, needed: tuple[str, ...], possible: tuple[str, ...] = ()) -> None:
    for key in fields:
        if key not in needed and key not in possible:
            raise QueryError(
                f"{shown(key)} is unknown here; there are {listed((*needed, *possible), 'and')}.", place=str(key)
            )
    for key in needed:
        if key not in fields:
            raise QueryError(f"{shown(key)} is missing.", place=key)


def choice(fields: Fields, key: str, choices: type[_Member]) -> _Member:
    value = fields[key]
    for member in choices:
        if value == member.value:
            return member
    raise QueryError(f"{shown(value)} is not possible here: {listed(choices)}.", place=key)


def whole_number(fields: Fields, key: str) -> int:
    value = fields[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise QueryError(f"A whole number is needed here, not {shown(value)}.", place=key)
    return value


def number(fields: Fields, key: str) -> float:
    return inside(fields, key, float_of)


def float_of(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QueryError(f"A number is needed here, not {shown(value)}.")
    try:
        return float(value)
    except OverflowError:
        raise QueryError(f"{shown(value)} is too large.") from None


def yes_or_no(fields: Fields, key: str) -> bool:
    value = fields.get(key, False)
    if not isinstance(value, bool):
        raise QueryError(f"true or false is needed here, not {shown(value)}.", place=key)
    return value
