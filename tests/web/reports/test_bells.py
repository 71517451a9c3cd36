"""Who waits for a run is woken by its end, however many they are."""

from __future__ import annotations

import threading
import time
from uuid import uuid4

import pytest

from web.reports import bells


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR, settings.REDIS_URL = tmp_path, ""
    return tmp_path / "bells"


def test_all_who_wait_are_woken_and_their_bells_are_gone(folder, monkeypatch):
    monkeypatch.setattr(bells, "TOLD", 60.0)  # nobody looks by himself
    run, ready, woken = uuid4(), threading.Barrier(4), []

    def wait():
        with bells.listening(run) as sleep:
            ready.wait(10)
            sleep(30)
            woken.append(time.monotonic())

    waiting = [threading.Thread(target=wait) for _ in range(3)]
    for thread in waiting:
        thread.start()
    ready.wait(10)
    bells.ring(uuid4())  # another run's end wakes nobody
    assert (len(list(folder.iterdir())), woken) == (3, [])
    rung = time.monotonic()
    bells.ring(run)
    for thread in waiting:
        thread.join(10)
    assert len(woken) == 3
    assert max(woken) - rung < 5
    assert not list(folder.iterdir())


def test_the_end_of_a_wait_and_the_next_ring_clear_away_what_the_dead_left(folder):
    run = uuid4()
    with bells.listening(run) as sleep:
        sleep(0.001)
    assert not list(folder.iterdir())
    bells.Bell(folder / f"{run}.dead").close()
    bells.ring(run)
    assert not list(folder.iterdir())
