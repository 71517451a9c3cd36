"""Ingestion through the real processes: gunicorn, the spool, the ingest worker and the embedded engine.

`/import` is compared with the engine that inserts the same JSON lines by itself, on the same machine and with nothing
else to do: INSERT INTO events_inbox SELECT … FROM file('lines.jsonl', 'LineAsString'). So ClickHouse reads the file,
takes the columns out of each line's JSON and fills the same tables through the same views. Our side adds HTTP, the
checks, an fsync and the native protocol, and its senders run on the same cores. The two take turns.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.figure import Figure
from tests.integration.stack import Stack, wait_until

EVENTS = int(os.environ.get("BENCH_IMPORT_EVENTS", "200000"))
BATCH = 2000
ROUNDS = 3
SENDERS = 4
VISIBLE_SAMPLES = 100
TRACK_SECONDS = 5.0

_ALONE = """
INSERT INTO events_inbox
SELECT {project:UInt32}, rowNumberInAllBlocks(), JSONExtractString(line, 'event'),
    JSONExtractString(line, 'properties', 'distinct_id'), JSONExtractString(line, 'properties', '$insert_id'),
    JSONExtractInt(line, 'properties', 'time') * 1000, '', '', JSONExtractRaw(line, 'properties')
FROM file({path:String}, 'LineAsString', 'line String')
"""


def run() -> Iterator[Figure]:
    """The figures, in the order in which they are worth reading."""
    with tempfile.TemporaryDirectory(prefix="footfall-bench-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")
        fast = {"INGEST_EVENTS_PER_SECOND": "1000000"}
        with Stack(Path(folder), web_processes=1, **fast) as stack:
            project = stack.make_project()
            yield from seen(stack, project)
            yield from tracked(stack, project)
            yield from imported(stack, Path(folder))


def seen(stack: Stack, project: dict[str, Any]) -> Iterator[Figure]:
    """From the acknowledgement of one event until a query counts it."""
    waits = []
    connection = http.client.HTTPConnection("127.0.0.1", stack.port)
    for number in range(VISIBLE_SAMPLES):
        post(connection, "/track", json.dumps(one_event(project["token"], f"seen-{number}")).encode())
        acknowledged = time.perf_counter()
        wait_for(stack, project["project_id"], "Seen", number + 1)
        waits.append((time.perf_counter() - acknowledged) * 1000)
    connection.close()
    yield Figure("acknowledged → visible, p50", quantile(waits, 0.5), "ms", note=f"{VISIBLE_SAMPLES} single events")
    yield Figure("acknowledged → visible, p99", quantile(waits, 0.99), "ms", aim=1000)


def tracked(stack: Stack, project: dict[str, Any]) -> Iterator[Figure]:
    """One event a request, each fsynced before its answer, from several senders on kept connections."""
    body = json.dumps(one_event(project["token"], "")).replace('"$insert_id": "", ', "").encode()
    for senders in (1, 16):
        times: list[float] = []
        until = time.perf_counter() + TRACK_SECONDS

        def send(times: list[float] = times, until: float = until) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", stack.port)
            while (start := time.perf_counter()) < until:
                post(connection, "/track", body)
                times.append(time.perf_counter() - start)
            connection.close()

        together([send] * senders)
        rate = len(times) / TRACK_SECONDS
        note = "one web process with 8 threads, the senders on the same cores"
        yield Figure(f"/track, single events, {senders} senders", rate, "requests/s", better="more", note=note)
        yield Figure(f"/track, p99, {senders} senders", quantile(times, 0.99) * 1000, "ms")


def imported(stack: Stack, folder: Path) -> Iterator[Figure]:
    """The same events through /import and by the engine alone, by turns."""
    through, alone = [], []
    for number in range(ROUNDS):
        lines = [json.dumps(old_event(n, number), separators=(",", ":")).encode() for n in range(EVENTS)]
        path = folder / f"lines-{number}.jsonl"
        path.write_bytes(b"\n".join(lines) + b"\n")
        alone.append(EVENTS / by_engine(stack, path))
        through.append(EVENTS / by_import(stack, lines))
        path.unlink()
    ratios = [ours / theirs for ours, theirs in zip(through, alone, strict=True)]
    yield Figure("/import to visible", statistics.median(through), "events/s", better="more", note=f"{EVENTS} events")
    yield Figure(
        "the engine by itself", statistics.median(alone), "events/s", better="more", note="from a file of lines"
    )
    yield Figure(
        "/import as a share of it", statistics.median(ratios), "", aim=0.6, better="more", note=f"of {ROUNDS} turns"
    )


def by_engine(stack: Stack, path: Path) -> float:
    project_id = stack.make_project()["project_id"]
    start = time.perf_counter()
    stack.ask(_ALONE, project=project_id, path=str(path))
    wait_for(stack, project_id, "Old", EVENTS)
    return time.perf_counter() - start


def by_import(stack: Stack, lines: list[bytes]) -> float:
    project = stack.make_project()
    bodies = [b"[" + b",".join(lines[start : start + BATCH]) + b"]" for start in range(0, len(lines), BATCH)]
    credentials = base64.b64encode(f"{project['username']}:{project['secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    left = iter(bodies)
    turn = threading.Lock()

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", stack.port)
        while True:
            with turn:
                body = next(left, None)
            if body is None:
                break
            post(connection, "/import?strict=1", body, headers)
        connection.close()

    start = time.perf_counter()
    together([send] * SENDERS)
    wait_for(stack, project["project_id"], "Old", len(lines))
    return time.perf_counter() - start


def one_event(token: str, insert_id: str) -> dict[str, Any]:
    members = {"token": token, "distinct_id": "ann", "$insert_id": insert_id, "$browser": "Chrome", "plan": "pro"}
    return {"event": "Seen", "properties": members}


def old_event(number: int, turn: int) -> dict[str, Any]:
    """About 450 bytes, as the browser's SDK sends them."""
    properties = {
        "time": 1_700_000_000 + number % (30 * 86_400),
        "distinct_id": f"user-{number % 20_000}",
        "$insert_id": f"{turn:04x}-{number:027x}",
        "$browser": ("Chrome", "Safari", "Firefox")[number % 3],
        "$browser_version": 140,
        "$os": ("Windows", "Mac OS X", "Android", "iOS")[number % 4],
        "$current_url": f"https://shop.example/products/{number % 500}?from=list",
        "$screen_height": 1080,
        "$screen_width": 1920,
        "mp_lib": "web",
        "$lib_version": "2.83.0",
        "$referring_domain": "search.example",
        "utm_source": ("news", "ads")[number % 2],
        "plan": ("free", "pro", "team")[number % 3],
        "amount": number % 1000 / 10,
        "first": number % 2 == 0,
    }
    return {"event": "Old", "properties": properties}


def post(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str] | None = None) -> None:
    connection.request("POST", path, body, headers or {"Content-Type": "application/json"})
    reply = connection.getresponse()
    answer = reply.read()
    if reply.status != 200:
        raise RuntimeError(f"{path}: {reply.status} {answer[:300]!r}")


def wait_for(stack: Stack, project_id: int, event: str, count: int) -> None:
    sql = "SELECT count() FROM events WHERE project_id = {p:UInt32} AND event = {e:String}"
    wait_until(lambda: stack.ask(sql, p=project_id, e=event)[0][0] >= count, f"{count} × {event}", 300, 0.005)


def together(tasks: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * q))]
