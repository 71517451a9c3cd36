"""Runs of questions: take the one whose turn it is, ask the runner, write what happens into the record.

The record decides: a message that comes twice finds nothing to do, and a worker whose run was cancelled or given to
another stops its statement in ClickHouse and writes nothing more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection

from analytics import runner
from analytics.clickhouse.executor import Progress, threads
from analytics.clickhouse.limits import Limits
from analytics.errors import FootfallError, OurError, QueryCancelled
from analytics.queries.codec import parse
from web.reports import runs, turns
from web.reports.limits import allowance
from web.reports.models import Run
from workers.celery import app

WRITE_EVERY = 0.2  # seconds between two writes of progress

log = logging.getLogger(__name__)


@app.task
def run_query(run_id: str = "") -> None:
    """Answer the run whose turn it is. (An older version's messages name one; it need not be that.)"""
    run = turns.take()
    if run is None:
        return
    try:
        _answer(run)
    finally:
        turns.pass_on()


def _answer(run: Run) -> None:
    try:
        with _heartbeat(run):
            answer = runner.run(
                parse(run.query),
                runs.scope_of(run.project, run.now),
                url=settings.CLICKHOUSE_QUERY_URL,
                cache=cache,
                keep_url=settings.CLICKHOUSE_URL,
                query_id=run.query_id,
                on_progress=_Recorder(run),
                limits=_limits(run),
            )
        runs.finish(run, answer.to_bytes().decode(), read_rows=answer.meta.read_rows)
    except QueryCancelled:
        runs.cancelled(run)
    except FootfallError as error:
        runs.fail(run, error)
    except Exception:
        log.exception("run %s broke", run.pk)
        runs.fail(run, OurError(f"Something broke on our side. The log of the query worker has it under {run.pk}."))


def _limits(run: Run) -> Limits:
    """Its project's, and its place among the others': who gives way leaves them half of the cores, too."""
    place = turns.place(run)
    question = replace(allowance(run.project).question, rank=place.rank)
    if place.crowded and place.rank == turns.GIVES_WAY:
        return replace(question, threads=max(1, threads(settings.CLICKHOUSE_QUERY_URL) // 2))
    return question


class _Recorder:
    """Writes progress into the record, a few times a second; ends the run once it is not ours any more."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.last = 0.0

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() - self.last < WRITE_EVERY:
            return
        self.last = time.monotonic()
        ours = runs.note_progress(
            self.run,
            read_rows=progress.read_rows,
            total_rows=progress.total_rows,
            read_bytes=progress.read_bytes,
            elapsed=progress.elapsed,
        )
        if not ours:
            raise QueryCancelled("The run was cancelled.")


def _is_ours(run: Run) -> bool:
    """Beats. A database that is busy for a moment takes nothing from us: the next beat says it."""
    try:
        return runs.beat(run)
    except OperationalError as error:
        log.warning("the heartbeat of run %s was not written: %s", run.pk, error)
        return True


@contextmanager
def _heartbeat(run: Run) -> Iterator[None]:
    """Beats from a thread of its own, for the stretches in which ClickHouse reports nothing."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(runs.HEARTBEAT_EVERY.total_seconds()):
                if not _is_ours(run):
                    runs.kill(run.query_id)
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat {run.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
