"""How a job's message travels where there is no Redis: a folder, and beside each queue a bell (a FIFO) that wakes
whoever waits for it. Knows nothing of jobs; settings.py names it.
"""

from __future__ import annotations

import os
import select
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import virtual
from kombu.utils.json import dumps, loads


class Bell:
    """Heard by one of those who wait, or by all. A ring that nobody hears is lost: look now and then, too."""

    def __init__(self, path: Path) -> None:
        with suppress(FileExistsError):
            os.mkfifo(path)
        # Open for writing too: a FIFO without a writer reads as ended.
        self.descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    @staticmethod
    def ring(path: Path) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return  # nobody waits
        with suppress(BlockingIOError):  # it is ringing already
            os.write(descriptor, b"!")
        os.close(descriptor)

    def silence(self) -> None:
        with suppress(BlockingIOError):
            os.read(self.descriptor, 4096)

    def close(self) -> None:
        os.close(self.descriptor)


class FolderChannel(virtual.Channel):
    """A queue is a folder, a message a file in it, and every step between them one rename.

    kombu's own filesystem transport writes a message in place and reads it without the lock, so that a reader may meet
    half of it; it moves a message through the system's folder for temporary files, which is no rename if that is
    another file system, so that two workers may both get it; and it expects the folders to be there.
    """

    supports_fanout = False

    def __init__(self, *args: Any, **options: Any) -> None:
        self.bells: dict[str, Bell] = {}  # of the queues that this process takes from
        super().__init__(*args, **options)

    def close(self) -> None:
        super().close()
        while self.bells:
            self.bells.popitem()[1].close()

    def _path(self, name: str) -> Path:
        options: dict[str, Any] = self.connection.client.transport_options  # type: ignore[union-attr, assignment]
        return Path(options["folder"]) / name

    def _folder(self, queue: str) -> Path:
        folder = self._path(queue)
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
        Bell.ring(self._path(f"{queue}.bell"))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        if queue not in self.bells:
            self._folder(queue)
            self.bells[queue] = Bell(self._path(f"{queue}.bell"))
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

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: object) -> None:
        """Hands out one message, as soon as there is one; TimeoutError after so many seconds without."""
        deadline = None if timeout is None else time.monotonic() + timeout
        interval = self.polling_interval or 1.0
        while True:
            try:
                self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[union-attr]
                return
            except Empty:
                left = interval if deadline is None else deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError from None
                self._wait(connection, min(left, interval))

    def _wait(self, connection: Any, seconds: float) -> None:
        bells = {bell.descriptor: bell for channel in connection.channels for bell in channel.bells.values()}
        for ringing in select.select(list(bells), [], [], seconds)[0]:
            bells[ringing].silence()

    def driver_version(self) -> str:
        return "1"
