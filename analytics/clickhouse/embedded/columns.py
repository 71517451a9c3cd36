"""Where a column of a native block ends.

Between chDB and the wire only one byte per column differs (`blocks` says which), but a block does not say how long its
columns are: each type knows how to step over its own values. Types that are not spelled out here (JSON, mostly) are
read by clickhouse-driver's own column classes, only to see how far they get.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from clickhouse_driver.bufferedreader import BufferedReader
from clickhouse_driver.columns.service import get_column_by_spec
from clickhouse_driver.columns.util import get_inner_columns_with_types, get_inner_spec
from clickhouse_driver.context import Context

from analytics.clickhouse.embedded.wire import UINT64, Source

_WIDTHS = {
    1: "Int8 UInt8 Bool Enum8 Nothing",
    2: "Int16 UInt16 Enum16 Date BFloat16",
    4: "Int32 UInt32 Float32 Date32 DateTime Decimal32 IPv4 Time",
    8: "Int64 UInt64 Float64 DateTime64 Decimal64 Time64",
    16: "Int128 UInt128 UUID Decimal128 IPv6 Point",
    32: "Int256 UInt256 Decimal256",
}
_WIDTH_OF = {name: width for width, names in _WIDTHS.items() for name in names.split()}
_ALIASES = {"Ring": "Array(Point)", "LineString": "Array(Point)", "Polygon": "Array(Ring)"}
_ALIASES |= {"MultiPolygon": "Array(Polygon)", "MultiLineString": "Array(LineString)"}
_INDEX_WIDTH_MASK, _HAS_OWN_KEYS = 0xFF, 1 << 9


class Column(Protocol):
    """A type's values on the wire: what stands before the first value, and the values themselves."""

    def skip_prefix(self, source: Source) -> None: ...

    def skip(self, source: Source, rows: int) -> None: ...


@dataclass(frozen=True)
class Fixed:
    width: int

    def skip_prefix(self, source: Source) -> None:
        """Nothing stands before the values."""

    def skip(self, source: Source, rows: int) -> None:
        source.skip(self.width * rows)


@dataclass(frozen=True)
class Text:
    def skip_prefix(self, source: Source) -> None:
        """Nothing stands before the values."""

    def skip(self, source: Source, rows: int) -> None:
        source.skip_strings(rows)


@dataclass(frozen=True)
class Nullable:
    inner: Column

    def skip_prefix(self, source: Source) -> None:
        self.inner.skip_prefix(source)

    def skip(self, source: Source, rows: int) -> None:
        source.skip(rows)
        self.inner.skip(source, rows)


@dataclass(frozen=True)
class Array:
    inner: Column

    def skip_prefix(self, source: Source) -> None:
        self.inner.skip_prefix(source)

    def skip(self, source: Source, rows: int) -> None:
        if rows:
            source.skip(8 * (rows - 1))
            self.inner.skip(source, source.uint64())  # the last offset is the number of items


@dataclass(frozen=True)
class Tuple:
    inners: tuple[Column, ...]

    def skip_prefix(self, source: Source) -> None:
        for inner in self.inners:
            inner.skip_prefix(source)

    def skip(self, source: Source, rows: int) -> None:
        for inner in self.inners:
            inner.skip(source, rows)


@dataclass(frozen=True)
class LowCardinality:
    keys: Column

    def skip_prefix(self, source: Source) -> None:
        source.skip(UINT64.size)  # the version of the serialization

    def skip(self, source: Source, rows: int) -> None:
        if not rows:
            return
        layout = source.uint64()
        if layout & _HAS_OWN_KEYS:
            self.keys.skip(source, source.uint64())
        source.skip((1 << (layout & _INDEX_WIDTH_MASK)) * source.uint64())


@dataclass(frozen=True)
class AsTheDriverReads:
    """Any other type: let the driver's column class read it and see where it stopped."""

    type: str

    def skip_prefix(self, source: Source) -> None:
        """Read with the values: the driver's reader keeps its own place."""

    def skip(self, source: Source, rows: int) -> None:
        start = source.position
        handed_out = 0

        def more() -> tuple[bytearray, int]:
            nonlocal handed_out
            if start + handed_out >= len(source.buffer):
                source.fill()
            piece = source.buffer[start + handed_out :]
            handed_out += len(piece)
            return piece, len(piece)

        reader = _PlacedReader(more)
        column = get_column_by_spec(self.type, {"context": _driver_context(), "has_custom_serialization": False})
        column.read_state_prefix(reader)
        column.read_data(rows, reader)
        source.position = start + handed_out - (reader.current_buffer_size - reader.position)


class _PlacedReader(BufferedReader):  # type: ignore[misc]  # untyped upstream
    """The driver's reader over our buffer."""

    def __init__(self, more: Callable[[], tuple[bytearray, int]]) -> None:
        self._more = more
        super().__init__(0)

    def read_into_buffer(self) -> None:
        self.buffer, self.current_buffer_size = self._more()


def _driver_context() -> Context:
    context = Context()
    context.settings = {}
    context.client_settings = {"strings_as_bytes": True, "strings_encoding": "utf-8", "use_numpy": False}
    return context


class _NotSpelledOut(Exception):
    """A part of the type is none of ours."""


@lru_cache(maxsize=2048)
def column_of(type: str) -> Column:
    """How to step over a column of this type; a type nobody knows fails when it is read."""
    try:
        return _known(type.strip())
    except _NotSpelledOut:
        return AsTheDriverReads(type)  # the whole of it: nested states stand in front of everything


def _known(type: str) -> Column:
    name, _, arguments = type.partition("(")
    if name == "String":
        return Text()
    if name == "FixedString":
        return Fixed(int(arguments.rstrip(")")))
    if name == "Decimal":
        return Fixed(_decimal_width(int(arguments.partition(",")[0])))
    if name.startswith("Interval"):
        return Fixed(8)
    if name in _WIDTH_OF:
        return Fixed(_WIDTH_OF[name])
    if name in _ALIASES:
        return _known(_ALIASES[name])
    return _nested(name, type)


def _decimal_width(precision: int) -> int:
    return next(width for width, digits in ((4, 9), (8, 18), (16, 38), (32, 76)) if precision <= digits)


def _nested(name: str, type: str) -> Column:
    """A type made of other types."""
    inner = get_inner_spec(name, type)
    if name == "Nullable":
        return Nullable(_known(inner))
    if name == "Array":
        return Array(_known(inner))
    if name == "Tuple":
        return Tuple(_items(inner)) if inner else Fixed(1)
    if name in ("Map", "Nested"):
        return Array(Tuple(_items(inner)))
    if name == "LowCardinality":
        keys = get_inner_spec("Nullable", inner) if inner.startswith("Nullable(") else inner
        return LowCardinality(_known(keys))
    if name == "SimpleAggregateFunction":
        return _known(get_inner_columns_with_types(inner)[1][1])
    raise _NotSpelledOut(type)


def _items(inner: str) -> tuple[Column, ...]:
    return tuple(_known(type) for _, type in get_inner_columns_with_types(inner))
