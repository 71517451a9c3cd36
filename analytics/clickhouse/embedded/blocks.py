"""Blocks between the wire and chDB's Native format.

They are the same bytes but for two things: the wire has a block info in front, and (from protocol revision 54454) one
byte per column that says whether the column is serialized in a custom way. chDB writes neither, and reads neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.clickhouse.embedded.columns import column_of
from analytics.clickhouse.embedded.wire import Source, int32, no_more, text, varint

BLOCK_INFO = varint(1) + b"\0" + varint(2) + int32(-1) + varint(0)  # not an overflow block, no bucket
EMPTY_BLOCK = BLOCK_INFO + varint(0) + varint(0)
_DEFAULT_SERIALIZATION = b"\0"


class UnsupportedBlock(ValueError):
    """A block that cannot be translated; the message is for the client."""


@dataclass(frozen=True)
class Block:
    """One block in the form that the other side reads."""

    names_and_types: tuple[tuple[str, str], ...]
    rows: int
    data: bytes


def header_block(names_and_types: tuple[tuple[str, str], ...]) -> bytes:
    """The wire's block without rows: what columns are to come, or what an INSERT expects."""
    columns = b"".join(text(name) + text(type) + _DEFAULT_SERIALIZATION for name, type in names_and_types)
    return BLOCK_INFO + varint(len(names_and_types)) + varint(0) + columns


def to_wire(chunk: bytes) -> list[Block]:
    """chDB's Native output as blocks for the wire."""
    source = Source(no_more, chunk)
    blocks = []
    while not source.at_end():
        blocks.append(_translate(source, with_flag=False))
    return blocks


def from_wire(source: Source) -> Block:
    """The next block that the client sends, as chDB's Native input."""
    _skip_block_info(source)
    return _translate(source, with_flag=True)


def _translate(source: Source, *, with_flag: bool) -> Block:
    """Read a block that has (or lacks) the byte per column, and write one that lacks (or has) it."""
    count, rows = source.varint(), source.varint()
    pieces: list[bytes | bytearray] = [b"" if with_flag else BLOCK_INFO, varint(count), varint(rows)]
    names_and_types = []
    for _ in range(count):
        name, type = source.text(), source.text()
        names_and_types.append((name, type))
        pieces += (text(name), text(type))
        if not with_flag:
            pieces.append(_DEFAULT_SERIALIZATION)
        elif source.read_one():
            raise UnsupportedBlock(f"the column {name} comes in a custom serialization; send it as plain values")
        start = source.position
        if rows:
            column = column_of(type)
            column.skip_prefix(source)
            column.skip(source, rows)
        pieces.append(source.buffer[start : source.position])
    return Block(tuple(names_and_types), rows, b"".join(pieces))


def _skip_block_info(source: Source) -> None:
    while field := source.varint():
        source.skip(1 if field == 1 else 4)
