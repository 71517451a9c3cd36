"""What the ingest worker does all the time: not a task that a message starts, but a thread beside them."""

from __future__ import annotations

import threading
from typing import Any, ClassVar

from celery import bootsteps

QUEUE = "ingest"


class IngestThread(bootsteps.StartStopStep):
    """Starts with the worker, and at its end finishes the batch in hand. Workers of other queues have none."""

    requires = ("celery.worker.components:Pool",)
    thread_name: ClassVar[str]

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = QUEUE in worker.app.amqp.queues.consume_from
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def run(self, stop: threading.Event) -> None:
        """The work, until told to stop. Whatever it dies of it outlives: nobody else starts it again."""
        raise NotImplementedError

    def start(self, parent: Any) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self.run, args=(self._stop,), name=self.thread_name, daemon=True)
        self._thread.start()

    def stop(self, parent: Any) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def terminate(self, parent: Any) -> None:
        self.stop(parent)
