"""What the way through the product costs a question: REST, the queue, a worker and the runner, against its SQL alone.

The same question is asked by POST of a stack of real processes, and its statements are executed with clickhouse-driver
on the same engine, by turns. Before each turn the project's data is made newer, so that no kept answer helps; then the
same question is asked again and again with its answer kept. `python -m bench asking` prints the figures.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analytics import runner
from analytics.clickhouse.client import connect
from analytics.clickhouse.writer import bump_data_versions
from analytics.compiler.insights import compile_insights
from analytics.queries.codec import parse
from analytics.queries.scope import Merged, Scope
from bench.figure import Figure
from tests.integration.stack import Stack

EVENTS = int(os.environ.get("BENCH_ASKED_EVENTS", "5000000"))
TURNS, KEPT_TURNS = 120, 100  # of forty, p95 is the third worst
QUESTION = {
    "version": 1, "kind": "insights", "interval": "day",
    "metrics": [{"events": ["Page View"], "measure": {"kind": "unique"}}],
    "dates": {"kind": "fixed", "from": "2026-01-01", "to": "2026-03-31"},
}  # fmt: skip
_FILL = """
INSERT INTO events
    (project_id, event, time, distinct_id, insert_id, distinct_hash, insert_hash, version, user_id, actor)
SELECT {project:UInt32}, 'Page View', fromUnixTimestamp64Milli(
        toInt64(1767225600000 + intDiv(number * 7776000000, {events:UInt64})), 'UTC'), who, toString(number),
    sipHash64(who), sipHash64(toString(number)), number, who, sipHash64({project:UInt32}, who)
FROM (SELECT number, concat('user-', toString(intHash64(number) % 250000)) AS who FROM numbers({events:UInt64}))
"""


def run() -> Iterator[Figure]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")
    with tempfile.TemporaryDirectory(prefix="bench-asking-") as folder, Stack(Path(folder), queries=True) as stack:
        asking = Asking(stack)
        asking.fill()
        yield from asking.uncached()
        yield from asking.cached()


class Asking:
    def __init__(self, stack: Stack) -> None:
        made = stack.make_project()
        self.project: int = made["project_id"]
        secret = base64.b64encode(f"{made['username']}:{made['secret']}".encode()).decode()
        self.headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}
        self.connection = http.client.HTTPConnection("127.0.0.1", stack.port)
        self.client = connect(stack.engine.url)
        self.url = stack.engine.url
        self.scope = Scope(self.project, "UTC", 1, datetime(2026, 4, 1, tzinfo=UTC), merged=Merged())
        self.compiled = compile_insights(parse(QUESTION), self.scope)

    def fill(self) -> None:
        self.client.execute(_FILL, {"project": self.project, "events": EVENTS})
        self.client.execute("OPTIMIZE TABLE events FINAL")

    def post(self) -> tuple[dict[str, Any], float]:
        """The answer and the seconds until it was there."""
        started = time.perf_counter()
        self.connection.request(
            "POST", f"/api/v1/projects/{self.project}/query?wait=30", json.dumps(QUESTION).encode(), self.headers
        )
        reply = self.connection.getresponse()
        answer = json.loads(reply.read())
        seconds = time.perf_counter() - started
        if reply.status != 200 or answer["state"] != "done":
            raise RuntimeError(f"{reply.status} {answer}")
        return answer, seconds

    def bare(self) -> float:
        started = time.perf_counter()
        self.client.execute(self.compiled.sql, dict(self.compiled.params), settings=dict(self.compiled.settings))
        return time.perf_counter() - started

    def uncached(self) -> Iterator[Figure]:
        app, own, bare = [], [], []
        for _ in range(TURNS + 2):
            bump_data_versions(self.client, [self.project])
            answer, seconds = self.post()
            assert not answer["cached"]
            assert sum(answer["series"][0]["values"]) > 0
            app.append(seconds)
            started = time.perf_counter()
            runner.run(parse(QUESTION), self.scope, url=self.url, cache=None)
            own.append(time.perf_counter() - started)
            bare.append(self.bare())
        for name, q in (("p50", 0.5), ("p95", 0.95)):
            through, alone, in_process = (quantile(values[2:], q) for values in (app, bare, own))
            note = (
                f"{through * 1000:.0f} against {alone * 1000:.0f} ms; the runner by itself {in_process * 1000:.0f} ms"
            )
            yield Figure(f"POST to answer / its SQL alone, {name}", through / alone, "×", 1.3, note)

    def cached(self) -> Iterator[Figure]:
        self.post()
        kept = []
        for _ in range(KEPT_TURNS):
            answer, seconds = self.post()
            assert answer["cached"]
            kept.append(seconds)
        yield Figure("kept answer, p50", statistics.median(kept) * 1000, "ms", 10, "from POST to the last byte")
        yield Figure("kept answer, p95", quantile(kept, 0.95) * 1000, "ms")


def quantile(values: list[float], q: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * q))]
