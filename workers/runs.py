"""Runs of questions: claim the record, ask the runner, write what happens into the record.

The record decides: a message that comes twice finds the run claimed, and a worker whose run was cancelled or given to
another stops its statement in ClickHouse and writes nothing more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from analytics import runner
from analytics.clickhouse.executor import Progress
from analytics.errors import FootfallError, OurError, QueryCancelled
from analytics.queries.codec import parse
from web.reports import runs
from web.reports.models import Run
from workers.celery import app

WRITE_EVERY = 0.2  # seconds between two writes of progress

log = logging.getLogger(__name__)


@app.task
def run_query(run_id: str) -> None:
    """Answer one run."""
    run = runs.claim(UUID(run_id))
    if run is None:
        return
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
            )
        runs.finish(run, answer.to_bytes().decode())
    except QueryCancelled:
        runs.cancelled(run)
    except FootfallError as error:
        runs.fail(run, error)
    except Exception:
        log.exception("run %s broke", run.pk)
        runs.fail(run, OurError(f"Something broke on our side. The log of the query worker has it under {run.pk}."))


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


@contextmanager
def _heartbeat(run: Run) -> Iterator[None]:
    """Beats from a thread of its own, for the stretches in which ClickHouse reports nothing."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(runs.HEARTBEAT_EVERY.total_seconds()):
                if not runs.beat(run):
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
