"""The question's reducer and its neighbours, without a page around them: what each edit makes of a document."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import pytest

from tests.browser.modules import call
from tests.web.shop import question

A, B, C = ({"events": [name], "measure": {"kind": "total"}} for name in ("One", "Two", "Three"))
PLAN = {"name": "plan", "source": "event", "type": "string"}
IS = {"name": "is", "fewest": 1, "most": 1000}


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


def test_filters_and_breakdowns_change_their_section(edited):
    condition = {"property": PLAN, "operator": "is", "values": ["pro"]}
    add = {"type": "add condition", "place": 0, "at": [], "condition": condition}
    start = edited(question(metrics=[A, B]), add, {**add, "group": True})
    up = edited(start, {"type": "move filter", "place": 0, "at": [1, 0], "to": None})
    assert up["metrics"][0]["filters"] == {"match": "all", "conditions": [condition]}  # the group went with its last
    assert up["filters"] == {"match": "all", "conditions": [condition]}
    over = edited(up, {"type": "move filter", "place": 0, "at": [0], "to": 1})
    assert [metric["filters"] for metric in over["metrics"]] == [None, {"match": "all", "conditions": [condition]}]
    split = edited(over, {"type": "filter to breakdown", "place": None, "at": [0]})
    assert split["filters"] is None
    assert [each["property"] for each in split["breakdowns"]] == [PLAN]
    back = {"type": "breakdown to filter", "index": 0, "to": 0, "condition": condition}
    assert edited(split, back)["breakdowns"] == []
    assert edited(split, back)["metrics"][0]["filters"]["conditions"] == [condition]


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


# Thursday. The year before has the same days a weekday earlier.
TODAY = "2026-11-26"


def last(count, unit, skip=0):
    return {"kind": "last", "count": count, "unit": unit, **({"skip": skip} if skip else {})}


def since(day):
    return {"kind": "since", "from": day}


def fixed(first, final=None):
    return {"kind": "fixed", "from": first, "to": final or first}


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("today", last(1, "day")),
        (" Yesterday ", last(1, "day", 1)),
        ("last 6 weeks", last(6, "week")),
        ("past twelve months", last(12, "month")),
        ("90 days", last(90, "day")),
        ("1 day", last(1, "day")),
        ("last week", last(1, "week", 1)),
        ("previous 3 months", last(3, "month", 1)),
        ("3 weeks ago", last(1, "week", 3)),
        ("7 days up to 2 days ago", last(7, "day", 2)),
        ("this quarter", {"kind": "to_date", "unit": "quarter"}),
        ("month to date", {"kind": "to_date", "unit": "month"}),
        ("YTD", {"kind": "to_date", "unit": "year"}),
        ("since 1 March", since("2026-03-01")),
        ("since 1 Dec", since("2025-12-01")),
        ("from March 3rd, 2025", since("2025-03-03")),
        ("after 28 February 2024", since("2024-02-29")),
        ("1 March to today", since("2026-03-01")),
        ("since monday", since("2026-11-23")),
        ("since last thursday", since("2026-11-19")),
        ("since Q3", since("2026-07-01")),
        ("since last month", since("2026-10-01")),
        ("1–15 Oct", fixed("2026-10-01", "2026-10-15")),
        ("1 - 15 December", fixed("2025-12-01", "2025-12-15")),
        ("20-30 nov", fixed("2026-11-20", "2026-11-30")),
        ("October 1 to 15, 2024", fixed("2024-10-01", "2024-10-15")),
        ("1st and 15th of Oct", fixed("2026-10-01", "2026-10-15")),
        ("between 28 Dec and 3 Jan", fixed("2025-12-28", "2026-01-03")),
        ("28 Dec – 3 Jan 2024", fixed("2023-12-28", "2024-01-03")),
        ("28 Dec 2022 – 3 Jan", fixed("2022-12-28", "2023-01-03")),
        ("nov 2025 until feb", fixed("2025-11-01", "2026-02-28")),
        ("Dec. – Feb.", fixed("2025-12-01", "2026-02-28")),
        ("2026-03-01 - 2026-03-15", fixed("2026-03-01", "2026-03-15")),
        ("monday to wednesday", fixed("2026-11-23", "2026-11-25")),
        ("friday to tuesday", fixed("2026-11-20", "2026-11-24")),
        ("15 March to 1 March 2026", fixed("2025-03-15", "2026-03-01")),
        ("March 2026", fixed("2026-03-01", "2026-03-31")),
        ("december", fixed("2025-12-01", "2025-12-31")),
        ("Q4 2025", fixed("2025-10-01", "2025-12-31")),
        ("2026-02", fixed("2026-02-01", "2026-02-28")),
        ("2024", fixed("2024-01-01", "2024-12-31")),
        ("29 february", fixed("2024-02-29")),
        ("5.3.2026", fixed("2026-03-05")),
        ("week of 5 March 2026", fixed("2026-03-02", "2026-03-08")),
        *[
            (nonsense, None)
            for nonsense in (
                "", "soon", "last", "last 0 days", "last 99999 weeks", "99999999999999 days ago", "31 Feb 2026",
                "30 feb", "3/4/2026", "15 March 2026 to 1 March 2026", "since", "since when", "q5", "2026-13",
                "2026-13-01", "0000", "24 hours", "last 3 weeks up to 2 days ago", "march march", "1 to 2", "1801",
                "week of nothing",
            )
        ],
    ],
)  # fmt: skip
def test_dates_are_read_as_they_are_said(blank, typed, meant):
    assert call(blank, "phrases", f"(m, typed) => m.dates(typed, '{TODAY}')", typed) == meant


def test_what_the_page_says_of_dates_can_be_typed_and_means_the_same_days_to_the_server(blank):
    """The page's words, and its days for the preview, beside those of analytics.queries.dates."""
    from analytics.queries.codec import parse_dates
    from analytics.queries.dates import days
    from analytics.queries.scope import Scope

    chance = random.Random(5)
    units = ["day", "week", "month", "quarter", "year"]
    cases = []
    for _ in range(300):
        today = dt.date(2023, 12, 20) + dt.timedelta(days=chance.randrange(800))
        other = today - dt.timedelta(days=chance.randrange(400))
        dates = chance.choice(
            [
                last(chance.randint(1, 13), chance.choice(units), chance.choice([0, 0, 1, 5])),
                {"kind": "to_date", "unit": chance.choice(units)},
                since(str(other)),
                fixed(str(other), str(other + dt.timedelta(days=chance.randrange(60)))),
            ]
        )
        cases.append({"dates": dates, "today": str(today), "weekStart": chance.randint(1, 7)})
    found = call(
        blank,
        "ranges",
        """(m, cases) => cases.map(({ dates, today, weekStart }) => (
            { words: m.datesInWords(dates), range: m.dayRange(dates, today, weekStart) }))""",
        cases,
    )
    for case, said in zip(cases, found, strict=True):
        noon = dt.datetime.fromisoformat(f"{case['today']}T12:00:00+00:00")
        first, final = days(parse_dates(case["dates"]), Scope(1, "UTC", case["weekStart"], noon))
        assert said["range"] == [str(first), str(final)], case
    read = call(
        blank,
        "phrases",
        "(m, cases) => cases.map(({ words, today, weekStart }) => m.dates(words, today, weekStart))",
        [case | {"words": said["words"].removeprefix("on ")} for case, said in zip(cases, found, strict=True)],
    )
    for case, said, meant in zip(cases, found, read, strict=True):
        if (
            said["words"].startswith("this ") or said["words"] == "today"
        ):  # so far, or the unit as it stands: the same days
            wanted = call(
                blank, "ranges", "(m, c) => m.dayRange(c.meant, c.today, c.weekStart)", case | {"meant": meant}
            )
            assert wanted == said["range"], said
        else:
            assert meant == case["dates"], said
