"""Rows into ClickHouse, by columns: events, profiles, refused events, and the numbers that say that a project's data
or its profiles changed.

Writing the same batch again changes no answer: a row carries the version it was acknowledged with, and equal rows are
one event. This file must not know payloads or their rules; it stores what it is given.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from analytics.schema.tables import (
    DATA_VERSIONS,
    EVENTS_INBOX,
    INBOX_COLUMNS,
    PROFILE_COLUMNS,
    PROFILES_INBOX,
    REJECTED_EVENTS,
    TOUCHED_SLOTS,
)
from analytics.sql.fragment import bind, identifier, join, sql

# A block is a finished file when the server answers: no buffer may hold it back or split it.
_INSERT_SETTINGS: Final = {"async_insert": 0, "max_insert_block_size": 1_048_576}


SLOT_SECONDS: Final = 900


class Writes(Protocol):
    """As much of a client as writing needs."""

    def execute(self, query: str, params: Any = None, **options: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class EventBatch:
    """The columns of events_inbox. Texts may be bytes (UTF-8), which saves encoding them again."""

    project_id: list[int] = field(default_factory=list)
    version: list[int] = field(default_factory=list)
    event: list[str | bytes] = field(default_factory=list)
    distinct_id: list[str | bytes] = field(default_factory=list)
    insert_id: list[str | bytes] = field(default_factory=list)
    time_ms: list[int] = field(default_factory=list)
    user_id: list[str | bytes] = field(default_factory=list)
    device_id: list[str | bytes] = field(default_factory=list)
    properties: list[str | bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.project_id)

    def columns(self) -> list[list[Any]]:
        """The columns in the order of the table."""
        return [getattr(self, column.name) for column in fields(self)]


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A user's profile as of a version, or, deleted, that there is none. `properties` is JSON text."""

    project_id: int
    distinct_id: str
    version: int
    deleted: bool
    properties: str | bytes


@dataclass(frozen=True, slots=True)
class RejectedEvent:
    """A refused payload, with who refused it and why. Written again with `replayed_at`, it is marked as replayed."""

    project_id: int
    id: UUID
    received_at: datetime
    endpoint: str
    field: str
    reason: str
    code: str
    payload: str | bytes
    replayed_at: datetime | None = None


def write_events(client: Writes, batch: EventBatch) -> int:
    """Store a batch and make its projects' cached answers stale; returns the number of rows. Safe to repeat."""
    if not len(batch):
        return 0
    _insert(client, EVENTS_INBOX, INBOX_COLUMNS, batch.columns())
    touch_slots(client, batch)
    bump_data_versions(client, set(batch.project_id))
    return len(batch)


def touch_slots(client: Writes, batch: EventBatch) -> None:
    """Say which quarters of an hour that are over got events: what was kept of them (compiler/kept.py) is old now.

    Call it when the events are visible, and before the data's version grows. Quarters that are not over need no touch,
    since only buckets that are over are kept: so live traffic pays nothing for this.
    """
    open_from = int(time.time()) // SLOT_SECONDS
    touched = sorted(
        {
            (project_id, slot)
            for project_id, time_ms in zip(batch.project_id, batch.time_ms, strict=True)
            if 0 <= (slot := time_ms // (1000 * SLOT_SECONDS)) < open_from
        }
    )
    if not touched:
        return
    text, params = sql(
        "INSERT INTO {table} (project_id, slot, version)"
        " SELECT touch.1, touch.2, greatest(ifNull(known.version, 0) + 1, toUInt64(toUnixTimestamp64Micro(now64(6))))"
        " FROM (SELECT arrayJoin(arrayZip({projects}, {slots})) AS touch) AS touches LEFT JOIN"
        " (SELECT project_id, max(version) AS version FROM {versions} WHERE project_id IN {projects}"
        " GROUP BY project_id) AS known ON known.project_id = touch.1",
        table=identifier(TOUCHED_SLOTS),
        versions=identifier(DATA_VERSIONS),
        projects=bind("Array(UInt32)", [project_id for project_id, _ in touched]),
        slots=bind("Array(UInt32)", [slot for _, slot in touched]),
    ).render()
    client.execute(text, params, settings={"async_insert": 0})


def write_profiles(client: Writes, rows: Sequence[ProfileRow]) -> int:
    """Store profiles and make the answers that read them stale; returns the number of rows. Safe to repeat, and in any
    order: the highest version of a profile counts."""
    if not rows:
        return 0
    _insert(client, PROFILES_INBOX, PROFILE_COLUMNS, [[getattr(row, name) for row in rows] for name in PROFILE_COLUMNS])
    bump_profile_versions(client, {row.project_id for row in rows})
    return len(rows)


def bump_data_versions(client: Writes, project_ids: Collection[int]) -> None:
    """Give these projects a higher data version. Call it when the write is visible, never before."""
    _bump(client, "version", project_ids)


def bump_profile_versions(client: Writes, project_ids: Collection[int]) -> None:
    """Give these projects a higher version of their profiles. Call it when the write is visible, never before."""
    _bump(client, "profile_version", project_ids)


def _bump(client: Writes, column: str, project_ids: Collection[int]) -> None:
    """A higher number than the one there is.

    Two that bump at once may choose the same number. That is safe: each reads the old number after its own write was
    visible, so whoever sees the new number sees both writes. The clock only keeps numbers growing when the table is
    lost and the cache is not.
    """
    if not project_ids:
        return
    text, params = sql(
        "INSERT INTO {table} (project_id, {column})"
        " SELECT project_id, greatest(max(known.number) + 1, toUInt64(toUnixTimestamp64Micro(now64(6)))) FROM ("
        "SELECT arrayJoin({ids}) AS project_id, toUInt64(0) AS number UNION ALL "
        "SELECT project_id, {column} AS number FROM {table} WHERE project_id IN {ids}"
        ") AS known GROUP BY project_id",
        table=identifier(DATA_VERSIONS),
        column=identifier(column),
        ids=bind("Array(UInt32)", sorted(project_ids)),
    ).render()
    client.execute(text, params)


def write_rejected(client: Writes, rejected: Sequence[RejectedEvent]) -> int:
    """Keep refused payloads, or mark them as replayed; returns the number of rows. Safe to repeat."""
    if not rejected:
        return 0
    names = [column.name for column in fields(RejectedEvent)]
    _insert(client, REJECTED_EVENTS, names, [[getattr(row, name) for row in rejected] for name in names])
    return len(rejected)


def _insert(client: Writes, table: str, names: Sequence[str], columns: list[list[Any]]) -> None:
    text, _ = sql(
        "INSERT INTO {table} ({names}) VALUES",
        table=identifier(table),
        names=join(", ", [identifier(name) for name in names]),
    ).render()
    client.execute(text, columns, columnar=True, settings=_INSERT_SETTINGS)
