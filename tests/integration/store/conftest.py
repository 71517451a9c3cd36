"""Events written as the ingest worker writes them, into a project of the test's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from analytics.clickhouse.writer import EventBatch, write_events

NOON = 1_710_000_000_000  # 2024-03-09T16:00:00Z
ACKNOWLEDGED = 1_760_000_000_000_000 << 12


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
