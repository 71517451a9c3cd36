"""The parts that numbers of every kind are named by: a segment, a bucket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from analytics.errors import QueryError
from analytics.queries.text import shown

_Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a breakdown, or a bin of a distribution, as the answer's JSON gives it."""

    kind: str
    value: _Scalar = None
    upper: _Scalar = None


ALL = Part("all")


def truth_of(value: object) -> bool:
    if not isinstance(value, bool):
        raise QueryError(f"true or false is needed here, not {shown(value)}.", place="at.compared")
    return value


def segment_of(found: object) -> tuple[Part, ...]:
    if not isinstance(found, list):
        raise QueryError(f"A segment is a list, as the answer gives it; not {shown(found)}.", place="at.segment")
    return tuple(_part(each, f"at.segment[{index}]") for index, each in enumerate(found))


def _part(fields: object, place: str) -> Part:
    if not isinstance(fields, Mapping) or not isinstance(fields.get("kind"), str):
        raise QueryError(f"A segment's part has a kind, like the answer's; not {shown(fields)}.", place=place)
    value, upper = fields.get("value"), fields.get("upper")
    for each in (value, upper):
        if not (each is None or isinstance(each, str | int | float)):
            raise QueryError(f"A segment's value is text, a number or a boolean, not {shown(each)}.", place=place)
    return Part(fields["kind"], value, upper)


def bucket_of(start: object) -> dt.datetime | None:
    if start is None:
        return None
    try:
        if not isinstance(start, str):
            raise ValueError
        return dt.datetime.fromisoformat(start)
    except ValueError:
        raise QueryError(
            f"A bucket is named by its start, like 2024-03-01T00:00:00+01:00; not {shown(start)}.", place="at.bucket"
        ) from None
