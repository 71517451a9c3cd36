"""The users and the events behind the numbers of an answer, over REST: the chart, the answer and the lists agree."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.web.shop import NOON, breakdown, fill, question

pytestmark = pytest.mark.django_db

TOTAL = [{"events": {"all": True}, "measure": {"kind": "total"}}]
AMOUNT = {"name": "amount", "type": "number"}
TWO_DAYS_AGO = {"kind": "earlier", "count": 2, "unit": "day"}
QUESTIONS = {
    "users by plan": question(breakdowns=breakdown("plan")),
    "events by plan, the rest as other": question(
        metrics=TOTAL, breakdowns=breakdown("plan"), segments={"limit": 1}, comparison=TWO_DAYS_AGO
    ),
    "active users": question(metrics=[{"events": ["Purchase"], "measure": {"kind": "wau"}}]),
    "events by the days of another zone": question(metrics=TOTAL, zone="Pacific/Auckland", comparison=TWO_DAYS_AGO),
    "sessions": question(metrics=[{"events": {"all": True}, "measure": {"kind": "sessions"}}]),
}


@pytest.fixture
def behind(shop, robot):
    """`behind(question, at, of="users")`: all rows, on pages of two, and the count that every page says."""

    def ask(asked: dict[str, Any], at: dict[str, Any], of: str = "users", limit: int = 2) -> tuple[int, list[Any]]:
        rows: list[Any] = []
        counts, cursor = set(), None
        while True:
            body = {"query": asked, "at": at, "limit": limit, "cursor": cursor}
            page = robot.post(f"{shop.url}/query/{of}", body, format="json")
            assert page.status_code == 200, page.content
            rows += page.json()["results"]
            counts.add(page.json()["count"])
            cursor = page.json()["next"]
            if cursor is None:
                return counts.pop(), rows

    return ask


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_chart_the_answer_and_the_lists_have_the_same_numbers(answered, behind, name):
    asked = QUESTIONS[name]
    answer = answered(asked, "?chart=column").json()
    of = "events" if asked["metrics"] == TOTAL else "users"
    drawn = [trace["y"] for trace in answer["figure"]["data"] if not trace.get("meta", {}).get("compared")]
    shown = [series for series in answer["series"] if not is_beside_segments(series)]
    assert drawn == [series["values"] for series in shown]
    walked = 0
    for series in answer["series"]:
        for compared, numbers, found in times(series, answer):
            at = {"metric": series["metric"], "segment": series["segment"], "compared": compared}
            for bucket, number in itertools.chain(
                [(None, numbers["total"])], zip(found, numbers["values"], strict=False)
            ):
                count, rows = behind(asked, {**at, "bucket": bucket and bucket["start"]}, of)
                assert count == len(rows) == number, (at, bucket)
                walked += 1
    assert walked >= 8


def is_beside_segments(series: dict[str, Any]) -> bool:
    return bool(series["segment"]) and all(part["kind"] == "all" for part in series["segment"])


def times(series: dict[str, Any], answer: dict[str, Any]) -> list[tuple[bool, dict[str, Any], list[Any]]]:
    found = [(False, series, answer["buckets"])]
    return [*found, (True, series["compared"], answer["compared"])] if series["compared"] else found


def test_a_user_says_how_often_and_when(behind):
    count, users = behind(question(), {"metric": "A"})
    assert count == 3
    assert [user["user"] for user in users] == ["bob", "ada", "eve"]  # the last seen first
    assert users[1] == {
        "user": "ada",
        "events": 2,
        "first": f"{NOON:%Y-%m-%dT%H:%M:%S}.000+00:00",
        "last": f"{NOON:%Y-%m-%dT%H:%M:%S}.001+00:00",
        "value": None,
    }


def test_moments_are_told_by_the_clock_of_the_question(behind):
    _, [_, ada, _] = behind(question(zone="Asia/Tokyo"), {"metric": "A"})
    assert ada["first"] == f"{NOON:%Y-%m-%d}T21:00:00.000+09:00"


def test_who_logged_in_later_is_called_by_their_id_in_what_they_did_before(shop, behind, write_raw):
    write_raw("{}", device="d1", distinct_id="$device:d1")
    write_raw("{}", event="Log In", device="d1", user="zoe", distinct_id="zoe")
    write_raw("{}", device="d2", distinct_id="$device:d2")
    raw = question(metrics=[{"events": ["Raw"], "measure": {"kind": "unique"}}])
    count, users = behind(raw, {"metric": "A"})
    assert count == 2
    assert {user["user"] for user in users} == {"zoe", "$device:d2"}


def test_an_event_comes_as_it_was_received_but_for_the_token(shop, behind, clickhouse):
    sent = {"plan": "x", "token": "secret", "list": [1, {"a": None}], "huge": 12345678901234567890, "amount": 2.5}
    fill(clickhouse, shop.project.pk, [("mia", "Odd", 0, sent)])
    total = question(metrics=[{"events": ["Odd"], "measure": {"kind": "total"}}])
    count, [event] = behind(total, {"metric": "A"}, "events")
    assert count == 1
    assert event["distinct_id"] == "mia"
    assert event["properties"] == {name: value for name, value in sent.items() if name != "token"}


def test_a_number_that_no_float_holds_is_null(shop, behind, write_raw):
    write_raw('{"big": 1e999, "half": "\\ud800", "plan": "x"}')
    total = question(metrics=[{"events": ["Raw"], "measure": {"kind": "total"}}])
    _, [event] = behind(total, {"metric": "A"}, "events")
    assert event["properties"] == {"big": None, "half": "?", "plan": "x"}


@pytest.fixture
def write_raw(shop, clickhouse):
    from analytics.clickhouse.writer import EventBatch, write_events

    numbers = itertools.count(100)

    def write(properties: str, event: str = "Raw", distinct_id: str = "zoe", user: str = "", device: str = "") -> None:
        batch, number = EventBatch(), next(numbers)
        at = int(NOON.timestamp() * 1000)
        row = (shop.project.pk, number, event, distinct_id, f"raw-{number}", at, user, device, properties)
        for column, value in zip(EventBatch.__dataclass_fields__, row, strict=True):
            getattr(batch, column).append(value)
        write_events(clickhouse, batch)

    return write


def test_the_events_of_a_property_have_its_values(behind):
    average = question(metrics=[{"events": ["Purchase"], "measure": {"kind": "average", "property": AMOUNT}}])
    _, events = behind(average, {"metric": "A"}, "events")
    assert sorted(event["value"] for event in events) == [5, 7, 10, 30]


def test_users_have_their_own_numbers(behind):
    per_user = {"kind": "per_user", "per_user": {"each": "sum", "across": "average", "property": AMOUNT}}
    count, users = behind(question(metrics=[{"events": ["Purchase"], "measure": per_user}]), {"metric": "A"})
    assert count == 2
    assert {user["user"]: user["value"] for user in users} == {"ada": 40, "bob": 12}


def test_the_events_of_a_bin_are_those_of_its_users_on_every_page(behind):
    per_user = {"kind": "per_user", "per_user": {"each": "total", "across": "distribution"}}
    asked = question(metrics=[{"events": ["Purchase"], "measure": per_user}])
    two_to_four = {"metric": "A", "segment": [{"kind": "count", "value": 2, "upper": 4}]}
    assert behind(asked, two_to_four)[0] == 2
    count, events = behind(asked, two_to_four, "events")
    assert count == len(events) == 4
    assert {event["distinct_id"] for event in events} == {"ada", "bob"}


def test_a_page_says_which_data_it_is_of(shop, robot, answered):
    answer = answered(question()).json()
    page = robot.post(f"{shop.url}/query/users", {"query": question(), "at": {"metric": "A"}}, format="json").json()
    assert page["data_version"] == answer["data_version"]


TWO_KINDS = question(
    metrics=[{"events": ["Purchase"], "measure": {"kind": "total"}}], formulas=[{"expression": "A * 2"}],
    breakdowns=breakdown("plan"),
)  # fmt: skip
REFUSED = [
    ({"at": {"metric": "F1"}}, "at.metric", "is a formula"),
    ({"at": {"metric": "B"}}, "at.metric", "no metric 'B'"),
    ({"at": {}}, "at.metric", "no metric None"),
    ({}, "at", "Which number?"),
    ({"at": {"metric": "A", "segment": []}}, "at.segment", "0 parts"),
    ({"at": {"metric": "A", "segment": [{"kind": "value", "value": "gold"}]}}, "at.segment", "no such segment"),
    ({"at": {"metric": "A", "segment": [{"kind": "value", "value": {}}]}}, "at.segment[0]", "value is text"),
    ({"at": {"metric": "A", "bucket": "2001-01-01T00:00:00+00:00"}}, "at.bucket", "No bucket"),
    ({"at": {"metric": "A", "bucket": "yesterday"}}, "at.bucket", "named by its start"),
    ({"at": {"metric": "A", "bucket": "2001-01-01"}}, "at.bucket", "no offset"),
    ({"at": {"metric": "A", "compared": True}}, "at.compared", "compares with nothing"),
    ({"at": {"metric": "A", "colour": "red"}}, "at", "unknown"),
    ({"at": {"metric": "A"}, "limit": 1000}, "limit", "1 to 200"),
    ({"at": {"metric": "A"}, "limit": "2"}, "limit", "whole number"),
    ({"at": {"metric": "A"}, "cursor": "2"}, "cursor", "none of ours"),
    ({"at": {"metric": "A"}, "cursor": "1.99999999999999999999.1"}, "cursor", "none of ours"),
    ({"at": {"metric": "A"}, "page": 2}, "page", "unknown"),
]


@pytest.mark.parametrize("change, place, words", REFUSED)
@pytest.mark.parametrize("of", ["users", "events"])
def test_what_cannot_be_listed_is_said(shop, robot, of, change, place, words):
    response = robot.post(f"{shop.url}/query/{of}", {"query": TWO_KINDS, **change}, format="json")
    assert response.status_code == 400, response.content
    error = response.json()["error"]
    assert error["place"] == place
    assert words in error["message"]


def test_a_point_of_a_rolling_average_has_no_list(shop, robot):
    smooth = question(rolling=3)
    at = {"metric": "A", "bucket": f"{NOON:%Y-%m-%d}T00:00:00+00:00"}
    response = robot.post(f"{shop.url}/query/users", {"query": smooth, "at": at}, format="json")
    assert response.status_code == 400
    assert "rolling average" in response.json()["error"]["message"]


def test_other_projects_stay_other_projects(shop, robot, clickhouse, project_id):
    fill(clickhouse, project_id + 1, [("spy", "Purchase", 0, {})])
    page = robot.post(f"{shop.url}/query/users", {"query": question(), "at": {"metric": "A"}}, format="json").json()
    assert {row["user"] for row in page["results"]} == {"ada", "bob", "eve"}
    assert robot.post(f"/api/v1/projects/{project_id + 1}/query/users", {}, format="json").status_code == 404
