"""The one way to events: always a project, always a window, always each event once; and no value in the text."""

from __future__ import annotations

import datetime as dt
import random
import re
from pathlib import Path

import pytest

from analytics.compiler.events import names_of_events
from analytics.compiler.plans import plan
from analytics.queries.buckets import Window, window
from analytics.queries.codec import parse
from analytics.queries.comparisons import compared
from analytics.queries.dates import first_day_kept
from analytics.queries.insights import InsightsQuery
from analytics.queries.scope import Scope
from tests.analytics.compiler.plans import statements
from tests.analytics.queries.documents import document, filtered
from tests.analytics.queries.scopes import scope
from tests.reference import chance

COMPILER = Path(__file__).resolve().parents[3] / "analytics" / "compiler"
FENCE = re.compile(
    r" FINAL WHERE project_id = \{(p\d+):UInt32\}"
    r" AND time >= fromUnixTimestamp64Milli\(\{(p\d+):Int64\}, 'UTC'\)"
    r" AND time < fromUnixTimestamp64Milli\(\{(p\d+):Int64\}, 'UTC'\)"
)


def test_only_events_names_the_table():
    naming = [path.name for path in COMPILER.glob("*.py") if "events_table" in path.read_text()]
    assert naming == ["events.py"]


@pytest.mark.parametrize("seed", range(150))
def test_every_reading_is_fenced(seed: int):
    """Each FROM of the events table, in each statement of the plan, is followed by the project and both ends of a
    window. That is the question's or that of the time it is compared with. Active users and first times have windows of
    their own, which end with those and hold nothing that the project no longer keeps."""
    dice = random.Random(seed)
    around = chance.scope(dice, 4242)
    query = chance.query(dice, around)
    around = query.scope_of(around)
    possible = windows(query, around)
    has_its_own = any(metric.first_time or metric.measure.is_rolling for metric in query.metrics)
    kept = first_day_kept(around)
    for compiled in statements(query, around, found=dice.randrange(3)):
        readings = compiled.sql.split("FROM `events`")[1:]
        assert readings
        for reading in readings:
            fence = FENCE.match(reading)
            assert fence is not None, reading[:200]
            assert compiled.params[fence[1]] == 4242
            read = moment(compiled.params[fence[2]]), moment(compiled.params[fence[3]])
            if not has_its_own:
                assert Window(*read) in possible
                continue
            assert read[0] <= read[1]
            assert read[1] in [each.end for each in possible]
            assert kept is None or read[0].astimezone(around.tzinfo).date() >= kept or read[0] == read[1]


def windows(query: InsightsQuery, around: Scope) -> list[Window]:
    """The question's time, and the one it is compared with."""
    found = [window(query.dates, around)]
    if query.comparison is not None:
        found.append(window(*compared(query.comparison, query.dates, around)))
    return found


def moment(milliseconds: object) -> dt.datetime:
    assert isinstance(milliseconds, int)
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)


def test_names_of_events_are_of_the_project_and_of_days():
    """They need no resolving. Names of other days than the window's do no harm, those of another project would."""
    day = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
    text, params = names_of_events(scope=scope(), window=Window(day, day), most=5).render()
    pattern = r"FROM `events` WHERE project_id = \{(p\d+):UInt32\} AND indexHint\(toDate\(time\) >= "
    assert params[re.search(pattern, text)[1]] == scope().project_id  # type: ignore[index]


def test_all_statements_of_a_plan_are_looked_at():
    """Segments, segments of the other metrics, the numbers, the numbers of the earlier time."""
    metric = document()["metrics"][0]
    asked = parse(
        document(
            metrics=[metric, metric | {"events": ["Buy"]}],
            breakdowns=[{"property": {"name": "plan", "type": "string"}}],
            comparison={"kind": "previous"},
        )
    )
    assert [len(statements(asked, scope(), found=found)) for found in (0, 2)] == [4, 4]
    assert len(statements(parse(document()), scope())) == 1
    left, walked = [], plan(asked, scope())
    step = next(walked)
    for rows in ([], [], []):
        left.append(step.left)
        step = walked.send(rows)
    assert [*left, step.left] == [3, 3, 2, 1]


@pytest.mark.parametrize(
    "measure",
    [
        {"kind": "unique"},
        {"kind": "sessions"},
        {"kind": "mau"},
        {"kind": "distinct", "property": {"name": "MARKER", "type": "string"}},
        {"kind": "percentile", "percentile": 90, "property": {"name": "MARKER", "type": "number", "path": ["MARKER"]}},
        {
            "kind": "per_user",
            "per_user": {
                "each": "sum",
                "across": "median",
                "property": {"name": "MARKER", "type": "number", "cast": True},
            },
        },
    ],
)  # fmt: skip
def test_what_people_write_is_never_in_the_text(measure: dict[str, object]):
    marker = "zzz'; DROP TABLE events --"
    name = {"name": marker, "type": "string"}
    asked = filtered(property=name, values=[marker]) | {
        "metrics": [{"events": [marker], "measure": put(measure, marker), "first_time": True}],
        "breakdowns": [
            {"property": {"name": marker, "type": "list"}},
            {"property": name | {"path": [marker]}, "values": [marker]},
            {"property": {"name": marker, "type": "number"}, "buckets": {"kind": "auto"}},
            {"property": {"name": marker, "type": "date"}, "buckets": {"kind": "date", "grain": "week"}},
        ],
        "formulas": [{"expression": "A * 2", "name": marker}],
        "comparison": {"kind": "previous"},
    }
    sent = statements(parse(asked), scope())
    assert len(sent) == 3
    for compiled in sent:
        assert "zzz" not in compiled.sql
        assert marker in compiled.params.values()


def put(measure: object, marker: str) -> object:
    if isinstance(measure, dict):
        return {key: put(value, marker) for key, value in measure.items()}
    if isinstance(measure, list):
        return [put(value, marker) for value in measure]
    return marker if measure == "MARKER" else measure


@pytest.mark.parametrize("seed", range(20))
def test_compiling_is_pure(seed: int):
    dice = random.Random(seed)
    around = chance.scope(dice, 7)
    query = chance.query(dice, around)
    once, again = statements(query, around), statements(query, around)
    assert [(each.sql, each.params) for each in once] == [(each.sql, each.params) for each in again]


def test_retention_cuts_the_window():
    """Seven days kept are today and the six before, whatever the question asks for."""
    (compiled,) = statements(parse(document()), scope(retention_days=7))
    assert int(dt.datetime(2024, 3, 14, tzinfo=dt.UTC).timestamp() * 1000) in compiled.params.values()


@pytest.mark.parametrize("kind", ["wau", "mau"])
def test_active_users_read_days_before_the_range(kind: str):
    """The seven or thirty days that end with the first bucket."""
    metrics = [{"events": ["Sign Up"], "measure": {"kind": kind}}]
    (compiled,) = statements(
        parse(document(metrics=metrics, dates={"kind": "last", "count": 1, "unit": "day"})), scope()
    )
    fence = FENCE.search(compiled.sql)
    assert fence is not None
    first = {"wau": dt.datetime(2024, 3, 14, tzinfo=dt.UTC), "mau": dt.datetime(2024, 2, 20, tzinfo=dt.UTC)}[kind]
    assert moment(compiled.params[fence[2]]) == first
