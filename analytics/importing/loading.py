"""The import of one file: check, write, remember how far; go on from there after an interruption."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analytics.clickhouse.client import connect
from analytics.clickhouse.writer import EventBatch, write_events
from analytics.errors import PayloadError
from analytics.events import IMPORT, Moment, known_of
from analytics.events import Row as EventRow
from analytics.events import row as event_row
from analytics.importing.mapping import Mapping, Reading
from analytics.importing.rows import Row, Shape, rows
from analytics.importing.source import Source
from analytics.ingest import next_version
from analytics.ingest.store import by_span

BATCH_ROWS = 20_000
BATCH_BYTES = 16 * 1024**2
HOUR_MS = 3_600_000
BAD_ROWS_KEPT = 10_000  # in the file of bad rows; all are counted


@dataclass
class Progress:
    """How far an import is; written down after each batch that is stored."""

    position: int = 0
    line: int = 0
    read: int = 0
    accepted: int = 0
    bad: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    done: bool = False
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """What became of a file."""

    read: int
    accepted: int
    bad: int
    reasons: dict[str, int]  # the most frequent first
    bad_rows: Path
    seconds: float
    resumed_at: int  # the row it went on from; 0 at the beginning
    already_done: bool = False


class Importing:
    """One file into one project. `state` is a folder that this import keeps its place in."""

    def __init__(self, source: Source, shape: Shape, mapping: Mapping, *, project_id: int, state: Path) -> None:
        self.source, self.shape, self.mapping = source, shape, mapping
        self.project_id = project_id
        self.reading = Reading(mapping, source.digest[:20])
        self.directory = state / f"{source.digest[:20]}-project-{project_id}"
        self.bad_rows = self.directory / "bad-rows.jsonl"
        self._state = self.directory / "state.json"

    def check(self, now_ms: int, on_progress: Callable[[Progress], None]) -> Summary:
        """Read everything and store nothing."""
        started = time.monotonic()
        progress = Progress()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.bad_rows.unlink(missing_ok=True)
        for _ in self._batches(progress, now_ms):
            on_progress(progress)
        return self._summary(progress, started, 0)

    def run(self, url: str, now_ms: int, on_progress: Callable[[Progress], None], *, restart: bool = False) -> Summary:
        """Store what is not stored yet. Interrupted at any moment, the next run goes on after the last batch."""
        started = time.monotonic()
        with self._sole_use():
            progress = self._recall(restart=restart)
            resumed_at = progress.read
            if progress.done:
                return self._summary(progress, started, resumed_at)
            client = connect(url)
            try:
                for batch in self._batches(progress, now_ms):
                    for part in by_span(batch):  # ClickHouse refuses a block that touches too many months
                        write_events(client, part)
                    self._remember(progress)
                    on_progress(progress)
            finally:
                client.disconnect()
            progress.done = True
            self._remember(progress)
        return self._summary(progress, started, resumed_at, fresh=True)

    def _batches(self, progress: Progress, now_ms: int) -> Iterator[EventBatch]:
        """Batches of accepted rows; `progress` then stands right after the batch that was yielded."""
        moment = Moment(now_ms)
        held: list[EventRow] = []
        size = 0
        start = (progress.position, progress.line) if progress.read else None
        for row in rows(self.source, self.shape, start):
            if len(held) >= BATCH_ROWS or size >= BATCH_BYTES:
                yield self._batch(held)
                held, size = [], 0
            try:
                held.append(self._accepted(row, moment))
                size += len(held[-1].properties)
                progress.accepted += 1
            except PayloadError as refusal:
                self._refuse(progress, row, refusal)
            progress.read += 1
            progress.position, progress.line = row.position, row.next_line
        yield self._batch(held)

    def _accepted(self, row: Row, moment: Moment) -> EventRow:
        name, properties = self.reading.event(row)
        known = known_of(properties)
        if isinstance(known.time, int) and known.time > moment.now_ms + HOUR_MS:
            raise PayloadError("the time is in the future", field=self.mapping.time)
        return event_row(name, properties, known, IMPORT, moment)

    def _batch(self, held: list[EventRow]) -> EventBatch:
        first = next_version()
        columns: list[list[Any]] = [list(column) for column in zip(*held, strict=True)] or [
            [] for _ in EventRow._fields
        ]
        return EventBatch([self.project_id] * len(held), list(range(first, first + len(held))), *columns)

    def _refuse(self, progress: Progress, row: Row, refusal: PayloadError) -> None:
        progress.bad += 1
        kind = refusal.message if len(progress.reasons) < 50 or refusal.message in progress.reasons else "other reasons"
        progress.reasons[kind] = progress.reasons.get(kind, 0) + 1
        if progress.bad > BAD_ROWS_KEPT:
            return
        shown = row.text or ", ".join(f"{name}={value!r}" for name, value in row.values.items())[:500]
        with self.bad_rows.open("a") as file:
            file.write(json.dumps({"line": row.line, "reason": refusal.message, "row": shown}) + "\n")

    # --- the place in the file ----------------------------------------------------------------------------------------

    @contextmanager
    def _sole_use(self) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PayloadError("this file is being imported into this project right now") from None
            yield

    def _recall(self, *, restart: bool) -> Progress:
        try:
            found = Progress(**json.loads(self._state.read_text()))
        except FileNotFoundError:
            found = Progress(mapping=asdict(self.mapping))
        if restart:
            found = Progress(mapping=asdict(self.mapping))
        if found.mapping != asdict(self.mapping):
            raise PayloadError(
                "this file was imported before with other columns or times; rows that change would be counted twice. "
                "Delete the earlier events first, or say --restart if that is what you want"
            )
        self._forget_bad_rows_after(found)
        return found

    def _forget_bad_rows_after(self, progress: Progress) -> None:
        """Those after the last stored batch are met again."""
        if self.bad_rows.exists():
            lines = self.bad_rows.read_text().splitlines(keepends=True)
            self.bad_rows.write_text("".join(lines[: progress.bad]))

    def _remember(self, progress: Progress) -> None:
        part = self._state.with_suffix(".part")
        with part.open("w") as file:
            json.dump(asdict(progress), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._state)

    def _summary(self, progress: Progress, started: float, resumed_at: int, *, fresh: bool = False) -> Summary:
        return Summary(
            read=progress.read,
            accepted=progress.accepted,
            bad=progress.bad,
            reasons=dict(sorted(progress.reasons.items(), key=lambda item: -item[1])),
            bad_rows=self.bad_rows,
            seconds=time.monotonic() - started,
            resumed_at=resumed_at,
            already_done=progress.done and not fresh,
        )
