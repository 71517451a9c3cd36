"""One project floods the queue with heavy questions; what does another, who asks a small one now and then, feel of it?

Through the real processes, over REST, from the question to its answer, nothing of it from the cache. The quiet project
is measured alone and under the flood by turns, so that a busy machine spoils both. `python -m bench fairness`.
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
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.figure import Figure
from bench.ingestion import quantile
from tests.integration.stack import Stack, wait_until

EVENTS = int(os.environ.get("BENCH_EVENTS", "5000000"))
QUIET_EVENTS = 200_000
FLOOD = 40
ASKED = 40  # small questions in each measurement
PAUSE = 0.15  # seconds between two of them
ROUNDS = 3
AIM = 2.0

_FILL = """
INSERT INTO events (project_id, event, time, distinct_id, distinct_hash, insert_hash, version, user_id, actor,
    p_browser)
SELECT {project:UInt32}, ['View', 'Search', 'Pay'][1 + intHash64(number) % 3],
    now64(3) - toIntervalSecond(intDiv(number * 2500000, {events:UInt64})), who, sipHash64(who), number, number, who,
    sipHash64({project:UInt32}, who), ['Chrome', 'Safari', 'Firefox'][1 + intHash64(number + 3) % 3]
FROM
(
    SELECT number, concat('u', toString(intHash64(number + 1) % {people:UInt32})) AS who FROM numbers({events:UInt64})
)
"""


class Asker:
    """A project's service account."""

    def __init__(self, stack: Stack, project: dict[str, Any]) -> None:
        self.base = f"/api/v1/projects/{project['project_id']}"
        credentials = base64.b64encode(f"{project['username']}:{project['secret']}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
        self.port = stack.port

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request(method, path, json.dumps(body), self.headers)
            reply = connection.getresponse()
            document: dict[str, Any] = json.loads(reply.read())
        if reply.status not in (200, 202):
            raise RuntimeError(f"{path}: {reply.status} {document}")
        return document

    def ask(self, document: object, wait: float = 0) -> dict[str, Any]:
        return self.call("POST", f"{self.base}/query?wait={wait}", document)


def run() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="footfall-bench-") as folder,
        Stack(Path(folder), queries=True) as stack,
    ):
        loud, quiet = stack.make_project(), stack.make_project()
        fill(stack, loud["project_id"], EVENTS)
        fill(stack, quiet["project_id"], QUIET_EVENTS)
        yield from measured(stack, Asker(stack, loud), Asker(stack, quiet))


def fill(stack: Stack, project: int, events: int) -> None:
    for view in ("event_names_from_events", "property_names_from_events"):
        stack.ask(f"DROP VIEW IF EXISTS {view}")  # most of what filling costs, and nothing asks them here
    stack.ask(_FILL, project=project, events=events, people=events // 20)
    stack.ask("OPTIMIZE TABLE events FINAL")


def measured(stack: Stack, loud: Asker, quiet: Asker) -> Iterator[Figure]:
    idle, flooded, ratios, served = [], [], [], 0
    small(quiet, "warm", 10)
    for turn in range(ROUNDS):
        alone = small(quiet, f"alone-{turn}", ASKED)
        runs = [loud.ask(heavy(f"{turn}-{number}"))["urls"] for number in range(FLOOD)]
        wait_until(lambda runs=runs: state(loud, runs[0]) != "queued", "the flood")  # type: ignore[misc]
        beside = small(quiet, f"beside-{turn}", ASKED)
        states = [state(loud, urls) for urls in runs]
        assert "queued" in states, "the flood was over before the measurement"
        served += states.count("done")
        for urls in runs:
            loud.call("POST", urls["cancel"])
        wait_until(lambda: not stack.ask("SELECT 1 FROM system.processes WHERE query_id LIKE 'run-%'"), "calm")
        idle.append(alone)
        flooded.append(beside)
        ratios.append(quantile(beside, 0.95) / quantile(alone, 0.95))
    for name, turns in (("alone", idle), ("beside a flood", flooded)):
        for q in (0.5, 0.95):
            value = statistics.median(quantile(times, q) for times in turns)
            yield Figure(f"small question {name}, p{q * 100:.0f}", value, "ms")
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    note = f"median of {each}; {FLOOD} questions over {EVENTS:,} events at once, {served} of them answered meanwhile"
    yield Figure("small question's p95 beside a flood / alone", statistics.median(ratios), "×", AIM, note)


def small(quiet: Asker, name: str, times: int) -> list[float]:
    """Milliseconds of each question. The filter makes it another one every time, and lets every event through."""
    taken = []
    for number in range(times):
        started = time.perf_counter()
        answer = quiet.ask(question("day", f"{name}-{number}"), wait=30)
        taken.append((time.perf_counter() - started) * 1000)
        assert answer["state"] == "done", answer
        assert not answer["cached"]
        time.sleep(PAUSE)
    return taken


def heavy(name: str) -> dict[str, Any]:
    breakdown = {"property": {"name": "$browser", "source": "event", "type": "string"}}
    return {**question("hour", name), "breakdowns": [breakdown]}


def question(interval: str, name: str) -> dict[str, Any]:
    condition = {
        "property": {"name": "$browser", "source": "event", "type": "string"},
        "operator": "is_not",
        "values": [f"Browser {name}"],
    }
    return {
        "version": 1,
        "kind": "insights",
        "metrics": [{"events": {"all": True}, "measure": {"kind": "unique"}}],
        "filters": {"match": "all", "conditions": [condition]},
        "dates": {"kind": "last", "count": 30, "unit": "day"},
        "interval": interval,
    }


def state(asker: Asker, urls: dict[str, str]) -> str:
    found: str = asker.call("GET", urls["run"])["state"]
    return found
