"""What numbers of several kinds of question are named by: a segment, and the start of a bucket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.text import listed, shown

_Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a breakdown, or a bin of a distribution, as the answer's JSON gives it."""

    kind: str
    value: _Scalar = None
    upper: _Scalar = None


ALL = Part("all")


def fields_at(fields: object, known: tuple[str, ...]) -> Mapping[str, object]:
    """The request's `at`, of which every key is known."""
    if not isinstance(fields, dict):
        raise QueryError(f"Which number? An object is needed here, not {shown(fields)}.", place="at")
    if unknown := fields.keys() - set(known):
        raise QueryError(f"{shown(min(unknown))} is unknown here; there are {listed(known, 'and')}.", place="at")
    return fields


def truth_at(fields: Mapping[str, object], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise QueryError(f"true or false is needed here, not {shown(value)}.", place=f"at.{name}")
    return value


def segment_at(found: object, wanted: int) -> tuple[Part, ...]:
    """The parts of a segment; without one, all of them together."""
    if found is None:
        return (ALL,) * wanted
    if not isinstance(found, list):
        raise QueryError(f"A segment is a list, as the answer gives it; not {shown(found)}.", place="at.segment")
    return tuple(_part(each, f"at.segment[{index}]") for index, each in enumerate(found))


def check_depth(segment: tuple[Part, ...], wanted: int) -> None:
    if len(segment) != wanted:
        raise QueryError(
            f"The segment has {len(segment)} parts, and the answer's segments have {wanted}: send one as the answer "
            "gives it.",
            place="at.segment",
        )


def _part(fields: object, place: str) -> Part:
    if not isinstance(fields, Mapping) or not isinstance(fields.get("kind"), str):
        raise QueryError(f"A segment's part has a kind, like the answer's; not {shown(fields)}.", place=place)
    value, upper = fields.get("value"), fields.get("upper")
    for each in (value, upper):
        if not (each is None or isinstance(each, str | int | float)):
            raise QueryError(f"A segment's value is text, a number or a boolean, not {shown(each)}.", place=place)
    return Part(fields["kind"], value, upper)


def moment_at(start: object, place: str = "at.bucket") -> dt.datetime | None:
    """The start of a bucket with its offset, or None."""
    if start is None:
        return None
    try:
        if not isinstance(start, str):
            raise ValueError
        moment = dt.datetime.fromisoformat(start)
    except ValueError:
        raise QueryError(
            f"A bucket is named by its start, like 2024-03-01T00:00:00+01:00; not {shown(start)}.", place=place
        ) from None
    if moment.tzinfo is None:
        raise QueryError("The bucket's start has no offset: send it as the answer gives it.", place=place)
    return moment


def whole_at(fields: Mapping[str, object], name: str) -> int | None:
    number = fields.get(name)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int):
        raise QueryError(f"A whole number is needed here, not {shown(number)}.", place=f"at.{name}")
    return number
