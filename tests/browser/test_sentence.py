"""The page says a question in the words in which the server says it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analytics.queries.codec import parse
from analytics.queries.sentence import sentence
from tests.browser.conftest import ask
from tests.browser.modules import call
from tests.web.shop import question, where

AMOUNT = {"name": "amount", "type": "number"}
PLAN = {"name": "plan", "type": "string"}
TIME = {"name": "time", "type": "date"}
ADDRESS = {"name": "address", "type": "string", "path": ["city"], "source": "user"}


def metric(events: Any = ("Purchase",), **measure: Any) -> dict[str, Any]:
    return {"events": events if isinstance(events, dict) else list(events), "measure": measure}


def per_user(each: str, across: str, **more: Any) -> dict[str, Any]:
    return metric(kind="per_user", per_user={"each": each, "across": across, **more})


def condition(asked: dict[str, Any], operator: str, *values: Any) -> dict[str, Any]:
    return {"property": asked, "operator": operator, "values": list(values)}


ALL = {"all": True}
METRICS = [
    *[metric(kind=kind) for kind in ("unique", "total", "sessions", "dau", "wau", "mau", "cumulative_unique")],
    *[metric(ALL, kind=kind) for kind in ("unique", "total", "sessions")],
    *[
        metric(("A", "B", "C"), kind=kind, property=AMOUNT)
        for kind in ("sum", "average", "median", "min", "max", "distinct")
    ],
    *[metric(ALL, kind="percentile", property=AMOUNT, percentile=rank) for rank in (1, 22, 90, 93, 11)],
    per_user("total", "average"),
    per_user("total", "distribution"),
    per_user("total", "percentile", percentile=75),
    per_user("sum", "median", property=AMOUNT),
    per_user("distinct", "max", property=PLAN),
    {**metric(kind="total"), "first_time": True, "filters": where("plan", "is", "pro")},
]
FILTERS = [
    where("plan", "is", "a", "b", "", "d", "e"),
    where("plan", "is_not", *"abcdefgh"),
    where("plan", "is_set"),
    {
        "match": "any",
        "conditions": [
            condition(AMOUNT, "between", 1, 2.5),
            {
                "match": "all",
                "conditions": [
                    condition(TIME, "in_last", 7, "day"),
                    condition(TIME, "before_last", 1, "month"),
                    condition(ADDRESS, "contains", "ber"),
                ],
            },
        ],
    },
    {
        "match": "all",
        "conditions": [
            condition({**AMOUNT, "cast": True}, "at_least", 3),
            condition({**PLAN, "cast": True}, "is", "5"),
        ],
    },
]
BREAKDOWNS = [
    [{"property": PLAN}],
    [{"property": PLAN}, {"property": AMOUNT, "buckets": {"kind": "auto"}}],
    [{"property": AMOUNT, "buckets": {"kind": "even", "size": size}} for size in (0.5, 10, 1000000, 123456, 0.00001)],
    [
        {"property": AMOUNT, "buckets": {"kind": "custom", "edges": [1, 2.5, 1234567]}},
        *[
            {"property": TIME, "buckets": {"kind": "date", "grain": grain}}
            for grain in ("week", "hour_of_day", "day_of_week")
        ],
    ],
]
DATES = [
    *[
        {"kind": "last", "count": count, "unit": unit, "skip": skip}
        for count, unit, skip in (
            (1, "day", 0),
            (1, "day", 1),
            (1, "month", 0),
            (1, "week", 1),
            (3, "quarter", 0),
            (7, "day", 1),
            (1, "year", 2),
            (2, "week", 3),
        )
    ],
    {"kind": "to_date", "unit": "quarter"},
    {"kind": "since", "from": "2024-01-01"},
    {"kind": "fixed", "from": "2024-01-01", "to": "2024-01-01"},
    {"kind": "fixed", "from": "2024-01-01", "to": "2024-02-01"},
]
COMPARISONS = [
    {"kind": "previous"},
    {"kind": "earlier", "count": 1, "unit": "week"},
    {"kind": "earlier", "count": 2, "unit": "year"},
    {"kind": "custom", "from": "2020-02-29"},
]


def documents() -> list[dict[str, Any]]:
    found = [question(metrics=[each]) for each in METRICS]
    found += [question(metrics=METRICS[:3], formulas=[{"expression": "A / B"}, {"expression": "C", "name": "Ratio"}])]
    found += [question(filters=each) for each in FILTERS]
    found += [question(metrics=[METRICS[-1]], filters=each) for each in FILTERS[:1]]
    found += [question(metrics=METRICS[:2], filters=each) for each in FILTERS[:1]]
    found += [question(breakdowns=each) for each in BREAKDOWNS]
    found += [
        question(dates=each, interval=interval) for each, interval in zip(DATES, ["month", "year"] * 6, strict=True)
    ]
    found += [question(comparison=each, rolling=3) for each in COMPARISONS]
    found += [question(interval=each, dates=DATES[0]) for each in ("minute", "hour", "day", "week", "quarter")]
    return [*found, question(zone="America/New_York", comparison=COMPARISONS[0])]


ORDERS = [("specific", "uniques"), ("strict", "totals"), ("any", "sessions")]
VIEWS = ("steps", "trend", "times", "paths")
ATTRIBUTIONS = [{"kind": "first"}, {"kind": "last"}, {"kind": "step", "step": 2}]
ADDRESS_OF_EVENT = {**ADDRESS, "source": "event"}
STEPS: list[dict[str, Any]] = [
    {"events": ["Sign Up"]},
    {"events": ["Buy", "Pay", "Order"], "filters": FILTERS[3], "name": "Paid"},
    {"events": ALL},
    {"events": ALL, "filters": where("plan", "is", "pro")},
]
PERIOD, SESSION = {"kind": "time", "count": 1, "unit": "hour"}, {"kind": "session"}
EXCLUSIONS = [
    {"events": ["Leave", "Log Out"], "after": 2},
    {"events": ALL, "after": 1, "before": 2, "filters": FILTERS[0]},
    {"events": ["Cancel"]},
]
FUNNELS: list[dict[str, Any]] = [
    *[{"steps": STEPS, "order": order, "count": count, "first_time": order == "any"} for order, count in ORDERS],
    *[{"window": each} for each in (PERIOD, {**PERIOD, "count": 30}, SESSION)],
    *[{"steps": STEPS, "exclusions": EXCLUSIONS[:count]} for count in (1, 2, 3)],
    *[{"hold": [PLAN, ADDRESS_OF_EVENT, AMOUNT][:count]} for count in (1, 2, 3)],
    *[{"breakdowns": BREAKDOWNS[0], "attribution": each} for each in ATTRIBUTIONS],
    *[{"steps": STEPS, "view": view, "between": between} for view in VIEWS for between in (None, [2, 3])],
    {"view": "times", "between": [1, 2]},
    *[{"comparison": each, "interval": "week"} for each in COMPARISONS],
]
RETENTION: list[dict[str, Any]] = [
    *[{"birth": {**step, "first_time": True}, "return": back} for step, back in zip(STEPS, STEPS[::-1], strict=True)],
    *[{"measure": {"kind": kind}, "criterion": "on_or_after"} for kind in ("rate", "users")],
    *[{"measure": {"kind": kind, "property": AMOUNT}} for kind in ("sum", "average")],
    *[{"unit": "day", "periods": count, "alignment": "calendar"} for count in (1, 12)],
    *[{"brackets": each, "unit": "month"} for each in ([1], [1, 3, 7])],
    {"interval": "month"},
    {"comparison": COMPARISONS[0]},
]
MERGED = [{"name": "Browse", "events": ["View", "Search"]}, {"name": "Read", "events": ["A", "B", "C"]}]
FLOWS: list[dict[str, Any]] = [
    *[{"anchor": step, "before": 1, "after": 0} for step in STEPS],
    {"before": 2, "after": 5, "count": "totals", "window": SESSION},
    {"hidden": ["Beat"], "window": PERIOD},
    {
        "hidden": ["Beat", "Tick", "Tock"],
        "merged": MERGED,
        "split": [{"event": "Browse", "property": PLAN}, {"event": "Stay", "property": {**PLAN, "cast": True}}],
    },
]
FUNNEL = {
    "version": 1,
    "kind": "funnels",
    "steps": STEPS[:2],
    "dates": {"kind": "last", "count": 7, "unit": "day"},
    "interval": "week",
}
FLOWS += [
    {"of": {"query": {**FUNNEL, **more}, "at": {"step": 2, **at}}, "count": count}
    for more, at, count in (
        ({}, {"outcome": "dropped"}, "uniques"),
        ({"count": "totals"}, {"outcome": "converted", "bucket": "2024-03-04T00:00:00+00:00"}, "uniques"),
        (
            {"order": "any", "breakdowns": [{"property": PLAN}], "comparison": {"kind": "previous"}},
            {"outcome": "dropped", "segment": [{"kind": "value", "value": "pro"}], "compared": True},
            "totals",
        ),
    )
]
RICHEST: dict[str, dict[str, Any]] = {
    "funnels": {
        "steps": [*STEPS[2:], STEPS[0]],
        "first_time": True,
        "window": SESSION,
        "exclusions": EXCLUSIONS,
        "hold": [PLAN, ADDRESS_OF_EVENT, AMOUNT],
        "breakdowns": BREAKDOWNS[0],
        "attribution": ATTRIBUTIONS[2],
        "filters": FILTERS[2],
        "view": "times",
        "between": [1, 3],
        "comparison": COMPARISONS[0],
    },
    "retention": {
        **RETENTION[1],
        "brackets": [1, 3],
        "measure": {"kind": "sum", "property": AMOUNT},
        "breakdowns": BREAKDOWNS[0],
        "filters": FILTERS[2],
        "comparison": COMPARISONS[1],
    },
    "flows": {**FLOWS[len(STEPS) + 2], "before": 2, "window": SESSION, "filters": FILTERS[2]},
    "lifecycle": {"activity": STEPS[1], "filters": FILTERS[2]},
    "frequency": {"activity": STEPS[3], "breakdowns": BREAKDOWNS[0], "filters": FILTERS[2]},
}
LEAST: dict[str, dict[str, Any]] = {
    "funnels": {"steps": STEPS[:2], "interval": "day"},
    "retention": {"birth": STEPS[0], "return": STEPS[1], "interval": "week"},
    "flows": {"anchor": STEPS[0]},
    "lifecycle": {"activity": STEPS[0], "interval": "day"},
    "frequency": {"activity": STEPS[0], "each": "day", "per": "week"},
}
OF_KINDS: dict[str, list[dict[str, Any]]] = {
    "funnels": FUNNELS,
    "retention": RETENTION,
    "flows": FLOWS,
    "lifecycle": [{"activity": each, "interval": "month"} for each in STEPS],
    "frequency": [
        *[{"activity": each} for each in STEPS],
        *[{"each": each, "per": per} for each, per in (("hour", "day"), ("hour", "month"), ("week", "month"))],
    ],
}


def documents_of(kind: str) -> list[dict[str, Any]]:
    """What the kind has of its own, then what it shares with the others."""
    shared: list[dict[str, Any]] = [*({"filters": each} for each in FILTERS), *({"dates": each} for each in DATES)]
    if kind not in ("flows", "lifecycle"):
        shared += [{"breakdowns": each[:1]} for each in BREAKDOWNS]
    least = {"version": 1, "kind": kind, "dates": DATES[0], **LEAST[kind]}
    return [{**least, **each} for each in [{}, *OF_KINDS[kind], *shared]]


def said(page: Any, site: Any, asked: list[dict[str, Any]]) -> list[str]:
    """What the page says of documents of one kind."""
    page.goto(site.address(f"?kind={asked[0]['kind']}"))
    page.wait_for_selector("#sentence .word")
    body = """(m, documents) => {
        const { operators } = JSON.parse(document.getElementById("insights-data").textContent);
        const words = Object.fromEntries(Object.values(operators).flat().map((each) => [each.name, each.words]));
        return READ(documents).then((models) => models.map((each) => m.sentence(each, words)));
    }"""
    return call(page, "sentence", body.replace("READ", f"({READ})"), asked, folder="kinds")


# The documents as they are edited.
READ = """async (documents) => {
    const loaded = performance.getEntriesByType("resource").map((each) => each.name);
    const kinds = await import(loaded.find((each) => /kinds\\/kinds(\\.[0-9a-f]+)?\\.js$/.test(each)));
    return documents.map((each) => kinds.fromText(JSON.stringify(each)));
}"""


@pytest.mark.parametrize("kind", ["insights", *OF_KINDS])
def test_both_say_the_same(page, site, kind):
    asked = documents() if kind == "insights" else documents_of(kind)
    for document, words in zip(asked, said(page, site, asked), strict=True):
        assert words == sentence(parse(json.dumps(document))), document


@pytest.mark.parametrize("kind", OF_KINDS)
def test_every_word_that_is_a_link_leads_to_a_control(page, site, kind):
    for document in (documents_of(kind)[1], RICHEST[kind]):
        ask(page, site, {"version": 1, "kind": kind, "dates": DATES[0], **LEAST[kind], **document})
        page.wait_for_selector("#sentence .word")
        lost = """[...document.querySelectorAll("#sentence .word")].map((each) => each.hash)
            .filter((each) => !document.querySelector(each))"""
        assert page.evaluate(lost) == []


def test_what_has_no_event_yet_is_left_out_and_the_others_keep_their_place(page, site):
    steps = [{"events": ["Sign Up"]}, {"events": []}, {"events": ["Purchase"]}]
    ask(page, site, {"version": 1, "kind": "funnels", "dates": DATES[0], "interval": "day", "steps": steps})
    assert page.locator("#sentence").inner_text().startswith("Users who did Sign Up, then Purchase within 7 days")
    page.locator("#sentence").get_by_role("link", name="Purchase").click()
    assert page.evaluate("document.activeElement.id") == "metric-2-event-0"
