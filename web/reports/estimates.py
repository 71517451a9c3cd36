"""How long a run takes: from what it has read so far, before that from the last times the same was asked, and before it
is asked from how much there is to read.

An estimate that would be a guess is None.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from analytics.estimates import rows_to_read
from analytics.queries import Query
from analytics.queries.scope import Scope
from web.reports.models import Run, RunState

LAST_TIMES = 5
TOO_EARLY = 0.05  # of what is to be read: before that, starting up is most of the time that passed
LEAST_WEIGHT = 0.3  # of a new estimate against the one before it, so that it does not jump

LATEST = 20  # runs of a project that say how fast it is read
ENOUGH = 200_000  # rows: a run of fewer says little about speed
# Rows a second where no run of the project says: about what docs/figures.md has for users by a property on two cores.
USUAL_SPEED = 15_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """Before a question is asked: rows to read, milliseconds, and how many runs say how fast that goes (0: none, it is
    the usual speed)."""

    rows: int
    expected_ms: int
    learned_from: int


def before_asking(query: Query, scope: Scope) -> Estimate:
    rows = rows_to_read(query, scope, url=settings.CLICKHOUSE_QUERY_URL)
    speeds = _speeds(scope.project_id)
    speed = statistics.median(speeds) if speeds else USUAL_SPEED
    return Estimate(rows, round(rows / speed * 1000), len(speeds))


def _speeds(project_id: int) -> list[float]:
    """Rows a second of its last runs that read enough to say."""
    done = Run.objects.filter(project_id=project_id, state=RunState.DONE, read_rows__gte=ENOUGH)
    spans = done.order_by("-started_at").values_list("read_rows", "started_at", "finished_at")[:LATEST]
    return [
        rows / max((end - start).total_seconds(), 0.001)
        for rows, start, end in spans
        if start is not None and end is not None
    ]


def from_the_past(run: Run) -> int | None:
    """The median of the last times, in milliseconds. Runs are kept for a day."""
    same = Run.objects.filter(project_id=run.project_id, query=run.query, state=RunState.DONE)
    times = same.order_by("-finished_at").values_list("started_at", "finished_at")[:LAST_TIMES]
    spans = [(end - start).total_seconds() for start, end in times if start is not None and end is not None]
    return round(statistics.median(spans) * 1000) if spans else None


def refined(before: int | None, *, elapsed: float, read: int, total: int) -> int | None:
    """The estimate after `elapsed` seconds. The more is read, the more that counts against the estimate before."""
    share = min(1.0, read / total) if total else 0.0
    if share < TOO_EARLY:
        return before
    now = elapsed / share * 1000
    if before is None:
        return round(now)
    return round(before + (now - before) * max(LEAST_WEIGHT, share))


def expected_ms(run: Run) -> int | None:
    """The whole time since it was asked. Unknown while it waits: nobody knows for how long."""
    if run.state != RunState.RUNNING or run.expected_ms is None or run.started_at is None:
        return None
    waited = (run.started_at - run.requested_at).total_seconds() * 1000
    return max(round(waited) + run.expected_ms, elapsed_ms(run))


def elapsed_ms(run: Run) -> int:
    """Since it was asked, so that waiting for a worker counts as waiting."""
    return round(((run.finished_at or timezone.now()) - run.requested_at).total_seconds() * 1000)
