"""The read path, as a table of contents: version → cache → compiler → ClickHouse → result → cache.

What is special about a kind of question stands in that kind's files, never here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from analytics import cache as answers
from analytics.cache import Storage
from analytics.clickhouse.client import lease
from analytics.clickhouse.executor import Progress, execute
from analytics.clickhouse.limits import Limits
from analytics.clickhouse.versions import data_version
from analytics.compiler import compile
from analytics.queries import Query
from analytics.queries.scope import Scope
from analytics.results.answer import Answer, Meta
from analytics.results.insights import insights_result

__all__ = ["Answer", "lookup", "run"]


def run(
    query: Query,
    scope: Scope,
    *,
    url: str,
    cache: Storage | None,
    query_id: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
) -> Answer:
    """The answer, from the cache if it is there. `query_id` is what `cancel` needs. Without a cache it is always
    computed."""
    version = _version(url, scope)
    name = answers.key(query, scope, version)
    if cache is not None and (kept := answers.find(cache, name)) is not None:
        return kept
    answer = _compute(query, scope, version, url=url, query_id=query_id, on_progress=on_progress, limits=limits)
    if cache is not None:
        answers.keep(cache, name, answer)
    return answer


def lookup(query: Query, scope: Scope, *, url: str, cache: Storage) -> Answer | None:
    """The answer if it is known already; never starts a query."""
    return answers.find(cache, answers.key(query, scope, _version(url, scope)))


def _compute(
    query: Query,
    scope: Scope,
    version: int,
    *,
    url: str,
    query_id: str | None,
    on_progress: Callable[[Progress], None] | None,
    limits: Limits | None,
) -> Answer:
    compiled = compile(query, scope)
    rows = execute(compiled, url=url, query_id=query_id, on_progress=on_progress, limits=limits)
    result = insights_result(query, scope, rows.rows)
    meta = Meta(
        computed_at=dt.datetime.now(dt.UTC),
        data_version=version,
        read_rows=rows.read_rows,
        read_bytes=rows.read_bytes,
        elapsed_ms=round(rows.elapsed * 1000, 1),
        sql=compiled.sql,
    )
    return Answer(result, meta)


def _version(url: str, scope: Scope) -> int:
    """Read before the events, never after: what is kept under a version must hold every write up to it. A write that
    comes in between is in the answer early, which nobody can tell from asking a moment later."""
    with lease(url) as client:
        return data_version(client, scope.project_id)
