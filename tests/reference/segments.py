"""Which segments an event is in, and which of them are shown."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics.queries.breakdowns import AutoBuckets, Breakdown, CustomBuckets, DateBuckets, EvenBuckets, Grain
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from tests.reference.calendar import local, unit_of
from tests.reference.facts import Fact
from tests.reference.properties import MISSING, date_of, item_texts, number_text, value_of

# kind, value, upper; and by what equally large ones are ordered
Segment = tuple[str, Any, Any]
Part = tuple[Segment, Any]

NOT_SET: Part = (("not_set", None, None), None)


class Splitter:
    """`extents` are the least and the greatest number of each auto breakdown."""

    def __init__(self, breakdowns: Sequence[Breakdown], scope: Scope, extents: dict[int, tuple[float, float]]) -> None:
        self.breakdowns, self.scope, self.extents = breakdowns, scope, extents

    def of(self, fact: Fact, *, only_chosen: bool = False) -> dict[tuple[Segment, ...], tuple[Any, ...]]:
        """The combinations that an event is in, each with its order."""
        parts = []
        for index, breakdown in enumerate(self.breakdowns):
            found = self._parts(fact, breakdown, index)
            if only_chosen and breakdown.values:
                found = [part for part in found if _is_chosen(part[0], breakdown)]
            parts.append(found)
        combinations = {}
        for combination in itertools.product(*parts):
            segment = tuple(part[0] for part in combination)
            if len(self.breakdowns) == 1:
                combinations[segment] = self._single_order(combination[0])
            else:
                combinations[segment] = tuple(_packed(part) for part in combination)
        return combinations

    @property
    def missing_order(self) -> tuple[Any, ...]:
        """Of a single breakdown, where nothing is set."""
        return self._single_order(NOT_SET)

    def _single_order(self, part: Part) -> tuple[Any, ...]:
        segment, text = part
        if self.breakdowns[0].property.type is PropertyType.NUMBER and text is not None:
            return (False, float(text.split("|")[0]), text.encode())
        return (
            text is None,
            _packed(part) if self.breakdowns[0].property.type is PropertyType.LIST else (text or "").encode(),
        )

    def _parts(self, fact: Fact, breakdown: Breakdown, index: int) -> list[Part]:
        value = value_of(fact, breakdown.property)
        if value is MISSING:
            return [NOT_SET]
        match breakdown.buckets:
            case DateBuckets(grain):
                return [_date_part(value, grain, self.scope)]
            case CustomBuckets(edges):
                return [_custom_part(value, edges)]
            case EvenBuckets(size, start):
                return [_even_part(value, Fraction(repr(size)), Fraction(repr(start)), "")]
            case AutoBuckets():
                return [_auto_part(value, *self.extents[index])]
        if breakdown.property.type is PropertyType.LIST:
            return [_value_part(item) for item in item_texts(value)] or [_value_part("")]
        if breakdown.property.type is PropertyType.NUMBER:
            return [_number_part(value)]
        if breakdown.property.type is PropertyType.BOOLEAN:
            return [(("value", value, None), "true" if value else "false")]
        return [_value_part(value)]


def _is_chosen(segment: Segment, breakdown: Breakdown) -> bool:
    if segment[0] == "empty":
        return "" in breakdown.values
    return segment[0] == "value" and segment[1] in breakdown.values


def _packed(part: Part) -> bytes:
    text = part[1]
    return (b"x" if text is None else b"v" + text.encode().replace(b"\0", b"\0\1")) + b"\0\0"


def _value_part(text: str) -> Part:
    return (("value", text, None) if text else ("empty", None, None), text)


def _number_part(value: float) -> Part:
    text = number_text(value)
    if value == int(value):  # longer whole numbers are written out, to keep their digits
        return (("value", int(value) if abs(value) <= 2**53 else text, None), text)
    return (("value", value, None), text)


def _custom_part(value: float, edges: tuple[float, ...]) -> Part:
    at = sum(edge <= value for edge in edges)
    return (("range", edges[at - 1] if at else None, edges[at] if at < len(edges) else None), str(at))


def _even_part(value: float, size: Fraction, start: Fraction, suffix: str) -> Part:
    """The bucket whose edges, as the doubles nearest to them, have the number between them."""
    if abs(value) >= 2**50:
        return _huge_part(float(value), float(size), float(start), suffix)
    k = math.floor((Fraction(float(value)) - start) / size) - 2
    while float(start + (k + 1) * size) <= value:
        k += 1
    return (("range", float(start + k * size), float(start + (k + 1) * size)), f"{k}{suffix}")


def _huge_part(value: float, size: float, start: float, suffix: str) -> Part:
    """Where doubles are farther apart than decimals, edges are what doubles make of them."""
    places = max(-Decimal(repr(size)).as_tuple().exponent, -Decimal(repr(start)).as_tuple().exponent, 0)
    scale = 10.0**places
    size, start = float(round(size * scale)), float(round(start * scale))
    k = float(math.floor((value * scale - start) / size))
    k += (value >= (start + (k + 1) * size) / scale) - (value < (start + k * size) / scale)
    text = f"{Decimal(repr(k)):f}".removesuffix(".0")  # the engine writes all places below 1e21
    return (("range", (start + k * size) / scale, (start + (k + 1) * size) / scale), f"{text}{suffix}")


def _auto_part(value: float, least: float, greatest: float) -> Part:
    raw = (float(greatest) - float(least)) / 10
    digit, power = 1, 0
    if raw > 0:
        power = math.floor(math.log10(raw))
        digit = next(each for each in (1, 2, 5, 10) if each == 10 or raw <= each * 10.0**power)
    return _even_part(value, digit * Fraction(10) ** power, Fraction(0), f"|{digit}|{power}")


def _date_part(text: str, grain: Grain, scope: Scope) -> Part:
    found = date_of(text)
    if isinstance(found, dt.datetime):
        clock: dt.datetime | None = local(found, scope)
        day = clock.date()
    else:
        clock, day = None, found
    needs_clock = grain in (Grain.MINUTE, Grain.HOUR, Grain.HOUR_OF_DAY)
    if needs_clock and clock is None:
        return NOT_SET
    if grain is Grain.HOUR_OF_DAY:
        return (("hour", clock.hour, None), f"{clock.hour:02}")
    if grain is Grain.DAY_OF_WEEK:
        return (("weekday", day.isoweekday(), None), str(day.isoweekday()))
    names: dict[Grain, Callable[[], str]] = {
        Grain.MINUTE: lambda: f"{clock:%Y-%m-%d %H:%M}",
        Grain.HOUR: lambda: f"{clock:%Y-%m-%d %H}:00",
        Grain.DAY: lambda: f"{day:%Y-%m-%d}",
        Grain.WEEK: lambda: f"{unit_of(day, 'week', scope)}",
        Grain.MONTH: lambda: f"{day:%Y-%m}",
        Grain.QUARTER: lambda: f"{day.year}-Q{(day.month + 2) // 3}",
        Grain.YEAR: lambda: f"{day.year}",
    }
    return (("value", names[grain](), None), names[grain]())
