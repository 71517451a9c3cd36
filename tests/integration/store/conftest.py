"""Events written as the ingest worker writes them, into a project of the test's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.writer import EventBatch, write_events
from analytics.compiler.events import user
from analytics.queries.scope import Scope
from analytics.schema.tables import events_table
from analytics.sql.fragment import Fragment, bind, sql

NOON = 1_710_000_000_000  # 2024-03-09T16:00:00Z
ACKNOWLEDGED = 1_760_000_000_000_000 << 12


def user_now(client: Any, project_id: int) -> Fragment:
    """Who did an event, as a question that is asked now has it."""
    return user(Scope(project_id, "UTC", 1, datetime.now(UTC), merged=pending_merges(client, project_id)))


@pytest.fixture
def write(clickhouse: Any, project_id: int) -> Callable[..., None]:
    """Write rows, each a dict of columns with defaults for the rest, as one batch."""
    counter = itertools.count()

    def write(*rows: dict[str, Any], project: int = project_id) -> None:
        batch = EventBatch()
        for given in rows:
            number = next(counter)
            row = {
                "project_id": project,
                "version": ACKNOWLEDGED + number,
                "event": "View",
                "distinct_id": "ann",
                "insert_id": f"i{number}",
                "time_ms": NOON,
                "user_id": "",
                "device_id": "",
                "properties": "{}",
                **given,
            }
            for name, value in row.items():
                getattr(batch, name).append(value)
        assert write_events(clickhouse, batch) == len(rows)

    return write


@pytest.fixture
def users(clickhouse: Any, project_id: int) -> Callable[..., list[list[str]]]:
    """The events of each user, as sorted lists of insert ids."""

    def users(project: int = project_id) -> list[list[str]]:
        text, params = sql(
            "SELECT arraySort(groupArray(insert_id)) AS ids FROM {table} FINAL WHERE project_id = {p}"
            " GROUP BY {user} ORDER BY ids",
            table=events_table(),
            p=bind("UInt32", project),
            user=user_now(clickhouse, project),
        ).render()
        return [ids for (ids,) in clickhouse.execute(text, params)]

    return users


def anonymous(insert_id: str, device: str = "d1", **columns: Any) -> dict[str, Any]:
    return {"insert_id": insert_id, "distinct_id": f"$device:{device}", "device_id": device, **columns}


def known(insert_id: str, user_id: str, device: str = "d1", **columns: Any) -> dict[str, Any]:
    return {"insert_id": insert_id, "distinct_id": user_id, "user_id": user_id, "device_id": device, **columns}
