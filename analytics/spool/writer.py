"""The writing side: many threads append, one fsync serves all who wait, and only then do they return."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import secrets
import threading
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path

from analytics.errors import Unavailable
from analytics.spool.frames import HEADER_BYTES, frame, salt_of

SEGMENT_BYTES = 64 * 1024 * 1024
SIZE_SEEN_FOR = 0.25  # seconds between two looks at how large the whole spool is
RETRY_AFTER = 5

log = logging.getLogger(__name__)


class SpoolFull(Unavailable):
    """The spool is at its bound, or its disk is full. Nothing was stored; the sender should come again."""

    code = "spool_full"
    retry_after = RETRY_AFTER


@dataclass(slots=True)
class _Commit:
    """What goes to disk with one fsync, and how that ended."""

    records: list[bytes] = field(default_factory=list)
    done: bool = False
    error: Exception | None = None


class Spool:
    """`append` returns when its records are on disk. Safe for threads, and for a process that forks afterwards."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.refused = 0  # appends that met the bound
        self._segment_bytes = max(min(SEGMENT_BYTES, max_bytes // 16), 4096)
        self._reset()
        _all.add(self)

    def _reset(self) -> None:
        """Start afresh; in a forked child the parent's segment stays the parent's."""
        self._turn = threading.Condition()
        self._next = _Commit()
        self._writing = False
        self._segment: int | None = None
        self._path = Path()
        self._written = 0
        self._total = 0
        self._total_seen_at = float("-inf")

    def append(self, records: list[bytes]) -> None:
        size = sum(map(len, records)) + HEADER_BYTES * len(records)
        with self._turn:
            self._demand_room(size)
            commit = self._next
            commit.records += records
            while self._writing and not commit.done:
                self._turn.wait()
            if not commit.done:
                self._lead(commit)
        if commit.error is not None:
            raise commit.error

    def close(self) -> None:
        """Leave the segment to the reader."""
        with self._turn:
            while self._writing:
                self._turn.wait()
            self._seal()

    def _lead(self, commit: _Commit) -> None:
        """Write for everybody who waits. Called with the lock; gives it up while the disk works."""
        self._writing = True
        self._next = _Commit()
        self._turn.release()
        try:
            self._write(commit.records)
        except OSError as error:
            commit.error = self._failed(error)
        except BaseException:
            commit.error = Unavailable("the spool could not be written; try again later")
            raise
        finally:
            self._turn.acquire()
            self._writing = False
            commit.done = True
            self._turn.notify_all()

    def _write(self, records: list[bytes]) -> None:
        if self._segment is None or self._written >= self._segment_bytes:
            self._seal()
            self._open()
        segment, salt = self._segment, salt_of(self._path.stem)
        assert segment is not None
        data = b"".join([frame(record, salt) for record in records])
        left = memoryview(data)
        while left:
            left = left[os.write(segment, left) :]
        os.fdatasync(segment)
        self._written += len(data)
        self._total += len(data)

    def _failed(self, error: OSError) -> Exception:
        """Give the segment up: after a failed write or fsync its end is uncertain, so nothing is added to it."""
        log.error("the spool could not be written: %s", error)
        segment, path, good = self._segment, self._path, self._written
        if segment is not None:
            with contextlib.suppress(OSError):
                if good:
                    os.ftruncate(segment, good)
                else:
                    path.unlink(missing_ok=True)
        self._seal()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return SpoolFull("the spool's disk is full; try again later")
        return Unavailable("the spool cannot be written; try again later")

    def _open(self) -> None:
        """A new segment under its final name only once it is locked, so that the reader never takes it for finished."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{os.getpid()}-{secrets.token_hex(4)}"
        draft = self.folder / f"{name}.new"
        segment = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(segment, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._path = draft.rename(self.folder / f"{name}.segment")
            sync_folder(self.folder)
        except OSError:
            os.close(segment)
            draft.unlink(missing_ok=True)
            raise
        self._segment, self._written = segment, 0

    def _seal(self) -> None:
        if self._segment is not None:
            os.close(self._segment)
            self._segment = None

    def _demand_room(self, size: int) -> None:
        """Refuse what would pass the bound over all writers; others' bytes are counted with a short delay."""
        now = time.monotonic()
        if now - self._total_seen_at > SIZE_SEEN_FOR:
            self._total, self._total_seen_at = folder_bytes(self.folder), now
        if self._total + size > self.max_bytes:
            self.refused += 1
            raise SpoolFull(f"the spool holds its {self.max_bytes} bytes; try again later")


def folder_bytes(folder: Path) -> int:
    total = 0
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".segment"):
                with contextlib.suppress(FileNotFoundError):
                    total += entry.stat().st_size
    return total


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, not only the files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_all: weakref.WeakSet[Spool] = weakref.WeakSet()


def _after_fork() -> None:
    for spool in list(_all):
        if spool._segment is not None:
            os.close(spool._segment)  # our copy only: the parent keeps the file, and with it the lock
        spool._reset()


os.register_at_fork(after_in_child=_after_fork)
