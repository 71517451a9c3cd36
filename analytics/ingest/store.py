"""Batches → ClickHouse, whichever way they came: out of the spool, or straight from a file or a seed.

Storing a batch again changes no answer, because every event carries the version of its acknowledgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from analytics.clickhouse import writer
from analytics.events import AcceptedBatch, RejectedBatch

# ClickHouse refuses a block that touches more than 100 monthly partitions; 31 days touch two of them at most.
SPAN_MS = 31 * 86_400_000
SPANS_PER_INSERT = 45

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def joined(batches: Iterable[AcceptedBatch]) -> writer.EventBatch:
    """The columns of one insert."""
    whole = writer.EventBatch()
    for batch in batches:
        size = len(batch)
        whole.project_id.extend([batch.project_id] * size)
        whole.version.extend(range(batch.version, batch.version + size))
        whole.event.extend(batch.event)
        whole.distinct_id.extend(batch.distinct_id)
        whole.insert_id.extend(batch.insert_id)
        whole.time_ms.extend(batch.time_ms)
        whole.user_id.extend(batch.user_id)
        whole.device_id.extend(batch.device_id)
        whole.properties.extend(batch.properties)
    return whole


def by_span(batch: writer.EventBatch) -> Iterator[writer.EventBatch]:
    """The batch in parts that ClickHouse takes, however many years an import covers. Nearly always one."""
    spans = {time_ms // SPAN_MS for time_ms in batch.time_ms if isinstance(time_ms, int)}
    if len(spans) <= SPANS_PER_INSERT:
        yield batch
        return
    ordered = sorted(spans)
    for start in range(0, len(ordered), SPANS_PER_INSERT):
        wanted = set(ordered[start : start + SPANS_PER_INSERT])
        yield picked(batch, [nth for nth, time_ms in enumerate(batch.time_ms) if time_ms // SPAN_MS in wanted])


def picked(batch: writer.EventBatch, rows: Sequence[int]) -> writer.EventBatch:
    """Only these rows."""
    return writer.EventBatch(*([column[row] for row in rows] for column in batch.columns()))


def rejected(batch: RejectedBatch) -> list[writer.RejectedEvent]:
    """Refused items as rows. The same item has the same id whenever it is stored."""
    return [
        writer.RejectedEvent(
            project_id=batch.project_id,
            id=rejected_id(batch.project_id, batch.version + nth),
            received_at=received_at(batch.version),
            endpoint=batch.source,
            field=item.field,
            reason=item.reason,
            code=item.code,
            payload=item.payload,
        )
        for nth, item in enumerate(batch.rejected)
    ]


def rejected_id(project_id: int, version: int) -> UUID:
    return UUID(int=(project_id & 0xFFFFFFFF) << 64 | version)


def received_at(version: int) -> datetime:
    """The moment of acknowledgement that a version holds."""
    return _EPOCH + timedelta(microseconds=version >> 12)
