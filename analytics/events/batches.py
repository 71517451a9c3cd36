"""The shapes in which accepted and refused events travel from the acknowledgement to the database.

They are written into the spool, so a change here must still read what an older version wrote.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class Row(NamedTuple):
    """One accepted event, in the order of the columns of a batch."""

    event: str
    distinct_id: str
    insert_id: str
    time_ms: int
    user_id: str
    device_id: str
    properties: bytes


class AcceptedBatch(msgspec.Struct, frozen=True, array_like=True, tag="events", gc=False):
    """Accepted events of one project, by column. Event i has version `version + i`."""

    project_id: int
    version: int
    event: list[str]
    distinct_id: list[str]
    insert_id: list[str]
    time_ms: list[int]
    user_id: list[str]
    device_id: list[str]
    properties: list[bytes]

    @classmethod
    def of(cls, project_id: int, version: int, rows: list[Row]) -> AcceptedBatch:
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in Row._fields]
        return cls(project_id, version, *columns)

    def __len__(self) -> int:
        return len(self.event)

    def part(self, start: int, stop: int) -> AcceptedBatch:
        columns = [column[start:stop] for column in self.columns()]
        return AcceptedBatch(self.project_id, self.version + start, *columns)  # type: ignore[arg-type]

    def columns(self) -> tuple[list[str] | list[int] | list[bytes], ...]:
        return (
            self.event,
            self.distinct_id,
            self.insert_id,
            self.time_ms,
            self.user_id,
            self.device_id,
            self.properties,
        )


class RejectedItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A refused item, as it came, with the reason and the field that is wrong."""

    reason: str
    code: str
    field: str
    payload: bytes


class RejectedBatch(msgspec.Struct, frozen=True, array_like=True, tag="rejected", gc=False):
    """Refused items of one project. Item i has version `version + i`; `source` says which way they came in."""

    project_id: int
    version: int
    source: str
    rejected: list[RejectedItem]
