"""Retention, lifecycle and frequency over REST: each answer is as its schema says, and behind each number stand as many
users as it says."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.reference.behind import NUMBERS
from web.api.schemas import all_schemas

pytestmark = pytest.mark.django_db

LAST = {"kind": "last", "count": 4, "unit": "day"}
STEP = {"events": ["Purchase"]}
BY_PLAN = [{"property": {"name": "plan", "type": "string"}}]
QUESTIONS: dict[str, dict[str, Any]] = {
    "retention": {
        "version": 1, "kind": "retention", "birth": {"events": {"all": True}}, "return": STEP, "periods": 2,
        "breakdowns": BY_PLAN, "segments": {"limit": 1}, "dates": LAST, "interval": "day",
    },
    "lifecycle": {"version": 1, "kind": "lifecycle", "activity": STEP, "dates": LAST, "interval": "day"},
    "frequency": {
        "version": 1, "kind": "frequency", "activity": STEP, "dates": LAST, "each": "day", "per": "week",
        "breakdowns": BY_PLAN, "segments": {"limit": 1},
    },
}  # fmt: skip
CHARTS = {
    "retention": ["curve", "heat", "trend"],
    "lifecycle": ["stacked_column"],
    "frequency": ["bar", "line"],
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_answer_its_charts_and_the_users_behind_it(shop, robot, answered, kind):
    answer = answered(QUESTIONS[kind], f"?chart={CHARTS[kind][0]}").json()
    schemas = {"components": {"schemas": all_schemas()}}
    Draft202012Validator({"$ref": "#/components/schemas/Answer", **schemas}).validate(answer)
    assert [chart["name"] for chart in answer["charts"]] == CHARTS[kind]
    assert answer["figure"]["data"]
    named = [each for each in NUMBERS[kind](answer) if each[1]]
    assert named
    for at, number in named[:: max(1, len(named) // 8)]:
        page = robot.post(f"{shop.url}/query/users", {"query": QUESTIONS[kind], "at": at}, format="json")
        assert page.status_code == 200, page.content
        assert page.json()["count"] == number == len(page.json()["results"]), at
        Draft202012Validator({"$ref": "#/components/schemas/UserPage", **schemas}).validate(page.json())


@pytest.mark.parametrize(
    "kind, at, place",
    [
        ("retention", {"bucket": 9}, "at.bucket"),
        ("retention", {"bucket": 0, "outcome": "left"}, "at.outcome"),
        ("retention", {"cohort": "2001-01-01T00:00:00+00:00", "bucket": 0}, "at.cohort"),
        ("retention", {"bucket": 0, "metric": "A"}, "at"),
        ("lifecycle", {"status": "new"}, "at.bucket"),
        ("lifecycle", {"status": "old", "bucket": None}, "at.status"),
        ("frequency", {"units": 0}, "at.units"),
        ("frequency", {"units": 1, "segment": []}, "at.segment"),
    ],
)
def test_a_number_that_is_none_is_refused(shop, robot, kind, at, place):
    page = robot.post(f"{shop.url}/query/users", {"query": QUESTIONS[kind], "at": at}, format="json")
    assert page.status_code == 400, page.content
    assert page.json()["error"]["place"] == place


def test_there_are_no_events_behind_them(shop, robot):
    page = robot.post(f"{shop.url}/query/events", {"query": QUESTIONS["lifecycle"], "at": {}}, format="json")
    assert page.status_code == 400
