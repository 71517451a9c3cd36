"""Insights questions asked three ways: by us, by hand on a table of bare columns, and in the shapes of a peer.

The tables and the statements that are not ours are in bench/shapes.py. All shapes have the same events and take turns,
and their answers must be equal before anything is timed. BENCH_EVENTS sets the number of events.
`python -m bench insights` prints the figures.
"""

from __future__ import annotations

import math
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from analytics import runner
from analytics.clickhouse.client import connect
from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.migrate import migrate
from analytics.identity import settle
from analytics.queries.breakdowns import Breakdown
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.filters import Condition, Group, Match, Operator
from analytics.queries.formulas import Formula
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import Metric
from analytics.queries.properties import Property, PropertyType
from analytics.queries.scope import Merged, Scope
from bench import shapes
from bench.engine import Server
from bench.figure import Figure
from bench.shapes import Asked, Numbers

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000"))
CHUNK = 500_000
ROUNDS = 5
PATIENCE = 12.0  # seconds that the turns of one shape may take together; a slow one has fewer, but at least two
SCOPE = Scope(1, "UTC", 1, datetime(2026, 4, 1, tzinfo=UTC))
RANGE = FixedDates(shapes.FIRST, shapes.FIRST + timedelta(shapes.DAYS - 1))
AMOUNT = Property("amount", PropertyType.NUMBER)
PRO = Group(Match.ALL, (Condition(Property("plan"), Operator.IS, ("pro",)),))

OURS, FLOOR, LEGACY, JSON = "ours", "floor", "legacy", "json"
BARE = {LEGACY: "legacy bare", JSON: "json bare"}  # without the join that resolves merged users
_JOINED = {bare: shape for shape, bare in BARE.items()}
TABLES = {OURS: "events", FLOOR: "floor_events", LEGACY: "legacy_events", JSON: "json_events"}


def metric(event: str, kind: MeasureKind, of: Property | None = None) -> Metric:
    return Metric((event,), Measure(kind, of))


VIEWS, USERS = metric("Page View", MeasureKind.TOTAL), metric("Page View", MeasureKind.UNIQUE)
BOUGHT = (
    metric("Purchase", MeasureKind.TOTAL),
    metric("Purchase", MeasureKind.UNIQUE),
    metric("Purchase", MeasureKind.SUM, AMOUNT),
)
QUESTIONS: dict[str, InsightsQuery] = {
    "total": InsightsQuery((VIEWS,), RANGE, Interval.DAY),
    "unique": InsightsQuery((USERS,), RANGE, Interval.DAY),
    "total by browser": InsightsQuery((VIEWS,), RANGE, Interval.DAY, None, (Breakdown(Property("$browser")),)),
    "unique by campaign": InsightsQuery((USERS,), RANGE, Interval.DAY, None, (Breakdown(Property("campaign")),)),
    "sum where plan is pro": InsightsQuery((BOUGHT[2],), RANGE, Interval.DAY, PRO),
    "median by week": InsightsQuery((metric("Purchase", MeasureKind.MEDIAN, AMOUNT),), RANGE, Interval.WEEK),
    "weekly active": InsightsQuery((metric("Page View", MeasureKind.WAU),), RANGE, Interval.DAY),
    "three metrics and a formula": InsightsQuery(BOUGHT, RANGE, Interval.DAY, formulas=(Formula("C / B"),)),
}


def run() -> Iterator[Figure]:
    with engine("insights") as opened:
        bench = Bench(*opened)
        parts = bench.fill()
        unmerged = {name: bench.middle(lambda name=name: bench.ours(name), 3) for name in QUESTIONS}
        bench.merge()
        bench.check()
        yield from bench.sizes()
        taken = {name: bench.turns(name) for name in QUESTIONS}
        for name, shots in taken.items():
            yield from figures(name, shots)
        yield from ratios(taken, RATIOS)
        yield left_unmerged(taken, unmerged, parts)
        yield from bench.several_metrics()


@contextmanager
def engine(name: str) -> Iterator[tuple[Server, Any, Path]]:
    """An engine of its own with our tables, a client, and the folder that they are in."""
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
        server = Server(Path(folder) / "data")
        try:
            migrate(server.url)
            with connect(server.url) as client:
                yield server, client, Path(folder)
        finally:
            server.stop()


@dataclass
class Shots:
    """What one question cost in one shape."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    cold: float = 0.0
    megabytes: float = 0.0
    rows: int = 0
    bytes: int = 0

    @property
    def middle(self) -> float:
        return statistics.median(self.seconds)


@dataclass
class Bench:
    server: Server
    client: Any
    folder: Path
    by_hand: dict[str, dict[str, Asked]] = field(
        default_factory=lambda: {
            FLOOR: shapes.floor_questions(),
            LEGACY: shapes.legacy_questions(joins=True),
            JSON: shapes.json_questions(joins=True),
            BARE[LEGACY]: shapes.legacy_questions(joins=False),
            BARE[JSON]: shapes.json_questions(joins=False),
        }
    )
    tables: dict[str, str] = field(default_factory=lambda: dict(TABLES))
    events: int = EVENTS

    # --- filling ------------------------------------------------------------------------------------------------------

    def fill(self) -> int:
        """All tables from one of generated events; returns how many parts ours is in then."""
        for view in ("event_names_from_events", "property_names_from_events"):
            self.client.execute(f"DROP VIEW {view}")  # most of what filling costs, and nothing asks them here
        sizes = {"events": self.events, "people": self.events // shapes.EVENTS_EACH}
        self.client.execute(shapes.SOURCE, sizes)
        small = {"min_insert_block_size_rows": 100_000, "max_block_size": 25_000}
        for first in range(0, self.events, CHUNK):
            self.client.execute(shapes.OURS, {"first": first, "end": first + CHUNK}, settings=small)
        others = {FLOOR: shapes.FLOOR, LEGACY: shapes.LEGACY, JSON: shapes.JSON}
        used = set(self.tables.values())
        wanted = [each for shape, those in others.items() if TABLES[shape] in used for each in those]
        for statement in (*wanted, *shapes.OVERRIDES, *shapes.LINKED):
            self.client.execute(statement, sizes, settings=small if "INSERT" in statement else {})
        self.client.execute("DROP TABLE source")
        settled = settle(self.client, SCOPE.project_id, grace=timedelta(0))
        assert settled.links == sizes["people"] // 100, settled
        assert pending_merges(self.client, SCOPE.project_id) == Merged()
        count = "SELECT count() FROM system.parts WHERE active AND database = currentDatabase() AND table = 'events'"
        parts: int = self.client.execute(count)[0][0]
        return parts

    def merge(self) -> None:
        for table in self.tables.values():
            self.client.execute(f"OPTIMIZE TABLE {table} FINAL")

    def sizes(self) -> Iterator[Figure]:
        for shape, table in self.tables.items():
            [(size, rows)] = self.client.execute(
                "SELECT sum(bytes_on_disk), sum(rows) FROM system.parts WHERE active"
                " AND database = currentDatabase() AND table = {table:String}",
                {"table": table},
            )
            assert rows == self.events, f"{table} has {rows:,} rows"
            yield Figure(f"{shape}: size on disk", size / rows, "bytes/event", note=f"{rows:,} events")

    # --- asking -------------------------------------------------------------------------------------------------------

    def ours(self, name: str, query_id: str | None = None) -> tuple[Numbers, int, int]:
        answer = runner.run(QUESTIONS[name], SCOPE, url=self.server.url, cache=None, query_id=query_id)
        several = len(QUESTIONS[name].metrics) > 1
        numbers = {
            (series.metric if several else series.label if series.segment else ""): [
                math.nan if value is None else float(value) for value in (*series.values, series.total)
            ]
            for series in answer.result.series
        }
        return numbers, answer.meta.read_rows, answer.meta.read_bytes

    def hand(self, shape: str, name: str, query_id: str | None = None) -> tuple[Numbers, int, int]:
        asked = self.by_hand[shape][name]
        answers, rows, size = [], 0, 0
        for statement in asked.statements:
            result = self.client.execute_with_progress(statement, query_id=query_id)
            for _ in result:
                pass
            answers.append(result.get_result())
            rows, size = rows + result.progress_totals.rows, size + result.progress_totals.bytes
        return asked.numbers(answers), rows, size

    def ask(self, shape: str, name: str, query_id: str | None = None) -> tuple[Numbers, int, int]:
        return self.ours(name, query_id) if shape == OURS else self.hand(shape, name, query_id)

    def check(self) -> None:
        """All shapes give the same numbers, as far as each gives them."""
        for name in QUESTIONS:
            ours = self.ours(name)[0]
            floor = self.ask(FLOOR, name)[0]
            formulas = {key for key in ours if key.startswith("F") and len(ours) > 1 and key not in floor}
            for key in formulas:
                floor[key] = [c / b for b, c in zip(floor["B"], floor["C"], strict=True)]
            assert ours.keys() == floor.keys(), (name, ours.keys() ^ floor.keys())
            for key in ours:
                assert same(ours[key], floor[key]), (name, key, ours[key], floor[key])
            for shape in (LEGACY, JSON):
                theirs = self.ask(shape, name)[0]
                # Their "other" adds up users, and their median is an estimate.
                shared = [key for key in theirs if key != "(other)" or name.startswith("total")]
                assert len(shared) >= min(len(ours) - len(formulas), shapes.TOP), (name, shape, theirs.keys())
                for key in shared:
                    exactness = 0.1 if name.startswith("median") else 1e-9
                    assert same(ours[key][: len(theirs[key])], theirs[key], exactness), (name, shape, key)
                if self.has_bare(shape, name):
                    bare = self.ask(BARE[shape], name)[0]  # who was merged counts twice in it
                    for key in shared:
                        more = [one - other for one, other in zip(bare[key], theirs[key], strict=True)]
                        assert min(more) >= 0, (name, shape, key)

    def has_bare(self, shape: str, name: str) -> bool:
        """Whether the question is another one without the join."""
        if shape not in BARE or BARE[shape] not in self.by_hand:
            return False
        return self.by_hand[shape][name].statements != self.by_hand[BARE[shape]][name].statements

    # --- measuring ----------------------------------------------------------------------------------------------------

    def middle(self, work: Callable[[], object], rounds: int) -> float:
        """Seconds, after one turn to warm up."""
        work()
        return statistics.median(timed(work) for _ in range(rounds))

    def turns(self, name: str) -> dict[str, Shots]:
        bare = [BARE[shape] for shape in BARE if shape in self.tables and self.has_bare(shape, name)]
        asked = [shape for shape in self.tables if shape == OURS or name in self.by_hand[shape]]
        found = {shape: Shots() for shape in (*asked, *bare)}
        for shape, shots in found.items():
            self.forget()
            shots.cold = timed(lambda shape=shape: self.ask(shape, name))
            shots.megabytes, shots.rows, shots.bytes = self.watched(shape, name)
        for turn in range(ROUNDS):
            for shape, shots in found.items():
                if turn >= 2 and sum(shots.seconds) > PATIENCE:
                    continue
                used = processor_seconds(self.server)
                shots.seconds.append(timed(lambda shape=shape: self.ask(shape, name)))
                shots.processor.append(processor_seconds(self.server) - used)
        return found

    def measured(self, questions: Iterable[str], wanted: Sequence[Ratio]) -> Iterator[Figure]:
        """What each question cost in each shape, after all gave the same numbers, and the means."""
        self.check()
        taken = {name: self.turns(name) for name in questions}
        for name, shots in taken.items():
            yield from figures(name, shots)
        yield from ratios(taken, wanted)

    def forget(self) -> None:
        """What the engine and the kernel keep of the data."""
        for cache in ("MARK", "PRIMARY INDEX", "UNCOMPRESSED", "QUERY CONDITION"):
            self.client.execute(f"SYSTEM DROP {cache} CACHE")
        for folder, _, names in os.walk(self.folder):  # parts go meanwhile, which os.walk does not mind
            for name in names:
                with suppress(FileNotFoundError), Path(folder, name).open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def watched(self, shape: str, name: str) -> tuple[float, int, int]:
        """The engine's own peak for the question in MB, and what was read: in a turn of its own, as watching costs."""
        query_id, over, peak = str(uuid4()), threading.Event(), [0]

        def watch() -> None:
            with connect(self.server.url) as other:
                while not over.is_set():
                    found = other.execute(
                        "SELECT max(peak_memory_usage) FROM system.processes WHERE startsWith(query_id, {id:String})",
                        {"id": query_id},
                    )
                    peak[0] = max(peak[0], found[0][0])
                    time.sleep(0.002)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            _, rows, size = self.ask(shape, name, query_id)
        finally:
            over.set()
            watcher.join()
        return peak[0] / 1e6, rows, size

    def several_metrics(self) -> Iterator[Figure]:
        together = InsightsQuery(BOUGHT, RANGE, Interval.DAY)
        apart = [InsightsQuery((each,), RANGE, Interval.DAY) for each in BOUGHT]

        def ask(*queries: InsightsQuery) -> None:
            for query in queries:
                runner.run(query, SCOPE, url=self.server.url, cache=None)

        ask(together, *apart)
        both: list[tuple[float, float]] = [(timed(lambda: ask(together)), timed(lambda: ask(*apart))) for _ in range(5)]
        one, three = (statistics.median(column) for column in zip(*both, strict=True))
        note = f"{one * 1000:.0f} against {three * 1000:.0f} ms: total, users and sum of one event"
        yield Figure("three metrics at once / one by one", one / three, "×", note=note)


def same(ours: list[float], theirs: list[float], exactness: float = 1e-9) -> bool:
    return len(ours) == len(theirs) and all(
        math.isclose(one, other, rel_tol=exactness, abs_tol=1e-9) for one, other in zip(ours, theirs, strict=True)
    )


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def processor_seconds(server: Server) -> float:
    """The engine's processor time, to the nanosecond: Linux has a clock for each process."""
    return time.clock_gettime((~server.process.pid << 3) | 2)


# --- figures ----------------------------------------------------------------------------------------------------------


def figures(name: str, taken: dict[str, Shots]) -> Iterator[Figure]:
    for shape, shots in taken.items():
        note = (
            f"cold {shots.cold * 1000:,.0f} ms; processor {statistics.median(shots.processor) * 1000:,.0f} ms;"
            f" {shots.rows:,} rows, {shots.bytes / 1e6:,.0f} MB read; {shots.megabytes:,.0f} MB of memory"
        )
        if shape != OURS:
            note = f"× {shots.middle / taken[OURS].middle:.2f} of ours; {note}"
        yield Figure(f"{name}: {shape}", shots.middle * 1000, "ms", note=note)


# name, what is divided by what, the aim, and whether more of it is better
Ratio = tuple[str, str, str, float | None, Literal["less", "more"]]
RATIOS: tuple[Ratio, ...] = (
    ("ours / floor", OURS, FLOOR, 1.3, "less"),
    ("legacy shape / ours", LEGACY, OURS, 5.0, "more"),
    ("legacy shape without its join / ours", BARE[LEGACY], OURS, None, "more"),
    ("JSON shape / ours", JSON, OURS, 1.0, "more"),
    ("JSON shape without its join / ours", BARE[JSON], OURS, None, "more"),
)


def ratios(taken: dict[str, dict[str, Shots]], wanted: Sequence[Ratio], events: int = EVENTS) -> Iterator[Figure]:
    """Geometric means over the questions that both shapes were asked."""
    for name, one, other, aim, better in wanted:
        # A statement without a join is not asked twice.
        found = [(shots.get(one) or shots.get(_JOINED.get(one, one)), shots.get(other)) for shots in taken.values()]
        pairs = [(upper, lower) for upper, lower in found if upper and lower]
        elapsed = geometric(upper.middle / lower.middle for upper, lower in pairs)
        processor = geometric(
            statistics.median(upper.processor) / statistics.median(lower.processor) for upper, lower in pairs
        )
        note = f"geometric mean of {len(pairs)} questions over {events:,} events; in processor time × {processor:.2f}"
        yield Figure(name, elapsed, "×", aim, note, better)


def left_unmerged(taken: dict[str, dict[str, Shots]], unmerged: dict[str, float], parts: int) -> Figure:
    ratio = geometric(seconds / taken[name][OURS].middle for name, seconds in unmerged.items())
    return Figure("ours before merging / merged", ratio, "×", note=f"{parts} parts, as filling left them")


def geometric(ratios: Iterator[float]) -> float:
    return math.exp(statistics.fmean(math.log(ratio) for ratio in ratios))
