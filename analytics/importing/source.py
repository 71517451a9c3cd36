"""A file as a stream of lines with positions, so that reading can go on where it stopped."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from analytics.errors import PayloadError

CHUNK = 1024 * 1024
MAX_LINE = 4 * 1024 * 1024  # a "line" longer than this is no row, and must not fill the memory
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Source:
    """A file that was read through once: what it holds is known by its digest, whether packed or not."""

    path: Path
    size: int  # of the text, unpacked
    digest: str

    @classmethod
    def of(cls, path: Path, on_read: Callable[[int], None] = lambda read: None) -> Source:
        """Read the file once. PayloadError if it cannot be read."""
        digest = hashlib.sha256()
        size = 0
        try:
            with open_text(path) as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    on_read(size)
        except (OSError, EOFError) as error:
            raise PayloadError(f"{path} cannot be read: {error}") from None
        return cls(path, size, digest.hexdigest())

    def lines(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Each line with the position after it, from a position that an earlier reading gave."""
        with open_text(self.path) as file:
            file.seek(start)
            position = start
            while line := file.readline(MAX_LINE):
                position += len(line)
                if len(line) == MAX_LINE and not line.endswith(b"\n"):
                    position += _skip_line(file)
                yield position, line


def open_text(path: Path) -> BinaryIO:
    """The file's bytes, unpacked if it is a gzip file whatever its name says."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _skip_line(file: BinaryIO) -> int:
    skipped = 0
    while rest := file.readline(MAX_LINE):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped
