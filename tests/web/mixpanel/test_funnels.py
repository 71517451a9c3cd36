"""/funnels and /funnels/list: saved funnels in Mixpanel's shapes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.queries.codec import canonical, parse
from tests.web.api.test_funnels import funnel
from tests.web.shop import NOON, fill, question
from web.reports.models import Report

pytestmark = pytest.mark.django_db

DAYS = {"from_date": f"{NOON - dt.timedelta(days=3):%Y-%m-%d}", "to_date": f"{NOON:%Y-%m-%d}"}


def saved(shop, document: dict[str, Any], name: str = "Sign-up to purchase") -> int:
    made = {"created_by_name": "Ada", "updated_by_name": "Ada"}
    return Report.objects.create(project=shop.project, name=name, query=canonical(parse(document)), **made).pk


@pytest.fixture
def sold(shop, clickhouse):
    """Ada and Eve signed up three days ago, Ada bought a day later, in Chrome."""
    fill(
        clickhouse,
        shop.project.pk,
        [
            ("zoe", "Join", 3, {"$browser": "Chrome", "plan": "pro"}),
            ("zoe", "Pay", 2, {"$browser": "Chrome", "plan": "pro"}),
            ("yan", "Join", 3, {"plan": "free"}),
            ("xia", "Join", 1, {"plan": "pro"}),
        ],
    )
    return saved(shop, funnel(steps=[{"events": ["Join"]}, {"events": ["Pay"], "name": "Paid"}]))


def test_the_list_has_funnels_only(shop, asked):
    saved(shop, question(), "Buyers")
    number = saved(shop, funnel())
    Report.objects.filter(pk=saved(shop, funnel(), "Gone")).update(deleted_at=NOON)
    assert asked("funnels/list") == [{"funnel_id": number, "name": "Sign-up to purchase"}]


def test_a_saved_funnel_keeps_the_zone_it_names(shop, asked, sold):
    """Noon in UTC is the next day in Auckland."""
    there = funnel(steps=[{"events": ["Join"]}, {"events": ["Pay"]}], zone="Pacific/Auckland")
    answer = asked("funnels", funnel_id=saved(shop, there), **DAYS)
    entered = [day["steps"][0]["count"] for day in answer["data"].values()]
    assert entered == [0, 2, 0, 1]
    assert [day["steps"][0]["count"] for day in asked("funnels", funnel_id=sold, **DAYS)["data"].values()] == [
        2,
        0,
        1,
        0,
    ]


def test_a_day_has_its_entries_whenever_they_converted(asked, sold):
    answer = asked("funnels", funnel_id=sold, **DAYS)
    assert answer["meta"]["dates"] == sorted(answer["data"])
    assert len(answer["data"]) == 4
    day = answer["data"][DAYS["from_date"]]
    assert [step["count"] for step in day["steps"]] == [2, 1]
    paid = day["steps"][1]
    assert (paid["event"], paid["goal"], paid["step_label"]) == ("Paid", "Paid", "Paid")
    assert paid["step_conv_ratio"] == paid["overall_conv_ratio"] == 0.5
    assert paid["avg_time"] == pytest.approx(86_400, abs=1)
    assert day["analysis"] == {"completion": 0.5, "starting_amount": 2, "steps": 2, "worst": 1}


def test_a_shorter_window_loses_who_took_longer(asked, sold):
    answer = asked("funnels", funnel_id=sold, length=1, length_unit="hour", unit="month", **DAYS)
    assert sum(day["steps"][1]["count"] for day in answer["data"].values()) == 0
    assert sum(day["steps"][0]["count"] for day in answer["data"].values()) == 3


def test_on_splits_and_where_filters(asked, sold):
    answer = asked("funnels", funnel_id=sold, on='properties["$browser"]', **DAYS)["data"][DAYS["from_date"]]
    assert {name: [step["count"] for step in steps] for name, steps in answer.items()} == {
        "$overall": [2, 1],
        "Chrome": [1, 1],
        "undefined": [1, 0],
    }
    where = 'properties["plan"] == "pro" and properties["$browser"] == "Chrome"'
    filtered = asked("funnels", funnel_id=sold, where=where, **DAYS)["data"]
    assert sum(day["steps"][0]["count"] for day in filtered.values()) == 1


def test_what_cannot_be_asked_is_refused(shop, refused, sold):
    assert "no such funnel" in refused("funnels", funnel_id=sold + 1000)
    assert "no such funnel" in refused("funnels", funnel_id=saved(shop, question(), "Buyers"))
    assert "only be properties" in refused("funnels", funnel_id=sold, where='properties["a"] + 1')
    assert "only be a property" in refused("funnels", funnel_id=sold, on='string(properties["a"])')
    assert "366 days" in refused("funnels", funnel_id=sold, length=400)
    assert "unit=week" in refused("funnels", funnel_id=sold, interval=7)
