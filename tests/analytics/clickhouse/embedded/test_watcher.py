"""Who is watched, what counts as leaving, and that the engine is asked to stop only then."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from analytics.clickhouse.embedded.exceptions import EngineError
from analytics.clickhouse.embedded.watcher import PAUSE, Stop, Watcher

CANCEL, DATA = b"\3", b"\2"


class Killed:
    """Stands where the engine does: notes which queries it was asked to stop."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.asked = threading.Event()

    def kill(self, query_id: str) -> None:
        self.ids.append(query_id)
        self.asked.set()


@pytest.fixture
def killed() -> Killed:
    return Killed()


@pytest.fixture
def watcher(killed: Killed) -> Iterator[Watcher]:
    watcher = Watcher(killed)
    watcher.start()
    yield watcher
    watcher.close()
    watcher.join(5)
    assert not watcher.is_alive()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_cancel_stops_a_query_whose_client_waits(watcher, killed, ends):
    ours, theirs = ends
    with watcher.watch("q", ours) as running:
        running.client_waits = True
        theirs.sendall(CANCEL)
        assert killed.asked.wait(5)
        assert running.stop is Stop.CANCELLED
    assert set(killed.ids) == {"q"}
    assert ours.recv(1) == CANCEL, "the packet is still there for the session to read"


def test_the_same_byte_in_the_middle_of_an_inserts_rows_is_data(watcher, killed, ends):
    ours, theirs = ends
    with watcher.watch("q", ours) as running:
        theirs.sendall(CANCEL * 100)
        assert not killed.asked.wait(PAUSE * 6)
        assert running.stop is None


def test_another_packet_stops_nothing(watcher, killed, ends):
    ours, theirs = ends
    with watcher.watch("q", ours) as running:
        running.client_waits = True
        theirs.sendall(DATA)
        assert not killed.asked.wait(PAUSE * 6)
        assert running.stop is None


def test_a_client_that_left_is_noticed(watcher, killed, ends):
    ours, theirs = ends
    with watcher.watch("q", ours) as running:
        running.client_waits = True
        theirs.close()
        assert killed.asked.wait(5)
        assert running.stop is Stop.GONE


def test_closing_stops_everything_and_what_comes_after(watcher, killed, ends):
    with watcher.watch("first", ends[0]):
        watcher.close()
        assert killed.asked.wait(5)
        with watcher.watch("second", ends[0]) as late:
            assert late.stop is Stop.CLOSING


def test_an_id_runs_once_at_a_time(watcher, ends):
    with watcher.watch("q", ends[0]), pytest.raises(EngineError) as caught, watcher.watch("q", ends[0]):
        pass
    assert caught.value.code == 216
    with watcher.watch("q", ends[0]):
        pass
