"""The reading side: records in order, a cursor that moves only after the database has them, and damage set aside.

A record that was read but not confirmed is read again after a restart. One process reads a spool at a time (a lock).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from analytics.errors import Unavailable
from analytics.spool.frames import HEADER_BYTES, Found, missing_bytes, salt_of, scan
from analytics.spool.writer import sync_folder

CHUNK_BYTES = 4 * 1024 * 1024

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Position:
    """How far a batch reaches in each segment; `ended` are those with nothing behind it, now or later."""

    offsets: dict[str, int] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.offsets or self.ended)


class Reader:
    """Reads every segment of a folder. `batch` looks ahead, `confirm` moves the cursor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cursor_file = folder / "cursor.json"
        self._aside = folder / "damaged"
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(folder / "reader.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise Unavailable(f"another process drains {folder} already") from None
        self._cursor = self._saved_cursor()

    def close(self) -> None:
        os.close(self._lock)

    def has_more(self) -> bool:
        """Whether a batch would find anything: cheap enough to ask fifty times a second."""
        for path in self._segments():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_size > self._cursor.get(path.name, 0) or not _is_being_written(path):
                    return True
        return False

    def batch(self, max_bytes: int) -> tuple[list[bytes], Position]:
        """The next records, of about `max_bytes` together (one record at least), and the position behind them."""
        records: list[bytes] = []
        position = Position()
        left = max_bytes
        for path in self._segments():
            if left <= 0:
                break
            with contextlib.suppress(FileNotFoundError):  # its writer gave it up, empty
                left -= self._take(path, left, records, position)
        return records, position

    def _take(self, path: Path, left: int, records: list[bytes], position: Position) -> int:
        """Add what one segment has to a batch; returns how many bytes that is."""
        # Asked before reading: once nobody writes any more, what we then read is all there will ever be.
        finished = not _is_being_written(path)
        offset = self._cursor.get(path.name, 0)
        taken = 0
        for found in self._read(path, offset, finished, left):
            if found.record is None:
                self._set_aside(path, found, finished)
            else:
                records.append(found.record)
                taken += len(found.record)
            position.offsets[path.name] = found.end
        if finished and position.offsets.get(path.name, offset) >= path.stat().st_size:
            position.ended.append(path.name)
        return taken

    def confirm(self, position: Position) -> None:
        """The database has everything up to here. Durable before segments are deleted."""
        if not position:
            return
        self._cursor.update(position.offsets)
        self._save_cursor()
        for name in position.ended:
            (self.folder / name).unlink(missing_ok=True)
        if position.ended:
            sync_folder(self.folder)
            self._cursor = {name: at for name, at in self._cursor.items() if name not in position.ended}

    def set_record_aside(self, record: bytes, why: str) -> Path:
        """Keep a whole record that cannot be used, under a name that says where from."""
        path = self._keep(f"record-{os.urandom(6).hex()}", record)
        log.error("a spool record was set aside as %s: %s", path, why)
        return path

    def _segments(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.suffix == ".segment")

    def _read(self, path: Path, offset: int, finished: bool, max_bytes: int) -> Iterator[Found]:
        """Records and damaged stretches behind `offset`, with offsets from the start of the file."""
        salt = salt_of(path.stem)
        with path.open("rb") as file:
            file.seek(offset)
            data = b""
            start = offset
            while True:
                wanted = max(min(CHUNK_BYTES, max_bytes), missing_bytes(data))
                more = file.read(wanted)
                data += more
                at_end = len(more) < wanted
                used = 0
                for found in scan(data, salt, last=finished and at_end):
                    yield Found(start + found.start, start + found.end, found.record)
                    used = found.end
                    max_bytes -= len(found.record or b"")
                    if max_bytes <= 0:
                        return
                if at_end:
                    return
                data, start = data[used:], start + used

    def _set_aside(self, path: Path, found: Found, finished: bool) -> None:
        """Name and keep damaged bytes. A torn tail is what a crash leaves of a write that was never acknowledged."""
        with path.open("rb") as file:
            file.seek(found.start)
            stretch = file.read(found.end - found.start)
        if finished and found.end >= path.stat().st_size and (len(stretch) < HEADER_BYTES or missing_bytes(stretch)):
            log.warning("%s ends in a torn record at byte %d: cut off there", path.name, found.start)
            return
        kept = self._keep(f"{path.stem}-{found.start}", stretch)
        log.error(
            "%s is damaged from byte %d to %d: set aside as %s; reading goes on behind it",
            path.name,
            found.start,
            found.end,
            kept,
        )

    def _keep(self, name: str, data: bytes) -> Path:
        self._aside.mkdir(exist_ok=True)
        path = self._aside / f"{name}.bytes"
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return path

    def _saved_cursor(self) -> dict[str, int]:
        try:
            saved = json.loads(self._cursor_file.read_text())
        except FileNotFoundError:
            return {}
        except ValueError:
            # Reading everything again is safe: what is stored already is recognised as a duplicate.
            log.error("%s is unreadable: the spool is drained from its start", self._cursor_file)
            return {}
        present = {path.name for path in self._segments()}
        return {name: int(offset) for name, offset in saved.items() if name in present}

    def _save_cursor(self) -> None:
        draft = self._cursor_file.with_suffix(".new")
        with draft.open("w") as file:
            json.dump(self._cursor, file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._cursor_file)
        sync_folder(self.folder)


def _is_being_written(path: Path) -> bool:
    """Whether the process that made the segment still has it open: it holds the lock as long as it lives."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
