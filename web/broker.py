"""How a job's message travels where there is no Redis: a folder. Knows nothing of jobs; settings.py names it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import virtual
from kombu.utils.json import dumps, loads


class FolderChannel(virtual.Channel):
    """A queue is a folder, a message a file in it, and every step between them one rename.

    kombu's own filesystem transport writes a message in place and reads it without the lock, so that a reader may meet
    half of it; it moves a message through the system's folder for temporary files, which is no rename if that is
    another file system, so that two workers may both get it; and it expects the folders to be there.
    """

    supports_fanout = False

    def _folder(self, queue: str) -> Path:
        options: dict[str, Any] = self.connection.client.transport_options  # type: ignore[union-attr, assignment]
        folder = Path(options["folder"]) / queue
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _messages(self, queue: str) -> Iterator[Path]:
        """The waiting messages, the oldest first."""
        folder = self._folder(queue)
        names = sorted(name for name in os.listdir(folder) if name.endswith(".message"))
        return (folder / name for name in names)

    def _lookup(self, exchange: str, routing_key: str, default: str | None = None) -> list[str]:
        # One queue each, by its name. What workers tell anybody who listens (topics) is not kept: nobody does.
        return [routing_key] if self.typeof(exchange).type == "direct" else []

    def _queue_bind(self, *args: object, **kwargs: object) -> None:
        """Nothing to remember: see _lookup."""

    def _put(self, queue: str, message: Any, **kwargs: object) -> None:
        folder = self._folder(queue)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", delete=False) as file:
            file.write(dumps(message))
        # Wall-clock time, so that the order holds over a restart of the machine.
        Path(file.name).rename(folder / f"{time.time_ns():020}-{uuid4().hex}.message")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for message in self._messages(queue):
            taken = message.with_suffix(".taken")
            try:
                message.rename(taken)
            except FileNotFoundError:
                continue  # another worker was faster
            try:
                return loads(taken.read_text())
            finally:
                taken.unlink()
        raise Empty

    def _size(self, queue: str) -> int:
        return len(list(self._messages(queue)))

    def _purge(self, queue: str) -> int:
        waiting = list(self._messages(queue))
        for message in waiting:
            message.unlink(missing_ok=True)
        return len(waiting)


class FolderTransport(virtual.Transport):
    """Messages between processes of one machine, without a server."""

    Channel = FolderChannel
    driver_type = driver_name = "folder"
    implements = virtual.Transport.implements.extend(asynchronous=False, exchange_type=frozenset(["direct"]))

    def driver_version(self) -> str:
        return "1"
