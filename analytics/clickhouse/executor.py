"""Runs a compiled query: limits in, progress while it runs, typed rows out, and a way to stop it from elsewhere."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from analytics.clickhouse.client import connect, lease
from analytics.clickhouse.limits import Limits
from analytics.errors import LimitReached
from analytics.sql.compiled import CompiledQuery

Row = TypeVar("Row")

# Forty metrics, each with filters of its own, are a long statement and none that ClickHouse should refuse: ten times
# what it takes by itself. What a question may cost is limited by time, memory and rows.
_LONG_STATEMENTS = {"max_query_size": 2_600_000, "max_ast_elements": 500_000, "max_expanded_ast_elements": 5_000_000}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running query is. `total_rows` is the server's estimate, and 0 until it has one."""

    read_rows: int
    total_rows: int
    read_bytes: int
    elapsed: float


@dataclass(frozen=True, slots=True)
class Rows(Generic[Row]):
    """An answer and what it cost."""

    rows: list[Row]
    read_rows: int
    read_bytes: int
    elapsed: float


def execute(
    compiled: CompiledQuery[Row],
    *,
    url: str,
    query_id: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
) -> Rows[Row]:
    """Run the query. If `on_progress` raises, the query is stopped and the error passed on."""
    started = time.monotonic()
    limits = limits or Limits()
    settings = {**_LONG_STATEMENTS, **limits.settings(), **compiled.settings}
    try:
        with lease(url) as client:
            result = client.execute_with_progress(
                compiled.sql, dict(compiled.params), query_id=query_id, settings=settings
            )
            for _ in result:
                if on_progress is not None:
                    on_progress(_progress(result.progress_totals, started))
            values: list[tuple[Any, ...]] = result.get_result()
            reached = _progress(result.progress_totals, started)
    except LimitReached as error:
        raise limits.named(error) from error
    rows = [compiled.row(line) for line in values]
    return Rows(rows, reached.read_rows, reached.read_bytes, time.monotonic() - started)


@functools.cache
def threads(url: str) -> int:
    """How many threads a query gets there that asks for no number: as many as there are cores."""
    with lease(url) as client:
        return int(client.execute("SELECT getSetting('max_threads')")[0][0])


def statement_id(query_id: str, number: int) -> str:
    """The id of one of the statements of an answer."""
    return f"{query_id}.{number}"


def cancel(url: str, query_id: str) -> bool:
    """Stop a running query or, of an answer, the statement that is running, over a connection of its own. Whether there
    was one to stop."""
    client = connect(url)
    try:
        return bool(
            client.execute(
                "KILL QUERY WHERE query_id = {id:String} OR startsWith(query_id, {more:String}) ASYNC",
                {"id": query_id, "more": statement_id(query_id, 0).removesuffix("0")},
            )
        )
    finally:
        client.disconnect()


def _progress(totals: Any, started: float) -> Progress:
    return Progress(totals.rows, totals.total_rows, totals.bytes, time.monotonic() - started)
