"""The folder that carries messages where there is no server: nothing lost, nothing twice, also between many at once."""

from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path

import pytest
from kombu import Connection

SENT = 300


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "broker"


def connection(folder: Path, polling: float = 0.001) -> Connection:
    options = {"folder": str(folder), "polling_interval": polling}
    return Connection("filesystem://", transport="web.broker:FolderTransport", transport_options=options)


def _take(folder: Path, taken: multiprocessing.Queue) -> None:
    with connection(folder) as link:
        queue = link.SimpleQueue("work")
        while True:
            try:
                message = queue.get(timeout=1.5)
            except queue.Empty:
                return
            taken.put(message.payload["number"])
            message.ack()


def test_messages_come_once_each_and_in_order(folder):
    with connection(folder) as link:
        queue = link.SimpleQueue("work")
        for number in range(20):
            queue.put({"number": number})
        assert queue.qsize() == 20
        messages = [queue.get(timeout=1) for _ in range(20)]
        assert [message.payload["number"] for message in messages] == list(range(20))
        for message in messages:
            message.ack()
        with pytest.raises(queue.Empty):
            queue.get(timeout=0.05)
    assert not list((folder / "work").iterdir())


def test_what_was_taken_but_not_done_goes_back_when_a_worker_ends(folder):
    with connection(folder) as link:
        link.SimpleQueue("work").put({"number": 1})
        link.SimpleQueue("work").get(timeout=1)
    with connection(folder) as link:
        assert link.SimpleQueue("work").get(timeout=1).payload == {"number": 1}


def test_queues_do_not_mix(folder):
    with connection(folder) as link:
        link.SimpleQueue("work").put({"for": "work"})
        other = link.SimpleQueue("other")
        with pytest.raises(other.Empty):
            other.get(timeout=0.05)
        assert link.SimpleQueue("work").get(timeout=1).payload == {"for": "work"}


def test_several_workers_share_what_is_sent_meanwhile(folder):
    context = multiprocessing.get_context("spawn")
    taken = context.Queue()
    workers = [context.Process(target=_take, args=(folder, taken)) for _ in range(3)]
    for worker in workers:
        worker.start()
    with connection(folder) as link:
        queue = link.SimpleQueue("work")
        for number in range(SENT):
            queue.put({"number": number, "padding": "x" * 20_000})
    got = sorted(taken.get(timeout=20) for _ in range(SENT))
    for worker in workers:
        worker.join(20)
    assert got == list(range(SENT))
    assert [worker.exitcode for worker in workers] == [0, 0, 0]


def test_who_waits_is_woken_however_seldom_it_looks(folder):
    heard: list[float] = []

    def wait() -> None:
        with connection(folder, polling=30) as link:
            link.SimpleQueue("work").get(timeout=25).ack()
            heard.append(time.monotonic())

    waiter = threading.Thread(target=wait)
    waiter.start()
    bell = folder / "work.bell"
    while not bell.exists():
        time.sleep(0.01)
    time.sleep(0.2)  # it looked, found nothing and waits
    with connection(folder) as link:
        sent = time.monotonic()
        link.SimpleQueue("work").put({})
    waiter.join(28)
    assert heard
    assert heard[0] - sent < 15


def test_a_bell_that_nobody_hears_is_no_error(folder):
    with connection(folder) as link:
        for _ in range(3):
            link.SimpleQueue("work").put({})
    assert not (folder / "work.bell").exists()


def test_purging_empties_a_queue(folder):
    with connection(folder) as link:
        queue = link.SimpleQueue("work")
        queue.put({})
        queue.put({})
        assert queue.clear() == 2
        assert queue.qsize() == 0
