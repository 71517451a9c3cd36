"""Workers and beat say every few seconds that they live; /readyz (web/health.py) listens."""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery import bootsteps, signals

from web import health
from workers.celery import app

OF_QUEUE = {"queries": "query worker", "ingest": "ingest worker"}

log = logging.getLogger(__name__)


class Heartbeat(bootsteps.StartStopStep):
    """Beats for each of our queues that the worker consumes, from its start to its end."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._names = [name for queue, name in OF_QUEUE.items() if queue in worker.app.amqp.queues.consume_from]
        self.enabled = bool(self._names)
        self._stop = threading.Event()

    def start(self, parent: Any) -> None:
        self._stop.clear()
        start_beating(self._names, self._stop)

    def stop(self, parent: Any) -> None:
        self._stop.set()

    def terminate(self, parent: Any) -> None:
        self.stop(parent)


def start_beating(names: list[str], stop: threading.Event) -> None:
    threading.Thread(target=_keep_beating, args=(names, stop), name="heartbeat", daemon=True).start()


def _keep_beating(names: list[str], stop: threading.Event) -> None:
    silent = False
    while True:
        try:
            for name in names:
                health.beat(name)
            silent = False
        except Exception:  # whatever the cache dies of, it may come back
            if not silent:
                log.exception("the cache takes no heartbeat")
            silent = True
        if stop.wait(health.BEAT_EVERY):
            return


@signals.beat_init.connect
def beat_lives(**_: object) -> None:
    start_beating(["beat"], threading.Event())


app.steps["worker"].add(Heartbeat)
