"""The embedded engine as a process: kill -9 loses nothing acknowledged, SIGTERM is orderly, a path has one owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import clickhouse_driver
import pytest

from tests.conftest import ROOT, Engine
from tests.integration.clickhouse.conftest import wait_for

KILLS = 4


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path / "data", password="secret").start()
    yield engine
    if engine.process is not None and engine.process.poll() is None:
        engine.stop(signal.SIGKILL)


def connect(engine: Engine) -> clickhouse_driver.Client:
    return clickhouse_driver.Client("127.0.0.1", port=engine.port, password=engine.password)


def test_every_acknowledged_insert_survives_kill_9(engine: Engine):
    """Writers write until the process is shot in the middle of it, several times over."""
    with connect(engine) as client:
        client.execute(
            "CREATE TABLE facts (writer UInt8, n UInt64, text String) ENGINE = MergeTree ORDER BY (writer, n)"
        )
    acknowledged: dict[int, int] = {0: 0, 1: 0, 2: 0}

    def write(writer: int, stop: threading.Event) -> None:
        try:
            with connect(engine) as client:
                while not stop.is_set():
                    n = acknowledged[writer]
                    rows = [(writer, n + i, f"text {n + i}") for i in range(10)]
                    client.execute("INSERT INTO facts VALUES", rows)
                    acknowledged[writer] = n + 10
        except (clickhouse_driver.errors.Error, OSError, EOFError):
            return  # it was shot

    for kill in range(KILLS):
        stop = threading.Event()
        threads = [threading.Thread(target=write, args=(writer, stop)) for writer in acknowledged]
        before = dict(acknowledged)
        for thread in threads:
            thread.start()
        wait_for(lambda before=before: all(acknowledged[w] > before[w] + 20 for w in acknowledged), 20)
        time.sleep(0.05 * kill)
        engine.stop(signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join(10)
        engine.start()
        with connect(engine) as client:
            for writer, expected in acknowledged.items():
                present = client.execute(f"SELECT DISTINCT n FROM facts WHERE writer = {writer} AND n < {expected}")
                assert len(present) == expected, f"kill {kill}: writer {writer} lost rows"
    assert min(acknowledged.values()) > 20 * KILLS


def test_sigterm_stops_what_runs_and_leaves_in_seconds_with_exit_code_0(engine: Engine):
    errors: list[Exception] = []

    def ask() -> None:
        with connect(engine) as client:
            try:
                client.execute("SELECT count() FROM system.numbers WHERE sin(number) > 2", query_id="endless")
            except (clickhouse_driver.errors.Error, OSError, EOFError) as error:
                errors.append(error)

    thread = threading.Thread(target=ask)
    with connect(engine) as idle:
        thread.start()
        wait_for(lambda: ("endless",) in idle.execute("SELECT query_id FROM system.processes"), 10)
        started = time.monotonic()
        assert engine.stop(signal.SIGTERM) == 0
        assert time.monotonic() - started < 5
    thread.join(10)
    assert len(errors) == 1


def test_a_client_that_does_not_read_cannot_hold_up_sigterm(engine: Engine):
    with connect(engine) as stuck, connect(engine) as idle:
        stuck.execute("SELECT 1")
        stuck.connection.send_query("SELECT number FROM system.numbers", query_id="flood")
        stuck.connection.send_external_tables([])
        wait_for(lambda: ("flood",) in idle.execute("SELECT query_id FROM system.processes"), 10)
        started = time.monotonic()
        assert engine.stop(signal.SIGTERM) == 0
        assert time.monotonic() - started < 6


def test_what_was_there_before_sigterm_is_there_after(engine: Engine):
    with connect(engine) as client:
        client.execute("CREATE DATABASE other")
        client.execute("CREATE TABLE other.t (a UInt8) ENGINE = MergeTree ORDER BY a")
        client.execute("INSERT INTO other.t VALUES", [(7,)])
    assert engine.stop() == 0
    engine.start()
    with clickhouse_driver.Client("127.0.0.1", port=engine.port, password=engine.password, database="other") as client:
        assert client.execute("SELECT a FROM t") == [(7,)]


def test_a_second_engine_on_the_same_path_says_who_owns_it(engine: Engine):
    assert engine.process is not None
    command = [sys.executable, "-m", "analytics.clickhouse.embedded", "--data", str(engine.data), "--port", "0"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert second.returncode == 1
    assert f"another engine (process {engine.process.pid}) already owns {engine.data}" in second.stderr
    with connect(engine) as client:
        assert client.execute("SELECT 1") == [(1,)]


def test_a_port_that_is_taken_is_said_so(engine: Engine, tmp_path: Path):
    command = [sys.executable, "-m", "analytics.clickhouse.embedded", "--data", str(tmp_path / "second")]
    second = subprocess.run(
        [*command, "--port", str(engine.port)], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert second.returncode == 1
    assert "Address already in use" in second.stderr


def test_a_client_that_leaves_in_the_middle_of_an_insert_inserts_nothing(engine: Engine):
    with connect(engine) as client:
        client.execute("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")

    def rows() -> Iterator[tuple[int]]:
        yield from ((n,) for n in range(1000))
        raise KeyboardInterrupt  # the client's own trouble, with blocks already sent

    with connect(engine) as client, pytest.raises(KeyboardInterrupt):
        client.execute("INSERT INTO t VALUES", rows(), settings={"insert_block_size": 100})
    with connect(engine) as client:
        time.sleep(0.2)
        assert client.execute("SELECT count() FROM t") == [(0,)]
        client.execute("INSERT INTO t VALUES", [(1,)])
        assert client.execute("SELECT count() FROM t") == [(1,)]


def test_an_idle_engine_is_small(engine: Engine):
    assert engine.process is not None
    with connect(engine) as client:
        client.execute("SELECT 1")
    status = Path(f"/proc/{engine.process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert resident < 400 * 1024, f"{resident // 1024} MB resident"


def test_it_listens_on_loopback_only_and_needs_no_password_from_the_command_line(engine: Engine):
    assert engine.process is not None
    command = Path(f"/proc/{engine.process.pid}/cmdline").read_bytes().decode()
    assert "secret" not in command
    port = f"{engine.port:04X}"
    listening = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]
    assert os.stat(engine.data / "footfall-engine.lock").st_mode & 0o077 == 0
