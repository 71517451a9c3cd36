"""Where an answer is kept and under which name. The name holds everything that the answer depends on, so an answer
that is found is right and nothing ever has to be thrown away.

    the question · the project, its calendar and what it keeps · the data's version · today · which buckets are over ·
    our code

The storage is handed in; this file must not know which it is, nor how answers are made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from analytics.queries import Query
from analytics.queries.codec import canonical
from analytics.queries.dates import FixedDates
from analytics.queries.scope import Scope
from analytics.results.answer import Answer

SECONDS_KEPT = 7 * 24 * 3600  # afterwards nobody asks under that version of the data any more


class Storage(Protocol):
    """Bytes by name. `get` gives None for what it does not have, or no longer has."""

    def get(self, key: str) -> bytes | None: ...

    def set(self, key: str, value: bytes, ttl: int) -> None: ...


def key(query: Query, scope: Scope, versions: tuple[int, ...]) -> str:
    """`versions` of the data that the question reads."""
    scope = query.scope_of(scope)
    ambient = (
        scope.project_id,
        scope.zone,
        scope.week_start,
        scope.retention_days,
        scope.session_minutes,
        versions,
        # The clock counts only where it moves the range or ends a bucket.
        scope.today if _moves_with_today(query) or scope.retention_days else None,
        # A comparison stops at this moment's clock; nobody sees seconds of it.
        scope.now.replace(second=0, microsecond=0) if query.compares_growing(scope) else None,
        query.finished(scope),
        code_mark(),
    )
    name = hashlib.sha256(f"{canonical(query)}\0{ambient}".encode()).hexdigest()
    return f"answer:{scope.project_id}:{name}"


def _moves_with_today(query: Query) -> bool:
    return query.reads_today or not all(isinstance(dates, FixedDates) for dates in query.ranges)


def find(storage: Storage, name: str) -> Answer | None:
    kept = storage.get(name)
    return None if kept is None else Answer.from_bytes(kept)


def keep(storage: Storage, name: str, answer: Answer) -> None:
    storage.set(name, answer.to_bytes(), SECONDS_KEPT)


def asked_before(storage: Storage, project_id: int, readings: Sequence[str]) -> bool:
    """Whether all of these were asked for lately, under whatever version of the data; from now on they were."""
    names = [f"asked:{project_id}:{reading}" for reading in readings]
    new = [name for name in names if storage.get(name) is None]
    for name in new:
        storage.set(name, b"1", SECONDS_KEPT)
    return not new


@cache
def code_mark() -> str:
    """A mark of the code that makes answers: after a release with a mended rule, no old answer is found."""
    mark = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("**/*.py")):
        if path.parent.name in ("queries", "schema", "sql", "compiler", "results"):
            mark.update(path.read_bytes())
    return mark.hexdigest()
