"""Which segment an event belongs to, and how what is not shown becomes "other".

Each event has one segment, or several where a property is a list. A segment is a text: the value itself where there is
one breakdown (NULL is "not set"), else the values of all in one key whose order is theirs. Which segments are shown is
found first, by a statement of its own (compiler/segments.py); then every event is counted in the segments it is in, all
those left over being one. So "other" has its own events and users.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analytics.compiler.columns import beside_event, column, items
from analytics.compiler.dates import date_bucket
from analytics.compiler.number_buckets import (
    Scale,
    Scales,
    auto,
    custom,
    even,
    known_scale,
    read_auto,
    read_custom,
    read_even,
)
from analytics.queries.breakdowns import AutoBuckets, Breakdown, CustomBuckets, DateBuckets, EvenBuckets, Grain
from analytics.queries.properties import Property, PropertySource, PropertyType
from analytics.queries.scope import Scope
from analytics.results.segments import Segment, SegmentKind, number_value
from analytics.schema.properties import items_of
from analytics.sql.fragment import Fragment, bind, join, let, sql

# A row's place among the segments that are shown, the first being 1, or what else it is counted in.
OTHER, WHOLE = 0, 65_535

Key = str | None

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

    def places(self, events: Fragment, shown: Sequence[Key]) -> Fragment:
        """The events once per segment that they are counted in, `place` instead of the segment: where it is among those
        shown, or OTHER. A list's event has a row for the WHOLE too, because it may be in several segments."""
        if not self.has_lists:
            place = sql(
                "if(isNull(segment), {null}, {place})",
                null=bind("UInt16", shown.index(None) + 1 if None in shown else OTHER),
                place=_place(sql("assumeNotNull(segment)"), shown),
            )
            return sql("SELECT * EXCEPT (segment), {place} AS place FROM ({events})", place=place, events=events)
        return sql(
            "SELECT * EXCEPT (segments), arrayJoin(arrayPushBack(arrayDistinct(arrayMap(key -> {place}, segments)),"
            " {whole})) AS place FROM ({events})",
            place=_place(sql("key"), shown),
            whole=bind("UInt16", WHOLE),
            events=events,
        )


def _place(key: Fragment, shown: Sequence[Key]) -> Fragment:
    places = {each: place for place, each in enumerate(shown, start=1) if each is not None}
    if not places:
        return bind("UInt16", OTHER)
    return sql(
        "transform({key}, {keys}, {places}, {other})",
        key=key,
        keys=bind("Array(String)", list(places)),
        places=bind("Array(UInt16)", list(places.values())),
        other=bind("UInt16", OTHER),
    )


def known_scales(breakdowns: tuple[Breakdown, ...], shown: Sequence[Key]) -> Scales:
    """The steps that the shown segments were found with: their keys carry them. Any, where none has a number."""
    scales = {}
    for index, breakdown in enumerate(breakdowns):
        if isinstance(breakdown.buckets, AutoBuckets):
            parts = [_decoded(key)[index] if len(breakdowns) > 1 or _has_lists(breakdowns) else key for key in shown]
            scales[index] = known_scale(next((part for part in parts if part is not None), None))
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
        _packed_items(each, only_chosen)
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


def _packed_items(breakdown: Breakdown, only_chosen: bool) -> Fragment:
    """Each item of a list as a part of a key."""
    listing = beside_event(breakdown.property)
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
            return even(number(asked), size, start)
        case CustomBuckets(edges):
            return custom(number(asked), edges)
        case AutoBuckets():
            assert scale is not None
            return auto(number(asked), scale)
    return beside_event(asked)


def number(asked: Property) -> Fragment:
    """A number as an expression of an event's row."""
    if asked.source is PropertySource.EVENT:
        return column(asked)
    return sql("toFloat64OrNull({text})", text=beside_event(asked))


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
    return Segment(SegmentKind.RANGE, *read_even(text, breakdown.buckets.size, breakdown.buckets.start))


def _read_custom(breakdown: Breakdown, text: Key) -> Segment:
    assert isinstance(breakdown.buckets, CustomBuckets)
    if text is None:
        return Segment(SegmentKind.NOT_SET)
    return Segment(SegmentKind.RANGE, *read_custom(text, breakdown.buckets.edges))


def _read_auto(breakdown: Breakdown, text: Key) -> Segment:
    return Segment(SegmentKind.NOT_SET) if text is None else Segment(SegmentKind.RANGE, *read_auto(text))


def _read_date(breakdown: Breakdown, text: Key) -> Segment:
    assert isinstance(breakdown.buckets, DateBuckets)
    if text is None:
        return Segment(SegmentKind.NOT_SET)
    if breakdown.buckets.grain is Grain.HOUR_OF_DAY:
        return Segment(SegmentKind.HOUR, int(text))
    if breakdown.buckets.grain is Grain.DAY_OF_WEEK:
        return Segment(SegmentKind.WEEKDAY, int(text))
    return Segment(SegmentKind.VALUE, text)


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
