"""The one parser: what it reads, what it writes, and what it says when it cannot."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import QueryError
from analytics.queries.codec import LONGEST_DOCUMENT, canonical, dump, parse
from analytics.queries.metrics import ALL_EVENTS
from tests.analytics.queries.documents import PLAN_IS_PRO, document, filtered
from tests.reference import chance


def place_of(asked: object) -> tuple[str, str]:
    with pytest.raises(QueryError) as refused:
        parse(asked)
    return refused.value.place, refused.value.message


def test_the_smallest_document_gets_its_defaults():
    assert dump(parse(document())) == document(
        metrics=[{"events": ["Sign Up"], "measure": {"kind": "total"}, "filters": None}], filters=None, breakdowns=[]
    )


def test_text_and_values_are_the_same_question():
    assert parse(json.dumps(document())) == parse(document())


def test_the_order_of_keys_does_not_matter():
    turned = dict(reversed(document().items()))
    assert canonical(parse(turned)) == canonical(parse(document()))


def test_all_events_are_said_outright():
    query = parse(document(metrics=[{"events": {"all": True}, "measure": {"kind": "unique"}}]))
    assert query.metrics[0].events is ALL_EVENTS or query.metrics[0].events == ALL_EVENTS
    assert dump(query)["metrics"][0]["events"] == {"all": True}  # type: ignore[index]


@settings(deadline=None)
@given(st.integers())
def test_what_is_written_is_read_as_the_same(seed: int):
    dice = random.Random(seed)
    query = chance.query(dice, chance.scope(dice, 1))
    assert parse(dump(query)) == query
    assert parse(canonical(query)) == query
    assert hash(parse(canonical(query))) == hash(query)


@pytest.mark.parametrize(
    "asked, place, said",
    [
        (document(version=2), "version", "version 2"),
        (document(version=True), "version", "version True"),
        (document(kind="funnels"), "kind", "not 'funnels'"),
        (document(metric=[]), "metric", "'metric' is unknown here"),
        ({key: value for key, value in document().items() if key != "dates"}, "dates", "missing"),
        (document(metrics=[]), "metrics", "add a metric"),
        (document(metrics="A"), "metrics", "A list is needed"),
        (document(metrics=[{"events": [], "measure": {"kind": "total"}}]), "metrics[0].events", "No event is named"),
        (document(metrics=[{"events": {"all": 0}, "measure": {"kind": "total"}}]), "metrics[0].events", "list of"),
        (document(metrics=[{"events": ["a", ""], "measure": {"kind": "total"}}]), "metrics[0].events[1]", "empty"),
        (document(metrics=[{"events": ["a", "a"], "measure": {"kind": "total"}}]), "metrics[0].events[1]", "twice"),
        (document(metrics=[{"events": ["a", None], "measure": {"kind": "total"}}]), "metrics[0].events[1]", "text"),
        (document(metrics=[{"events": ["\ud800"], "measure": {"kind": "total"}}]), "metrics[0].events[0]", "not text"),
        (document(metrics=[{"events": ["a"], "measure": {"kind": "sum"}}]), "metrics[0].measure.kind", "total or"),
        (document(metrics=[document()["metrics"][0]] * 41), "metrics", "at most 40"),
        (document(interval="fortnight"), "interval", "'fortnight' is not possible"),
        (document(interval="minute"), "interval", "Choose hour, day, week, month, quarter or year"),
        (document(dates={"kind": "last", "count": 0, "unit": "day"}), "dates.count", "starts at 1"),
        (document(dates={"kind": "last", "count": 2.0, "unit": "day"}), "dates.count", "whole number"),
        (document(dates={"kind": "last", "count": 10**9, "unit": "day"}), "dates.count", "at most 18,300"),
        (document(dates={"kind": "fixed", "from": "2024-02-30", "to": "2024-03-01"}), "dates.from", "like 2024-01-31"),
        (document(dates={"kind": "fixed", "from": "20240201", "to": "2024-03-01"}), "dates.from", "like 2024-01-31"),
        (document(dates={"kind": "fixed", "from": "2024-03-02", "to": "2024-03-01"}), "dates.to", "swap the two"),
        (filtered(operator="at_least", values=[5]), "filters.conditions[0].operator", "does not fit a string (plan)"),
        (filtered(values=[]), "filters.conditions[0].values", "at least one value"),
        (filtered(values=[5]), "filters.conditions[0].values[0]", "text, not 5"),
        (filtered(values=["x"] * 1001), "filters.conditions[0].values", "at most 1,000"),
        (filtered(operator="is_set"), "filters.conditions[0].values", "leave them out"),
        (filtered(extra=1), "filters.conditions[0].extra", "unknown"),
        (document(filters={"match": "all", "conditions": []}), "filters.conditions", "needs a condition"),
        (document(filters={"match": "none", "conditions": [PLAN_IS_PRO]}), "filters.match", "all or any"),
        (document(breakdowns=[{"property": PLAN_IS_PRO["property"]}] * 2), "breakdowns", "split by one property"),
        (document(breakdowns=[{"property": PLAN_IS_PRO["property"], "limit": 0}]), "breakdowns[0].limit", "1 to 1,000"),
        (
            document(breakdowns=[{"property": {"name": "extra", "type": "object"}}]),
            "breakdowns[0].property.type",
            "ask it as text",
        ),
        (
            document(
                dates={"kind": "last", "count": 1000, "unit": "day"},
                breakdowns=[{"property": PLAN_IS_PRO["property"], "limit": 1000}],
            ),
            "breakdowns",
            "fewer segments",
        ),
        ([], "", "an object"),
        ("{", "", "not JSON"),
        ('{"version": 1, "version": 1}', "", "twice"),
        ('"' + "x" * LONGEST_DOCUMENT + '"', "", "characters long"),
        ("[" * 100_000, "", "not JSON"),
    ],
)  # fmt: skip
def test_errors_name_the_place_and_the_fix(asked: object, place: str, said: str):
    found, message = place_of(asked)
    assert found == place
    assert said in message


@pytest.mark.parametrize("value", [True, "5", None, float("nan"), float("inf"), 10**400])
def test_numbers_are_numbers(value: Any):
    amount = {"name": "amount", "type": "number"}
    place, _ = place_of(filtered(property=amount, values=[value]))
    assert place == "filters.conditions[0].values[0]"


def test_between_runs_upwards():
    amount = {"name": "amount", "type": "number"}
    place, message = place_of(filtered(property=amount, operator="between", values=[5, 2]))
    assert place == "filters.conditions[0].values"
    assert "lower first" in message


def test_groups_end_somewhere():
    group: dict[str, Any] = {"match": "all", "conditions": [PLAN_IS_PRO]}
    for _ in range(3):
        group = {"match": "any", "conditions": [group]}
    place, message = place_of(document(filters=group))
    assert place.startswith("filters.conditions[0].conditions[0]")
    assert "3 deep" in message


@settings(deadline=None, max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_comes_is_read_or_refused(junk: Any):
    for asked in (junk, document(metrics=junk), document(filters=junk), document(dates=junk), filtered(values=junk)):
        try:
            parse(asked)
        except QueryError:
            continue
