"""Memory: the idle demo as a whole, an import of any size, a question over ten million events.

Summed as PSS (shared pages are shared out among those who share them), so that the sum is what the machine really
gives; RSS, which counts them once for each process, is beside it.
"""

from __future__ import annotations

import base64
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.clickhouse.client import connect
from analytics.clickhouse.writer import bump_data_versions
from bench.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024.0  # /proc speaks of kilobytes
IDLE_SECONDS = 45  # what was only needed to start is given back by then
SMALL, LARGE = 100_000, 1_000_000
EVENTS = 10_000_000


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="footfall-bench-") as directory, demo(Path(directory)) as running:
        figures = idle(running)
        figures += importing(running, Path(directory))
        figures += question(running)
    return figures


# --- processes --------------------------------------------------------------------------------------------------------


def field(pid: int, file: str, name: str) -> float:
    """A line of /proc/PID/FILE in MB; 0 if the process is gone."""
    try:
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / MEGABYTE
    except OSError:
        pass
    return 0.0


def children(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            started = task.read_text().split()
        except OSError:
            continue  # it is gone
        for child in started:
            yield from children(int(child))


def name_of(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return "gone"
    for part, name in (
        ("analytics.clickhouse.embedded", "engine"),
        ("gunicorn", "web"),
        ("-Q queries", "query worker"),
        ("-Q ingest", "ingest worker"),
        ("celery", "beat"),
        ("manage.py demo", "supervisor"),
    ):
        if part in command:
            return name
    return "guard"


@dataclass
class Running:
    """The demo while it is measured."""

    process: subprocess.Popen[str]
    data: Path
    described: dict[str, object]

    def pids(self, name: str) -> list[int]:
        return [pid for pid in children(self.process.pid) if name_of(pid) == name]

    @property
    def environment(self) -> dict[str, str]:
        """What the demo's own processes run with."""
        (worker, *_) = self.pids("query worker")
        pairs = Path(f"/proc/{worker}/environ").read_text().split("\0")
        return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


@contextmanager
def demo(directory: Path) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = directory / "demo"
    command = [sys.executable, str(ROOT / "manage.py"), "demo", "--port", str(port), "--data-dir", str(data)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        deadline = time.monotonic() + 240
        while not (data / "demo.json").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError(f"the demo did not start: {process.communicate()[0]}")
            time.sleep(0.2)
        yield Running(process, data, json.loads((data / "demo.json").read_text()))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


class Peak:
    """The highest memory of some processes while something happens, by the kernel's own high-water mark."""

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids
        self.megabytes = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        for pid in self.pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # the mark starts anew
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.megabytes = max(self.megabytes, sum(field(pid, "status", "VmHWM") for pid in self.pids))


# --- the three questions ----------------------------------------------------------------------------------------------


def idle(running: Running) -> list[Figure]:
    time.sleep(IDLE_SECONDS)
    each: dict[str, tuple[float, float]] = {}
    for pid in children(running.process.pid):
        name = name_of(pid)
        pss, rss = each.get(name, (0.0, 0.0))
        each[name] = (pss + field(pid, "smaps_rollup", "Pss"), rss + field(pid, "status", "VmRSS"))
    shares = [Figure(f"  {name}", pss, "MB", note=f"{rss:.0f} MB RSS") for name, (pss, rss) in sorted(each.items())]
    total = sum(pss for pss, _ in each.values())
    resident = sum(rss for _, rss in each.values())
    whole = Figure(
        "idle demo, all processes", total, "MB", aim=1229, note=f"PSS; {resident:.0f} MB RSS, shared pages twice"
    )
    return [whole, *shares]


def importing(running: Running, directory: Path) -> list[Figure]:
    """The importer's own peak for a small and a large file: the same, if memory does not depend on the size."""
    peaks = {}
    (engine,) = running.pids("engine")
    with Peak([engine]) as of_engine:
        for events in (SMALL, LARGE):
            path = directory / f"{events}.jsonl"
            write_events(path, events)
            command = [
                sys.executable,
                "manage.py",
                "import_events",
                str(path),
                "--project",
                str(running.described["project_id"]),
            ]
            started = time.monotonic()
            process = subprocess.Popen(command, cwd=ROOT, env=running.environment, stdout=subprocess.DEVNULL)
            with Peak([process.pid]) as peak:
                if process.wait() != 0:
                    raise RuntimeError("the import failed")
            peaks[events] = peak.megabytes
            seconds = time.monotonic() - started
            path.unlink()
    return [
        Figure(f"import of {SMALL:,} events, peak", peaks[SMALL], "MB"),
        Figure(f"import of {LARGE:,} events, peak", peaks[LARGE], "MB", note=f"{LARGE / seconds:,.0f} events/s"),
        Figure(
            "large import against small", peaks[LARGE] / peaks[SMALL], "×", aim=1.15, note="flat, whatever the size"
        ),
        Figure("the engine's peak meanwhile", of_engine.megabytes, "MB"),
    ]


def write_events(path: Path, count: int) -> None:
    rng = random.Random(count)
    with path.open("w") as file:
        for index in range(count):
            properties = {"time": 1_700_000_000 + index, "distinct_id": f"u{rng.randrange(count // 10)}"}
            properties |= {"amount": round(rng.random() * 100, 2), "plan": "pro", "items": [1, 2, 3]}
            properties |= {"$browser": "Firefox", "$os": "Linux", "city": f"City {index % 500}"}
            file.write(json.dumps({"event": "Bought", "properties": properties}) + "\n")


def question(running: Running) -> list[Figure]:
    """Daily unique users over ten million events, asked over REST as anybody would."""
    project = int(str(running.described["project_id"]))
    fill(running.environment["CLICKHOUSE_URL"], project)
    time.sleep(30)  # merges go on for a while; they are not the question
    with Peak(running.pids("engine")) as of_engine, Peak(running.pids("query worker")) as of_worker:
        answer = ask(running, {
            "version": 1, "kind": "insights", "interval": "day", "dates": {"kind": "last", "count": 90, "unit": "day"},
            "metrics": [{"events": ["Bench"], "measure": {"kind": "unique"}}],
        })  # fmt: skip
    read = int(answer["read_rows"])
    if read < EVENTS:
        raise RuntimeError(f"the question read {read:,} rows only")
    note = f"engine {of_engine.megabytes:.0f}, worker {of_worker.megabytes:.0f}; {answer['elapsed_ms'] / 1000:.2f} s"
    together = of_engine.megabytes + of_worker.megabytes
    return [Figure(f"question over {EVENTS:,} events, peak", together, "MB", aim=2048, note=note)]


def fill(url: str, project: int) -> None:
    """Ten million events of 250,000 users over 90 days, straight into the table: making them is not measured."""
    client = connect(url)
    try:
        for part in range(10):
            client.execute(
                "INSERT INTO events "
                "(project_id, event, time, distinct_id, insert_id, distinct_hash, insert_hash, version, actor) "
                "SELECT {project:UInt32}, 'Bench', now64(3) - toIntervalSecond(number % 7776000), "
                "toString(cityHash64(number) % 250000) AS user, toString(number), sipHash64(user), "
                "sipHash64(toString(number)), number, sipHash64(toUInt32({project:UInt32}), user) "
                "FROM numbers({first:UInt64}, {count:UInt64})",
                {"project": project, "first": part * EVENTS // 10, "count": EVENTS // 10},
            )
        bump_data_versions(client, [project])
    finally:
        client.disconnect()


def ask(running: Running, question: dict[str, object]) -> dict[str, Any]:
    account = running.described["service_account"]
    assert isinstance(account, dict)
    secret = base64.b64encode(f"{account['username']}:{account['secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
    base = str(running.described["url"])
    address = f"{base}/api/v1/projects/{running.described['project_id']}/query"
    body = json.dumps(question).encode()
    for _ in range(600):
        request = urllib.request.Request(address, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            document: dict[str, Any] = json.load(answer)
        if document.get("state") not in ("queued", "running"):
            return document
        address, body = base + document["urls"]["run"], None
        time.sleep(0.1)
    raise RuntimeError("the question was not answered in a minute")
