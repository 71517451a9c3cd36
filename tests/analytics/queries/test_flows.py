"""The question of flows: what it may be, how it is said, and what differs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.errors import QueryError
from analytics.queries.codec import dump, parse
from analytics.queries.differences import differences
from analytics.queries.drilldowns import parse_point
from analytics.queries.flows import FlowsQuery
from analytics.queries.scope import Scope
from analytics.queries.sentence import sentence

PLAN = {"name": "plan", "type": "string"}
PRO = {"match": "all", "conditions": [{"property": PLAN, "operator": "is", "values": ["pro"]}]}


def document(**changes: Any) -> dict[str, Any]:
    smallest = {
        "version": 1,
        "kind": "flows",
        "anchor": {"events": ["Sign Up"]},
        "dates": {"kind": "last", "count": 30, "unit": "day"},
    }
    return smallest | changes


def test_what_is_left_out():
    written = dump(parse(document()))
    assert written["before"] == 0
    assert written["after"] == written["top"] == 3
    assert written["count"] == "uniques"
    assert written["window"] == {"kind": "time", "count": 30, "unit": "day"}


@pytest.mark.parametrize(
    "place, changes",
    [
        ("before", {"before": 6}),
        ("after", {"after": 0}),
        ("after", {"after": -1}),
        ("top", {"top": 0}),
        ("top", {"top": 51}),
        ("expanded[0].step", {"expanded": [{"step": 4, "top": 5}]}),
        ("expanded[1].step", {"expanded": [{"step": 1, "top": 5}, {"step": 1, "top": 6}]}),
        ("expanded[0].top", {"expanded": [{"step": 1, "top": 99}]}),
        ("hidden[0]", {"hidden": ["Sign Up"]}),
        ("hidden[1]", {"hidden": ["a", "a"]}),
        ("hidden[0]", {"hidden": [5]}),
        ("merged[1].events", {"merged": [{"name": "x", "events": ["a"]}, {"name": "y", "events": ["a"]}]}),
        ("merged[1].name", {"merged": [{"name": "x", "events": ["a"]}, {"name": "x", "events": ["b"]}]}),
        ("merged[0].events", {"merged": [{"name": "x", "events": []}]}),
        ("split[1].event", {"split": [{"event": "a", "property": PLAN}] * 2}),
        ("split[0].property.type", {"split": [{"event": "a", "property": {"name": "a", "type": "list"}}]}),
        (
            "split[0].event",
            {"merged": [{"name": "x", "events": ["a"]}], "split": [{"event": "a", "property": PLAN}]},
        ),
        ("window.count", {"window": {"kind": "time", "count": 367, "unit": "day"}}),
        ("window.kind", {"window": {"kind": "forever"}}),
        ("anchor.events", {"anchor": {"events": []}}),
        ("count", {"count": "sessions"}),
        ("colour", {"colour": "red"}),
    ],
)
def test_what_cannot_be_asked(place: str, changes: dict[str, Any]):
    with pytest.raises(QueryError) as refused:
        parse(document(**changes))
    assert refused.value.place == place


def test_it_is_said_in_words():
    assert sentence(parse(document())) == "Flows of users, 3 steps after Sign Up within 30 days, last 30 days"
    told = sentence(
        parse(
            document(
                anchor={"events": ["Sign Up", "Log In"], "filters": PRO},
                before=1,
                count="totals",
                window={"kind": "session"},
                merged=[{"name": "Browse", "events": ["View", "Search"]}],
                split=[{"event": "Browse", "property": PLAN}],
                hidden=["Heartbeat"],
                filters=PRO,
            )
        )
    )
    assert told == (
        "Flows of all, 1 step before and 3 steps after Sign Up or Log In where plan is pro in one session, "
        "all where plan is pro, View and Search as Browse, Browse by plan, without Heartbeat, last 30 days"
    )


def test_what_differs():
    after = parse(document(after=2, hidden=["Heartbeat"], expanded=[{"step": 1, "top": 9}], anchor={"events": ["Buy"]}))
    assert differences(parse(document()), after) == (
        "From: Buy instead of Sign Up",
        "Steps after: 2 instead of 3",
        "Expanded: step 1 to 9 nodes",
        "Hidden: Heartbeat",
    )
    assert differences(after, after) == ()


def test_it_is_finished_when_the_last_window_is_over():
    asked = parse(document(dates={"kind": "fixed", "from": "2024-03-01", "to": "2024-03-01"}))
    last = dt.datetime(2024, 4, 1, tzinfo=dt.UTC)
    assert asked.finished(Scope(1, "UTC", 1, last)) == 1
    assert asked.finished(Scope(1, "UTC", 1, last - dt.timedelta(seconds=1))) == 0


@pytest.mark.parametrize(
    "fields",
    [
        None,
        {},
        {"step": 1, "node": "1:end", "more": 1},
        {"step": 2, "node": "1:end"},
        {"step": 9, "node": "9:end"},
        {"step": 1, "node": "1:middle"},
        {"step": 1, "node": "1:end:x"},
        {"step": 1, "node": "1:event:"},
        {"step": 1, "node": "1:event:{}"},
        {"step": 1, "node": "1:event:[1]"},
        {"step": 1, "node": 'x:event:["a"]'},
        {"from": '0:event:["Sign Up"]', "to": "2:end"},
    ],
)
def test_numbers_that_there_are_not(fields: Any):
    asked = parse(document())
    assert isinstance(asked, FlowsQuery)
    with pytest.raises(QueryError) as refused:
        parse_point(asked, fields)
    assert refused.value.place.startswith("at")
