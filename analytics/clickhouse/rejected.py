"""Reading the rejected events of a project; writing them is the writer's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.clickhouse.executor import execute
from analytics.clickhouse.writer import RejectedEvent
from analytics.schema.tables import REJECTED_EVENTS
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, identifier, sql


@dataclass(frozen=True, slots=True)
class Reason:
    """Why events were refused, with how many there are and when the last one came."""

    field: str
    reason: str
    events: int
    waiting: int  # not replayed yet
    last_at: datetime


def reasons(url: str, project_id: int, limit: int = 100) -> list[Reason]:
    """The reasons, the most frequent first."""
    statement = sql(
        "SELECT field, reason, count() AS refused, countIf(isNull(replayed_at)) AS waiting, max(received_at) AS last_at"
        " FROM {table} FINAL WHERE project_id = {project}"
        " GROUP BY field, reason ORDER BY waiting DESC, refused DESC, reason LIMIT {limit}",
        table=identifier(REJECTED_EVENTS),
        project=bind("UInt32", project_id),
        limit=bind("UInt32", limit),
    )
    return execute(CompiledQuery.of(statement, lambda line: Reason(*line)), url=url).rows


def rejected_events(
    url: str, project_id: int, *, reason: str = "", waiting: bool = False, limit: int = 50, offset: int = 0
) -> list[RejectedEvent]:
    """Refused events, the newest first; of one reason, and only those not replayed, if asked."""
    among = sql(" AND reason = {reason}", reason=bind("String", reason)) if reason else EMPTY
    return _read(
        url,
        project_id,
        sql("{among}{waiting}", among=among, waiting=sql(" AND isNull(replayed_at)") if waiting else EMPTY),
        limit,
        offset,
    )


def rejected_by_id(url: str, project_id: int, ids: Sequence[UUID]) -> list[RejectedEvent]:
    """These refused events, as far as they are the project's."""
    among = sql(" AND id IN {ids}", ids=bind("Array(UUID)", [str(each) for each in ids]))
    return _read(url, project_id, among, len(ids), 0) if ids else []


def _read(url: str, project_id: int, among: Fragment, limit: int, offset: int) -> list[RejectedEvent]:
    statement = sql(
        "SELECT project_id, id, received_at, endpoint, field, reason, code, payload, replayed_at"
        " FROM {table} FINAL WHERE project_id = {project}{among}"
        " ORDER BY received_at DESC, id DESC LIMIT {limit} OFFSET {offset}",
        table=identifier(REJECTED_EVENTS),
        project=bind("UInt32", project_id),
        among=among,
        limit=bind("UInt32", limit),
        offset=bind("UInt32", offset),
    )
    return execute(CompiledQuery.of(statement, lambda line: RejectedEvent(*line)), url=url).rows
