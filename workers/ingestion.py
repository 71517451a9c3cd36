"""The drain of the spool, as a part of the ingest worker: it runs as long as the worker does, in a thread of its own.

A worker that does not consume the queue `ingest` has none. Of two ingest workers on one machine one drains, the other
stands by.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery import bootsteps
from django.conf import settings

from analytics.errors import Unavailable
from analytics.ingest.drain import Drain
from workers.celery import app

QUEUE = "ingest"
TRY_AGAIN = 2.0  # seconds until asking again whether the other drain is gone

log = logging.getLogger(__name__)
# The driver would log each failed attempt with its traceback; the drain says once that ClickHouse is away.
logging.getLogger("clickhouse_driver.connection").setLevel(logging.ERROR)


class SpoolDrain(bootsteps.StartStopStep):
    """Starts with the worker, and at its end finishes the batch in hand."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = QUEUE in worker.app.amqp.queues.consume_from
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._drain, name="spool-drain", daemon=True)
        self._thread.start()

    def stop(self, parent: Any) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def terminate(self, parent: Any) -> None:
        self.stop(parent)

    def _drain(self) -> None:
        """Keep a drain running; whatever it dies of is said, and another one takes over where the cursor stands."""
        waiting = False
        while not self._stop.is_set():
            try:
                drain = Drain(settings.SPOOL_DIR, settings.CLICKHOUSE_URL)
            except Unavailable as error:
                if not waiting:
                    log.info("%s; this worker stands by", error)
                waiting = True
                self._stop.wait(TRY_AGAIN)
                continue
            waiting = False
            try:
                drain.run(self._stop)
            except Exception:
                log.exception("the spool's drain broke off; starting it again")
                self._stop.wait(TRY_AGAIN)
            finally:
                drain.close()


app.steps["worker"].add(SpoolDrain)
