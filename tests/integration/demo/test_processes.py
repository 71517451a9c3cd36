"""The supervisor of the demo: what it starts lives as long as it does, and not a moment longer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from web.management.processes import LOG_BYTES, PartFailed, Processes

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SLEEPS = [sys.executable, "-c", "import time; time.sleep(300)"]


@pytest.fixture(autouse=True)
def _signals():
    """Processes takes over the signals of whoever runs it; give them back to pytest."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def processes(tmp_path: Path, said: list[str]) -> Processes:
    return Processes(tmp_path, tmp_path / "logs", said.append)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(true: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_leaving_ends_what_was_started_and_what_that_started(tmp_path):
    said: list[str] = []
    forks = f"import subprocess, time; print(subprocess.Popen({SLEEPS!r}).pid, flush=True); time.sleep(300)"
    with processes(tmp_path, said) as running:
        part = running.start("parent", [sys.executable, "-c", forks], os.environ)
        until(lambda: part.log.exists() and part.log.read_text().strip())
        child = int(part.log.read_text())
        assert alive(child)
    assert not part.running
    until(lambda: not alive(child), seconds=2)


def test_one_that_dies_is_started_again_and_says_so(tmp_path):
    said: list[str] = []
    with processes(tmp_path, said) as running:
        part = running.start("sleeper", SLEEPS, os.environ)
        first = part.process
        first.kill()
        first.wait()
        until(lambda: running.check() or (part.running and part.process is not first))
    assert "sleeper ended (signal 9); starting it again in 0.5 s" in said[0]


def test_one_that_dies_again_and_again_stops_everything_with_its_last_words(tmp_path):
    said: list[str] = []
    with processes(tmp_path, said) as running:
        other = running.start("sleeper", SLEEPS, os.environ)
        running.start("broken", [sys.executable, "-c", "raise SystemExit('no such wheel')"], os.environ)
        with pytest.raises(PartFailed, match=r"(?s)broken died 5 times.*no such wheel"):
            until(running.check, seconds=30)
    assert not other.running
    assert len(said) == 4, "each restart is said, with growing pauses"


def test_a_step_that_fails_says_why(tmp_path):
    with processes(tmp_path, []) as running, pytest.raises(PartFailed, match=r"(?s)step failed:.*out of luck"):
        running.run("step", [sys.executable, "-c", "raise SystemExit('out of luck')"], os.environ)


def test_waiting_for_something_that_never_comes_ends_with_a_sentence(tmp_path):
    with processes(tmp_path, []) as running, pytest.raises(PartFailed, match="it never came"):
        running.wait_until(lambda: False, "it never came", 0.3)


def test_a_large_log_is_rotated_while_it_is_written(tmp_path):
    with processes(tmp_path, []) as running:
        part = running.start("sleeper", SLEEPS, os.environ)
        with part.log.open("ab") as log:
            log.write(b"x" * (LOG_BYTES + 1))
        running.check()
        assert part.log.stat().st_size == 0
        assert part.log.with_suffix(".log.1").stat().st_size == LOG_BYTES + 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_no_signal_to_the_supervisor_leaves_a_process_behind(tmp_path, number):
    """Also kill -9: the guard notices that its pipe is closed."""
    script = tmp_path / "supervisor.py"
    stubborn = "import signal, time; signal.signal(signal.SIGHUP, signal.SIG_IGN); time.sleep(300)"
    script.write_text(
        textwrap.dedent(f"""
        import os, sys
        from pathlib import Path
        from web.management.processes import Processes
        with Processes(Path({str(tmp_path)!r}), Path({str(tmp_path / "logs")!r}), print) as running:
            first = running.start("first", {SLEEPS!r}, os.environ)
            second = running.start("second", [sys.executable, "-c", {stubborn!r}], os.environ)
            print(first.process.pid, second.process.pid, running._guard.pid, flush=True)
            running.watch()
        """)
    )
    supervisor = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, cwd=tmp_path,
                                  env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    pids = [int(word) for word in supervisor.stdout.readline().split()]
    assert len(pids) == 3
    assert all(alive(pid) for pid in pids)
    supervisor.send_signal(number)
    supervisor.wait(timeout=20)
    supervisor.stdout.close()
    until(lambda: not any(alive(pid) for pid in pids), seconds=15)
