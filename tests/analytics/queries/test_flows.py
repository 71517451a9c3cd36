"""The question of flows: what it may be, how it is said, and what differs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from analytics import cache
from analytics.errors import QueryError
from analytics.queries.codec import canonical, dump, parse
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


# --- of those behind a number of a funnel -----------------------------------------------------------------------------

FUNNEL: dict[str, Any] = {
    "version": 1,
    "kind": "funnels",
    "steps": [{"events": ["View"]}, {"events": ["Sign Up"]}, {"events": ["Buy"], "name": "Purchase"}],
    "dates": {"kind": "last", "count": 30, "unit": "day"},
    "interval": "day",
}
DROPPED = {"step": 3, "outcome": "dropped"}
BY_PLAN = {"breakdowns": [{"property": PLAN}]}


def of(at: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {"query": FUNNEL | changes, "at": DROPPED | (at or {})}


def flows_of(at: dict[str, Any] | None = None, **changes: Any) -> FlowsQuery:
    found = parse(document(of=of(at, **changes)))
    assert isinstance(found, FlowsQuery)
    return found


@pytest.mark.parametrize(
    "place, number",
    [
        ("of", 5),
        ("of.at", {"query": FUNNEL}),
        ("of.query", {"at": DROPPED}),
        ("of.colour", of() | {"colour": "red"}),
        ("of.query.version", of(version=2)),
        ("of.query.kind", of(kind="insights")),
        ("of.query.steps", of(steps=[{"events": ["a"]}])),
        ("of.query.colour", of(colour="red")),
        ("of.query.zone", of(zone="Europe/Berlin")),
        ("of.at", of({"colour": "red"})),
        ("of.at.step", of({"step": 4})),
        ("of.at.step", of({"step": 1})),
        ("of.at.outcome", of({"outcome": "lost"})),
        ("of.at.segment", of({"segment": [{"kind": "all"}]})),
        ("of.at.segment[0]", of({"segment": [{"kind": "colour"}]}, **BY_PLAN)),
        ("of.at.segment[0]", of({"segment": [{"kind": "hour", "value": "noon"}]}, **BY_PLAN)),
        ("of.at.segment[0]", of({"segment": [{"kind": "value", "value": float("nan")}]}, **BY_PLAN)),
        ("of.at.segment[0]", of({"segment": [{"kind": "value", "value": "\ud800"}]}, **BY_PLAN)),
        ("of.at.bucket", of({"bucket": "2024-03-01"})),
        ("of.at.compared", of({"compared": True})),
    ],
)
def test_numbers_of_funnels_that_no_flow_is_of(place: str, number: Any):
    with pytest.raises(QueryError) as refused:
        parse(document(of=number))
    assert refused.value.place == place


@pytest.mark.parametrize(
    "asked",
    [
        flows_of(),
        flows_of({"outcome": "converted", "bucket": "2024-03-01T00:00:00+01:00"}, count="totals", order="any"),
        flows_of({"segment": [{"kind": "other", "value": None}]}, **BY_PLAN),
        flows_of({"segment": [{"kind": "range", "value": None, "upper": 5}]}, **BY_PLAN),
        flows_of({"compared": True}, comparison={"kind": "previous"}),
    ],
)
def test_a_flow_of_a_number_is_written_and_read(asked: FlowsQuery):
    assert parse(canonical(asked)) == asked == parse(dump(asked))


@pytest.mark.parametrize(
    "asked, said",
    [
        (flows_of(), "those who dropped after step 2 (Sign Up) of View → Sign Up → Purchase"),
        (flows_of({"step": 1, "outcome": "converted"}), "those who began View → Sign Up → Purchase"),
        (
            flows_of({"outcome": "converted"}, count="sessions"),
            "users of sessions that reached step 3 (Purchase) of View → Sign Up → Purchase",
        ),
        (flows_of(order="any"), "those who did only 2 of View, Sign Up and Purchase"),
        (
            flows_of({"segment": [{"kind": "not_set", "value": None}]}, **BY_PLAN),
            "those who dropped after step 2 (Sign Up) of View → Sign Up → Purchase, whose plan is (not set)",
        ),
        (
            flows_of({"bucket": "2024-03-01T10:00:00+01:00"}, interval="hour"),
            "those who dropped after step 2 (Sign Up) of View → Sign Up → Purchase,"
            " begun in the hour of 2024-03-01 10:00",
        ),
        (
            flows_of({"compared": True}, comparison={"kind": "earlier", "count": 1, "unit": "week"}),
            "those who dropped after step 2 (Sign Up) of View → Sign Up → Purchase, in the week before",
        ),
        (
            flows_of(dates={"kind": "last", "count": 7, "unit": "day"}),
            "those who dropped after step 2 (Sign Up) of View → Sign Up → Purchase, last 7 days",
        ),
    ],
)
def test_whose_flows_they_are_is_said(asked: FlowsQuery, said: str):
    assert sentence(asked) == f"Flows of {said}, 3 steps after Sign Up within 30 days, last 30 days"


def test_what_differs_in_whose_flows_they_are():
    everybody, dropped, bought = parse(document()), flows_of(), flows_of({"outcome": "converted"})
    words = "those who dropped after step 2 (Sign Up) of View → Sign Up → Purchase"
    assert differences(everybody, dropped) == (f"Only: {words}",)
    assert differences(dropped, everybody) == (f"Only no more: {words}",)
    assert differences(dropped, bought) == (
        f"Only: those who reached step 3 (Purchase) of View → Sign Up → Purchase instead of {words}",
    )
    assert differences(dropped, flows_of(filters=PRO)) == ("Funnel: Filter added: plan is pro",)
    assert differences(dropped, flows_of()) == ()


FIXED = {"kind": "fixed", "from": "2024-03-01", "to": "2024-03-01"}


def test_it_is_finished_when_the_last_attempt_and_then_the_flows_window_are_over():
    asked = parse(document(dates=FIXED, of=of(dates=FIXED, window={"kind": "time", "count": 2, "unit": "day"})))
    last = dt.datetime(2024, 4, 3, tzinfo=dt.UTC)
    assert asked.finished(Scope(1, "UTC", 1, last)) == 1
    assert asked.finished(Scope(1, "UTC", 1, last - dt.timedelta(seconds=1))) == 0


def test_its_name_in_the_cache_has_all_that_the_funnel_reads():
    """The range of the funnel moves with the day though the flow's does not; so do its filters; a number of an earlier
    time moves with the minute; and what is known of users is read."""
    noon = Scope(1, "UTC", 1, dt.datetime(2024, 3, 20, 12, tzinfo=dt.UTC))

    def is_same(number: dict[str, Any], **later: float) -> bool:
        asked = parse(document(dates=FIXED, of=number))
        after = replace(noon, now=noon.now + dt.timedelta(**later))
        return cache.key(asked, noon, (1,)) == cache.key(asked, after, (1,))

    assert is_same(of(dates=FIXED), days=1)
    assert not is_same(of(), days=1)
    recent = {"property": {"name": "due", "type": "date"}, "operator": "in_last", "values": [7, "day"]}
    assert not is_same(of(dates=FIXED, filters={"match": "all", "conditions": [recent]}), days=1)
    assert is_same(of(comparison={"kind": "previous"}), minutes=1)
    assert not is_same(of({"compared": True}, comparison={"kind": "previous"}), minutes=1)
    owner = {"match": "all", "conditions": [{"property": PLAN | {"source": "user"}, "operator": "is_set"}]}
    assert flows_of(filters=owner).reads_profiles
    assert not flows_of().reads_profiles
