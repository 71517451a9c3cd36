"""The page says a question in the words in which the server says it."""

from __future__ import annotations

import json
from typing import Any

from analytics.queries.codec import parse
from analytics.queries.sentence import sentence
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


def test_both_say_the_same(page, site):
    page.goto(site.address())
    page.wait_for_selector("#builder")
    body = """(m, documents) => {
        const { operators } = JSON.parse(document.getElementById("insights-data").textContent);
        const words = Object.fromEntries(Object.values(operators).flat().map((each) => [each.name, each.words]));
        return documents.map((each) => m.sentence(each, words));
    }"""
    asked = documents()
    said = call(page, "sentence", body, asked)
    for document, words in zip(asked, said, strict=True):
        assert words == sentence(parse(json.dumps(document))), document
