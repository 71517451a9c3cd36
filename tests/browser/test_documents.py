"""The document of a question of every kind in the modules of the page: it survives being edited, becomes one of another
kind, and says in words what the server says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analytics.queries.codec import dump, parse
from analytics.queries.flows import FlowsQuery
from analytics.queries.sentence.funnels import number_in_words
from tests.browser.modules import call

DATES = {"kind": "last", "count": 30, "unit": "day"}
PLAN = {"name": "plan", "type": "string"}
AMOUNT = {"name": "amount", "type": "number"}
PRO = {"match": "all", "conditions": [{"property": PLAN, "operator": "is", "values": ["pro"]}]}
SIGN_UP, BUY, ALL = (
    {"events": ["Sign Up"]},
    {"events": ["Buy", "Pay"], "filters": PRO, "name": "Paid"},
    {"events": {"all": True}},
)
REST = {"version": 1, "dates": DATES, "filters": PRO, "zone": "Asia/Tokyo"}

VALUE = [{"kind": "value", "value": "x"}]
FUNNEL: dict[str, Any] = {"kind": "funnels", "steps": [SIGN_UP, BUY], "interval": "week"}

DOCUMENTS: list[dict[str, Any]] = [
    FUNNEL,
    {
        "kind": "funnels",
        "steps": [SIGN_UP, ALL, BUY],
        "first_time": True,
        "order": "strict",
        "window": {"kind": "session"},
        "count": "totals",
        "exclusions": [{**SIGN_UP, "after": 2, "before": 3}, {"events": ["Leave"]}],
        "hold": [PLAN],
        "breakdowns": [{"property": PLAN, "values": ["pro"]}],
        "segments": {"limit": 5},
        "attribution": {"kind": "step", "step": 2},
        "interval": "day",
        "view": "times",
        "between": [1, 2],
        "comparison": {"kind": "previous"},
    },
    {"kind": "retention", "birth": SIGN_UP, "return": ALL, "interval": "week"},
    {
        "kind": "retention",
        "birth": {**BUY, "first_time": True},
        "return": SIGN_UP,
        "unit": "day",
        "brackets": [1, 3, 7],
        "alignment": "calendar",
        "criterion": "on_or_after",
        "measure": {"kind": "sum", "property": AMOUNT},
        "breakdowns": [{"property": PLAN}],
        "interval": "month",
        "comparison": {"kind": "earlier", "count": 1, "unit": "year"},
    },
    {"kind": "flows", "anchor": BUY},
    {
        "kind": "flows",
        "anchor": ALL,
        "before": 2,
        "after": 1,
        "top": 5,
        "expanded": [{"step": -1, "top": 12}],
        "hidden": ["Beat"],
        "merged": [{"name": "Browse", "events": ["View", "Search"]}],
        "split": [{"event": "Browse", "property": PLAN}],
        "count": "totals",
        "window": {"kind": "time", "count": 2, "unit": "hour"},
    },
    {"kind": "flows", "anchor": BUY, "of": {"query": {**REST, **FUNNEL}, "at": {"step": 2, "outcome": "dropped"}}},
    {"kind": "lifecycle", "activity": ALL, "interval": "month"},
    {"kind": "frequency", "activity": BUY, "each": "hour", "per": "month", "breakdowns": [{"property": PLAN}]},
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["kind"])
def test_a_document_survives_the_page(blank, document):
    """What the page makes of a document that it has read asks the same."""
    query = parse(REST | document)
    for text in (json.dumps(REST | document), json.dumps(dump(query))):
        again = call(blank, "kinds", "(m, text) => m.toText(m.fromText(text))", text, folder="kinds")
        assert parse(again) == query


def test_another_kind_takes_over_what_it_has_a_place_for(blank):
    funnel = {**REST, **DOCUMENTS[1]}
    turn = (
        "(m, [text, kind]) => { const { to, lost } = m.turned(m.fromText(text), kind); return [m.toText(to), lost]; }"
    )
    for kind in ("retention", "flows", "lifecycle", "frequency", "insights"):
        text, lost = call(blank, "kinds", turn, [json.dumps(funnel), kind], folder="kinds")
        query = parse(text)
        wanted = parse(funnel)
        assert (query.kind, query.dates, query.filters) == (kind, wanted.dates, wanted.filters)
        assert query.zone == "Asia/Tokyo"
        compares = kind in ("retention", "insights")
        assert ("the comparison" in lost) == (not compares)
        assert query.comparison == (wanted.comparison if compares else None)
        assert ("the breakdown" in lost) == (kind in ("flows", "lifecycle"))


def test_another_kind_says_that_it_has_no_place_for_the_choice_of_users(blank):
    flow = next(each for each in DOCUMENTS if "of" in each)
    turn = "(m, [text, kind]) => m.turned(m.fromText(text), kind).lost"
    for kind in ("funnels", "retention", "lifecycle", "frequency", "insights"):
        assert call(blank, "kinds", turn, [json.dumps(REST | flow), kind], folder="kinds") == ["the choice of users"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", None])
def test_another_zone_of_a_flow_is_that_of_its_funnel_too(blank, zone):
    flow = next(each for each in DOCUMENTS if "of" in each)
    edit = "(m, [text, zone]) => m.toText(m.reduce(m.fromText(text), { type: 'zone', zone }))"
    query = parse(call(blank, "kinds", edit, [json.dumps(REST | flow), zone], folder="kinds"))
    assert isinstance(query, FlowsQuery)
    assert query.of is not None
    assert query.zone == query.of.query.zone == zone


AT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"step": 1}),
    ({"count": "totals"}, {"step": 2, "outcome": "converted"}),
    ({"steps": [ALL, BUY, {"events": ["a", "b"]}], "count": "sessions"}, {"step": 3, "outcome": "dropped"}),
    ({"order": "any"}, {"step": 2, "outcome": "dropped"}),
    ({"order": "any", "steps": [ALL, BUY, SIGN_UP]}, {"step": 2}),
    ({"interval": "day"}, {"step": 2, "bucket": "2024-03-01T00:00:00+01:00"}),
    ({"interval": "hour"}, {"step": 2, "bucket": "2024-03-01T10:00:00+01:00"}),
    ({"interval": "week"}, {"step": 2, "bucket": "2024-03-04T00:00:00+01:00"}),
    ({"comparison": {"kind": "previous"}}, {"step": 2, "compared": True}),
    ({"comparison": {"kind": "earlier", "count": 2, "unit": "week"}}, {"step": 2, "compared": True}),
    *[
        ({"breakdowns": [{"property": PLAN}]}, {"step": 2, "segment": [part]})
        for part in (
            {"kind": "all", "value": None},
            {"kind": "other", "value": None},
            {"kind": "not_set", "value": None},
            {"kind": "empty", "value": None},
            {"kind": "value", "value": "pro"},
            {"kind": "value", "value": True},
            {"kind": "hour", "value": 7},
            {"kind": "weekday", "value": 1},
            {"kind": "range", "value": None, "upper": 10},
            {"kind": "range", "value": 123456, "upper": None},
            {"kind": "range", "value": 0.5, "upper": 1.5},
            {"kind": "count", "value": 2, "upper": 2},
        )
    ],
    ({"breakdowns": [{"property": {**PLAN, "source": "user", "path": ["a"]}}]}, {"step": 2, "segment": VALUE}),
]


def test_page_and_server_say_alike_whose_flows_they_are(page, site):
    page.goto(site.address("?kind=flows"))
    page.wait_for_selector("#sentence .word")
    numbers = [{"query": {**REST, **FUNNEL, **changes}, "at": at} for changes, at in AT]
    said = call(page, "sentence", "(m, numbers) => numbers.map(m.numberInWords)", numbers, folder="funnels")
    for number, words in zip(numbers, said, strict=True):
        asked = parse({**REST, "kind": "flows", "anchor": ALL, "of": number})
        assert isinstance(asked, FlowsQuery)
        assert asked.of is not None
        assert words == number_in_words(asked.of)
