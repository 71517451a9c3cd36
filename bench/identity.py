"""What merges cost a question: unique users over many events, with and without 100,000 merged devices.

Projects with the same events, one of them without a merge, are asked the same compiled questions by turns, so that
what is compared is only the links. Processor time of the engine is what counts, as a busy machine changes elapsed time.
BENCH_EVENTS sets the number of events of each project. `python -m bench identity` prints the figures.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.clickhouse.client import connect
from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.migrate import migrate
from analytics.compiler.plans import plan
from analytics.identity import ADMIN_RANK, settle, undo_merge
from analytics.queries.breakdowns import Breakdown
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import AllEvents, Metric
from analytics.queries.properties import Property
from analytics.queries.scope import Scope
from analytics.results.insights import InsightsResult
from bench.engine import Server
from bench.figure import Figure

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000"))
PEOPLE, MERGED = 250_000, 100_000
ROUNDS = 3
BARE, SETTLED = 1, 2  # projects with the same events, in one of them no device is merged
FEW = 100
DAYS = FixedDates(date(2026, 1, 1), date(2026, 1, 30))
SCOPE = Scope(BARE, "UTC", 1, datetime(2026, 2, 1, tzinfo=UTC))
AIM = 1.2

# Half of everybody's events come before they log in: then the row's actor is their device. The same in every project.
_FILL = """
INSERT INTO events (project_id, event, time, distinct_id, distinct_hash, insert_hash, version, user_id, device_id,
    actor, p_browser)
SELECT {project:UInt32}, ['View', 'Search', 'Add', 'Pay', 'Share'][1 + intHash64(number) % 5],
    toDateTime64('2026-01-01 00:00:00', 3, 'UTC') + toIntervalMillisecond(intDiv(number * 2592000000, {events:UInt64})),
    who, sipHash64(who), number, number, if(known, who, ''), if(known, '', concat('d', person)),
    sipHash64({project:UInt32}, who), ['Chrome', 'Safari', 'Firefox'][1 + intHash64(number + 3) % 3]
FROM
(
    SELECT number, toString(intHash64(number + 1) % {people:UInt32}) AS person, intHash64(number + 2) % 2 = 0 AS known,
        concat(if(known, 'u', '$device:d'), person) AS who
    FROM numbers({events:UInt64})
)
"""
_LINK = """
INSERT INTO devices (project_id, device_actor, device_id, user_id, user_actor, since, rank, linked, changed)
SELECT {project:UInt32}, sipHash64({project:UInt32}, concat('$device:d', person)), concat('d', person),
    concat('u', person), sipHash64({project:UInt32}, concat('u', person)), now64(3), {rank:UInt64}, {linked:Bool},
    now64(6) - toIntervalHour({hours:UInt32})
FROM (SELECT toString(number) AS person FROM numbers({first:UInt32}, {count:UInt32}))
"""


def questions() -> dict[str, InsightsQuery]:
    """Unique users: of the month, of each day, of one event each day split by browser."""
    unique = Measure(MeasureKind.UNIQUE)
    everything = (Metric(AllEvents(), unique),)
    return {
        "over the month": InsightsQuery(everything, DAYS, Interval.MONTH),
        "each day": InsightsQuery(everything, DAYS, Interval.DAY),
        "one event, each day, by browser": InsightsQuery(
            (Metric(("View",), unique),), DAYS, Interval.DAY, None, (Breakdown(Property("$browser")),)
        ),
    }


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-identity-") as folder:
        server = Server(Path(folder) / "data")
        try:
            migrate(server.url)
            with connect(server.url, settings={"max_threads": 2}) as client:
                for view in ("event_names_from_events", "property_names_from_events"):
                    client.execute(f"DROP VIEW {view}")  # most of what filling costs, and nothing asks them here
                for project in (BARE, SETTLED):
                    client.execute(_FILL, {"project": project, "events": EVENTS, "people": PEOPLE})
                client.execute("OPTIMIZE TABLE events FINAL")
                link(client, SETTLED, 0, MERGED)
                yield from settling(client)
                yield from compare(client, server, "all settled", AIM)
                link(client, SETTLED, MERGED, FEW, hours=0)
                yield from compare(client, server, f"all settled but {FEW}", AIM)
                undo_merge(client, SETTLED, "d0")
                yield from compare(client, server, "one undone a moment ago", None)
                client.execute("TRUNCATE TABLE identity_settlings")
                client.execute("TRUNCATE TABLE settled_links")
                link(client, SETTLED, 0, MERGED)
                yield from compare(client, server, "none settled", None)
        finally:
            server.stop()


def link(client: Any, project: int, first: int, count: int, hours: int = 1) -> None:
    """Merge devices with their users, as if it had been that long ago."""
    rank = ADMIN_RANK + time.time_ns()
    given = {"project": project, "rank": rank, "linked": True, "first": first, "count": count, "hours": hours}
    client.execute(_LINK, given)
    client.execute("OPTIMIZE TABLE devices FINAL")


def settling(client: Any) -> Iterator[Figure]:
    started = time.perf_counter()
    settled = settle(client, SETTLED, grace=timedelta(0))
    seconds = time.perf_counter() - started
    assert (settled.links, settled.rows > 0) == (MERGED, True)
    note = f"{settled.rows:,} of {EVENTS:,} events rewritten"
    yield Figure(f"settling {MERGED:,} links", seconds, "s", None, note)
    started = time.perf_counter()
    settle(client, SETTLED, grace=timedelta(0))
    yield Figure("settling when there is nothing to do", time.perf_counter() - started, "s")


def compare(client: Any, server: Server, state: str, aim: float | None) -> Iterator[Figure]:
    """Each question by turns of the project without merges and of this one."""
    for name, query in questions().items():
        elapsed: dict[int, list[float]] = {BARE: [], SETTLED: []}
        processor: dict[int, list[float]] = {BARE: [], SETTLED: []}
        answers = {}
        for turn in range(ROUNDS + 1):  # the first warms up
            for asked in (BARE, SETTLED):
                used, started = processor_seconds(server), time.perf_counter()
                answers[asked] = answer(client, query, replace(SCOPE, project_id=asked))
                seconds, used = time.perf_counter() - started, processor_seconds(server) - used
                if turn:
                    elapsed[asked].append(seconds)
                    processor[asked].append(used)
        assert answers[BARE] != answers[SETTLED], "the merges changed nothing"
        middle, spent = (
            {asked: statistics.median(taken[asked]) * 1000 for asked in taken} for taken in (processor, elapsed)
        )
        note = f"{middle[BARE]:.0f} → {middle[SETTLED]:.0f} ms of processor time; elapsed × "
        note += f"{spent[SETTLED] / spent[BARE]:.2f}; {EVENTS:,} events, {MERGED:,} merged devices"
        yield Figure(f"unique users {name}: {state}", middle[SETTLED] / middle[BARE], "×", aim, note)


def answer(client: Any, query: InsightsQuery, scope: Scope) -> InsightsResult:
    """As the runner does it, without its memory of links: these merges go past what would tell it of them."""
    steps = plan(query, replace(scope, merged=pending_merges(client, scope.project_id)))
    try:
        step = next(steps)
        while True:
            asked = step.compiled
            lines = client.execute(asked.sql, dict(asked.params), settings=dict(asked.settings))
            step = steps.send([asked.row(line) for line in lines])
    except StopIteration as over:
        result: InsightsResult = over.value
        return result


def processor_seconds(server: Server) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
