"""The question of a funnel: what it refuses, what it says, what differs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.errors import QueryError
from analytics.queries.codec import dump, parse
from analytics.queries.differences import differences
from analytics.queries.sentence import sentence
from tests.analytics.queries.documents import PLAN_IS_PRO
from tests.analytics.queries.scopes import scope

PRO = {"match": "all", "conditions": [PLAN_IS_PRO]}
PLAN = {"name": "plan", "type": "string"}


def document(**changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "kind": "funnels",
        "steps": [{"events": ["Sign Up"]}, {"events": ["View"]}, {"events": ["Buy", "Rent"]}],
        "dates": {"kind": "last", "count": 30, "unit": "day"},
        "interval": "day",
        **changes,
    }


def test_what_is_left_out_is_written_out():
    written = dump(parse(document()))
    assert parse(written) == parse(document())
    assert written["window"] == {"kind": "time", "count": 7, "unit": "day"}
    assert (written["order"], written["count"], written["view"]) == ("specific", "uniques", "steps")
    assert written["between"] is None


@pytest.mark.parametrize(
    "changes, place",
    [
        ({"steps": [{"events": ["A"]}]}, "steps"),
        ({"steps": [{"events": ["A"]}] * 21}, "steps"),
        ({"steps": [{"events": []}, {"events": ["A"]}]}, "steps[0].events"),
        ({"steps": [{"events": ["A"]}, {"events": ["A"], "measure": {}}]}, "steps[1].measure"),
        ({"order": "loose"}, "order"),
        ({"window": {"kind": "time", "count": 367, "unit": "day"}}, "window.count"),
        ({"window": {"kind": "time", "count": 0, "unit": "day"}}, "window.count"),
        ({"window": {"kind": "days"}}, "window.kind"),
        ({"exclusions": [{"events": ["X"], "after": 3}]}, "exclusions[0].after"),
        ({"exclusions": [{"events": ["X"], "after": 2, "before": 2}]}, "exclusions[0].after"),
        ({"hold": [PLAN] * 2}, "hold[1]"),
        ({"hold": [PLAN | {"name": f"{n}"} for n in range(4)]}, "hold"),
        ({"hold": [PLAN | {"source": "user"}]}, "hold[0].source"),
        ({"breakdowns": [{"property": PLAN}] * 2}, "breakdowns"),
        ({"attribution": {"kind": "step"}}, "attribution.step"),
        ({"attribution": {"kind": "first", "step": 1}}, "attribution.step"),
        ({"attribution": {"kind": "step", "step": 4}}, "attribution.step"),
        ({"between": [2, 2]}, "between"),
        ({"between": [1]}, "between"),
        ({"view": "frequency", "order": "any"}, "view"),
        ({"rolling": 2}, "rolling"),
    ],
)
def test_it_refuses(changes, place):
    with pytest.raises(QueryError) as refused:
        parse(document(**changes))
    assert refused.value.place == place


@pytest.mark.parametrize(
    "changes, said",
    [
        ({}, "Users who did Sign Up, then View, then Buy or Rent within 7 days, last 30 days, daily"),
        (
            {"order": "any", "count": "totals", "window": {"kind": "session"}},
            "Attempts who did Sign Up, View, Buy or Rent in any order within a session, last 30 days, daily",
        ),
        (
            {"exclusions": [{"events": ["X"], "after": 2}], "hold": [PLAN], "first_time": True, "order": "strict"},
            "Users who did Sign Up for the first time, right after it View, right after it Buy or Rent within 7 days, "
            "without X after step 2, with the same plan, last 30 days, daily",
        ),
        (
            {"breakdowns": [{"property": PLAN}], "attribution": {"kind": "step", "step": 2}, "view": "times",
             "between": [1, 2], "filters": PRO, "comparison": {"kind": "previous"}},
            "Users who did Sign Up, then View, then Buy or Rent within 7 days, all where plan is pro, by plan of step "
            "2, last 30 days, daily: time to convert between steps 1 and 2, compared with the period before",
        ),
    ],
)  # fmt: skip
def test_it_is_said(changes, said):
    assert sentence(parse(document(**changes))) == said


@pytest.mark.parametrize(
    "changes, said",
    [
        ({}, ()),
        ({"steps": document()["steps"][:2]}, ("Step removed: 3, Buy or Rent",)),
        ({"order": "any"}, ("Order: in any order instead of one after the other",)),
        ({"window": {"kind": "session"}}, ("Window: within a session instead of within 7 days",)),
        ({"count": "totals"}, ("Counted: attempts instead of users",)),
        ({"exclusions": [{"events": ["X"]}]}, ("Exclusion added: X",)),
        ({"hold": [PLAN]}, ("Held constant: plan instead of nothing",)),
        ({"view": "paths"}, ("View: what is done on the way instead of steps",)),
        (
            {"steps": [{"events": ["Sign Up"], "filters": PRO}, *document()["steps"][1:]]},
            ("Step 1, filter added: plan is pro",),
        ),
    ],
)
def test_what_differs(changes, said):
    assert differences(parse(document()), parse(document(**changes))) == said


def test_another_kind_is_said():
    insights = {"kind": "insights", "metrics": [{"events": ["A"], "measure": {"kind": "total"}}]}
    other = parse({key: value for key, value in document().items() if key != "steps"} | insights)
    assert differences(other, parse(document())) == ("Kind: funnels instead of insights",)


def test_a_bucket_is_complete_when_its_windows_are_over():
    query = parse(document(dates={"kind": "fixed", "from": "2024-03-01", "to": "2024-03-03"}))
    around = scope(now="2024-03-09T12:00")
    assert [bucket.complete for bucket in query.buckets(around)] == [True, False, False]
    assert query.finished(around) == 1
    session = parse(
        document(dates={"kind": "fixed", "from": "2024-03-01", "to": "2024-03-09"}, window={"kind": "session"})
    )
    assert session.finished(around) == 8
    assert query.window_end(dt.datetime(2024, 3, 1, tzinfo=dt.UTC), around) == dt.datetime(2024, 3, 8, tzinfo=dt.UTC)
