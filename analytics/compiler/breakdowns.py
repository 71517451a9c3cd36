"""Which segment an event belongs to, and how what is not shown becomes "other".

Each event has one segment, or several where a property is a list. A segment is a text: the value itself where there is
one breakdown (NULL is "not set"), else the values of all in one key whose order is theirs. Which segments are shown is
found first, by a statement of its own (compiler/segments.py); then every event is counted in the segments it is in, all
those left over being one. So "other" has its own events and users.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString

from analytics.compiler.columns import beside_event, column, items, number_text
from analytics.compiler.dates import date_bucket
from analytics.queries.breakdowns import AutoBuckets, Breakdown, CustomBuckets, DateBuckets, EvenBuckets, Grain
from analytics.queries.properties import Property, PropertySource, PropertyType
from analytics.queries.scope import Scope
from analytics.results.segments import Segment, SegmentKind, number_value
from analytics.schema.properties import items_of
from analytics.sql.fragment import Fragment, bind, join, let, sql

# What a row of the answer says beside the segment's text.
SHOWN, OTHER, WHOLE = 0, 1, 2

Key = str | None

_NONE = sql("CAST(NULL AS Nullable(String))")
# In a key each value is marked as set or not and ended by two zero bytes; a zero byte of its own is followed by a one.
_SET, _NOT_SET, _END = "v", "x", "\0\0"


@dataclass(frozen=True, slots=True)
class Split:
    """How the events of a question are split. `column` is what a SELECT of events needs: `segment`, or `segments` where
    an event may have several."""

    breakdowns: tuple[Breakdown, ...]
    column: Fragment
    has_lists: bool

    @property
    def ties(self) -> Fragment:
        """The order of equally large segments: what is set first, then by number or by the text's bytes."""
        if len(self.breakdowns) == 1 and self.breakdowns[0].property.type is PropertyType.NUMBER:
            return sql("isNull(segment), toFloat64OrNull(splitByChar('|', ifNull(segment, ''))[1]), segment")
        return sql("isNull(segment), segment")

    def read(self, key: Key) -> tuple[Segment, ...]:
        """The segments, one for each breakdown, that a key stands for."""
        parts = _decoded(key) if self._is_packed else [key]
        return tuple(_READERS[_kind(each)](each, part) for each, part in zip(self.breakdowns, parts, strict=True))

    @property
    def _is_packed(self) -> bool:
        return len(self.breakdowns) > 1 or self.has_lists

    def parts(self, events: Fragment, shown: Sequence[Key]) -> Fragment:
        """The events once per segment that they are counted in, as columns `part` (SHOWN or OTHER, or WHOLE) and
        `segment`. A list's event has a row for the whole too, because it may be in several segments."""
        values = bind("Array(String)", [key for key in shown if key is not None])
        if not self.has_lists:
            is_shown = sql("ifNull(segment IN {values}, {null})", values=values, null=bind("UInt8", int(None in shown)))
            return sql(
                "SELECT * REPLACE (if(part = 0, segment, NULL) AS segment)"
                " FROM (SELECT *, toUInt8(NOT {is_shown}) AS part FROM ({events}))",
                is_shown=is_shown,
                events=events,
            )
        return sql(
            "SELECT * EXCEPT (entry), entry.1 AS part, entry.2 AS segment FROM (SELECT * EXCEPT (segments),"
            " arrayJoin(arrayConcat([(toUInt8(2), {none})], arrayDistinct(arrayMap(key -> if(key IN {values},"
            " (toUInt8(0), CAST(key AS Nullable(String))), (toUInt8(1), {none})), segments)))) AS entry"
            " FROM ({events}))",
            values=values,
            none=_NONE,
            events=events,
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """The step of auto buckets: 1, 2, 5 or 10 times a power of ten."""

    digit: Fragment
    power: Fragment


Scales = Mapping[int, Scale]  # by the place of a breakdown among the breakdowns


def measured_scale(numbers: Fragment, name: LiteralString) -> tuple[Fragment, Scale]:
    """About ten steps between the least and the greatest of `numbers` (a SELECT of `number`), as a definition for a
    WITH clause, and its parts."""
    definition = sql(
        "(SELECT (if(raw > 0, multiIf(raw <= exp10(power), 1, raw <= 2 * exp10(power), 2,"
        " raw <= 5 * exp10(power), 5, 10), 1), power) FROM (SELECT raw, if(raw > 0, floor(log10(raw)), 0) AS power FROM"
        " (SELECT (ifNull(max(number), 0) - ifNull(min(number), 0)) / 10 AS raw FROM ({numbers})))) AS {name}",
        numbers=numbers,
        name=sql(name),
    )
    return definition, Scale(sql("{name}.1", name=sql(name)), sql("{name}.2", name=sql(name)))


def known_scales(breakdowns: tuple[Breakdown, ...], shown: Sequence[Key]) -> Scales:
    """The steps that the shown segments were found with: their keys carry them. Any, where none has a number."""
    scales = {}
    for index, breakdown in enumerate(breakdowns):
        if isinstance(breakdown.buckets, AutoBuckets):
            parts = [_decoded(key)[index] if len(breakdowns) > 1 or _has_lists(breakdowns) else key for key in shown]
            _, digit, power = next((part for part in parts if part is not None), "0|1|0").split("|")
            scales[index] = Scale(bind("Float64", float(digit)), bind("Float64", float(power)))
    return scales


def _has_lists(breakdowns: tuple[Breakdown, ...]) -> bool:
    return any(each.property.type is PropertyType.LIST for each in breakdowns)


def split(breakdowns: tuple[Breakdown, ...], scope: Scope, scales: Scales, *, only_chosen: bool = False) -> Split:
    """With `only_chosen` a list has only those of its items that the breakdown names, if it names any."""
    if len(breakdowns) == 1 and not _has_lists(breakdowns):
        return Split(
            breakdowns, sql("{text} AS segment", text=_text(breakdowns[0], scope, scales.get(0))), has_lists=False
        )
    packed = [
        _packed_items(each, scope, only_chosen)
        if each.property.type is PropertyType.LIST
        else _mark(_text(each, scope, scales.get(index)))
        for index, each in enumerate(breakdowns)
    ]
    if not _has_lists(breakdowns):
        key = sql("concat({parts})", parts=join(", ", packed))
        return Split(breakdowns, sql("CAST({key} AS Nullable(String)) AS segment", key=key), has_lists=False)
    keys = sql("['']")
    for part, each in zip(packed, breakdowns, strict=True):
        one = part if each.property.type is PropertyType.LIST else sql("[{part}]", part=part)
        keys = sql(
            "arrayFlatten(arrayMap(head -> arrayMap(tail -> concat(head, tail), {one}), {keys}))", one=one, keys=keys
        )
    return Split(breakdowns, sql("{keys} AS segments", keys=keys), has_lists=True)


def _packed_items(breakdown: Breakdown, scope: Scope, only_chosen: bool) -> Fragment:
    """Each item of a list as a part of a key."""
    listing = beside_event(breakdown.property, column(breakdown.property), scope)
    found = items(breakdown.property)
    if breakdown.property.source is PropertySource.USER:
        found = items_of(sql("ifNull({list}, '')", list=listing))
    if only_chosen and breakdown.values:
        found = sql(
            "arrayIntersect({items}, {values})", items=found, values=bind("Array(String)", list(breakdown.values))
        )
    return sql(
        "multiIf(isNull({list}), [{missing}], empty({items}), [{empty}], arrayMap(item -> {item}, {items}))",
        list=listing,
        items=found,
        missing=bind("String", _NOT_SET + _END),
        empty=bind("String", _SET + _END),
        item=_mark(sql("item")),
    )


def _mark(text: Fragment) -> Fragment:
    return let(
        text,
        lambda text: sql(
            "if(isNull({text}), {missing}, concat('v', replaceAll(ifNull({text}, ''), '\\0', '\\0\\x01'), '\\0\\0'))",
            text=text,
            missing=bind("String", _NOT_SET + _END),
        ),
        name="marked",
    )


def _decoded(key: Key) -> list[Key]:
    assert key is not None
    parts = key.split(_END)[:-1]
    return [None if part == _NOT_SET else part[1:].replace("\0\x01", "\0") for part in parts]


def encoded(parts: Sequence[Key]) -> str:
    """The key of these values, as the statement makes it."""
    return "".join((_NOT_SET if part is None else _SET + part.replace("\0", "\0\x01")) + _END for part in parts)


def _text(breakdown: Breakdown, scope: Scope, scale: Scale | None) -> Fragment:
    asked = breakdown.property
    match breakdown.buckets:
        case DateBuckets(grain):
            return date_bucket(asked, grain, scope)
        case EvenBuckets(size, start):
            return _even(number(asked, scope), _steps(size, start))
        case CustomBuckets(edges):
            return _custom(number(asked, scope), edges)
        case AutoBuckets():
            assert scale is not None
            return _auto(number(asked, scope), scale)
    if asked.type is PropertyType.NUMBER:
        return beside_event(asked, number_text(asked), scope)
    if asked.type is PropertyType.BOOLEAN:
        return beside_event(asked, sql("toString({boolean})", boolean=column(asked)), scope)
    return beside_event(asked, column(asked), scope)


def number(asked: Property, scope: Scope) -> Fragment:
    """A number as an expression of an event's row."""
    if asked.source is PropertySource.EVENT:
        return column(asked)
    return sql("toFloat64OrNull({text})", text=beside_event(asked, number_text(asked), scope))


# --- buckets of numbers -----------------------------------------------------------------------------------------------
# An edge is (start + k × size) / scale, all whole numbers, so that it is the double nearest to the decimal that people
# read: 0.3 begins at 0.3, which 3 × 0.1 does not.


@dataclass(frozen=True, slots=True)
class _Steps:
    size: Fragment
    start: Fragment
    scale: Fragment


def _steps(size: float, start: float) -> _Steps:
    whole_size, whole_start, scale = _whole(size, start)
    return _Steps(bind("Float64", whole_size), bind("Float64", whole_start), bind("Float64", scale))


def _whole(size: float, start: float) -> tuple[float, float, float]:
    places = max(0, -min(int(Decimal(repr(each)).as_tuple().exponent) for each in (size, start)))
    scale = 10 ** min(places, 15)
    return float(round(size * scale)) or size * scale, float(round(start * scale)), float(scale)


def _even(number: Fragment, steps: _Steps) -> Fragment:
    """The bucket's number, counted from the start, as text."""

    def bucket(x: Fragment) -> Fragment:
        guess = sql(
            "floor(({x} * {scale} - {start}) / {size})", x=x, scale=steps.scale, start=steps.start, size=steps.size
        )
        # What rounding moved over an edge goes back.
        return sql(
            "toString({guess} + if({x} >= {next}, 1, 0) - if({x} < {this}, 1, 0) + 0)",
            guess=guess,
            x=x,
            next=edge(sql("({guess} + 1)", guess=guess)),
            this=edge(guess),
        )

    def edge(k: Fragment) -> Fragment:
        return sql("(({start} + {k} * {size}) / {scale})", start=steps.start, k=k, size=steps.size, scale=steps.scale)

    return let(number, bucket)


def _custom(number: Fragment, edges: tuple[float, ...]) -> Fragment:
    """How many edges lie at or below the number, as text."""
    return let(
        number,
        lambda x: sql(
            "toString(if(isNull({x}), NULL, arrayCount(edge -> edge <= assumeNotNull({x}), {edges})))",
            x=x,
            edges=bind("Array(Float64)", list(edges)),
        ),
    )


def _auto(number: Fragment, scale: Scale) -> Fragment:
    """The bucket's number, the step's first digit and its power of ten, as text: "7|2|-1" begins at 1.4."""
    steps = _Steps(
        size=sql("({digit} * exp10(greatest({power}, 0)))", digit=scale.digit, power=scale.power),
        start=sql("0"),
        scale=sql("exp10(greatest(-{power}, 0))", power=scale.power),
    )
    return sql(
        "concat({bucket}, '|', toString({digit}), '|', toString({power}))",
        bucket=_even(number, steps),
        digit=scale.digit,
        power=scale.power,
    )


# --- reading keys -----------------------------------------------------------------------------------------------------


def _kind(breakdown: Breakdown) -> object:
    if breakdown.buckets is not None:
        return type(breakdown.buckets)
    return breakdown.property.type


def _read_text(breakdown: Breakdown, text: Key) -> Segment:
    if text is None:
        return Segment(SegmentKind.NOT_SET)
    return Segment(SegmentKind.VALUE, text) if text else Segment(SegmentKind.EMPTY)


def _read_number(breakdown: Breakdown, text: Key) -> Segment:
    return Segment(SegmentKind.NOT_SET) if text is None else Segment(SegmentKind.VALUE, number_value(text))


def _read_boolean(breakdown: Breakdown, text: Key) -> Segment:
    return Segment(SegmentKind.NOT_SET) if text is None else Segment(SegmentKind.VALUE, text == "true")


def _read_even(breakdown: Breakdown, text: Key) -> Segment:
    assert isinstance(breakdown.buckets, EvenBuckets)
    if text is None:
        return Segment(SegmentKind.NOT_SET)
    size, start, scale = _whole(breakdown.buckets.size, breakdown.buckets.start)
    k = float(text)
    return Segment(SegmentKind.RANGE, _neat((start + k * size) / scale), _neat((start + (k + 1) * size) / scale))


def _read_custom(breakdown: Breakdown, text: Key) -> Segment:
    assert isinstance(breakdown.buckets, CustomBuckets)
    if text is None:
        return Segment(SegmentKind.NOT_SET)
    edges = breakdown.buckets.edges
    index = int(text)
    low = _neat(edges[index - 1]) if index else None
    return Segment(SegmentKind.RANGE, low, _neat(edges[index]) if index < len(edges) else None)


def _read_auto(breakdown: Breakdown, text: Key) -> Segment:
    if text is None:
        return Segment(SegmentKind.NOT_SET)
    k, digit, power = (float(part) for part in text.split("|"))
    size, scale = digit * 10 ** max(power, 0), 10 ** max(-power, 0)
    return Segment(SegmentKind.RANGE, _neat(k * size / scale), _neat((k + 1) * size / scale))


def _read_date(breakdown: Breakdown, text: Key) -> Segment:
    assert isinstance(breakdown.buckets, DateBuckets)
    if text is None:
        return Segment(SegmentKind.NOT_SET)
    if breakdown.buckets.grain is Grain.HOUR_OF_DAY:
        return Segment(SegmentKind.HOUR, int(text))
    if breakdown.buckets.grain is Grain.DAY_OF_WEEK:
        return Segment(SegmentKind.WEEKDAY, int(text))
    return Segment(SegmentKind.VALUE, text)


def _neat(number: float) -> int | float:
    return int(number) if math.isfinite(number) and number == int(number) and abs(number) <= 2**53 else number


_READERS: dict[object, Callable[[Breakdown, Key], Segment]] = {
    PropertyType.STRING: _read_text,
    PropertyType.NUMBER: _read_number,
    PropertyType.BOOLEAN: _read_boolean,
    PropertyType.LIST: _read_text,
    EvenBuckets: _read_even,
    CustomBuckets: _read_custom,
    AutoBuckets: _read_auto,
    DateBuckets: _read_date,
}
