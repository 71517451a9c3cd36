"""What the embedded server costs over chDB in the same process: inserts, short questions, large answers, memory, start.

Every figure that can be is a ratio of two measurements taken by turns on the same machine, as medians, because machines
differ and get busy. `python -m bench engine` prints them.
"""

from __future__ import annotations

import io
import json
import os
import random
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clickhouse_driver.bufferedwriter import CompressedBufferedWriter
from clickhouse_driver.columns.service import write_column
from clickhouse_driver.context import Context
from clickhouse_driver.varint import write_varint
from clickhouse_driver.writer import write_binary_str

from analytics.clickhouse.client import connect
from analytics.clickhouse.migrate import migrate
from bench.figure import Figure

ROWS, BLOCK = 1_000_000, 100_000
COLUMNS = "project_id, version, event, distinct_id, insert_id, time_ms, user_id, device_id, properties"
LARGE = "SELECT number, toString(number) AS text, number / 7 AS ratio FROM numbers(1000000)"
SHORT = "SELECT count() FROM system.one"
PATIENCE = 7200  # seconds: to merge a hundred million events takes minutes


class Server:
    """The embedded engine as its own process on a folder."""

    def __init__(self, folder: Path) -> None:
        port_file = folder.with_suffix(".port")
        port_file.unlink(missing_ok=True)
        password = secrets.token_hex(8)
        command = [sys.executable, "-m", "analytics.clickhouse.embedded", "--data", str(folder), "--port", "0"]
        environment = {**os.environ, "FOOTFALL_ENGINE_PASSWORD": password}
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [*command, "--port-file", str(port_file)], env=environment, stderr=subprocess.DEVNULL
        )
        while not port_file.exists():
            if self.process.poll() is not None:
                raise RuntimeError("the embedded engine did not start")
            time.sleep(0.01)
        self.start_seconds = time.perf_counter() - started
        where = f"127.0.0.1:{port_file.read_text().strip()}/default"
        self.url = f"clickhouse://default:{password}@{where}?send_receive_timeout={PATIENCE}"

    def resident_megabytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def block(number: int) -> list[list[Any]]:
    """A block of believable events by columns, about 280 bytes of JSON each."""
    chance = random.Random(number)
    first = number * BLOCK
    users = [f"user-{chance.randrange(50_000)}" for _ in range(BLOCK)]
    properties = [
        json.dumps(
            {
                "$browser": chance.choice(("Chrome", "Firefox", "Safari")),
                "$os": chance.choice(("Windows", "macOS", "iOS", "Android")),
                "$city": chance.choice(("Berlin", "Paris", "Lima", "Osaka")),
                "$current_url": f"https://shop.example/item/{chance.randrange(500)}",
                "$lib": "web",
                "plan": chance.choice(("free", "pro", "team")),
                "amount": round(chance.random() * 200, 2),
                "items": chance.randrange(9),
                "trial": chance.random() < 0.1,
                "campaign": f"campaign number {chance.randrange(40)}",
            }
        )
        for _ in range(BLOCK)
    ]
    return [
        [1] * BLOCK,
        list(range(first, first + BLOCK)),
        [chance.choice(("Page View", "Add To Cart", "Sign Up", "Purchase")) for _ in range(BLOCK)],
        users,
        [f"insert-{first + index}" for index in range(BLOCK)],
        [1_700_000_000_000 + (first + index) * 1000 for index in range(BLOCK)],
        users,
        [""] * BLOCK,
        properties,
    ]


# Runs in a process of its own, because a process can open one path and must not fork afterwards.
_IN_PROCESS = """
import sys, time
sys.modules["pyarrow"] = None
import chdb
connection = chdb.connect(sys.argv[1])
blocks = sys.argv[4:]
started = time.perf_counter()
if blocks:
    for path in blocks:
        connection.query(f"INSERT INTO events_inbox ({sys.argv[2]}) SELECT * FROM file('{path}', 'Native')", "Null")
else:
    for _ in range(int(sys.argv[3])):
        stream = connection.send_query(sys.argv[2], "Native")
        while (chunk := stream.fetch()) is not None:
            chunk.bytes()
print(time.perf_counter() - started)
connection.close()
"""


def in_process(folder: Path, argument: str, times: int, *blocks: Path) -> float:
    """Seconds that chDB takes by itself."""
    command = [sys.executable, "-c", _IN_PROCESS, str(folder), argument, str(times), *map(str, blocks)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def through_server(folder: Path, work: Callable[[Any], Any]) -> float:
    """Seconds that the work takes over the protocol, with a client that is already connected."""
    server = Server(folder)
    try:
        with connect(server.url) as client:
            client.execute("SELECT 1")
            started = time.perf_counter()
            work(client)
            return time.perf_counter() - started
    finally:
        server.stop()


def insert_figures(folder: Path, rounds: int) -> list[Figure]:
    """The same blocks into the event table, one INSERT each, by turns through the driver and by chDB itself from files.

    From files, because that is faster than its streaming insert (and reports errors, which that one does not).
    """
    paths = []
    for number in range(ROWS // BLOCK):
        paths.append(folder / f"block-{number}.native")
        _write_native(block_kept(number), paths[-1])
    served, alone = [], []
    for turn in range(rounds):
        for kind in ("served", "alone"):
            data = folder / f"{kind}-{turn}"
            server = Server(data)
            migrate(server.url)
            server.stop()
            if kind == "alone":
                alone.append(in_process(data, COLUMNS, 1, *paths))
            else:
                served.append(through_server(data, _insert_all))
    rate, own = ROWS / statistics.median(served), ROWS / statistics.median(alone)
    note = (
        f"{rate:,.0f} events/s against {own:,.0f}; {ROWS:,} events in blocks of {BLOCK:,}, driver's encoding included"
    )
    return [Figure("insert: server / chDB", rate / own, "×", 0.5, note, "more")]


def _insert_all(client: Any) -> None:
    for number in range(ROWS // BLOCK):
        client.execute(f"INSERT INTO events_inbox ({COLUMNS}) VALUES", block_kept(number), columnar=True)


_kept: dict[int, list[list[Any]]] = {}


def block_kept(number: int) -> list[list[Any]]:
    """The same block again, made once: making events is not what is measured."""
    if number not in _kept:
        _kept[number] = block(number)
    return _kept[number]


def _write_native(columns: list[list[Any]], path: Path) -> None:
    """The block in chDB's Native format, written by the driver's own columns."""
    context = Context()
    context.settings = {}
    context.client_settings = {
        "strings_as_bytes": False,
        "strings_encoding": "utf-8",
        "use_numpy": False,
        "input_format_null_as_default": False,
    }
    types = ("UInt32", "UInt64", "String", "String", "String", "Int64", "String", "String", "String")
    written = io.BytesIO()
    out = CompressedBufferedWriter(written, 1 << 20)
    write_varint(len(types), out)
    write_varint(len(columns[0]), out)
    for name, type, values in zip(COLUMNS.split(", "), types, columns, strict=True):
        write_binary_str(name, out)
        write_binary_str(type, out)
        write_column(context, name, type, values, out)
    out.flush()
    path.write_bytes(written.getvalue())


def question_figures(folder: Path, rounds: int) -> list[Figure]:
    """Short questions and large answers, by turns."""
    data = folder / "questions"
    times = 200
    short, short_alone, large, large_alone = [], [], [], []
    for _ in range(rounds):
        short.append(through_server(data, lambda client: [client.execute(SHORT) for _ in range(times)]) / times)
        short_alone.append(in_process(data, SHORT, times) / times)
        large.append(through_server(data, lambda client: client.execute(LARGE, columnar=True)))
        large_alone.append(in_process(data, LARGE, 1))
    here, there = statistics.median(short), statistics.median(short_alone)
    big, own = statistics.median(large), statistics.median(large_alone)
    return [
        Figure(
            "short question: server / chDB",
            here / there,
            "×",
            None,
            f"{here * 1e3:.2f} ms against {there * 1e3:.2f} ms",
        ),
        Figure(
            "large answer: rows per second",
            1_000_000 / big,
            "rows/s",
            note=f"3 columns decoded by the driver; chDB alone, not decoded: {1_000_000 / own:,.0f}",
        ),
    ]


def process_figures(folder: Path, rounds: int) -> list[Figure]:
    """Memory when idle, and the time from the command to the first answer."""
    started, resident = [], []
    for turn in range(rounds):
        server = Server(folder / f"idle-{turn}")
        migrate(server.url)
        started.append(server.start_seconds)
        resident.append(server.resident_megabytes())
        server.stop()
    return [
        Figure("engine: resident when idle", statistics.median(resident), "MB", 400, "after the migrations"),
        Figure("engine: start", statistics.median(started), "s", 3, "from the command to the open port"),
    ]


def run(rounds: int = 3) -> list[Figure]:
    """All figures of the embedded engine."""
    with tempfile.TemporaryDirectory(prefix="footfall-bench-") as folder:
        path = Path(folder)
        return [*process_figures(path, rounds), *question_figures(path, rounds), *insert_figures(path, rounds)]
