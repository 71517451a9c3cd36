"""Owns the path, the port and the threads: opens, accepts, and closes in good order."""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import threading
import time
from pathlib import Path

from analytics.clickhouse.embedded.engine import Engine
from analytics.clickhouse.embedded.session import Session
from analytics.clickhouse.embedded.watcher import Watcher

logger = logging.getLogger(__name__)
CLOSE_WITHIN = 10.0  # seconds for running queries to stop


class PathInUse(RuntimeError):
    """Another process owns the data path; the message names it."""


class Server:
    """`open`, `serve` until `stop` (from a signal, say), then `close`."""

    def __init__(self, path: Path, host: str, port: int, password: str) -> None:
        self._path = path
        self._address = (host, port)
        self._password = password
        self._stopping = threading.Event()
        self._sessions: dict[threading.Thread, Session] = {}

    def open(self) -> int:
        """Take the path and the port; the port that was taken."""
        self._path.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self._path)
        self._listener = socket.create_server(self._address, backlog=128)
        self._engine = Engine(self._path)
        self._watcher = Watcher(self._engine)
        self._watcher.start()
        port: int = self._listener.getsockname()[1]
        return port

    def serve(self) -> None:
        """Accept connections until `stop`."""
        self._listener.settimeout(0.2)
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                self._forget_ended()
                continue
            connection.setblocking(True)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = Session(connection, self._engine, self._watcher, self._password)
            thread = threading.Thread(target=session.serve, name="session", daemon=True)
            self._sessions[thread] = session
            thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def close(self) -> bool:
        """Stop queries, end sessions, close the engine. Whether everything ended in time."""
        self._listener.close()
        self._watcher.close()
        for at_once in (False, True):  # the second time for those whose client does not read
            for session in self._sessions.values():
                session.close(at_once=at_once)
            deadline = time.monotonic() + CLOSE_WITHIN / 2
            for thread in self._sessions:
                thread.join(max(0.0, deadline - time.monotonic()))
            self._forget_ended()
        if late := self._sessions:
            logger.error("%d sessions did not end within %s s", len(late), CLOSE_WITHIN)
            return False
        self._watcher.join(CLOSE_WITHIN)
        self._engine.close()
        os.close(self._lock)
        return True

    def _forget_ended(self) -> None:
        self._sessions = {thread: session for thread, session in self._sessions.items() if thread.is_alive()}


def _lock(path: Path) -> int:
    """Take the path for this process. The lock goes with the process, however it ends."""
    descriptor = os.open(path / "footfall-engine.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 32).decode().strip() or "unknown"
        os.close(descriptor)
        raise PathInUse(
            f"another engine (process {owner}) already owns {path}: stop it, or choose another folder with --data"
        ) from None
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor
