"""What numbers of several kinds of question are named by: a segment, and the start of a bucket."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

from analytics.errors import QueryError
from analytics.queries.segments import ALL, Part, SegmentKind, Value
from analytics.queries.text import check_text, listed, shown


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


def _part(fields: object, place: str) -> Part:
    if not isinstance(fields, Mapping) or fields.get("kind") not in list(SegmentKind):
        raise QueryError(f"A segment's part has a kind, like the answer's; not {shown(fields)}.", place=place)
    kind, value, upper = SegmentKind(str(fields["kind"])), fields.get("value"), fields.get("upper")
    for each in (value, upper):
        if not (each is None or isinstance(each, str | int | float)):
            raise QueryError(f"A segment's value is text, a number or a boolean, not {shown(each)}.", place=place)
        if isinstance(each, str):
            check_text(each, place, what="A segment's value", empty=True)
    if not _is_of(kind, value, upper):
        raise QueryError(
            f"{shown(value)} is no value of a segment of the kind {kind}: send it as the answer gives it.", place=place
        )
    return Part(kind, value, upper)


def _is_of(kind: SegmentKind, value: Value, upper: Value) -> bool:
    match kind:
        case SegmentKind.VALUE:
            return isinstance(value, str) or (value is not None and math.isfinite(value))
        case SegmentKind.HOUR:
            return type(value) is int and 0 <= value <= 23
        case SegmentKind.WEEKDAY:
            return type(value) is int and 1 <= value <= 7
        case SegmentKind.RANGE:
            return (value, upper) != (None, None) and _is_edge(value) and _is_edge(upper)
        case SegmentKind.COUNT:
            return value is not None and _is_edge(value) and _is_edge(upper)
    return value is None


def _is_edge(value: Value) -> bool:
    """Whole numbers past 2^53 are text."""
    return value is None or isinstance(value, str) or (not isinstance(value, bool) and math.isfinite(value))


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
