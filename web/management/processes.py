"""Keeps a few processes running together: one that dies is started again, and all of them end with this one.

Knows nothing of Footfall: it gets names and commands. Why this is our own and not a library: docs/decisions/0017.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE_SECONDS = 10.0  # between the polite signal and the last one
LOG_BYTES = 10 * 1024**2
DEATHS_ALLOWED = 5
WITHIN_SECONDS = 60.0

# Ends our processes if we die without a word (kill -9): standard input closes with us. Two megabytes, any POSIX shell.
GUARD = """
trap '' INT HUP TERM
groups=''
while read -r sign group; do
    case "$sign" in
        +) groups="$groups $group" ;;
        -) left=''; for each in $groups; do [ "$each" = "$group" ] || left="$left $each"; done; groups=$left ;;
        .) exit 0 ;;
    esac
done
for group in $groups; do kill -s TERM -- "-$group" 2>/dev/null; done
sleep 5
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
"""


class PartFailed(Exception):
    """A process that must run does not; the message is for whoever started us."""


@dataclass
class Part:
    """One process that must run: how it is started, and how often it has died of late."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_at: float = 0.0

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def last_words(self, lines: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


class Processes:
    """The parts that run together. Use it as a context: leaving it ends them all, the last started last."""

    def __init__(self, directory: Path, logs: Path, say: Callable[[str], None]) -> None:
        self.directory = directory
        self.logs = logs
        self.say = say
        self.parts: list[Part] = []
        self.stopping = threading.Event()
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Processes:
        self.logs.mkdir(parents=True, exist_ok=True)
        # A session of its own, so that Ctrl-C in the terminal does not reach it.
        command = ["/bin/sh", "-c", GUARD]
        self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - constant
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Part:
        part = Part(name, command, environment, self.logs / f"{name}.log")
        self.parts.append(part)
        self._spawn(part)
        return part

    def run(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run something to its end; PartFailed with its last words if it fails, and at once if we are told to stop."""
        part = Part(name, command, environment, self.logs / f"{name}.log")
        self._spawn(part)
        assert part.process is not None
        while part.process.poll() is None:
            if self.stopping.wait(0.05):
                self._end([part])
                raise KeyboardInterrupt
        self._forget(part)
        if part.process.returncode:
            raise PartFailed(f"{name} failed:\n{part.last_words()}")

    def wait_until(self, ready: Callable[[], bool], sentence: str, seconds: float) -> None:
        """Keep the parts alive until `ready`; PartFailed with `sentence` if that takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise PartFailed(sentence)
            if self.stopping.wait(0.1):
                raise KeyboardInterrupt

    def watch(self) -> None:
        """Keep the parts alive until we are told to stop."""
        while not self.stopping.wait(0.5):
            self.check()

    def check(self) -> None:
        """Start again what has died; PartFailed once something dies again and again."""
        now = time.monotonic()
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                self._bury(part, now)
            if part.process is None and now >= part.start_at:
                self._spawn(part)
            _rotate(part.log)

    def stop(self) -> None:
        """End every part: all but the first together, then the first, which the others lean on."""
        with contextlib.suppress(ValueError):  # not in the main thread
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: self._end_now())
        self._end(self.parts[1:])
        self._end(self.parts[:1])
        if self._guard is not None:
            self._tell_guard(".")
            assert self._guard.stdin is not None
            with contextlib.suppress(OSError):
                self._guard.stdin.close()
            self._guard.wait()
            self._guard = None

    def _spawn(self, part: Part) -> None:
        with part.log.open("ab") as log:
            part.process = subprocess.Popen(  # noqa: S603 - our own commands
                part.command,
                cwd=self.directory,
                env=dict(part.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,  # so that what it starts can be ended with it
            )
        self._tell_guard(f"+ {part.process.pid}")

    def _bury(self, part: Part, now: float) -> None:
        assert part.process is not None
        code = part.process.returncode
        self._forget(part)
        part.process = None
        part.deaths = [death for death in part.deaths if now - death < WITHIN_SECONDS] + [now]
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if len(part.deaths) >= DEATHS_ALLOWED:
            raise PartFailed(
                f"{part.name} died {len(part.deaths)} times in {WITHIN_SECONDS:.0f} s (last: {how}), "
                f"so everything stops. Its last words in {part.log}:\n{part.last_words()}"
            )
        pause = 0.5 * 2 ** (len(part.deaths) - 1)
        part.start_at = now + pause
        self.say(f"{part.name} ended ({how}); starting it again in {pause:g} s. Its log: {part.log}")

    def _forget(self, part: Part) -> None:
        """What a dead part started must not outlive it."""
        assert part.process is not None
        _signal_group(part.process, signal.SIGKILL)
        self._tell_guard(f"- {part.process.pid}")

    def _end(self, parts: Sequence[Part]) -> None:
        living = [part for part in parts if part.running]
        for part in living:
            assert part.process is not None
            with contextlib.suppress(ProcessLookupError):
                part.process.terminate()  # the leader alone: it knows how to end what it started
        deadline = time.monotonic() + GRACE_SECONDS
        while any(part.running for part in living) and time.monotonic() < deadline:
            time.sleep(0.05)
        for part in parts:
            if part.process is not None:
                _signal_group(part.process, signal.SIGKILL)
                part.process.wait()
                self._tell_guard(f"- {part.process.pid}")

    def _end_now(self) -> None:
        """Somebody pressed Ctrl-C again: no more grace."""
        for part in self.parts:
            if part.process is not None:
                _signal_group(part.process, signal.SIGKILL)

    def _tell_guard(self, line: str) -> None:
        if self._guard is None or self._guard.stdin is None:
            return
        with contextlib.suppress(OSError):  # it was killed: then nobody guards, and we go on
            self._guard.stdin.write(line.encode() + b"\n")
            self._guard.stdin.flush()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _rotate(log: Path) -> None:
    """Copy and truncate: the process keeps its open file, which it appends to."""
    try:
        if log.stat().st_size <= LOG_BYTES:
            return
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
    except OSError:  # a full disk must not stop the product
        return
