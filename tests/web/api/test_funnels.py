"""A funnel over REST: the answer fits its schema, its charts are drawn, and the lists behind it have its numbers."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.web.shop import breakdown
from web.api.schemas import all_schemas

pytestmark = pytest.mark.django_db


def funnel(**changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "kind": "funnels",
        "steps": [{"events": ["Sign Up"]}, {"events": ["Purchase"]}],
        "dates": {"kind": "last", "count": 7, "unit": "day"},
        "interval": "day",
        **changes,
    }


QUESTIONS = {
    "steps": funnel(),
    "compared, by plan": funnel(breakdowns=breakdown("plan"), comparison={"kind": "previous"}),
    "any order": funnel(order="any", view="trend"),
    "attempts": funnel(count="totals", view="times"),
    "sessions": funnel(count="sessions", window={"kind": "session"}, view="paths"),
}
CHARTS = {"trend": "conversion", "times": "times"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_its_chart_and_its_lists_agree(shop, robot, answered, name):
    asked = QUESTIONS[name]
    answer = answered(asked, f"?chart={CHARTS.get(asked.get('view', ''), 'steps')}").json()
    schema = {"$ref": "#/components/schemas/Answer", "components": {"schemas": all_schemas()}}
    Draft202012Validator(schema).validate(answer)
    assert answer["figure"]["data"]
    for segment, place in itertools.product(answer["segments"], range(2)):
        for outcome, key in (("converted", "count"), ("dropped", "dropped")):
            if outcome == "converted" or place:
                at = {"step": place + 1, "outcome": outcome, "segment": segment["segment"] or None}
                page = robot.post(f"{shop.url}/query/users", {"query": asked, "at": at}, format="json")
                assert page.status_code == 200, page.content
                assert page.json()["count"] == segment["steps"][place][key], (segment, at)


def test_the_list_of_events_says_that_there_are_users(shop, robot):
    body = {"query": funnel(), "at": {"step": 1}}
    refused = robot.post(f"{shop.url}/query/events", body, format="json")
    assert refused.status_code == 400
    assert "users" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    "at, place",
    [
        ({"step": 3}, "at.step"),
        ({"step": 1, "outcome": "dropped"}, "at.step"),
        ({"step": 1, "outcome": "left"}, "at.outcome"),
        ({"step": 1, "segment": [{"kind": "all"}]}, "at.segment"),
        ({"step": 1, "compared": True}, "at.compared"),
        ({"step": 1, "metric": "A"}, "at"),
    ],
)
def test_a_number_that_there_is_not(shop, robot, at, place):
    refused = robot.post(f"{shop.url}/query/users", {"query": funnel(), "at": at}, format="json")
    assert (refused.status_code, refused.json()["error"]["place"]) == (400, place)
