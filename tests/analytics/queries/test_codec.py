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

AMOUNT = {"name": "amount", "source": "event", "type": "number", "path": [], "cast": False}


def split(type: str, **changes: Any) -> dict[str, Any]:
    return {"property": {"name": "thing", "type": type}} | changes


def measured(**measure: Any) -> dict[str, Any]:
    return document(metrics=[{"events": ["a"], "measure": measure}])


def per_user(**asked: Any) -> dict[str, Any]:
    return measured(kind="per_user", per_user=asked)


def when(operator: str, *values: Any) -> dict[str, Any]:
    return filtered(property={"name": "when", "type": "date"}, operator=operator, values=list(values))


def place_of(asked: object) -> tuple[str, str]:
    with pytest.raises(QueryError) as refused:
        parse(asked)
    return refused.value.place, refused.value.message


def test_the_smallest_document_gets_its_defaults():
    assert dump(parse(document())) == document(
        metrics=[
            {"events": ["Sign Up"], "measure": {"kind": "total"}, "filters": None, "first_time": False, "name": ""}
        ],
        formulas=[],
        filters=None,
        breakdowns=[],
        segments={"limit": 10, "order": "top"},
        dates={"kind": "last", "count": 30, "unit": "day", "skip": 0},
        comparison=None,
        rolling=0,
    )


def test_a_metric_can_have_a_name_of_its_own():
    asked = parse(document(metrics=[{"events": ["A"], "measure": {"kind": "total"}, "name": "Revenue"}]))
    assert asked.metrics[0].name == "Revenue"  # type: ignore[attr-defined]
    assert parse(dump(asked)) == asked
    place, _ = place_of(document(metrics=[{"events": ["A"], "measure": {"kind": "total"}, "name": 5}]))
    assert place == "metrics[0].name"


def test_what_is_left_out_of_a_breakdown_gets_its_defaults():
    (breakdown,) = dump(parse(document(breakdowns=[{"property": {"name": "plan", "type": "string"}}])))["breakdowns"]  # type: ignore[misc]
    plan = {"name": "plan", "source": "event", "type": "string", "path": [], "cast": False}
    assert breakdown == {"property": plan, "buckets": None, "values": []}


@pytest.mark.parametrize(
    "breakdowns, limit",
    [
        ([], 10),
        ([split("string")], 10),
        ([split("number", buckets={"kind": "auto"})], 100),  # buckets belong together
        ([split("date", buckets={"kind": "date", "grain": "hour"})], 100),
        ([split("number", buckets={"kind": "auto"}), split("string")], 10),
    ],
)
def test_how_many_segments_are_shown_by_themselves(breakdowns: list[Any], limit: int):
    assert parse(document(breakdowns=breakdowns)).segments.limit == limit
    chosen = parse(document(breakdowns=breakdowns, segments={"order": "bottom"})).segments
    assert (chosen.limit, chosen.order) == (limit, "bottom")
    assert parse(document(breakdowns=breakdowns, segments={"limit": 3})).segments.limit == 3


@pytest.mark.parametrize(
    "written",
    [
        {"dates": {"kind": "last", "count": 2, "unit": "quarter", "skip": 1}},
        {"dates": {"kind": "to_date", "unit": "year"}},
        {"dates": {"kind": "since", "from": "2024-01-31"}},
        {"dates": {"kind": "fixed", "from": "2024-01-31", "to": "2024-02-01"}},
        {"comparison": {"kind": "previous"}},
        {"comparison": {"kind": "earlier", "count": 1, "unit": "year"}},
        {"comparison": {"kind": "custom", "from": "2024-01-31"}},
        {"formulas": [{"expression": "A / 2", "name": "Half", "unit": "percent"}]},
        {"segments": {"limit": 1000, "order": "bottom"}},
        {"rolling": 7},
    ],
)
def test_options_are_written_as_they_are_read(written: dict[str, Any]):
    for key, value in written.items():
        assert dump(parse(document(**written)))[key] == value


@pytest.mark.parametrize(
    "measure",
    [
        *[{"kind": kind} for kind in ("total", "unique", "sessions", "dau", "wau", "mau", "cumulative_unique")],
        *[{"kind": kind, "property": AMOUNT} for kind in ("sum", "average", "median", "min", "max", "distinct")],
        {"kind": "percentile", "property": AMOUNT, "percentile": 99},
        {"kind": "distinct", "property": AMOUNT | {"type": "string", "path": ["a", "b"], "cast": True}},
        {"kind": "per_user", "per_user": {"each": "total", "across": "distribution"}},
        {"kind": "per_user", "per_user": {"each": "sum", "across": "percentile", "property": AMOUNT, "percentile": 1}},
    ],
)
def test_measures_are_written_as_they_are_read(measure: dict[str, Any]):
    metric = {"events": ["Buy"], "measure": measure, "filters": None, "first_time": True, "name": "Ours"}
    assert dump(parse(document(metrics=[metric])))["metrics"] == [metric]


@pytest.mark.parametrize(
    "buckets, type",
    [
        ({"kind": "auto"}, "number"),
        ({"kind": "even", "size": 0.1, "start": 5.0}, "number"),
        ({"kind": "custom", "edges": [0.0, 1.5]}, "number"),
        *[({"kind": "date", "grain": grain}, "date") for grain in ("minute", "week", "hour_of_day", "day_of_week")],
    ],
)
def test_buckets_are_written_as_they_are_read(buckets: dict[str, Any], type: str):
    (breakdown,) = dump(parse(document(breakdowns=[split(type, buckets=buckets)])))["breakdowns"]  # type: ignore[misc]
    assert breakdown["buckets"] == buckets


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
        (document(kind="funnel"), "kind", "not 'funnel'"),
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
        (measured(kind="most"), "metrics[0].measure.kind", "total, unique"),
        (measured(kind="sum"), "metrics[0].measure.property", "“sum” of what? Name a property"),
        (measured(kind="sum", property=AMOUNT | {"type": "string"}), "metrics[0].measure.property.type", "as number"),
        (measured(kind="max", property=AMOUNT | {"source": "user"}), "metrics[0].measure.property.source", "filter"),
        (measured(kind="distinct", property=AMOUNT | {"type": "list"}), "metrics[0].measure.property.type", "a list"),
        (measured(kind="total", property=AMOUNT), "metrics[0].measure.property", "leave it out"),
        (measured(kind="sum", property=AMOUNT, percentile=5), "metrics[0].measure.percentile", "leave it out"),
        (measured(kind="percentile", property=AMOUNT), "metrics[0].measure.percentile", "from 1 to 99, not None"),
        (measured(kind="percentile", property=AMOUNT, percentile=0), "metrics[0].measure.percentile", "from 1 to 99"),
        (measured(kind="percentile", property=AMOUNT, percentile=100), "metrics[0].measure.percentile", "from 1 to 99"),
        (measured(kind="percentile", property=AMOUNT, percentile=9.5), "metrics[0].measure.percentile", "whole number"),
        (measured(kind="per_user"), "metrics[0].measure.per_user", "belongs to"),
        (measured(kind="total", per_user={"each": "total", "across": "sum"}), "metrics[0].measure.per_user", "to no"),
        (measured(kind="total", of=1), "metrics[0].measure.of", "unknown here"),
        (per_user(each="total"), "metrics[0].measure.per_user.across", "missing"),
        (per_user(each="median", across="sum"), "metrics[0].measure.per_user.each", "total, sum"),
        (per_user(each="total", across="mode"), "metrics[0].measure.per_user.across", "distribution"),
        (per_user(each="sum", across="sum"), "metrics[0].measure.per_user.property", "Name a property"),
        (per_user(each="total", across="sum", property=AMOUNT), "metrics[0].measure.per_user.property", "leave it out"),
        (per_user(each="total", across="percentile"), "metrics[0].measure.per_user.percentile", "from 1 to 99"),
        (per_user(each="total", across="sum", percentile=9), "metrics[0].measure.per_user.percentile", "leave it out"),
        (document(metrics=[document()["metrics"][0] | {"first_time": 1}]), "metrics[0].first_time", "true or false"),
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
        (document(dates={"kind": "last", "count": 1, "unit": "hour"}), "dates.unit", "day, week, month, quarter or"),
        (document(dates={"kind": "last", "count": 1, "unit": "day", "skip": -1}), "dates.skip", "starts at 0"),
        (document(dates={"kind": "last", "count": 1, "unit": "year", "skip": 50}), "dates.count", "at most 18,300"),
        (document(dates={"kind": "to_date", "unit": "hour"}), "dates.unit", "'hour' is not possible"),
        (document(dates={"kind": "to_date", "unit": "day", "count": 1}), "dates.count", "unknown here"),
        (document(dates={"kind": "since", "from": "1969-12-31"}), "dates.from", "from 1970 to 2199"),
        (document(dates={"kind": "since"}), "dates.from", "missing"),
        (document(dates={"kind": "ever"}), "dates.kind", "last, to_date, since or fixed, not 'ever'"),
        (when("in_last", 7), "filters.conditions[0].values", 'a number and a unit, like [7, "day"]'),
        (when("in_last", 7, "hour"), "filters.conditions[0].values", "7 and day, week, month, quarter or year"),
        (when("not_in_last", "7", "day"), "filters.conditions[0].values", "A number and a unit"),
        (when("before_last", 0, "day"), "filters.conditions[0].values", "starts at 1"),
        (when("in_next", 10**6, "year"), "filters.conditions[0].values", "at most 18,300 days"),
        (when("on", "today"), "filters.conditions[0].values[0]", "A day like 2024-01-31"),
        (filtered(property={"name": "plan"}), "filters.conditions[0].property.type", "missing"),
        (
            filtered(property={"name": "plan", "type": "string", "path": ["a"] * 4}),
            "filters.conditions[0].property.path",
            "at most 3 keys",
        ),
        (
            filtered(property={"name": "plan", "type": "string", "path": ["a", ""]}),
            "filters.conditions[0].property.path[1]",
            "empty",
        ),
        (
            filtered(property={"name": "plan", "type": "string", "path": "a"}),
            "filters.conditions[0].property.path",
            "A list is needed",
        ),
        (
            filtered(property={"name": "tags", "type": "list", "cast": True}, operator="is_set", values=[]),
            "filters.conditions[0].property.cast",
            "leave cast out of tags",
        ),
        (
            filtered(property={"name": "plan", "type": "string", "cast": "yes"}),
            "filters.conditions[0].property.cast",
            "true or false",
        ),
        (document(breakdowns=[split("string")] * 2), "breakdowns[1]", "named twice"),
        (document(breakdowns=[split("string")] * 6), "breakdowns", "at most 5"),
        (document(breakdowns=[split("string", limit=3)]), "breakdowns[0].limit", "property, buckets and values"),
        (document(breakdowns=[split("object")]), "breakdowns[0].property.type", "name one of its keys in path"),
        (document(breakdowns=[split("date")]), "breakdowns[0].buckets", "choose how wide its buckets are, like day"),
        (
            document(breakdowns=[split("string", buckets={"kind": "date", "grain": "day"})]),
            "breakdowns[0].buckets",
            "only dates",
        ),
        (document(breakdowns=[split("string", buckets={"kind": "auto"})]), "breakdowns[0].buckets", "Only numbers"),
        (document(breakdowns=[split("date", buckets={"kind": "auto"})]), "breakdowns[0].buckets", "choose how wide"),
        (document(breakdowns=[split("number", buckets={"kind": "log"})]), "breakdowns[0].buckets.kind", "auto, even"),
        (
            document(breakdowns=[split("number", buckets={"kind": "even", "size": 0})]),
            "breakdowns[0].buckets.size",
            "more than 0",
        ),
        (
            document(breakdowns=[split("number", buckets={"kind": "even", "size": "5"})]),
            "breakdowns[0].buckets.size",
            "A number",
        ),
        (
            document(breakdowns=[split("number", buckets={"kind": "even", "size": 1, "start": float("inf")})]),
            "breakdowns[0].buckets.start",
            "is a number",
        ),
        (
            document(breakdowns=[split("number", buckets={"kind": "custom", "edges": []})]),
            "breakdowns[0].buckets.edges",
            "1 to 50",
        ),
        (
            document(breakdowns=[split("number", buckets={"kind": "custom", "edges": [1, 1]})]),
            "breakdowns[0].buckets.edges",
            "go upwards",
        ),
        (
            document(breakdowns=[split("number", buckets={"kind": "custom", "edges": [1, None]})]),
            "breakdowns[0].buckets.edges[1]",
            "A number",
        ),
        (
            document(breakdowns=[split("date", buckets={"kind": "date", "grain": "decade"})]),
            "breakdowns[0].buckets.grain",
            "hour_of_day or day_of_week",
        ),
        (
            document(breakdowns=[split("number", buckets={"kind": "auto"}, values=[1])]),
            "breakdowns[0].values",
            "leave one out",
        ),
        (document(breakdowns=[split("number", values=["1"])]), "breakdowns[0].values[0]", "A number"),
        (document(breakdowns=[split("boolean", values=["true"])]), "breakdowns[0].values[0]", "true or false"),
        (document(breakdowns=[split("string", values=["x"] * 1001)]), "breakdowns[0].values", "At most 1,000"),
        (document(segments={"limit": 0}), "segments.limit", "1 to 1,000"),
        (document(segments={"limit": 1001}), "segments.limit", "1 to 1,000"),
        (document(segments={"order": "middle"}), "segments.order", "top or bottom"),
        (document(segments={"most": 1}), "segments.most", "limit and order"),
        (document(segments=5), "segments", "an object"),
        (document(formulas=[{"expression": "A / B"}]), "formulas[0].expression", "names B, and there is only A"),
        (document(formulas=[{"expression": "A"}, {"expression": "A +"}]), "formulas[1].expression", "cannot be read"),
        (document(formulas=[{"expression": 5}]), "formulas[0].expression", "must be text"),
        (document(formulas=[{"expression": "A", "name": 5}]), "formulas[0].name", "must be text"),
        (document(formulas=[{"expression": "A", "unit": "euro"}]), "formulas[0].unit", "number or percent"),
        (document(formulas=[{"name": "A"}]), "formulas[0].expression", "missing"),
        (document(formulas=[{"expression": "A"}] * 21), "formulas", "At most 20"),
        (
            per_user(each="total", across="distribution") | {"formulas": [{"expression": "A"}]},
            "formulas[0].expression",
            "choose another measure",
        ),
        (document(comparison={"kind": "next"}), "comparison.kind", "previous, earlier or custom"),
        (document(comparison={"kind": "previous", "count": 1}), "comparison.count", "unknown here"),
        (document(comparison={"kind": "earlier", "count": 0, "unit": "day"}), "comparison.count", "1 to 1,000"),
        (document(comparison={"kind": "earlier", "count": 1, "unit": "hour"}), "comparison.unit", "not possible"),
        (document(comparison={"kind": "custom", "from": "March"}), "comparison.from", "like 2024-01-31"),
        (document(rolling=1), "rolling", "2 to 365 points, not 1; 0 is none"),
        (document(rolling=366), "rolling", "2 to 365"),
        (document(rolling="7"), "rolling", "whole number"),
        (
            document(
                dates={"kind": "last", "count": 1000, "unit": "day"},
                breakdowns=[split("string")],
                segments={"limit": 1000},
            ),
            "segments.limit",
            "fewer segments",
        ),
        (
            document(
                metrics=per_user(each="total", across="distribution")["metrics"] * 40,
                dates={"kind": "last", "count": 1000, "unit": "day"},
            ),
            "metrics",
            "Choose a longer interval",
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
