"""Questions that filter and break down by what is known of users: of every type, of whom the user is by now."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.writer import ProfileRow, write_events, write_profiles
from analytics.compiler.drilldowns import events_plan, users_plan
from analytics.identity import settle, undo_merge
from analytics.queries.codec import parse
from analytics.queries.drilldowns import parse_point
from analytics.queries.insights import InsightsQuery
from analytics.queries.scope import Scope, ToLookUp
from analytics.runner import run
from tests.reference.facts import Fact, batch
from tests.reference.test_drilldowns import Engine

NOON = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
PROFILES: dict[str, dict[str, Any]] = {
    "ana": {
        "plan": "pro",
        "seats": 12,
        "paid": True,
        "tags": ["a", "b"],
        "since": "2024-02-27",
        "plain": {"city": "Rome"},
    },
    "ben": {"plan": "free", "seats": 3, "paid": False, "tags": [], "since": "2024-02-28T23:30:00Z"},
    "$device:d1": {"plan": "trial"},
}
OPENED = [
    Fact("Open", NOON, version, user, user_id=user) for version, user in enumerate(("ana", "ana", "ben", "cem"), 1)
]
ON_A_DEVICE = [Fact("Open", NOON, 5, "$device:d1", device_id="d1")]


@pytest.fixture
def ask(clickhouse: Any, clickhouse_url: str, project_id: int):
    write_events(clickhouse, batch([*OPENED, *ON_A_DEVICE], project_id))
    rows = [ProfileRow(project_id, name, 1, False, json.dumps(known)) for name, known in PROFILES.items()]
    write_profiles(clickhouse, rows)

    def ask(**more: Any) -> dict[str, int]:
        question = {
            "version": 1,
            "kind": "insights",
            "metrics": [{"events": ["Open"], "measure": {"kind": "total"}}],
            "dates": {"kind": "fixed", "from": "2024-03-01", "to": "2024-03-01"},
            "interval": "day",
        }
        scope = Scope(project_id, "Europe/Berlin", 1, NOON + dt.timedelta(days=9))
        result = run(parse(question | more), scope, url=clickhouse_url, cache=None).result
        return {series.label: series.total for series in result.series}

    return ask


def of_user(name: str, type: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type, "source": "user", **more}


def where(property: dict[str, Any], operator: str, *values: Any) -> dict[str, Any]:
    condition = {"property": property, "operator": operator, "values": list(values)}
    return {"filters": {"match": "all", "conditions": [condition]}}


@pytest.mark.parametrize(
    "asked, total",
    [
        (where(of_user("plan"), "is", "pro"), 2),
        (where(of_user("plan"), "is_not", "pro"), 3),  # cem has no profile, and d1 is on trial
        (where(of_user("plan"), "is_not_set"), 1),
        (where(of_user("seats", "number"), "greater_than", 3), 2),
        (where(of_user("seats", cast=True), "is", "12"), 2),
        (where(of_user("paid", "boolean"), "is_false"), 1),
        (where(of_user("tags", "list"), "any_item_is", "b"), 2),
        (where(of_user("since", "date"), "on", "2024-02-29"), 1),  # half past midnight in Berlin
        (where(of_user("plain", path=["city"]), "is", "Rome"), 2),
    ],
)
def test_filters(ask: Any, asked: dict[str, Any], total: int):
    assert ask(**asked) == {"Open": total}


@pytest.mark.parametrize(
    "breakdown, totals",
    [
        ({"property": of_user("plan")}, {"pro": 2, "free": 1, "trial": 1, "(not set)": 1}),
        ({"property": of_user("seats", "number")}, {"12": 2, "3": 1, "(not set)": 2}),
        (
            {"property": of_user("seats", "number"), "buckets": {"kind": "even", "size": 10}},
            {"0 – 10": 1, "10 – 20": 2, "(not set)": 2},
        ),
        ({"property": of_user("paid", "boolean")}, {"true": 2, "false": 1, "(not set)": 2}),
        ({"property": of_user("tags", "list")}, {"a": 2, "b": 2, "(empty string)": 1, "(not set)": 2}),
        (
            {"property": of_user("since", "date"), "buckets": {"kind": "date", "grain": "day"}},
            {"2024-02-27": 2, "2024-02-29": 1, "(not set)": 2},
        ),
    ],
)
def test_breakdowns(ask: Any, breakdown: dict[str, Any], totals: dict[str, int]):
    assert ask(breakdowns=[breakdown]) == {"All": 5, **totals}


def test_the_user_of_a_merged_device(ask: Any, clickhouse: Any, project_id: int):
    """The device's events are ben's once it is seen with him, and so is what is known of him."""
    write_events(clickhouse, batch([Fact("Log In", NOON, 9, "ben", user_id="ben", device_id="d1")], project_id))
    assert ask(breakdowns=[{"property": of_user("plan")}]) == {"All": 5, "pro": 2, "free": 2, "(not set)": 1}
    undo_merge(clickhouse, project_id, "d1")
    assert ask(breakdowns=[{"property": of_user("plan")}])["trial"] == 1


def metric(kind: str, *, first_time: bool = False, **more: Any) -> dict[str, Any]:
    return {"events": ["Open"], "measure": {"kind": kind, **more}, "first_time": first_time}


# What is counted and what divides it are compiled apart: each measure meets the first breakdowns, each breakdown these.
METRICS = [
    metric("total"),
    metric("unique"),
    metric("per_user", per_user={"each": "total", "across": "average"}),
]
MORE_METRICS = [
    metric("sessions"),
    metric("wau"),
    metric("cumulative_unique"),
    metric("sum", property={"name": "amount", "type": "number"}),
    metric("unique", first_time=True),
]
BREAKDOWNS: list[list[tuple[str, dict[str, Any]]]] = [
    [("plan", {})],
    [("tags", {"type": "list", "values": ["b"]})],
    [("plan", {}), ("amount", {"type": "number", "source": "event"}), ("tags", {"type": "list"})],
]
MORE_BREAKDOWNS: list[list[tuple[str, dict[str, Any]]]] = [
    [("plan", {"values": ["pro", "none"]})],
    [("seats", {"type": "number", "buckets": {"kind": "auto"}})],
    [("seats", {"type": "number", "buckets": {"kind": "custom", "edges": [4, 10]}})],
    [("seats", {"cast": True})],
    [("paid", {"type": "boolean", "values": [True]})],
    [("plain", {"path": ["city"]}), ("since", {"type": "date", "buckets": {"kind": "date", "grain": "month"}})],
]


@pytest.mark.parametrize(
    "metrics, breakdowns",
    [
        *((METRICS, breakdowns) for breakdowns in (*BREAKDOWNS, *MORE_BREAKDOWNS)),
        *((metrics, breakdowns) for breakdowns in BREAKDOWNS for metrics in (MORE_METRICS[:3], MORE_METRICS[3:])),
    ],
)
def test_what_is_known_of_users_divides_as_if_their_events_said_it(
    clickhouse: Any, clickhouse_url: str, project_id: int, breakdowns: list[Any], metrics: list[Any]
):
    """The same question twice: by properties of users, and by those that their events have, too. Behind the
    numbers lie as many users and events."""
    facts = [
        Fact("Open", NOON + dt.timedelta(hours=5 * n), n, user, user_id=user,
             properties=PROFILES.get(user, {}) | {"amount": n % 2})
        for n, user in enumerate(("ana", "ben", "cem", "ana", "ben", "ana"), start=1)
    ]  # fmt: skip
    write_events(clickhouse, batch(facts, project_id))
    rows = [ProfileRow(project_id, name, 1, False, json.dumps(known)) for name, known in PROFILES.items()]
    write_profiles(clickhouse, rows)
    scope = Scope(project_id, "Europe/Berlin", 1, NOON + dt.timedelta(days=9))

    def ask(source: str) -> tuple[InsightsQuery, Any]:
        divided = []
        for name, given in breakdowns:
            more = dict(given)
            buckets, values = more.pop("buckets", None), more.pop("values", [])
            named = {"name": name, "type": "string", "source": source, **more}
            divided.append({"property": named, "buckets": buckets, "values": values})
        query = parse(
            {
                "version": 1,
                "kind": "insights",
                "metrics": metrics,
                "filters": where(of_user("seats", "number"), "greater_than", 0)["filters"],
                "breakdowns": divided,
                "dates": {"kind": "fixed", "from": "2024-03-01", "to": "2024-03-03"},
                "interval": "day",
            }
        )
        return query, run(query, scope, url=clickhouse_url, cache=None).result

    query, of_users = ask("user")
    _, of_events = ask("event")
    assert len(of_users.series) > 2
    assert of_users.series == of_events.series
    engine = Engine(clickhouse_url)
    for number, series in enumerate(each for each in of_users.series if each.measure in ("total", "unique")):
        behind = events_plan if series.measure == "total" else users_plan
        if (number % 2 == 0) is (behind is users_plan):
            continue  # every second segment of each: a list takes longer than the answer
        point = parse_point(query, {"metric": series.metric, "segment": series.to_json()["segment"]})
        assert len(engine.walked(behind, point, scope, 50)) == series.total


def test_many_metrics_are_divided_by_what_is_known_of_users_while_a_merge_is_taken_apart(
    clickhouse: Any, clickhouse_url: str, project_id: int
):
    """Then rows cannot be trusted, and every one of twenty readings looks its users up by itself."""
    facts = [
        Fact(f"Step {n % 20}", NOON + dt.timedelta(minutes=n), n, user, user_id="" if user == "d" else user,
             device_id="d" if user in ("ana", "d") else "")
        for n, user in enumerate(["ana", "ben", "d"] * 20, start=1)
    ]  # fmt: skip
    write_events(clickhouse, batch(facts, project_id))
    write_profiles(clickhouse, [ProfileRow(project_id, "ana", 1, False, '{"plan": "pro"}')])
    settle(clickhouse, project_id, margin=dt.timedelta(0), grace=dt.timedelta(0))
    undo_merge(clickhouse, project_id, "d")
    assert pending_merges(clickhouse, project_id) == ToLookUp()
    scope = Scope(project_id, "UTC", 1, NOON + dt.timedelta(days=9))

    def ask(numbers: range) -> dict[tuple[str, str], float | None]:
        metrics = [
            {
                "events": [f"Step {n}"],
                "measure": {"kind": "unique"},
                "filters": where(of_user("plan"), "is_not", "x")["filters"],
            }
            for n in numbers
        ]
        query = parse(
            {
                "version": 1, "kind": "insights", "metrics": metrics,
                "breakdowns": [{"property": {"name": "plan", "type": "string", "source": "user"}}],
                "dates": {"kind": "fixed", "from": "2024-03-01", "to": "2024-03-03"}, "interval": "day",
            }
        )  # fmt: skip
        result = run(query, scope, url=clickhouse_url, cache=None).result
        return {(series.name, series.label): series.total for series in result.series}

    all_at_once = ask(range(20))
    assert len({name for name, _ in all_at_once}) == 20
    assert ask(range(18, 20)).items() <= all_at_once.items()
    assert sum(total or 0 for (_, label), total in all_at_once.items() if label == "pro") == 20
