"""`check` runs an example through everything real: the writer, the engine, the compiler and the runner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from analytics.clickhouse.writer import write_events
from analytics.queries.flows import FlowsQuery
from analytics.queries.scope import Scope
from analytics.runner import run
from tests.reference.facts import batch
from tests.spec import examples
from tests.spec.flows import examples as flows

Check = Callable[..., None]


@pytest.fixture
def check(clickhouse: Any, clickhouse_url: str, project_id: int) -> Check:
    def check(
        *,
        events: str,
        question: dict[str, Any],
        answer: str,
        zone: str = "UTC",
        now: str = "2024-03-20 12:00",
        week_start: int = 1,
        retention_days: int | None = None,
        session_minutes: int = 30,
        busy_only: bool = False,
        as_many: bool = False,
    ) -> None:
        """`as_many`: the flows are as many as the funnel's number of which they are."""
        received = list(examples.facts(events, zone))
        for half in (
            received[::2],
            received[1::2],
        ):  # apart, since the engine resolves duplicates within one insert itself
            write_events(clickhouse, batch(half, project_id))
        moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)
        scope = Scope(project_id, zone, week_start, moment, retention_days, session_minutes)
        query = examples.query(question)
        result = run(query, scope, url=clickhouse_url, cache=None).result
        assert examples.table(result, query, busy_only=busy_only) == examples.cells(answer)
        if as_many:
            assert isinstance(query, FlowsQuery)
            assert query.of is not None
            funnel = run(query.of.query, scope, url=clickhouse_url, cache=None).result
            assert result.total == flows.shown(query.of, funnel)

    return check
