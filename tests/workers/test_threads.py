"""The threads of the ingest worker: whose they are, and how they end."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from celery import Celery

from workers.celery import app
from workers.ingestion import SpoolDrain
from workers.profiles import ProfileMirror
from workers.threads import IngestThread


def worker_of(queue: str) -> Any:
    other = Celery("other")
    other.amqp.queues.select([queue])
    return type("Worker", (), {"app": other, "steps": []})()


@pytest.mark.parametrize("step", [SpoolDrain, ProfileMirror])
def test_they_belong_to_workers_of_their_queue_only(step: type[IngestThread]):
    app.loader.import_default_modules()
    assert step in app.steps["worker"]
    assert step(worker_of("ingest")).enabled
    assert not step(worker_of("queries")).enabled


@pytest.mark.parametrize("end", ["stop", "terminate"])
def test_the_worker_waits_for_the_batch_in_hand_and_may_start_again(end: str):
    finished = []

    class Step(IngestThread):
        thread_name = "a batch"

        def run(self, stop: threading.Event) -> None:
            stop.wait()
            finished.append(threading.current_thread().name)

    step = Step(worker_of("ingest"))
    step.stop(None)  # before it has started, as when another part of the worker fails
    for times in (1, 2):
        step.start(None)
        assert len(finished) == times - 1
        getattr(step, end)(None)
        assert finished == ["a batch"] * times
