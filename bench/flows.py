"""Flows asked three ways: by us, by hand on a table of bare columns, and in the shape of a peer.

The tables are those of bench/shapes.py, and the numbers must be equal before anything is timed. BENCH_EVENTS sets the
number of events. `python -m bench flows` prints the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from analytics import runner
from analytics.queries.flows import DEFAULT_WINDOW, FlowsQuery
from analytics.queries.steps import Step
from analytics.results.flows import FlowsResult
from bench import shapes
from bench.figure import Figure
from bench.insights import BARE, FLOOR, LEGACY, OURS, RANGE, SCOPE, TABLES, Bench, Ratio, engine
from bench.shapes import Asked, Numbers, Rows

QUESTIONS = {
    "three steps after": FlowsQuery(Step(("Sign Up",)), RANGE, before=0, after=3),
    "three steps each way": FlowsQuery(Step(("Sign Up",)), RANGE, before=3, after=3),
    "each way from what most do": FlowsQuery(Step(("Search",)), RANGE, before=3, after=3),
}
NAMES = (
    "Add To Cart",
    "Log In",
    "Page View",
    "Product View",
    "Purchase",
    "Rate",
    "Refund",
    "Search",
    "Share",
    "Sign Up",
)
RATIOS: tuple[Ratio, ...] = (
    ("ours / floor", OURS, FLOOR, 1.5, "less"),
    ("legacy shape / ours", LEGACY, OURS, 3.0, "more"),
    ("legacy shape without its join / ours", BARE[LEGACY], OURS, None, "more"),
)
EDGE = "(edge)"
_ALL_TIME = f"time >= '{shapes.FIRST}'"
_MS = int(DEFAULT_WINDOW.length.total_seconds() * 1000)


def run() -> Iterator[Figure]:
    with engine("flows") as opened:
        bench = FlowsBench(*opened)
        bench.fill()
        bench.merge()
        yield from bench.measured(QUESTIONS, RATIOS)


@dataclass
class FlowsBench(Bench):
    by_hand: dict[str, dict[str, Asked]] = field(
        default_factory=lambda: {
            FLOOR: {name: Asked((floor(query),), _links(query)) for name, query in QUESTIONS.items()},
            LEGACY: {name: Asked((legacy(query, joins=True),), _links(query)) for name, query in QUESTIONS.items()},
            BARE[LEGACY]: {
                name: Asked((legacy(query, joins=False),), _links(query)) for name, query in QUESTIONS.items()
            },
        }
    )
    tables: dict[str, str] = field(default_factory=lambda: {shape: TABLES[shape] for shape in (OURS, FLOOR, LEGACY)})

    def ours(self, name: str, query_id: str | None = None) -> tuple[Numbers, int, int]:
        answer = runner.run(QUESTIONS[name], SCOPE, url=self.server.url, cache=None, query_id=query_id)
        assert isinstance(answer.result, FlowsResult)
        labels = {node.place.id: (node.place.step, _name(node.place.label)) for node in answer.result.nodes}
        numbers: Numbers = {}
        for link in answer.result.links:
            step, source = labels[link.source]
            numbers[f"{step} {source} > {labels[link.target][1]}"] = [float(link.count)]
        return numbers, answer.meta.read_rows, answer.meta.read_bytes

    def check(self) -> None:
        for name in QUESTIONS:
            ours = self.ours(name)[0]
            for shape in (FLOOR, LEGACY):
                theirs = self.hand(shape, name)[0]
                wrong = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
                assert not wrong, (name, shape, [(key, ours.get(key), theirs.get(key)) for key in wrong[:5]])


def _name(label: str) -> str:
    return EDGE if label in ("(start)", "(end)") else label


def _links(query: FlowsQuery) -> Callable[[list[Rows]], Numbers]:
    """Rows (gap, source, target, flows) of all events → the links between those that a step shows."""

    def numbers(answers: list[Rows]) -> Numbers:
        rows: Sequence[tuple[int, str, str, int]] = answers[0]
        counts: Counter[tuple[int, str]] = Counter()
        for gap, source, target, flows in rows:
            counts[gap, source] += flows
            if gap == len(query.steps) - 1:
                counts[gap + 1, target] += flows
        shown = set()
        for place, _ in enumerate(query.steps, start=1):
            names = [name for at, name in counts if at == place and name != EDGE]
            names.sort(key=lambda name, place=place: (-counts[place, name], name))
            shown |= {(place, name) for name in [*names[: query.top], EDGE]}
        found: Numbers = {}
        for gap, source, target, flows in rows:
            one = source if (gap, source) in shown else "(other)"
            other = target if (gap + 1, target) in shown else "(other)"
            key = f"{query.steps[gap - 1]} {one} > {other}"
            found[key] = [found.get(key, [0.0])[0] + flows]
        return found

    return numbers


def floor(query: FlowsQuery) -> str:
    """Time and event as one number, so that a user's events are put in order by a sort of numbers."""
    [anchor] = query.anchor.events  # type: ignore[misc]
    names = list(NAMES)

    def place(step: int) -> str:
        if step == 0:
            return "bitAnd(keys[at], 15)"
        inside = f"at + ({step}) BETWEEN 1 AND length(keys) AND abs(intDiv(keys[at + ({step})], 16) - begun) <= {_MS}"
        return f"if({inside}, bitAnd(keys[at + ({step})], 15), 0)"

    def text(number: str) -> str:
        return f"if({number} = 0, '{EDGE}', {names}[{number}])"

    places = ", ".join(place(step) for step in query.steps)
    return f"""
SELECT gap, {text("source")}, {text("target")}, flows FROM (
SELECT gap, source, target, count() AS flows FROM
(SELECT [{places}] AS path FROM
    (SELECT keys, arrayFirstIndex(key -> bitAnd(key, 15) = {names.index(anchor) + 1}, keys) AS at,
        intDiv(keys[at], 16) AS begun FROM
        (SELECT arraySort(groupArray(toUnixTimestamp64Milli(time) * 16
            + transform(event, {names}, range(1, {len(names) + 1}), 0))) AS keys FROM floor_events
        WHERE {_ALL_TIME} AND user IN (SELECT user FROM floor_events WHERE event = '{anchor}') GROUP BY user)))
ARRAY JOIN range(1, {len(query.steps)}) AS gap, arrayPopBack(path) AS source, arrayPopFront(path) AS target
WHERE {_is_link(query)} GROUP BY gap, source, target)"""


def _is_link(query: FlowsQuery) -> str:
    """Nothing leads into (start) or out of (end)."""
    gap_of_anchor = query.before + 1
    return f"NOT (source = 0 AND (target = 0 OR gap >= {gap_of_anchor}))"


def legacy(query: FlowsQuery, *, joins: bool) -> str:
    """The peer's question of paths, with an anchor: every user's events sorted as rows, texts in arrays, steps named by
    their number; see the notes in bench/shapes.py for its table."""
    [anchor] = query.anchor.events  # type: ignore[misc]
    person, join = shapes.resolved(joins=joins)
    first, before, after = "indexOf(items, '" + anchor + "')", query.before, query.after
    window = _MS / 1000
    return f"""
SELECT gap, source, target, count() AS flows FROM
(
    SELECT actor, path.1 AS gap, path.2 AS source, path.3 AS target FROM
    (
        SELECT actor, items, times, {first} AS at,
            arrayFilter((x, i) -> i > at AND dateDiff('millisecond', times[at], x.2) <= {window} * 1000,
                arrayZip(items, times), arrayEnumerate(items)) AS later,
            arrayFilter((x, i) -> i < at AND dateDiff('millisecond', x.2, times[at]) <= {window} * 1000,
                arrayZip(items, times), arrayEnumerate(items)) AS earlier,
            arrayResize(arrayMap(x -> x.1, arraySlice(later, 1, {after})), {after}, '{EDGE}') AS onward,
            arrayReverse(arrayResize(arrayReverse(arrayMap(x -> x.1, arraySlice(earlier,
                -least(length(earlier), {before}), {before}))), {before}, '{EDGE}')) AS back,
            arrayConcat(back, [items[at]], onward) AS whole
        FROM
        (
            SELECT actor, groupArray(item) AS items, groupArray(t) AS times FROM
            (
                SELECT {person} AS actor, e.timestamp AS t, e.event AS item
                FROM legacy_events AS e SAMPLE 1{join}
                WHERE e.team_id = 1 AND e.timestamp >= toDateTime64('{shapes.FIRST}', 6, 'UTC')
                    AND e.timestamp <= toDateTime64('2026-03-31 23:59:59.999999', 6, 'UTC')
                ORDER BY actor, t, item
            )
            GROUP BY actor
        )
        WHERE at > 0
    )
    ARRAY JOIN arrayMap((i, a, b) -> (i, a, b), range(1, {before + after + 1}), arrayPopBack(whole),
        arrayPopFront(whole)) AS path
)
WHERE NOT (source = '{EDGE}' AND (target = '{EDGE}' OR gap >= {before + 1}))
GROUP BY gap, source, target ORDER BY flows DESC, gap, source, target"""
