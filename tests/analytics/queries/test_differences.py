"""What differs between two questions, said so that a person knows what somebody changed."""

from __future__ import annotations

import pytest

from analytics.queries.codec import parse
from analytics.queries.differences import differences
from tests.web.shop import breakdown, question, where

PRO, FREE = where("plan", "is", "pro"), where("plan", "is", "free")
BUYERS = {"events": ["Purchase"], "measure": {"kind": "unique"}}
JOINERS = {"events": ["Sign Up"], "measure": {"kind": "unique"}}
BUYS = {"events": ["Purchase"], "measure": {"kind": "total"}}
AGE = {"property": {"name": "age", "type": "number"}, "operator": "at_least", "values": [18]}


def both(match, *groups):
    return {"match": match, "conditions": [each for group in groups for each in group["conditions"]]}


def last(count):
    return {"kind": "last", "count": count, "unit": "day"}


@pytest.mark.parametrize(
    "before, after, said",
    [
        ({}, {}, ()),
        ({}, {"metrics": [BUYERS, JOINERS]}, ("Metric added: B, Unique users who did Sign Up",)),
        ({"metrics": [BUYERS, JOINERS]}, {}, ("Metric removed: B, Unique users who did Sign Up",)),
        ({}, {"metrics": [BUYS]}, ("Metric A: Total of Purchase instead of Unique users who did Purchase",)),
        ({}, {"metrics": [JOINERS, BUYERS]}, ("Metric added: A, Unique users who did Sign Up",)),
        (
            {"metrics": [BUYERS, JOINERS]},
            {"metrics": [JOINERS, BUYERS]},
            ("The metrics are in another order",),
        ),
        (
            {},
            {"metrics": [BUYERS | {"filters": PRO, "first_time": True}]},
            (
                "Metric A: Unique users who did Purchase for the first time instead of Unique users who did Purchase",
                "Metric A, filter added: plan is pro",
            ),
        ),
        ({}, {"filters": PRO}, ("Filter added: plan is pro",)),
        ({"filters": PRO}, {}, ("Filter removed: plan is pro",)),
        ({"filters": PRO}, {"filters": FREE}, ("Filter changed: plan is free instead of plan is pro",)),
        (
            {"filters": both("all", PRO, {"conditions": [AGE]})},
            {"filters": both("any", PRO, {"conditions": [AGE]})},
            ("Filters: any may hold instead of all must hold",),
        ),
        (
            {"filters": PRO},
            {"filters": {"match": "all", "conditions": [*PRO["conditions"], both("any", FREE, {"conditions": [AGE]})]}},
            ("Filter added: (plan is free or age is at least 18)",),
        ),
        ({}, {"breakdowns": breakdown("plan")}, ("Breakdown added: plan",)),
        ({"breakdowns": breakdown("plan")}, {}, ("Breakdown removed: plan",)),
        (
            {"breakdowns": breakdown("plan")},
            {"breakdowns": [{**breakdown("plan")[0], "values": ["pro"]}]},
            ("Breakdown: plan, only pro instead of plan",),
        ),
        (
            {"breakdowns": [*breakdown("plan"), *breakdown("city")]},
            {"breakdowns": [*breakdown("city"), *breakdown("plan")]},
            ("The breakdowns are in another order",),
        ),
        ({}, {"segments": {"limit": 5, "order": "bottom"}}, ("Segments: the bottom 5 instead of the top 10",)),
        ({}, {"dates": last(30)}, ("Dates: last 30 days instead of last 7 days",)),
        ({}, {"interval": "week"}, ("Interval: weekly instead of daily",)),
        ({}, {"comparison": {"kind": "previous"}}, ("Compared with: the period before instead of nothing",)),
        ({"rolling": 7}, {}, ("Rolling average: none instead of over 7 points",)),
        (
            {"metrics": [BUYERS, JOINERS]},
            {"metrics": [BUYERS, JOINERS], "formulas": [{"expression": "A / B", "name": "Rate", "unit": "percent"}]},
            ("Formula added: Rate = A / B, as percent",),
        ),
        (
            {"formulas": [{"expression": "A * 2"}]},
            {"formulas": [{"expression": "A * 3"}]},
            ("Formula: A * 3 instead of A * 2",),
        ),
    ],
)
def test_each_difference_is_a_sentence(before, after, said):
    assert differences(parse(question(**before)), parse(question(**after))) == said


def test_several_changes_are_all_said():
    after = question(metrics=[BUYS], filters=PRO, dates=last(30), interval="week")
    assert len(differences(parse(question()), parse(after))) == 4
