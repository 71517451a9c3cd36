"""/events, /events/properties and their lists."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from analytics.clickhouse.writer import EventBatch, write_events
from tests.web.mixpanel.test_segmentation import DAYS, RANGE, by_day
from tests.web.shop import fill

pytestmark = pytest.mark.django_db


def test_several_events_are_there_even_without_any(asked):
    found = asked("events", event=json.dumps(["Purchase", "Sign Up", "Never"]), type="general", unit="day", **RANGE)
    assert found == {
        "data": {
            "series": DAYS,
            "values": {"Purchase": by_day(0, 2, 0, 3), "Sign Up": by_day(1, 0, 0, 0), "Never": by_day(0, 0, 0, 0)},
        },
        "legend_size": 3,
    }


def test_one_event_may_be_named_as_it_is(asked):
    found = asked("events", event="Purchase", type="unique", unit="month", interval=2)
    assert list(found["data"]["values"]) == ["Purchase"]
    assert sum(found["data"]["values"]["Purchase"].values()) >= 3


def test_values_of_a_property(asked):
    params = {"event": "Purchase", "name": "plan", "type": "unique", "unit": "day", **RANGE}
    found = asked("events/properties", **params)
    assert found["data"]["values"] == {"pro": by_day(0, 1, 0, 1), "free": by_day(0, 1, 0, 1)}
    wanted = asked("events/properties", values=json.dumps(["free", "gold"]), **params)
    assert wanted["data"]["values"] == {"free": by_day(0, 1, 0, 1), "gold": by_day(0, 0, 0, 0)}
    assert wanted["legend_size"] == 2
    assert asked("events/properties", limit=1, **params)["legend_size"] == 1


def test_a_property_that_is_not_set_has_no_value(asked):
    params = {"event": "Purchase", "name": "amount", "unit": "day", **RANGE}
    assert set(asked("events/properties", **params)["data"]["values"]) == {"5", "7", "10", "30"}


def test_top_properties_count_events_once(asked, shop, clickhouse):
    fill(clickhouse, shop.project.pk)  # all of it again
    assert asked("events/properties/top", event="Purchase") == {
        "$browser": {"count": 5}, "plan": {"count": 5}, "amount": {"count": 4},
    }  # fmt: skip
    assert list(asked("events/properties/top", event="Purchase", limit=1)) == ["$browser"]


def test_top_values(asked, shop, clickhouse):
    fill(
        clickhouse, shop.project.pk, [("ada", "Tagged", 0, {"tags": ["a", "b"]}), ("ada", "Tagged", 1, {"tags": ["b"]})]
    )
    assert asked("events/properties/values", event="Purchase", name="plan") == ["pro", "free"]
    assert asked("events/properties/values", event="Purchase", name="plan", limit=1) == ["pro"]
    assert asked("events/properties/values", event="Tagged", name="tags") == ["b", "a"]


def test_names_by_frequency(asked):
    assert asked("events/names") == ["Purchase", "<b>Sign & Out</b>", "Sign Up"]
    assert asked("events/names", type="unique", limit=1) == ["Purchase"]


def test_todays_events_beside_yesterdays_up_to_now(asked, shop, clickhouse):
    shop.project.timezone = "Etc/GMT-14"
    shop.project.save()
    now = dt.datetime.now(dt.UTC)
    local = now.astimezone(dt.timezone(dt.timedelta(hours=14)))
    into_day = local - local.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [
        ("Rise", [now - into_day / 2] * 3 + [now - dt.timedelta(days=1) - into_day / 2] * 2),
        ("New", [now - into_day / 2]),
        ("Gone", [now - dt.timedelta(days=1) - into_day / 2]),
    ]
    later = now - dt.timedelta(days=1) + dt.timedelta(minutes=1)
    if (local + dt.timedelta(minutes=2)).date() == local.date():  # yesterday, but at a time that today has not seen yet
        moments.append(("Rise", [later]))
    batch = EventBatch()
    for event, times in moments:
        for moment in times:
            number = len(batch)
            batch.project_id.append(shop.project.pk)
            batch.version.append(number + 1)
            batch.event.append(event)
            batch.distinct_id.append(f"u{number % 2}")
            batch.insert_id.append(f"top-{number}")
            batch.time_ms.append(int(moment.timestamp() * 1000))
            batch.user_id.append("")
            batch.device_id.append("")
            batch.properties.append("{}")
    write_events(clickhouse, batch)
    found = asked("events/top", type="general")
    assert found["type"] == "general"
    ours = [event for event in found["events"] if event["event"] in ("Rise", "New", "Gone")]
    assert ours == [
        {"amount": 3, "event": "Rise", "percent_change": 0.5},
        {"amount": 1, "event": "New", "percent_change": 1.0},
    ]
    assert asked("events/top", type="unique", limit=1)["events"][0]["amount"] == 2


@pytest.mark.parametrize(
    "address, params, sentence",
    [
        ("events", {**RANGE}, "event: It is missing."),
        ("events", {"event": "[1]", **RANGE}, "event: An array of texts is needed"),
        ("events", {"event": '["a"', **RANGE}, "event: A JSON array is needed"),
        ("events", {"event": "[]", **RANGE}, "event: No event is named."),
        ("events", {"event": "a", "interval": "3", **RANGE}, "interval: Give from_date and to_date, or interval"),
        ("events", {"event": "a", "interval": "2000", "unit": "minute"}, "interval: 2,000 points are too many"),
        ("events", {"event": "a", "interval": "1400", "unit": "month"}, "interval: A date range covers at most"),
        ("events", {"event": "a", "where": "true", **RANGE}, "where: There is no such parameter here"),
        ("events/properties", {"event": "a", **RANGE}, "name: It is missing."),
        ("events/properties/values", {"event": "a", "name": "x" * 300}, "name: The property's name is 300"),
        ("events/names", {"limit": "1e3"}, "limit: A whole number is needed"),
    ],
)
def test_what_cannot_be_asked(refused, address, params, sentence):
    assert refused(address, **params).startswith(sentence)
