"""How records lie in a segment: sign, length, checksum, payload. Nothing here touches a file.

The sign lets a reader find its feet again behind damaged bytes. The checksum covers the length and the segment's salt
(its name, which no sender knows), so that nobody can send bytes that would pass for a record inside a damaged one.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGN = b"\xf0\x07FA"
_HEADER = struct.Struct("<4sII")
HEADER_BYTES = _HEADER.size


def salt_of(segment: str) -> int:
    return zlib.crc32(segment.encode())


def frame(record: bytes, salt: int) -> bytes:
    return _HEADER.pack(SIGN, len(record), _checksum(record, salt)) + record


def _checksum(record: bytes | memoryview, salt: int) -> int:
    return zlib.crc32(record, salt ^ len(record))


@dataclass(frozen=True, slots=True)
class Found:
    """A record, or a damaged stretch (`record` is None), and where it lies in the bytes looked at."""

    start: int
    end: int
    record: bytes | None


def scan(data: bytes, salt: int, *, last: bool) -> Iterator[Found]:
    """Records and damaged stretches from the start of `data`.

    Without `last` more bytes may follow: the scan stops before anything that those could complete. With it, what is
    left over at the end is a damaged stretch.
    """
    at = 0
    while at < len(data):
        end = _end_of_record(data, at, salt)
        if end is not None:
            yield Found(at, end, data[at + HEADER_BYTES : end])
            at = end
            continue
        good = _next_good(data, at + 1, salt)
        if good is None:
            if last:
                yield Found(at, len(data), None)
            return
        yield Found(at, good, None)
        at = good


def missing_bytes(data: bytes) -> int:
    """How many more bytes the record that starts `data` needs, if its header is to be believed."""
    if len(data) < HEADER_BYTES:
        return HEADER_BYTES - len(data)
    sign, length, _ = _HEADER.unpack_from(data)
    return max(HEADER_BYTES + length - len(data), 0) if sign == SIGN else 0


def _end_of_record(data: bytes, at: int, salt: int) -> int | None:
    if len(data) - at < HEADER_BYTES:
        return None
    sign, length, checksum = _HEADER.unpack_from(data, at)
    end: int = at + HEADER_BYTES + length
    if sign != SIGN or end > len(data):
        return None
    return end if _checksum(memoryview(data)[at + HEADER_BYTES : end], salt) == checksum else None


def _next_good(data: bytes, at: int, salt: int) -> int | None:
    """The next whole record. The sign may occur inside a record's payload by chance; then its checksum will not fit."""
    while (at := data.find(SIGN, at)) >= 0:
        if _end_of_record(data, at, salt) is not None:
            return at
        at += 1
    return None
