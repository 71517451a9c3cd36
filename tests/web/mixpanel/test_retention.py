"""/retention and /retention/addiction in Mixpanel's shapes."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.web.shop import NOON, fill

pytestmark = pytest.mark.django_db

DAYS = [(NOON - dt.timedelta(days=days)).date().isoformat() for days in (3, 2, 1, 0)]
RANGE = {"from_date": DAYS[0], "to_date": DAYS[1]}


@pytest.fixture
def visits(shop, clickhouse):
    """Beside the shop's own events; the n-th happens n times, milliseconds apart."""
    events = [
        ("ann", "Visit", 3, {"plan": "pro"}),
        ("bill", "Visit", 3, {"plan": "free"}),
        ("ann", "Order", 2, {"plan": "pro"}),
        ("bill", "Visit", 2, {"plan": "free"}),
        ("ann", "Order", 0, {"plan": "pro"}),
    ]
    for index, event in enumerate(events):
        fill(clickhouse, shop.project.pk, [event] * (index + 1))  # an hour holds them all
    return shop


def test_birth_retention(visits, asked):
    found = asked("retention", born_event="Visit", event="Order", interval_count=2, **RANGE)
    assert found == {DAYS[0]: {"counts": [0, 1, 0], "first": 2}, DAYS[1]: {"counts": [0, 0, 0], "first": 0}}


def test_every_time_counts_when_compounded(visits, asked):
    found = asked("retention", retention_type="compounded", born_event="Visit", **RANGE)
    assert found == {DAYS[0]: {"counts": [1, 2], "first": 2}, DAYS[1]: {"counts": [1, 0], "first": 1}}


def test_unbounded_retention_counts_later_returns(visits, asked):
    found = asked("retention", born_event="Visit", event="Order", interval_count=3, unbounded_retention="true", **RANGE)
    assert found[DAYS[0]] == {"counts": [1, 1, 1, 1], "first": 2}


def test_expressions(visits, asked):
    pro = asked("retention", born_event="Visit", event="Order", born_where='properties["plan"] == "pro"', **RANGE)
    assert pro[DAYS[0]] == {"counts": [0, 1], "first": 1}
    none = asked("retention", born_event="Visit", event="Order", where='properties["plan"] == "free"', **RANGE)
    assert none[DAYS[0]] == {"counts": [0, 0], "first": 2}


def test_what_cannot_be_asked_is_said(visits, refused):
    assert "missing" in refused("retention", **RANGE)
    assert "no such parameter" in refused("retention", born_event="Visit", on="x", **RANGE)
    assert "hour" in refused("retention", born_event="Visit", unit="hour", **RANGE)
    assert "366" in refused("retention", born_event="Visit", interval_count=400, **RANGE)
    assert "week or month" in refused("retention/addiction", addiction_unit="day", **RANGE)


def test_addiction(visits, asked):
    found = asked("retention/addiction", event="Visit", addiction_unit="hour", **RANGE)["data"]
    assert {day: numbers[:2] for day, numbers in found.items()} == {DAYS[0]: [2, 0], DAYS[1]: [1, 0]}
    assert all(len(numbers) == 24 for numbers in found.values())
    filtered = asked("retention/addiction", event="Visit", where='properties["plan"] == "pro"', **RANGE)["data"]
    assert filtered[DAYS[0]][0] == 1
