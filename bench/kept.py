"""What is read when a report is asked again: after one late event, after a merge, and on a board of twelve tiles.

BENCH_EVENTS sets the number of events, over 90 days. `python -m bench kept` prints the figures.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.clickhouse.client import connect
from analytics.clickhouse.migrate import migrate
from analytics.clickhouse.writer import EventBatch, write_events
from analytics.queries.breakdowns import Breakdown
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import ALL_EVENTS, Metric
from analytics.queries.properties import Property
from analytics.queries.scope import Scope
from analytics.results.answer import Answer
from analytics.runner import run as ask
from bench.engine import Server
from bench.figure import Figure

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000"))
PEOPLE, DAYS = 250_000, 90
PROJECT = 1
NAMES = ("View", "Search", "Add", "Pay", "Share")
SCOPE = Scope(PROJECT, "Europe/Berlin", 1, datetime(2026, 4, 1, 12, tzinfo=UTC))
RANGE = FixedDates(date(2026, 1, 1), date(2026, 3, 31))
AIM = 0.03

_FILL = """
INSERT INTO events (project_id, event, time, distinct_id, distinct_hash, insert_hash, version, user_id, device_id,
    actor, p_browser)
SELECT {project:UInt32}, {names:Array(String)}[1 + intHash64(number) % 5],
    toDateTime64('2026-01-01 00:00:00', 3, 'UTC')
        + toIntervalMillisecond(intDiv(number * 86400000 * {days:UInt64}, {events:UInt64})),
    who, sipHash64(who), number, number, '', who, sipHash64({project:UInt32}, concat('$device:', who)),
    ['Chrome', 'Safari', 'Firefox'][1 + intHash64(number + 3) % 3]
FROM (SELECT number, concat('d', toString(intHash64(number + 1) % {people:UInt32})) AS who
      FROM numbers({events:UInt64}))
"""


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-kept-") as folder:
        server = Server(Path(folder) / "data")
        try:
            migrate(server.url)
            with connect(server.url, settings={"max_threads": 2}) as client:
                for view in ("event_names_from_events", "property_names_from_events"):
                    client.execute(f"DROP VIEW {view}")
                client.execute(
                    _FILL, {"project": PROJECT, "names": list(NAMES), "days": DAYS, "events": EVENTS, "people": PEOPLE}
                )
                client.execute("OPTIMIZE TABLE events FINAL")
                yield from one_report(client, server.url)
                yield from board(client, server.url)
        finally:
            server.stop()


def report(kind: MeasureKind, event: str | None = "View", by: str = "") -> InsightsQuery:
    metric = Metric(ALL_EVENTS if event is None else (event,), Measure(kind))
    breakdowns = (Breakdown(Property(by)),) if by else ()
    return InsightsQuery((metric,), RANGE, Interval.DAY, None, breakdowns)


def one_report(client: Any, url: str) -> Iterator[Figure]:
    for name, query in {
        "unique users each day": report(MeasureKind.UNIQUE),
        "events each day, by browser": report(MeasureKind.TOTAL, by="$browser"),
    }.items():
        first = timed(query, url)
        write(client, device="late", user="")
        yield from again(name, "after one late event", query, first, url)
        write(client, device="d7", user="somebody")
        yield from again(name, "after a merge", query, first, url)


def again(name: str, when: str, query: InsightsQuery, first: tuple[Answer, float], url: str) -> Iterator[Figure]:
    answer, seconds = timed(query, url)
    anew = ask(query, SCOPE, url=url, cache=None)
    assert answer.result == anew.result, "what was kept gave another answer"
    share = answer.meta.read_rows / first[0].meta.read_rows
    note = f"{answer.meta.read_rows:,} of {first[0].meta.read_rows:,} rows; "
    note += f"{seconds * 1000:.0f} ms, first {first[1] * 1000:.0f} ms"
    yield Figure(f"{name}, {when}: rows read again", share, "of the first", AIM, note)


def timed(query: InsightsQuery, url: str) -> tuple[Answer, float]:
    started = time.perf_counter()
    answer = ask(query, SCOPE, url=url, cache=None, keep_url=url)
    return answer, time.perf_counter() - started


def write(client: Any, device: str, user: str) -> None:
    """One event of the past, as it would come late."""
    moment = datetime(2026, 2, 10, 10, tzinfo=UTC) + timedelta(microseconds=time.time_ns() % 10**9)
    write_events(
        client,
        EventBatch(
            [PROJECT], [time.time_ns() << 2], ["View"], [device], [str(time.time_ns())],
            [int(moment.timestamp() * 1000)], [user], [device], ['{"$browser": "Chrome"}'],
        ),
    )  # fmt: skip


def board(client: Any, url: str) -> Iterator[Figure]:
    """Twelve tiles over 90 days, of which some ask of the same events."""
    kinds = (MeasureKind.TOTAL, MeasureKind.UNIQUE)
    tiles = [report(kind, name) for kind in kinds for name in NAMES]
    tiles += [report(MeasureKind.TOTAL, by="$browser"), report(MeasureKind.UNIQUE, "Pay", by="$browser")]
    first = [timed(tile, url) for tile in tiles]
    write(client, device="later", user="")
    second = [timed(tile, url) for tile in tiles]
    rows = [sum(answer.meta.read_rows for answer, _ in each) for each in (first, second)]
    spent = [sum(seconds for _, seconds in each) for each in (first, second)]
    bare = sum(ask(replace(tile), SCOPE, url=url, cache=None).meta.read_rows for tile in tiles)
    note = f"{rows[1]:,} of {bare:,} rows counted anew; {spent[1]:.2f} s, first {spent[0]:.2f} s"
    yield Figure("a board of 12 tiles asked again after new events", rows[1] / bare, "of its rows", AIM, note)
