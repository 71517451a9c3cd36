"""What the event table costs: storing, size, and reading a property or resolving duplicates.

`python -m bench storage` prints the figures. BENCH_STORED sets the number of events.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analytics.clickhouse.client import connect
from analytics.clickhouse.migrate import migrate
from analytics.schema import properties
from analytics.schema.tables import events_table
from analytics.sql.fragment import EMPTY, Fragment, bind, sql
from bench.engine import BLOCK, COLUMNS, Server, block
from bench.figure import Figure
from bench.identity import processor_seconds

EVENTS = int(os.environ.get("BENCH_STORED", "1000000"))
ROUNDS = 5


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-storage-") as folder:
        server = Server(Path(folder) / "data")
        try:
            migrate(server.url)
            with connect(server.url, settings={"max_threads": 2, "async_insert": 0}) as client:
                yield from storing(client, server)
                yield from small_batches(client)
                yield from resolving(client)
                client.execute("OPTIMIZE TABLE events FINAL")
                yield from size(client)
                yield from reading(client)
        finally:
            server.stop()


def storing(client: Any, server: Server) -> Iterator[Figure]:
    blocks = [block(number) for number in range(EVENTS // BLOCK)]
    used, started = processor_seconds(server), time.perf_counter()
    for columns in blocks:
        client.execute(f"INSERT INTO events_inbox ({COLUMNS}) VALUES", columns, columnar=True)
    seconds, used = time.perf_counter() - started, processor_seconds(server) - used
    yield Figure("events stored in blocks of 100,000", EVENTS / seconds, "events/s", note="parsed, catalogued, on disk")
    yield Figure("processor time of the engine", used / EVENTS * 1e6, "µs/event", note="merges included")


def small_batches(client: Any) -> Iterator[Figure]:
    columns = [column[:100] for column in block(0)]
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        client.execute(f"INSERT INTO events_inbox ({COLUMNS}) VALUES", columns, columnar=True)
        seconds.append(time.perf_counter() - started)
    yield Figure("storing 100 events", statistics.median(seconds) * 1000, "ms", note="synced to the disk")


def resolving(client: Any) -> Iterator[Figure]:
    """The same blocks again, so that every event is there twice, in parts that are not merged."""
    client.execute("SYSTEM STOP MERGES events")
    for number in range(min(3, EVENTS // BLOCK)):
        client.execute(f"INSERT INTO events_inbox ({COLUMNS}) VALUES", block(number), columnar=True)
    counted = sql("count()")
    plain, final = median(client, counted), median(client, counted, final=sql(" FINAL"))
    yield Figure(
        "count with duplicates resolved / not", final / plain, "×", note=f"{final * 1000:.0f} ms, parts unmerged"
    )
    client.execute("SYSTEM START MERGES events")


def size(client: Any) -> Iterator[Figure]:
    [(stored, raw, rows)] = client.execute(
        "SELECT sum(bytes_on_disk), sum(data_uncompressed_bytes), sum(rows) FROM system.parts"
        " WHERE database = currentDatabase() AND table = 'events' AND active"
    )
    yield Figure(
        "size on disk", stored / rows, "bytes/event", note=f"{raw / rows:.0f} uncompressed, maps and text both"
    )


def reading(client: Any) -> Iterator[Figure]:
    for name, value in (("hot property", properties.string("$browser")), ("property", properties.string("plan"))):
        seconds = median(client, sql("{value} AS value, count()", value=value), tail=sql(" GROUP BY value"))
        yield Figure(f"breakdown by a {name}", EVENTS / seconds / 1e6, "M events/s")
    seconds = median(client, sql("sum({value})", value=properties.number("amount")))
    yield Figure("sum of a number", EVENTS / seconds / 1e6, "M events/s")


def median(client: Any, columns: Fragment, *, final: Fragment = EMPTY, tail: Fragment = EMPTY) -> float:
    text, params = sql(
        "SELECT {columns} FROM {table}{final} WHERE project_id = {project}{tail}",
        columns=columns,
        table=events_table(),
        final=final,
        project=bind("UInt32", 1),
        tail=tail,
    ).render()
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.execute(text, params, settings={"do_not_merge_across_partitions_select_final": 1})
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)
