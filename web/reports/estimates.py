"""How long a run takes, from what it has read so far, and before that from the last times the same was asked.

An estimate that would be a guess is None.
"""

from __future__ import annotations

import statistics

from django.utils import timezone

from web.reports.models import Run, RunState

LAST_TIMES = 5
TOO_EARLY = 0.05  # of what is to be read: before that, starting up is most of the time that passed
LEAST_WEIGHT = 0.3  # of a new estimate against the one before it, so that it does not jump


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
