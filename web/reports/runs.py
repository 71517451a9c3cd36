"""The life of a run: asked, claimed by a worker, watched, answered or given up. Every change of state is one
conditional update, so that two processes can never both believe that a run is theirs.

It must not know how an answer is found (workers.runs) nor how it is shown (web.api, the page).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from analytics.clickhouse import executor
from analytics.errors import FootfallError, OurError, QueryError
from analytics.queries import Query
from analytics.queries.codec import canonical
from analytics.queries.scope import Scope
from web import jobs
from web.accounts.models import User
from web.projects.models import Project
from web.reports import bells, estimates
from web.reports.limits import QueueFull, allowance
from web.reports.models import IN_FLIGHT, Run, RunState
from web.reports.unsynced import unsynced

HEARTBEAT_EVERY = timedelta(seconds=2)
HEARTBEAT_LOST = timedelta(seconds=20)  # then the worker is dead
UNCLAIMED = timedelta(seconds=60)  # then the message may be lost, or every worker is busy
GIVEN_UP = timedelta(minutes=15)  # a run that no worker took in this time
ATTEMPTS = 2
LOOK_NOTED_EVERY = timedelta(seconds=10)  # who polls each second need not be written down each second
KEEP = timedelta(days=1)
WAITING_FOR_ANSWER = 95  # per cent: all is read, but the answer is not here

_CANCELLED = {"error_code": "cancelled", "error_message": "The run was cancelled."}
_WORKER_LOST = {"error_code": "worker_lost", "error_message": "Its worker died, twice. Narrow the question, or retry."}
_NO_WORKER = {"error_code": "no_worker", "error_message": "No worker took it. Is the query worker running?"}
_NO_TURN = {
    "error_code": "no_turn",
    "error_message": "It waited 15 minutes behind other questions of this project. Ask fewer at once, or later.",
}
_ABANDONED = {"error_code": "abandoned", "error_message": "Nobody looked at it any more, so it was stopped. Ask again."}

log = logging.getLogger(__name__)


def scope_of(project: Project, now: datetime) -> Scope:
    return Scope(project.pk, project.timezone, project.week_start, now, project.retention_days, project.session_minutes)


# --- asking -----------------------------------------------------------------------------------------------------------


def start(
    *,
    project: Project,
    query: Query,
    scope: Scope,
    key: str,
    asker: str,
    user: User | None,
    supersedes: UUID | None = None,
) -> Run:
    """A run of the question: the one in flight if somebody asked the same, else a new one.

    `key` is what its answer would be kept under now. The data's version is in it: who asks after a write must not get
    an answer from before it. `supersedes` is the run of a question that the asker put this one in the place of.
    """
    joined = _join(project, key, asker)
    if supersedes is not None and (joined is None or joined.pk != supersedes):
        supersede(project, supersedes, asker)
    run = joined
    while run is None:
        _refuse_if_full(project)
        run = _create(project=project, query=query, scope=scope, key=key, asker=asker, user=user)
        if run is None:
            joined = run = _join(project, key, asker)
    if joined is None:
        _send(run)
    return run


def _refuse_if_full(project: Project) -> None:
    most = allowance(project).waiting
    waiting = project.runs.filter(state=RunState.QUEUED).count()
    if most and waiting >= most:
        raise QueueFull(f"{waiting} questions of this project are waiting, as many as may. Try again in a moment.")


def _send(run: Run) -> None:
    try:
        jobs.run_query()
    except OurError as error:
        _end(run.pk, 0, RunState.FAILED, **_error_fields(error))
        raise


def _create(*, project: Project, query: Query, scope: Scope, key: str, asker: str, user: User | None) -> Run | None:
    """A new run, or None if somebody asked the same a moment ago."""
    text = canonical(query)
    try:
        with unsynced():
            return Run.objects.create(
                project=project, requested_by=user, askers=[asker], query=text, key=key, now=scope.now
            )
    except IntegrityError:
        return None


def _join(project: Project, key: str, asker: str) -> Run | None:
    same = Run.objects.filter(project=project, key=key, state__in=IN_FLIGHT)
    if not same.exists():  # nearly always, and then there is nothing to lock
        return None
    with transaction.atomic():
        run = same.select_for_update().first()
        if run is not None:
            run.askers = list(dict.fromkeys([*run.askers, asker]))
            run.looked_at = timezone.now()
            run.save(update_fields=["askers", "looked_at"])
        return run


def is_in_flight(project: Project, key: str) -> bool:
    """Whether somebody has asked this and waits for it."""
    return project.runs.filter(key=key, state__in=IN_FLIGHT).exists()


def supersede(project: Project, run_id: UUID, asker: str) -> None:
    """The asker asks something else now. If that run is gone or another project's, nothing happens."""
    run = project.runs.filter(pk=run_id, state__in=IN_FLIGHT).first()
    if run is not None:
        cancel(run, asker)


def note_look(run: Run) -> None:
    """Somebody asked how far it is: it is not abandoned."""
    now = timezone.now()
    if run.is_in_flight and run.looked_at < now - LOOK_NOTED_EVERY:
        Run.objects.filter(pk=run.pk).update(looked_at=now)


def cancel(run: Run, asker: str) -> Run:
    """The asker no longer wants it; when nobody does, it ends, in ClickHouse too."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        run.askers = [each for each in run.askers if each != asker]
        run.save(update_fields=["askers"])
        if run.askers or not run.is_in_flight:
            return run
        was_running = run.state == RunState.RUNNING
        _end(run.pk, run.attempt, RunState.CANCELLED, **_CANCELLED)
        run.refresh_from_db()
    if was_running:
        kill(run.query_id)
    return run


def kill(query_id: str) -> None:
    """Stop the statement in ClickHouse. If that fails the worker sees the cancelled record at its next heartbeat."""
    try:
        executor.cancel(settings.CLICKHOUSE_QUERY_URL, query_id)
    except FootfallError as error:
        log.warning("could not cancel %s: %s", query_id, error)


# --- what the worker writes -------------------------------------------------------------------------------------------


def claim(run_id: UUID) -> Run | None:
    """The run, for the one worker that gets it; None if it is taken, cancelled or gone."""
    now = timezone.now()
    claimed = Run.objects.filter(pk=run_id, state=RunState.QUEUED).update(
        state=RunState.RUNNING, started_at=now, heartbeat=now, attempt=F("attempt") + 1
    )
    if not claimed:
        return None
    run = Run.objects.select_related("project__limits").get(pk=run_id)
    run.expected_ms = estimates.from_the_past(run)
    return run


def note_progress(run: Run, *, read_rows: int, total_rows: int, read_bytes: int, elapsed: float) -> bool:
    """False once the run is no longer this worker's: cancelled, or given to another."""
    share = min(WAITING_FOR_ANSWER, int(100 * read_rows / total_rows)) if total_rows else 0
    run.percent = max(run.percent, share)
    run.expected_ms = estimates.refined(run.expected_ms, elapsed=elapsed, read=read_rows, total=total_rows)
    return _mine(run).update(
        read_rows=read_rows, total_rows=total_rows, read_bytes=read_bytes, elapsed_ms=round(elapsed * 1000),
        percent=run.percent, expected_ms=run.expected_ms, heartbeat=timezone.now(),
    ) > 0  # fmt: skip


def beat(run: Run) -> bool:
    """Say that the worker lives. False once the run is no longer its own."""
    return _mine(run).update(heartbeat=timezone.now()) > 0


def finish(run: Run, answer: str, *, read_rows: int = 0) -> bool:
    """`read_rows` is what it read in all: the next estimates learn from it."""
    return _end(run.pk, run.attempt, RunState.DONE, answer=answer, percent=100, read_rows=read_rows)


def fail(run: Run, error: FootfallError) -> bool:
    return _end(run.pk, run.attempt, RunState.FAILED, **_error_fields(error))


def cancelled(run: Run) -> bool:
    """Its statement was stopped in ClickHouse, whoever did that."""
    return _end(run.pk, run.attempt, RunState.CANCELLED, **_CANCELLED)


def _mine(run: Run) -> QuerySet[Run]:
    return Run.objects.filter(pk=run.pk, state=RunState.RUNNING, attempt=run.attempt)


def _end(run_id: UUID, attempt: int, state: RunState, **fields: object) -> bool:
    mine = Run.objects.filter(pk=run_id, attempt=attempt, state__in=IN_FLIGHT)
    if not mine.update(state=state, finished_at=timezone.now(), **fields):
        return False
    transaction.on_commit(lambda: bells.ring(run_id))
    return True


def _error_fields(error: FootfallError) -> dict[str, object]:
    place = error.place if isinstance(error, QueryError) else ""
    return {"error_code": error.code, "error_message": error.message, "error_place": place}


# --- what nobody answers any more -------------------------------------------------------------------------------------


def mend(now: datetime | None = None) -> list[UUID]:
    """Send again the runs whose worker died or whose message got lost, and return them; give up those sent before."""
    now = now or timezone.now()
    dead = Run.objects.filter(state=RunState.RUNNING, heartbeat__lt=now - HEARTBEAT_LOST)
    freed = _give_up(dead.filter(attempt__gte=ATTEMPTS), RunState.FAILED, _WORKER_LOST)
    again = []
    for run in dead.filter(attempt__lt=ATTEMPTS):
        if _same_beat(run).update(state=RunState.QUEUED, sent_at=now, percent=0):
            again.append(run.pk)
    waiting = Run.objects.filter(state=RunState.QUEUED)
    workers_live = Run.objects.filter(started_at__gte=now - GIVEN_UP).exists()
    reason = _NO_TURN if workers_live else _NO_WORKER
    _give_up(waiting.filter(requested_at__lt=now - GIVEN_UP), RunState.FAILED, reason)
    freed += _stop_abandoned(now)
    for run in waiting.filter(sent_at__lt=now - UNCLAIMED):
        if Run.objects.filter(pk=run.pk, state=RunState.QUEUED, sent_at=run.sent_at).update(sent_at=now):
            again.append(run.pk)
    for _ in range(len(again) + freed):  # who took the place of nobody passes no turn on
        jobs.run_query()
    return again


def _stop_abandoned(now: datetime) -> int:
    """End what nobody has looked at for long, in ClickHouse too."""
    if not settings.RUN_ABANDONED_AFTER:
        return 0
    since = now - timedelta(seconds=settings.RUN_ABANDONED_AFTER)
    return _give_up(Run.objects.filter(state__in=IN_FLIGHT, looked_at__lt=since), RunState.CANCELLED, _ABANDONED)


def _same_beat(run: Run) -> QuerySet[Run]:
    return Run.objects.filter(pk=run.pk, state=RunState.RUNNING, attempt=run.attempt, heartbeat=run.heartbeat)


def _give_up(runs: Iterable[Run], state: RunState, reason: dict[str, str]) -> int:
    """End them; how many of them were running."""
    ended = [run for run in runs if _end(run.pk, run.attempt, state, **reason)]
    running = [run for run in ended if run.state == RunState.RUNNING]
    for run in running:
        kill(run.query_id)
    return len(running)


def forget_old(now: datetime | None = None) -> int:
    """Delete runs that are over; their answers are in the cache as long as they are worth something."""
    old = Q(requested_at__lt=(now or timezone.now()) - KEEP) & ~Q(state__in=IN_FLIGHT)
    deleted, _ = Run.objects.filter(old).delete()
    return deleted
