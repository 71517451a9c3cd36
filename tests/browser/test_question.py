"""The question's reducer and its neighbours, without a page around them: what each edit makes of a document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.modules import call
from tests.web.shop import question

A, B, C = ({"events": [name], "measure": {"kind": "total"}} for name in ("One", "Two", "Three"))
PLAN = {"name": "plan", "source": "event", "type": "string"}
IS = {"name": "is", "fewest": 1, "most": 1000}


@pytest.fixture(scope="module")
def blank(browser, site):
    """One page for all of this file: only its modules are used."""
    from tests.browser.conftest import _signed_in

    context = browser.new_context(storage_state=_signed_in(browser, site))
    page = context.new_page()
    page.goto(site.address())
    page.wait_for_selector("#builder")
    yield page
    context.close()


@pytest.fixture
def edited(blank):
    def edit(document: dict[str, Any], *actions: dict[str, Any]) -> dict[str, Any]:
        body = "(m, [text, actions]) => actions.reduce(m.reduce, m.fromText(text))"

        return call(blank, "question", body, [json.dumps(document), list(actions)])

    return edit


def asked(blank, document: dict[str, Any]) -> dict[str, Any]:
    return call(blank, "question", "(m, given) => JSON.parse(m.toText(m.askable(given)))", document)


def expressions(document: dict[str, Any]) -> list[str]:
    return [formula["expression"] for formula in document["formulas"]]


def test_formulas_follow_metrics_that_move(edited):
    start = question(metrics=[A, B, C], formulas=[{"expression": "A / (B + c)"}, {"expression": "B"}])
    moved = edited(start, {"type": "move metric", "metric": 0, "to": 2})
    assert [metric["events"] for metric in moved["metrics"]] == [["Two"], ["Three"], ["One"]]
    assert expressions(moved) == ["C / (A + B)", "A"]


def test_a_copy_stands_beside_its_metric_and_formulas_keep_theirs(edited):
    copied = edited(
        question(metrics=[A, B], formulas=[{"expression": "A / B"}]), {"type": "duplicate metric", "metric": 0}
    )
    assert [metric["events"] for metric in copied["metrics"]] == [["One"], ["One"], ["Two"]]
    assert expressions(copied) == ["A / C"]


def test_formulas_of_a_metric_that_is_gone_go_with_it(edited):
    start = question(metrics=[A, B, C], formulas=[{"expression": "A / B"}, {"expression": "C * 2"}])
    assert expressions(edited(start, {"type": "remove metric", "metric": 0})) == ["B * 2"]


def test_a_measure_without_its_property_is_not_asked_yet(edited, blank):
    waiting = edited(question(), {"type": "measure", "metric": 0, "measure": {"kind": "sum"}})
    assert asked(blank, waiting)["metrics"][0]["measure"] == {"kind": "unique"}
    again = edited(
        question(),
        {"type": "measure", "metric": 0, "measure": {"kind": "sum"}},
        {"type": "measure", "metric": 0, "measure": {"kind": "max"}},
        {"type": "measure", "metric": 0, "measure": {"kind": "max", "property": {"name": "amount", "type": "number"}}},
    )
    assert asked(blank, again)["metrics"][0]["measure"] == {
        "kind": "max",
        "property": {"name": "amount", "type": "number"},
    }


def test_a_formula_that_cannot_be_read_is_not_asked(edited, blank):
    start = question(metrics=[A, B], formulas=[{"expression": "A / B"}])
    assert asked(blank, edited(start))["formulas"] == [{"expression": "A / B"}]
    assert "formulas" not in asked(blank, edited(start, {"type": "formula", "index": 0, "part": {"expression": "A /"}}))


def test_groups_nest_and_vanish_with_their_last_filter(edited, blank):
    condition = {"property": PLAN, "operator": "is", "values": ["pro"]}
    add = {"type": "add condition", "place": None, "at": [], "condition": condition}
    nested = edited(question(), add, {**add, "group": True}, {**add, "at": [1]})
    assert nested["filters"] == {
        "match": "all",
        "conditions": [condition, {"match": "any", "conditions": [condition, condition]}],
    }
    switched = edited(nested, {"type": "match", "place": None, "at": [1], "match": "all"})
    assert switched["filters"]["conditions"][1]["match"] == "all"
    remove = {"type": "remove condition", "place": None, "at": [1, 0]}
    assert edited(nested, remove, remove)["filters"] == {"match": "all", "conditions": [condition]}
    assert edited(nested, remove, remove, {**remove, "at": [0]})["filters"] is None
    assert asked(blank, nested)["filters"] == nested["filters"]


def test_a_filter_without_a_value_is_not_asked(edited, blank):
    draft = {"property": PLAN, "operator": "is", "values": [], "fewest": 1, "most": 1000}
    written = edited(question(), {"type": "add condition", "place": 0, "at": [], "condition": draft, "group": True})
    assert written["metrics"][0]["filters"]["conditions"][0]["conditions"] == [draft]
    assert "filters" not in asked(blank, written)["metrics"][0]


def test_another_operator_keeps_the_values_that_it_can_use(edited):
    start = question(
        filters={"match": "all", "conditions": [{"property": PLAN, "operator": "is", "values": ["a", "b"]}]}
    )

    def values(**operator):
        changed = edited(start, {"type": "operator", "place": None, "at": [0], "operator": operator})
        return changed["filters"]["conditions"][0]["values"]

    assert values(name="contains", fewest=1, most=1000) == ["a", "b"]
    assert values(name="is_set", fewest=0, most=0) == []
    assert values(name="in_last", fewest=2, most=2) == []


def test_another_property_is_a_new_filter_and_the_same_one_is_not(edited):
    start = question(
        filters={"match": "all", "conditions": [{"property": PLAN, "operator": "contains", "values": ["a"]}]}
    )
    deeper = {**PLAN, "path": ["tier"]}
    change = {"type": "property", "place": None, "at": [0], "operator": IS}
    assert edited(start, {**change, "property": deeper})["filters"]["conditions"][0]["operator"] == "contains"
    other = edited(start, {**change, "property": {**PLAN, "name": "os"}})["filters"]["conditions"][0]
    assert (other["operator"], other["values"]) == ("is", [])


def test_breakdowns_have_an_order_and_the_buckets_of_their_type(edited, blank):
    def add(name, type):
        return {"type": "add breakdown", "property": {"name": name, "type": type}}

    split = edited(question(), add("plan", "string"), add("amount", "number"), add("time", "date"))
    assert [each["buckets"] for each in split["breakdowns"]] == [
        None,
        {"kind": "auto"},
        {"kind": "date", "grain": "day"},
    ]
    moved = edited(split, {"type": "move breakdown", "index": 2, "to": 0})
    assert [each["property"]["name"] for each in moved["breakdowns"]] == ["time", "plan", "amount"]
    chosen = edited(
        split,
        {"type": "chosen values", "index": 0, "values": ["pro"]},
        {"type": "buckets", "index": 1, "buckets": None},
    )
    assert asked(blank, chosen)["breakdowns"][:2] == [
        {"property": {"name": "plan", "type": "string"}, "values": ["pro"]},
        {"property": {"name": "amount", "type": "number"}},
    ]


def test_the_last_breakdown_takes_the_segments_with_it(edited):
    start = question(breakdowns=[{"property": PLAN}], segments={"limit": 5, "order": "bottom"})
    assert edited(start, {"type": "remove breakdown", "index": 0})["segments"] is None


def test_a_range_that_is_too_long_for_its_interval_gets_another(edited):
    year = {"type": "dates", "dates": {"kind": "last", "count": 12, "unit": "month"}}
    assert edited(question(), year)["interval"] == "month"
    assert (
        edited(question(), {"type": "dates", "dates": {"kind": "last", "count": 1, "unit": "day"}})["interval"]
        == "hour"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"metrics": []},
        {"dates": {"kind": "soon"}},
        {"metrics": [{"events": ["A"], "measure": {"kind": "sum"}}]},
        {"metrics": [{"events": ["A"], "measure": {"kind": "guess"}}]},
        {"filters": {"match": "all"}},
        {"breakdowns": [{}]},
        {"filters": {"match": "all", "conditions": [{"operator": "is"}]}},
        {"formulas": [{}]},
        {"breakdowns": [{"property": PLAN, "buckets": {"kind": "custom"}}]},
    ],
)
def test_what_cannot_be_drawn_is_left_to_the_server(blank, change):

    assert call(blank, "question", "(m, text) => m.fromText(text)", json.dumps(question(**change))) is None


@pytest.mark.parametrize(
    "expression, wrong",
    [
        ("A / B", None),
        ("-(A + 2.5) * .5 / -b", None),
        ("", "Write a formula"),
        ("A /", "missing before its end"),
        ("(A", "a bracket is not closed"),
        ("A B", "nothing is expected at “B”"),
        ("A % B", "“%” cannot be read"),
        ("A / C", "The formula names C, and there is only A and B."),
    ],
)
def test_a_formula_is_judged_as_the_server_would(blank, expression, wrong):
    found = call(blank, "expressions", "(m, text) => m.problem(text, ['A', 'B'])", expression)
    assert found is None if wrong is None else wrong in found
    if expression:
        from analytics.errors import QueryError
        from analytics.queries.codec import parse

        try:
            parse(question(metrics=[A, B], formulas=[{"expression": expression}]))
        except QueryError:
            assert wrong is not None
        else:
            assert wrong is None


@pytest.mark.parametrize(
    "typed, found",
    [
        ("purch", ["Purchase", "Repeat Purchase"]),
        ("purchsae", ["Purchase", "Repeat Purchase"]),
        ("prchs", ["Repeat Purchase", "Purchase"]),
        ("sing up", ["Sign Up"]),
        ("sgin", ["Sign Up"]),
        ("up", ["Sign Up"]),
        ("zzz", []),
    ],
)
def test_a_search_forgives_a_slip(blank, typed, found):
    body = """(m, typed) => {
        const options = ["Repeat Purchase", "Purchase", "Sign Up"].map((label) => ({ label }));
        return m.matching(options, typed).map((option) => option.label);
    }"""
    assert call(blank, "matching", body, typed) == found


def test_the_match_is_marked_though_it_is_misspelt(blank):
    assert call(blank, "matching", "(m) => m.spots('Repeat Purchase', 'purchsae')") == [7, 15]
