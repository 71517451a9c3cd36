"""Bytes in and out: a growing buffer to read from, and the protocol's way of writing numbers and text.

Knows nothing of packets. The buffer keeps what was read until `forget`, so that a whole block can be cut out of it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any

UINT64 = struct.Struct("<Q")
INT32 = struct.Struct("<i")


class Source:
    """Reads from a buffer that `more` refills; `more` returns the next bytes, or raises EOFError."""

    def __init__(self, more: Callable[[], bytes], initial: bytes = b"") -> None:
        self.buffer = bytearray(initial)
        self.position = 0
        self._more = more

    def fill(self) -> None:
        """Append what comes next. Blocks."""
        self.buffer += self._more()

    def need(self, count: int) -> None:
        """Wait until `count` bytes can be read."""
        while len(self.buffer) - self.position < count:
            self.fill()

    def forget(self) -> None:
        """Drop what has been read."""
        del self.buffer[: self.position]
        self.position = 0

    def at_end(self) -> bool:
        """Whether everything received so far has been read."""
        return self.position >= len(self.buffer)

    def skip(self, count: int) -> None:
        self.need(count)
        self.position += count

    def read(self, count: int) -> bytes:
        self.need(count)
        start = self.position
        self.position += count
        return bytes(self.buffer[start : self.position])

    def read_one(self) -> int:
        self.need(1)
        self.position += 1
        return self.buffer[self.position - 1]

    def varint(self) -> int:
        shift = result = 0
        while True:
            byte = self.read_one()
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result
            shift += 7

    def text(self, limit: int | None = None) -> str:
        """A string. With a limit, a longer one is taken for a stranger's noise rather than waited for."""
        length = self.varint()
        if limit is not None and length > limit:
            raise EOFError(f"a string of {length} bytes where {limit} are allowed")
        return self.read(length).decode("utf-8", "surrogateescape")

    def uint64(self) -> int:
        value: int = UINT64.unpack(self.read(8))[0]
        return value

    def skip_strings(self, count: int) -> None:
        """Pass `count` length-prefixed strings. The hottest loop of the server: one step per value."""
        position = self.position
        remaining = count
        while remaining:
            buffer = self.buffer
            try:
                while remaining:
                    length = buffer[position]
                    if length < 0x80:
                        position += length + 1
                    else:
                        position = _after_long_string(buffer, position)
                    remaining -= 1
            except IndexError:
                self.fill()
        while len(self.buffer) < position:
            self.fill()
        self.position = position


def _after_long_string(buffer: bytearray, position: int) -> int:
    """Where the string ends whose length takes more than one byte."""
    shift = length = 0
    while True:
        byte = buffer[position]
        position += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            return position + length
        shift += 7


@lru_cache(maxsize=1024)
def varint(value: int) -> bytes:
    """A number, seven bits to a byte."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value: str) -> bytes:
    """A string after its length."""
    encoded = value.encode("utf-8", "surrogateescape")
    return varint(len(encoded)) + encoded


def int32(value: int) -> bytes:
    return INT32.pack(value)


def no_more() -> Any:
    """For a buffer that is already complete."""
    raise EOFError("the block ends in the middle of a column")
