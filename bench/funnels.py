"""Funnels asked four ways: by us, by hand with windowFunnel on a table of bare columns, and as a peer asks its own
table: arrays and arrayFold (today), window functions (before), windowFunnel, each with its join of merged users, and
the first also without it.

By hand only what is asked is worked out: how many reached each step. Ours tells the times between them too. All have
the same events and take turns, and their answers must be equal before anything is timed. BENCH_EVENTS sets the number
of events. `python -m bench funnels` prints the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analytics import runner
from analytics.queries.breakdowns import Breakdown
from analytics.queries.dates import Interval
from analytics.queries.funnels import Exclusion, FunnelsQuery, View
from analytics.queries.properties import Property
from analytics.queries.steps import Step
from analytics.results.funnels import FunnelsResult
from bench import shapes
from bench.figure import Figure
from bench.insights import FLOOR, LEGACY, OURS, RANGE, SCOPE, TABLES, Bench, Ratio, engine, same
from bench.shapes import Asked, Numbers, Rows

WINDOW = 7 * 86_400  # seconds
ARRAYS, WINDOWS, LEVELS = "peer: arrays", "peer: window functions", "peer: windowFunnel"
BARE = "peer: arrays, without its join"
SHORT = ("Page View", "Add To Cart", "Purchase")
LONG = ("Page View", "Product View", "Search", "Add To Cart", "Log In", "Purchase", "Share", "Refund")
PAIR = ("Page View", "Purchase")


def funnel(names: Sequence[str], **more: object) -> FunnelsQuery:
    return FunnelsQuery(tuple(Step((name,)) for name in names), RANGE, Interval.DAY, **more)  # type: ignore[arg-type]


QUESTIONS: dict[str, FunnelsQuery] = {
    "three steps": funnel(SHORT),
    "eight steps": funnel(LONG),
    "by browser": funnel(SHORT, breakdowns=(Breakdown(Property("$browser")),)),
    "with an exclusion": funnel(PAIR, exclusions=(Exclusion(("Search",)),)),
    "trend": funnel(PAIR, view=View.TREND),
}


RATIOS: tuple[Ratio, ...] = (
    ("ours / floor", OURS, FLOOR, 1.5, "less"),
    ("peer's arrays / ours", ARRAYS, OURS, 3.0, "more"),
    ("peer's arrays without its join / ours", BARE, OURS, None, "more"),
    ("peer's window functions / ours", WINDOWS, OURS, None, "more"),
    ("peer's windowFunnel / ours", LEVELS, OURS, None, "more"),
)


def run() -> Iterator[Figure]:
    with engine("funnels") as opened:
        bench = FunnelBench(*opened)
        bench.fill()
        bench.merge()
        yield from bench.measured(QUESTIONS, RATIOS)


@dataclass
class FunnelBench(Bench):
    by_hand: dict[str, dict[str, Asked]] = field(
        default_factory=lambda: {
            FLOOR: floor_questions(),
            ARRAYS: arrays_questions(joins=True),
            BARE: arrays_questions(joins=False),
            WINDOWS: {"three steps": Asked((_window_functions(),), _in_one_line)},
            LEVELS: {
                "three steps": Asked((_peer_levels(SHORT),), _in_one_line),
                "eight steps": Asked((_peer_levels(LONG),), _in_one_line),
            },
        }
    )
    tables: dict[str, str] = field(
        default_factory=lambda: {
            OURS: TABLES[OURS],
            FLOOR: TABLES[FLOOR],
            **dict.fromkeys((ARRAYS, BARE, WINDOWS, LEVELS), TABLES[LEGACY]),
        }
    )

    def merge(self) -> None:
        for table in ("events", "floor_events", "legacy_events"):
            self.client.execute(f"OPTIMIZE TABLE {table} FINAL")

    def ours(self, name: str, query_id: str | None = None) -> tuple[Numbers, int, int]:
        answer = runner.run(QUESTIONS[name], SCOPE, url=self.server.url, cache=None, query_id=query_id)
        assert isinstance(answer.result, FunnelsResult)
        numbers: Numbers = {}
        for segment in answer.result.segments:
            trend, label = segment.numbers.trend, segment.label if QUESTIONS[name].breakdowns else ""
            if trend is None:
                numbers[label] = [float(step.count) for step in segment.numbers.steps]
            else:
                numbers |= {"entered": [*map(float, trend.entered)], "converted": [*map(float, trend.converted)]}
        return numbers, answer.meta.read_rows, answer.meta.read_bytes

    def check(self) -> None:
        for name in QUESTIONS:
            ours = self.ours(name)[0]
            for shape in self.by_hand.keys() - {BARE}:  # in that, who was merged counts twice
                if name in self.by_hand[shape]:
                    theirs = self.ask(shape, name)[0]
                    assert ours.keys() == theirs.keys(), (name, shape, ours.keys() ^ theirs.keys())
                    for key in ours:
                        assert same(ours[key], theirs[key]), (name, shape, key, ours[key], theirs[key])


# --- the floor --------------------------------------------------------------------------------------------------------

_MS = "toUInt64(toUnixTimestamp64Milli(time))"
_TIME = f"time >= '{shapes.FIRST}' AND time < '{shapes.FIRST}'::Date + {shapes.DAYS}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _level(names: Sequence[str], time: str = _MS) -> str:
    conditions = ", ".join(f"event = '{name}'" for name in names)
    return f"windowFunnel({WINDOW * 1000})({time}, {conditions}) AS level"


def _reached(names: Sequence[str], column: str = "level") -> str:
    return ", ".join(f"countIf({column} >= {step})" for step in range(1, len(names) + 1))


def _in_one_line(answers: list[Rows]) -> Numbers:
    return {"": [float(number) for number in answers[0][0]]}


def _by_segment(answers: list[Rows]) -> Numbers:
    """The ten in which most began, and the rest added up: everybody is in one."""
    lines = sorted(([str(name), [*map(float, numbers)]] for name, *numbers in answers[0]), key=lambda line: -line[1][0])
    found: Numbers = {"All": _added([line[1] for line in lines])}
    found |= {line[0]: line[1] for line in lines[: shapes.TOP]}
    if rest := [line[1] for line in lines[shapes.TOP :]]:
        found["(other)"] = _added(rest)
    return found


def _added(lines: Sequence[list[float]]) -> list[float]:
    return [sum(column) for column in zip(*lines, strict=True)]


def _by_day(answers: list[Rows]) -> Numbers:
    found = {"entered": [0.0] * shapes.DAYS, "converted": [0.0] * shapes.DAYS}
    for day, entered, converted in answers[0]:
        found["entered"][day], found["converted"][day] = float(entered), float(converted)
    return found


def floor_questions() -> dict[str, Asked]:
    def levels(names: Sequence[str]) -> str:
        return f"SELECT {_level(names)} FROM floor_events WHERE event IN ({_listed(names)}) AND {_TIME} GROUP BY user"

    by_browser = f"SELECT any(browser) AS browser, {_level(SHORT)} FROM floor_events"
    by_browser += f" WHERE event IN ({_listed(SHORT)}) AND {_TIME} GROUP BY user HAVING level > 0"
    # Between two searches nobody was excluded.
    apart = (
        "SELECT user, event, time, countIf(event = 'Search') OVER (PARTITION BY user ORDER BY time"
        f" ROWS UNBOUNDED PRECEDING) AS part FROM floor_events WHERE event IN ({_listed((*PAIR, 'Search'))})"
        f" AND {_TIME}"
    )
    excluded = f"SELECT max(level) AS level FROM (SELECT user, part, {_level(PAIR)} FROM ({apart}) GROUP BY user, part)"
    entries = (
        f"SELECT arraySort(groupArrayIf({_MS}, event = 'Page View')) AS a,"
        f" groupArrayIf({_MS}, event = 'Purchase') AS b,"
        f" arrayFirst(x -> arrayExists(y -> y >= x AND y <= x + {WINDOW * 1000}, b), a) AS best"
        f" FROM floor_events WHERE event IN ({_listed(PAIR)}) AND {_TIME} GROUP BY user HAVING notEmpty(a)"
    )
    start = f"toUnixTimestamp(toDateTime('{shapes.FIRST} 00:00:00', 'UTC')) * 1000"
    return {
        "three steps": Asked((f"SELECT {_reached(SHORT)} FROM ({levels(SHORT)})",), _in_one_line),
        "eight steps": Asked((f"SELECT {_reached(LONG)} FROM ({levels(LONG)})",), _in_one_line),
        "by browser": Asked((f"SELECT browser, {_reached(SHORT)} FROM ({by_browser}) GROUP BY browser",), _by_segment),
        "with an exclusion": Asked((f"SELECT {_reached(PAIR)} FROM ({excluded} GROUP BY user)",), _in_one_line),
        "trend": Asked(
            (
                f"SELECT intDiv(if(best > 0, best, a[1]) - {start}, 86400000) AS day, count(), countIf(best > 0)"
                f" FROM ({entries}) GROUP BY day",
            ),
            _by_day,
        ),
    }


# --- the peer's shapes ------------------------------------------------------------------------------------------------

_PERSON, _JOIN = shapes.resolved(joins=True)
_ON = (
    f"WHERE e.team_id = 1 AND e.timestamp >= toDateTime64('{shapes.FIRST}', 6, 'UTC')"
    f" AND e.timestamp <= toDateTime64('2026-03-31 23:59:59.999999', 6, 'UTC')"
)


def _steps(names: Sequence[str]) -> str:
    return ", ".join(f"if(e.event = '{name}', 1, 0) AS step_{place}" for place, name in enumerate(names))


def _folded(names: Sequence[str], prop: str = "''", *, joins: bool) -> str:
    """Each user's events in a sorted array, folded with a state for each step: when the try began that reached it."""
    person, join = shapes.resolved(joins=joins)
    count = len(names)
    numbers = f"[{', '.join(map(str, range(1, count + 1)))}]::Array(UInt8)"
    which = ", ".join(f"{place + 1} * step_{place}" for place in range(count))
    rows = f"SELECT e.timestamp AS timestamp, {person} AS actor, e.uuid AS uuid, {prop} AS prop, {_steps(names)}"
    rows += f" FROM legacy_events AS e{join} {_ON} AND e.event IN ({_listed(names)})"
    return f"""
SELECT actor, arrayFilter(x -> x != '', arrayMap(x -> x.3, ev))[1] AS prop, arrayLastIndex(x -> x > 0, arrayFold(
    (acc, e) -> arrayMap(k -> if(NOT has(e.4, k), acc[k], if(k = 1, e.1,
        if(acc[k - 1] > 0 AND e.1 - acc[k - 1] <= {WINDOW}, acc[k - 1], acc[k]))), {numbers}),
    arrayFilter((x, before, after) -> NOT (length(x.4) <= 1 AND x.4 = before.4 AND x.4 = after.4 AND x.3 = before.3
        AND x.3 = after.3 AND x.1 > before.1 AND x.1 < after.1), ev, arrayRotateRight(ev, 1), arrayRotateLeft(ev, 1)),
    [{", ".join(["0."] * count)}])) AS reached
FROM (SELECT actor, arraySort(t -> t.1, groupArray((toFloat64(timestamp), uuid, prop,
    arrayFilter(x -> x != 0, [{which}]::Array(UInt8))))) AS ev FROM ({rows}) GROUP BY actor)"""


def arrays_questions(*, joins: bool) -> dict[str, Asked]:
    browser = "replaceRegexpAll(JSONExtractRaw(e.properties, '$browser'), '^\"|\"$', '')"
    by_browser = (
        f"SELECT prop, {_reached(SHORT, 'reached')} FROM ({_folded(SHORT, browser, joins=joins)}) WHERE reached > 0"
    )
    return {
        "three steps": Asked(
            (f"SELECT {_reached(SHORT, 'reached')} FROM ({_folded(SHORT, joins=joins)})",), _in_one_line
        ),
        "eight steps": Asked(
            (f"SELECT {_reached(LONG, 'reached')} FROM ({_folded(LONG, joins=joins)})",), _in_one_line
        ),
        "by browser": Asked((f"{by_browser} GROUP BY prop",), _by_segment),
    }


def _window_functions() -> str:
    latest = ", ".join(
        f"if(e.event = '{name}', e.timestamp, NULL) AS latest_{place}" for place, name in enumerate(SHORT)
    )
    over = "OVER (PARTITION BY actor ORDER BY t DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    first = f"SELECT e.timestamp AS t, {_PERSON} AS actor, if(e.event = '{SHORT[0]}', 1, 0) AS step_0, {latest}"
    first += f" FROM legacy_events AS e{_JOIN} {_ON} AND e.event IN ({_listed(SHORT)})"
    second = f"SELECT actor, t, step_0, latest_0, min(latest_1) {over} AS latest_1, min(latest_2) {over} AS latest_2"
    third = "SELECT actor, t, step_0, latest_0, latest_1, if(latest_2 < latest_1, NULL, latest_2) AS latest_2"
    fourth = f"SELECT actor, t, step_0, latest_0, latest_1, min(latest_2) {over} AS latest_2"
    end = f"latest_0 + toIntervalSecond({WINDOW})"
    return f"""
SELECT {_reached(SHORT, "steps")} FROM (SELECT actor, max(steps) AS steps FROM (
    SELECT actor, multiIf(latest_0 <= latest_1 AND latest_1 <= {end} AND latest_1 <= latest_2 AND latest_2 <= {end}, 3,
        latest_0 <= latest_1 AND latest_1 <= {end}, 2, 1) AS steps
    FROM ({fourth} FROM ({third} FROM ({second} FROM ({first})))) WHERE step_0 = 1) GROUP BY actor)"""


def _peer_levels(names: Sequence[str]) -> str:
    level = _level(names, "toUInt64(toUnixTimestamp64Milli(e.timestamp))")
    return (
        f"SELECT {_reached(names)} FROM (SELECT {_PERSON} AS actor, {level} FROM legacy_events AS e{_JOIN} {_ON}"
        f" AND e.event IN ({_listed(names)}) GROUP BY actor)"
    )
