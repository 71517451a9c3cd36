"""The mirror of profiles, as a part of the ingest worker: it runs as long as the worker does, in a thread of its own.

Every ingest worker has one. They may copy the same rows, which changes nothing.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery import bootsteps
from django.conf import settings

from web.people.mirror import Mirror
from workers.celery import app

QUEUE = "ingest"
TRY_AGAIN = 2.0  # seconds after something that nobody foresaw

log = logging.getLogger(__name__)


class ProfileMirror(bootsteps.StartStopStep):
    """Starts with the worker, and at its end finishes the batch in hand."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = QUEUE in worker.app.amqp.queues.consume_from
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._mirror, name="profile-mirror", daemon=True)
        self._thread.start()

    def stop(self, parent: Any) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def terminate(self, parent: Any) -> None:
        self.stop(parent)

    def _mirror(self) -> None:
        """Keep a mirror running; whatever it dies of is said, and another one takes over: the marks are in the rows."""
        while not self._stop.is_set():
            try:
                Mirror(settings.CLICKHOUSE_URL).run(self._stop)
            except Exception:
                log.exception("the mirror of profiles broke off; starting it again")
                self._stop.wait(TRY_AGAIN)


app.steps["worker"].add(ProfileMirror)
