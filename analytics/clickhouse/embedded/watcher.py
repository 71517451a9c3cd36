"""Stops queries that nobody waits for any more: the client sent Cancel, went away, or the server is closing.

While chDB works for a session, that session's thread cannot look at its socket; one watcher looks at all of them.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from analytics.clickhouse.embedded.exceptions import QUERY_ID_IN_USE, EngineError
from analytics.clickhouse.embedded.packets import Client

logger = logging.getLogger(__name__)
PAUSE = 0.05  # seconds between two looks: what a person does not notice


class Kills(Protocol):
    """As much of the engine as watching needs."""

    def kill(self, query_id: str) -> None: ...


class Stop(Enum):
    """Why a query is being stopped."""

    CANCELLED = "the client sent Cancel"
    GONE = "the client went away"
    CLOSING = "the server is closing"


@dataclass
class Running:
    """A query that chDB is working on, and the socket of whoever waits for it.

    `client_waits` is set once the client has said everything: only then is a byte from it a packet of its own, and not
    the middle of an INSERT's rows.
    """

    query_id: str
    connection: socket.socket
    stop: Stop | None = None
    client_waits: bool = False


class Watcher(threading.Thread):
    """One thread for all sessions."""

    def __init__(self, engine: Kills) -> None:
        super().__init__(name="watcher", daemon=True)
        self._engine = engine
        self._running: dict[str, Running] = {}
        self._lock = threading.Lock()
        self._busy = threading.Event()
        self._closing = False

    @contextmanager
    def watch(self, query_id: str, connection: socket.socket) -> Iterator[Running]:
        """Look after a query while the block runs. An id that is already running is refused."""
        running = Running(query_id, connection, Stop.CLOSING if self._closing else None)
        with self._lock:
            if query_id in self._running:
                name = "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING"
                message = f"DB::Exception: Query with id = {query_id} is already running. ({name})"
                raise EngineError(QUERY_ID_IN_USE, message)
            self._running[query_id] = running
        self._busy.set()
        try:
            yield running
        finally:
            with self._lock:
                del self._running[query_id]
                if not self._running and not self._closing:
                    self._busy.clear()

    def close(self) -> None:
        """Stop every query, now and from now on."""
        self._closing = True
        self._busy.set()

    def run(self) -> None:
        while True:
            self._busy.wait()
            time.sleep(PAUSE)
            with self._lock:
                watched = list(self._running.values())
            if self._closing and not watched:
                return
            for running in watched:
                self._look_at(running)

    def _look_at(self, running: Running) -> None:
        if running.stop is None and self._closing:
            running.stop = Stop.CLOSING
        elif running.stop is None and running.client_waits:
            running.stop = _reason(running.connection)
        if running.stop is None:
            return
        try:
            # Again on every round: the statement may not have reached the engine's list when it was first asked for.
            self._engine.kill(running.query_id)
        except EngineError:
            logger.exception("could not stop query %s", running.query_id)


def _reason(connection: socket.socket) -> Stop | None:
    """Whether the client said or did something that ends its query."""
    try:
        if not select.select([connection], [], [], 0)[0]:
            return None
        first = connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except (OSError, ValueError):  # ValueError: the socket was closed in the meantime
        return Stop.GONE
    if not first:
        return Stop.GONE
    return Stop.CANCELLED if first[0] == Client.CANCEL else None
