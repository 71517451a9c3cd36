"""The read path, as a table of contents: version → cache → compiler → ClickHouse → result → cache.

What is special about a kind of question stands in that kind's files, never here.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import replace

from analytics import cache as answers
from analytics.cache import Storage
from analytics.clickhouse.client import lease
from analytics.clickhouse.executor import Progress
from analytics.clickhouse.limits import Limits
from analytics.clickhouse.links import merges_of_version
from analytics.clickhouse.statements import Statements
from analytics.clickhouse.versions import data_version, profile_version
from analytics.compiler.kept import Keeping
from analytics.compiler.plans import kept_under, plan
from analytics.queries import Query
from analytics.queries.scope import Scope
from analytics.results.answer import Answer, Meta

__all__ = ["Answer", "key", "lookup", "run"]


def run(
    query: Query,
    scope: Scope,
    *,
    url: str,
    cache: Storage | None,
    keep_url: str | None = None,
    query_id: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    limits: Limits | None = None,
) -> Answer:
    """The answer, from the cache if it is there. Without a cache it is always computed. `query_id` is what `cancel`
    needs. `keep_url` is of somebody who may write: closed buckets are then kept and used again, with a cache from the
    second time on that they are asked for."""
    name, version = key(query, scope, url)
    if cache is not None and (kept := answers.find(cache, name)) is not None:
        return kept
    with lease(url) as client:
        scope = replace(scope, merged=merges_of_version(client, url, scope.project_id, version))
    keeping = _keeping(query, scope, version, cache) if keep_url else None
    statements = Statements(url, keep_url or url, query_id, on_progress, limits)
    answer = Answer(statements.follow(plan(query, scope, keeping)), _meta(statements, version))
    if cache is not None:
        answers.keep(cache, name, answer)
    return answer


def _keeping(query: Query, scope: Scope, version: int, cache: Storage | None) -> Keeping | None:
    """Keeping takes about as long as answering, so that what is asked once, as most questions of somebody who looks
    around are, is not kept."""
    code = answers.code_mark()
    readings = kept_under(query, scope, code)
    if not readings or (cache is not None and not answers.asked_before(cache, scope.project_id, readings)):
        return None
    return Keeping(secrets.randbits(63), version, code)


def lookup(query: Query, scope: Scope, *, url: str, cache: Storage) -> tuple[str, Answer | None]:
    """What the answer is kept under, and the answer if it is known already; never asks for it."""
    name, _ = key(query, scope, url)
    return name, answers.find(cache, name)


def key(query: Query, scope: Scope, url: str) -> tuple[str, int]:
    """What the answer is kept under, and the version of the project's data that is in it.

    Read before the events, never after: what is kept under a version must hold every write up to it. A write that comes
    in between is in the answer early, which nobody can tell from asking a moment later.
    """
    with lease(url) as client:
        version = data_version(client, scope.project_id)
        others = (profile_version(client, scope.project_id),) if query.reads_profiles else ()
    return answers.key(query, scope, (version, *others)), version


def _meta(statements: Statements, version: int) -> Meta:
    reached = statements.reached
    return Meta(
        computed_at=dt.datetime.now(dt.UTC),
        data_version=version,
        read_rows=reached.read_rows,
        read_bytes=reached.read_bytes,
        elapsed_ms=round(reached.elapsed * 1000, 1),
        sql=";\n\n".join(statements.texts),
    )
