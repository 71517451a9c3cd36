"""Spool → ClickHouse, for ever: insert, make cached answers stale, and only then move the cursor.

ClickHouse away: it waits and comes again, and says so once. A row that ClickHouse cannot take goes to the rejected
events with its reason and holds nobody up. A crash at any point repeats inserts, which changes no answer.
"""

from __future__ import annotations

import logging
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from analytics.clickhouse import writer
from analytics.clickhouse.client import connect
from analytics.errors import FootfallError, QueryFailed, Unavailable
from analytics.events import AcceptedBatch, RejectedBatch
from analytics.ingest.records import UnreadableRecord, decode
from analytics.ingest.store import by_span, joined, picked, received_at, rejected, rejected_id
from analytics.spool import Reader

BATCH_BYTES = 24 * 1024 * 1024  # of spool records in memory at a time
LINGER = 0.15  # seconds for which events gather before an insert: each insert makes a file in ClickHouse
POLL = 0.02  # seconds between looks at an empty spool
FIRST_WAIT, LONGEST_WAIT = 0.2, 10.0
MAX_KEPT_PAYLOAD = 65_536
ALL_BAD = 50  # when this many fail and none succeeds, the fault is ours and not the events'

# ClickHouse's codes for "this value will not do". Every other failure is the database's and passes by waiting.
DATA_CODES = frozenset(
    [6, 25, 26, 27, 32, 33, 34, 36, 38, 41, 43, 44, 53, 69, 70, 72, 117, 131, 190, 207, 321, 349, 381, 407, 467]
)
# What clickhouse-driver raises for a value it cannot put into a column.
BAD_VALUES = (struct.error, TypeError, AttributeError, OverflowError, ValueError)

log = logging.getLogger(__name__)


class Drain:
    """One reader of one spool. Not for several threads; `run` is the thread."""

    def __init__(self, folder: Path, url: str) -> None:
        self._reader = Reader(folder)
        self._url = url
        self._client: writer.Writes | None = None
        self.stored = 0
        self.is_stuck = False

    def close(self) -> None:
        self._disconnect()
        self._reader.close()

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; the batch in hand is finished first."""
        wait = FIRST_WAIT
        while not stop.is_set():
            if not self._reader.has_more():
                stop.wait(POLL)
                continue
            stop.wait(LINGER)
            try:
                moved = self.step()
            except FootfallError as error:
                self._note_stuck(error)
                stop.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                wait = FIRST_WAIT
                if moved and self.is_stuck:
                    self.is_stuck = False
                    log.warning("ClickHouse takes events again; the spool drains")
                if not moved:
                    stop.wait(POLL)

    def step(self) -> bool:
        """Store one batch and move the cursor behind it; whether there was anything."""
        records, position = self._reader.batch(BATCH_BYTES)
        if not position:
            return False
        self._store(records)
        self._reader.confirm(position)
        return True

    def drain(self) -> int:
        """Everything there is now; returns how many events were stored."""
        before = self.stored
        while self.step():
            pass
        return self.stored - before

    def _store(self, records: list[bytes]) -> None:
        accepted: list[AcceptedBatch] = []
        refused: list[writer.RejectedEvent] = []
        for record in records:
            try:
                batch = decode(record)
            except UnreadableRecord as error:
                self._reader.set_record_aside(record, str(error))
                continue
            if isinstance(batch, RejectedBatch):
                refused += rejected(batch)
            else:
                accepted.append(batch)
        whole = joined(accepted)
        for part in by_span(whole):
            not_taken = self._insert(part)
            if len(not_taken) == len(part) >= ALL_BAD:
                raise Unavailable(f"ClickHouse takes none of {len(part)} events: {not_taken[0].reason}")
            refused += not_taken
        if refused:
            self._run(lambda client: writer.write_rejected(client, refused))
        self.stored += len(whole)

    def _insert(self, batch: writer.EventBatch) -> list[writer.RejectedEvent]:
        """Store a batch; what ClickHouse cannot take is found by halving and returned, the rest is stored."""
        if not len(batch):
            return []
        try:
            self._run(lambda client: writer.write_events(client, batch))
        except QueryFailed as error:
            if error.engine_code not in DATA_CODES:
                raise
            reason = error.message
        except BAD_VALUES as error:
            reason = str(error)
        else:
            return []
        self._disconnect()  # a half-written block leaves the connection in the middle of a sentence
        if len(batch) == 1:
            log.error("an event of project %s cannot be stored: %s", batch.project_id[0], reason)
            return [_rejected_row(batch, reason)]
        half = len(batch) // 2
        rows = range(len(batch))
        return self._insert(picked(batch, rows[:half])) + self._insert(picked(batch, rows[half:]))

    def _run(self, write: Callable[[writer.Writes], object]) -> None:
        if self._client is None:
            self._client = connect(self._url)
        try:
            write(self._client)
        except Unavailable:
            self._disconnect()
            raise

    def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()  # type: ignore[attr-defined]

    def _note_stuck(self, error: FootfallError) -> None:
        self._disconnect()
        if not self.is_stuck:
            self.is_stuck = True
            log.error("ClickHouse does not take events: %s. They wait in the spool; trying again.", error)


def _rejected_row(batch: writer.EventBatch, reason: str) -> writer.RejectedEvent:
    """The one event of a batch, as it would have been sent, so that it can be replayed."""
    project_id, version = batch.project_id[0], batch.version[0]
    properties = batch.properties[0]
    raw = properties.encode() if isinstance(properties, str) else properties
    try:
        payload = msgspec.json.encode({"event": str(batch.event[0]), "properties": msgspec.Raw(raw)})
    except (msgspec.MsgspecError, UnicodeEncodeError):
        payload = raw
    return writer.RejectedEvent(
        project_id=project_id & 0xFFFFFFFF,
        id=rejected_id(project_id, version),
        received_at=received_at(version),
        endpoint="storage",
        field="",
        reason=f"the database cannot store it: {reason[:500]}",
        code="not_storable",
        payload=payload[:MAX_KEPT_PAYLOAD],
    )
