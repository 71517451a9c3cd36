"""Blocks are cut at the right places, however the bytes arrive."""

from __future__ import annotations

import io
from typing import Any

import pytest
from clickhouse_driver.bufferedwriter import CompressedBufferedWriter
from clickhouse_driver.columns.service import write_column
from clickhouse_driver.context import Context
from hypothesis import given
from hypothesis import strategies as st

from analytics.clickhouse.embedded.blocks import BLOCK_INFO, EMPTY_BLOCK, UnsupportedBlock, from_wire, to_wire
from analytics.clickhouse.embedded.packets import unquote
from analytics.clickhouse.embedded.wire import Source, no_more, text, varint

STRINGS = st.text(max_size=200)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "UInt64": st.integers(0, 2**64 - 1),
    "String": STRINGS,
    "Nullable(String)": st.none() | STRINGS,
    "Array(String)": st.lists(STRINGS, max_size=4),
    "Array(Array(Nullable(Int16)))": st.lists(st.lists(st.none() | st.integers(-5, 5), max_size=3), max_size=3),
    "LowCardinality(String)": st.sampled_from(["a", "b", "c" * 150]),
    "LowCardinality(Nullable(String))": st.sampled_from([None, "b", ""]),
    "Array(LowCardinality(String))": st.lists(st.sampled_from(["a", "b"]), max_size=3),
    "Map(LowCardinality(String), Float64)": st.dictionaries(st.sampled_from(["a", "b"]), st.floats(allow_nan=False)),
    "Map(String, Array(String))": st.dictionaries(STRINGS, st.lists(STRINGS, max_size=2), max_size=3),
    "Tuple(String, Nullable(UInt8))": st.tuples(STRINGS, st.none() | st.integers(0, 255)),
    "FixedString(3)": st.just("abc"),
    "Enum16('x, (y)' = 1)": st.just("x, (y)"),
    "Bool": st.booleans(),
}
block_of_columns = st.integers(1, 30).flatmap(
    lambda rows: st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5).flatmap(
        lambda types: st.tuples(
            st.just(types), st.tuples(*(st.lists(VALUES[type], min_size=rows, max_size=rows) for type in types))
        )
    )
)


def context() -> Context:
    made = Context()
    made.settings = {}
    made.client_settings = {
        "strings_as_bytes": False,
        "strings_encoding": "utf-8",
        "use_numpy": False,
        "input_format_null_as_default": False,
    }
    return made


def columns_of(types: list[str], columns: tuple[list[Any], ...], flag: bytes) -> bytes:
    """A block's columns as clickhouse-driver writes them."""
    written = io.BytesIO()
    out = CompressedBufferedWriter(written, 1 << 16)  # the driver's writer into anything with a `write`
    for number, (type, values) in enumerate(zip(types, columns, strict=True)):
        out.write(text(f"c{number}") + text(type) + flag)
        write_column(context(), f"c{number}", type, list(values), out)
    out.flush()
    return written.getvalue()


def dribble(data: bytes, size: int) -> Source:
    pieces = iter([data[start : start + size] for start in range(0, len(data), size)])

    def more() -> bytes:
        try:
            return next(pieces)
        except StopIteration:
            raise EOFError from None

    return Source(more)


@given(block_of_columns, st.integers(1, 500))
def test_the_byte_per_column_comes_and_goes_and_nothing_else_changes(block: Any, size: int):
    types, columns = block
    head = varint(len(types)) + varint(len(columns[0]))
    on_the_wire = BLOCK_INFO + head + columns_of(types, columns, b"\0")
    native = head + columns_of(types, columns, b"")

    source = dribble(on_the_wire + b"next", size)
    got = from_wire(source)
    assert (got.data, got.rows, [type for _, type in got.names_and_types]) == (native, len(columns[0]), types)
    assert source.read(4) == b"next"

    there = to_wire(native + native)
    assert [piece.data for piece in there] == [on_the_wire, on_the_wire]


def test_an_empty_block_ends_a_stream():
    assert from_wire(Source(no_more, EMPTY_BLOCK)).names_and_types == ()


def test_a_custom_serialization_is_refused_in_words():
    sparse = BLOCK_INFO + varint(1) + varint(1) + text("c") + text("UInt8") + b"\1"
    with pytest.raises(UnsupportedBlock, match="custom serialization"):
        from_wire(Source(no_more, sparse))


def test_a_block_that_breaks_off_is_an_error_and_not_a_wait():
    whole = varint(1) + varint(2) + text("c") + text("String") + b"\1a\1b"
    assert to_wire(whole)
    for end in range(1, len(whole)):
        with pytest.raises(EOFError):
            to_wire(whole[:end])


@given(st.text(), st.integers(1, 7))
def test_text_and_numbers_survive_any_split(value: str, size: int):
    source = dribble(text(value) + varint(2**40), size)
    assert (source.text(), source.varint()) == (value, 2**40)


@given(st.text())
def test_parameters_are_unquoted_as_the_driver_quotes_them(value: str):
    from clickhouse_driver.util.escape import escape_chars_map

    quoted = "'" + "".join(escape_chars_map.get(character, character) for character in value) + "'"
    assert unquote(quoted) == value
