"""The read path, as a table of contents: version → cache → compiler → ClickHouse → result → cache.

What is special about a kind of question stands in that kind's files, never here.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from analytics import cache as answers
from analytics.cache import Storage
from analytics.clickhouse.client import lease
from analytics.clickhouse.executor import Progress, execute
from analytics.clickhouse.links import merges_of_version
from analytics.clickhouse.versions import data_version, profile_version
from analytics.compiler.kept import Keeping
from analytics.compiler.plans import Plan, Step, plan
from analytics.queries import Query
from analytics.queries.scope import Scope
from analytics.results import Result
from analytics.results.answer import Answer, Meta
from analytics.sql.compiled import CompiledQuery

__all__ = ["Answer", "key", "lookup", "run"]

Row = TypeVar("Row")


def run(
    query: Query,
    scope: Scope,
    *,
    url: str,
    cache: Storage | None,
    keep_url: str | None = None,
    query_id: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Answer:
    """The answer, from the cache if it is there. Without a cache it is always computed. `query_id` is what `cancel`
    needs. `keep_url` is of somebody who may write: closed buckets are then kept and used again."""
    name, version = key(query, scope, url)
    if cache is not None and (kept := answers.find(cache, name)) is not None:
        return kept
    with lease(url) as client:
        scope = replace(scope, merged=merges_of_version(client, url, scope.project_id, version))
    keeping = Keeping(secrets.randbits(63), version, answers.code_mark()) if keep_url else None
    statements = _Statements(url, keep_url or url, query_id, on_progress)
    answer = Answer(statements.answer(plan(query, scope, keeping)), statements.meta(version))
    if cache is not None:
        answers.keep(cache, name, answer)
    return answer


def lookup(query: Query, scope: Scope, *, url: str, cache: Storage) -> Answer | None:
    """The answer if it is known already; never starts a query."""
    return answers.find(cache, key(query, scope, url)[0])


def key(query: Query, scope: Scope, url: str) -> tuple[str, int]:
    """What the answer is kept under, and the version of the project's data that is in it.

    Read before the events, never after: what is kept under a version must hold every write up to it. A write that comes
    in between is in the answer early, which nobody can tell from asking a moment later.
    """
    with lease(url) as client:
        version = data_version(client, scope.project_id)
        others = (profile_version(client, scope.project_id),) if query.reads_profiles else ()
    return answers.key(query, scope, (version, *others)), version


class _Statements:
    """The statements of one answer, one after the other under one query id, and what they cost together."""

    def __init__(
        self, url: str, keep_url: str, query_id: str | None, on_progress: Callable[[Progress], None] | None
    ) -> None:
        self._url, self._keep_url, self._query_id, self._on_progress = url, keep_url, query_id, on_progress
        self._sql: list[str] = []
        self._reached = Progress(0, 0, 0, 0.0)

    def answer(self, steps: Plan) -> Result:
        """Runs the steps of a question's plan; each is told the rows of the one before it."""
        try:
            step = next(steps)
            while True:
                step = steps.send(self._rows(step))
        except StopIteration as over:
            result: Result = over.value
            return result

    def _rows(self, step: Step) -> list[object]:
        before = self._reached

        def on_progress(now: Progress) -> None:
            self._reached = _together(before, now)
            if self._on_progress is not None:
                # What is still to come reads about as much as this step does.
                total = before.read_rows + now.total_rows * step.left
                self._on_progress(
                    Progress(self._reached.read_rows, total, self._reached.read_bytes, self._reached.elapsed)
                )

        compiled: CompiledQuery[object] = step.compiled
        self._sql.append(compiled.sql)
        rows = execute(
            compiled, url=self._keep_url if step.keeps else self._url, query_id=self._query_id, on_progress=on_progress
        )
        self._reached = _together(before, Progress(rows.read_rows, rows.read_rows, rows.read_bytes, rows.elapsed))
        return rows.rows

    def meta(self, version: int) -> Meta:
        return Meta(
            computed_at=dt.datetime.now(dt.UTC),
            data_version=version,
            read_rows=self._reached.read_rows,
            read_bytes=self._reached.read_bytes,
            elapsed_ms=round(self._reached.elapsed * 1000, 1),
            sql=";\n\n".join(self._sql),
        )


def _together(one: Progress, other: Progress) -> Progress:
    return Progress(
        one.read_rows + other.read_rows,
        one.total_rows + other.total_rows,
        one.read_bytes + other.read_bytes,
        one.elapsed + other.elapsed,
    )
