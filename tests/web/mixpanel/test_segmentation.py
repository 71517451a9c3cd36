"""/segmentation and its numeric, sum and average: Mixpanel's shapes around numbers that can be counted on fingers."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from analytics.clickhouse.writer import ProfileRow, write_profiles
from tests.web.shop import NOON, fill

pytestmark = pytest.mark.django_db

DAYS = [(NOON - dt.timedelta(days=days)).date().isoformat() for days in (3, 2, 1, 0)]
RANGE = {"from_date": DAYS[0], "to_date": DAYS[-1]}


def by_day(*numbers: float) -> dict[str, float]:
    return dict(zip(DAYS, numbers, strict=True))


def test_events_by_day(asked):
    assert asked("segmentation", event="Purchase", **RANGE) == {
        "data": {"series": DAYS, "values": {"Purchase": by_day(0, 2, 0, 3)}},
        "legend_size": 1,
    }


def test_the_old_address_and_a_form_say_the_same(viewer, asked, shop):
    wanted = asked("segmentation", event="Purchase", **RANGE)
    params = {"event": "Purchase", "project_id": shop.project.pk, "workspace_id": 7, **RANGE}
    assert viewer.get("/api/2.0/segmentation/", params).json() == wanted
    form = "&".join(f"{name}={value}" for name, value in params.items())
    posted = viewer.post("/api/query/segmentation", form, content_type="application/x-www-form-urlencoded")
    assert posted.json() == wanted


@pytest.mark.parametrize(
    "type, numbers", [("general", (0, 2, 0, 3)), ("unique", (0, 2, 0, 2)), ("average", (0, 1, 0, 1.5))]
)
def test_types_of_counting(asked, type, numbers):
    found = asked("segmentation", event="Purchase", type=type, **RANGE)
    assert found["data"]["values"] == {"Purchase": by_day(*numbers)}


def test_segments_are_sorted_by_size_and_cut_by_the_limit(asked):
    params = {"event": "Purchase", "on": 'properties["plan"]', **RANGE}
    found = asked("segmentation", **params)
    assert found["legend_size"] == 2
    assert list(found["data"]["values"].items()) == [("pro", by_day(0, 1, 0, 2)), ("free", by_day(0, 1, 0, 1))]
    assert asked("segmentation", limit=1, **params)["data"]["values"] == {"pro": by_day(0, 1, 0, 2)}
    by_users = asked("segmentation", type="unique", **params)["data"]["values"]
    assert list(by_users.items()) == [("pro", by_day(0, 1, 0, 1)), ("free", by_day(0, 1, 0, 1))], "ada and eve, and bob"


def test_what_is_not_set_is_undefined(asked):
    found = asked("segmentation", event="Purchase", on='properties["amount"]', type="unique", **RANGE)
    assert found["data"]["values"] == {
        "10": by_day(0, 0, 0, 1), "30": by_day(0, 0, 0, 1), "5": by_day(0, 0, 0, 1),
        "7": by_day(0, 1, 0, 0), "undefined": by_day(0, 1, 0, 0),
    }  # fmt: skip


def test_on_computes(asked):
    found = asked("segmentation", event="Purchase", on='string(floor(properties["amount"] / 10)) + "x"', **RANGE)
    values = {segment: sum(days.values()) for segment, days in found["data"]["values"].items()}
    assert values == {"0x": 2, "1x": 1, "3x": 1, "undefined": 1}


def test_items_of_a_list_are_segments(asked, shop, clickhouse):
    tagged = [("ada", "Tagged", 0, {"tags": tags}) for tags in (["a", "b", "a"], ["a"], [], "a")]
    fill(clickhouse, shop.project.pk, tagged)
    found = asked("segmentation", event="Tagged", on='properties["tags"]', **RANGE)["data"]["values"]
    assert {segment: sum(days.values()) for segment, days in found.items()} == {"a": 3, "b": 1, "": 1}


@pytest.mark.parametrize(
    "where, total",
    [
        ('properties["plan"] == "pro"', 3),
        ('properties["amount"] > 6', 3),
        ('not defined(properties["amount"])', 1),
        ('properties["amount"] in [5, 7]', 2),
        ('"ire" in properties["$browser"] and properties["amount"] < 20', 1),
        ('properties["distinct_id"] == "ada" or properties["amount"] == 7', 3),
        ('event["$time"] >= datetime("2020-01-01T00:00:00")', 5),
        ('properties["time"] < datetime("2020-01-01")', 0),
        ('properties["plan"] > 5', 0),
        ("true", 5),
    ],
)
def test_where(asked, where, total):
    found = asked("segmentation", event="Purchase", where=where, **RANGE)
    assert sum(found["data"]["values"]["Purchase"].values()) == total


def test_what_is_known_of_users(asked, shop, clickhouse):
    known = {"ada": {"team": "red", "seats": 5}, "bob": {"team": "blue"}}
    write_profiles(clickhouse, [ProfileRow(shop.project.pk, name, 1, False, json.dumps(known[name])) for name in known])
    params = {"event": "Purchase", "type": "unique", **RANGE}
    found = asked("segmentation", on='user["team"]', **params)
    assert found["data"]["values"] == {
        "blue": by_day(0, 1, 0, 1), "red": by_day(0, 0, 0, 1), "undefined": by_day(0, 1, 0, 0),
    }  # fmt: skip
    where = 'user["team"] == "red" and properties["amount"] > user["seats"] * 2'
    assert asked("segmentation", where=where, **params)["data"]["values"] == {"Purchase": by_day(0, 0, 0, 1)}
    assert asked("segmentation/sum", event="Purchase", on='user["seats"]', **RANGE)["results"] == by_day(0, 0, 0, 10)
    numeric = asked("segmentation/numeric", on='user["seats"]', **params)
    assert numeric["data"]["values"] == {"5 - 6": by_day(0, 0, 0, 1)}


class TestPeriods:
    def test_hours_are_named_by_the_clock(self, asked):
        found = asked("segmentation", event="Purchase", unit="hour", from_date=DAYS[-1], to_date=DAYS[-1])
        assert len(found["data"]["series"]) == 24
        assert found["data"]["series"][12] == f"{DAYS[-1]} 12:00:00"
        assert found["data"]["values"]["Purchase"][f"{DAYS[-1]} 12:00:00"] == 3

    def test_an_hour_that_comes_twice_has_two_names(self, asked, shop):
        shop.project.timezone = "Europe/Berlin"
        shop.project.save()
        found = asked("segmentation", event="x", unit="hour", from_date="2024-10-27", to_date="2024-10-27")
        series = found["data"]["series"]
        assert len(series) == len(set(series)) == 25
        assert series[2:4] == ["2024-10-27 02:00:00", "2024-10-27 02:00:00+0100"]

    def test_weeks_and_months_are_named_by_their_first_day(self, asked):
        weeks = asked("segmentation", event="x", unit="week", from_date="2024-03-07", to_date="2024-03-12")
        assert weeks["data"]["series"] == ["2024-03-04", "2024-03-11"]
        months = asked("segmentation", event="x", unit="month", from_date="2024-03-07", to_date="2024-04-12")
        assert months["data"]["series"] == ["2024-03-01", "2024-04-01"]

    def test_the_last_units(self, asked):
        found = asked("segmentation", event="Purchase", unit="day", interval=4)
        today = dt.datetime.now(dt.UTC).date()
        assert found["data"]["series"] == [str(today - dt.timedelta(days=days)) for days in (3, 2, 1, 0)]
        assert sum(found["data"]["values"]["Purchase"].values()) == 3 + 2 * ((today - NOON.date()).days == 1)

    def test_the_last_minutes(self, asked, shop, clickhouse):
        before = dt.datetime.now(dt.UTC)
        series = asked("segmentation", event="Purchase", unit="minute", interval=90)["data"]["series"]
        assert len(series) == 90
        ends = {f"{moment:%Y-%m-%d %H:%M:00}" for moment in (before, dt.datetime.now(dt.UTC))}
        assert series[-1] in ends

    def test_buckets_of_several_days(self, asked):
        found = asked("segmentation", event="Purchase", type="unique", interval=3, **RANGE)
        assert found["data"] == {"series": [DAYS[0], DAYS[3]], "values": {"Purchase": {DAYS[0]: 2, DAYS[3]: 2}}}


def test_csv(viewer):
    params = {"event": "Purchase", "on": 'properties["plan"]', "format": "csv", **RANGE}
    response = viewer.get("/api/query/segmentation", params)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    numbers = zip(DAYS, (0, 1, 0, 2), (0, 1, 0, 1), strict=True)
    assert response.content.decode() == "date,pro,free\n" + "".join(
        f"{day},{pro},{free}\n" for day, pro, free in numbers
    )


def test_ranges_of_numbers(asked, shop, clickhouse):
    amounts = [2000, 2099.5, 2100, 2450, -5, "x", None, True]
    fill(clickhouse, shop.project.pk, [("ada", "Order", 0, {"n": n}) for n in amounts[:4]])
    found = asked("segmentation/numeric", event="Order", on='properties["n"]', **RANGE)
    assert {name: sum(days.values()) for name, days in found["data"]["values"].items()} == {
        "2,000 - 2,050": 1, "2,050 - 2,100": 1, "2,100 - 2,150": 1, "2,450 - 2,500": 1,
    }  # fmt: skip
    assert found["legend_size"] == 4
    fill(clickhouse, shop.project.pk, [("eve", "Order", 1, {"n": n}) for n in amounts[4:]])
    wider = asked("segmentation/numeric", event="Order", on='properties["n"]', type="unique", **RANGE)
    values = wider["data"]["values"]
    assert list(values) == ["-500 - 0", "2,000 - 2,500"]
    assert values["2,000 - 2,500"] == by_day(0, 0, 0, 1)


def test_no_numbers_make_no_ranges(asked):
    found = asked("segmentation/numeric", event="Purchase", on='properties["plan"]', **RANGE)
    assert found == {"data": {"series": DAYS, "values": {}}, "legend_size": 0}


def test_sums_take_what_is_no_number_for_0(asked):
    found = asked("segmentation/sum", event="Purchase", on='properties["amount"]', **RANGE)
    assert set(found) == {"status", "computed_at", "results"}
    assert found["status"] == "ok"
    assert dt.datetime.fromisoformat(found["computed_at"]).tzinfo
    assert found["results"] == by_day(0, 7, 0, 45)


def test_averages_too(asked):
    params = {"event": "Purchase", "on": 'properties["amount"]', **RANGE}
    assert asked("segmentation/average", **params) == {"results": by_day(0, 3.5, 0, 15), "status": "ok"}
    known = asked("segmentation/average", where='defined(properties["amount"] + 0)', **params)
    assert known["results"] == by_day(0, 7, 0, 15)


@pytest.mark.parametrize(
    "address, params, sentence",
    [
        ("segmentation", {"event": ""}, "event: It is missing."),
        ("segmentation", {"event": "a", "from_date": "1/2/2024"}, "from_date: A day like 2024-01-31"),
        ("segmentation", {"event": "a", "to_date": "2020-01-01"}, "to_date: The range ends (2020-01-01) before"),
        ("segmentation", {"event": "a", "unit": "year"}, "unit: 'year' is not possible: there is minute, hour"),
        ("segmentation", {"event": "a", "type": "dau"}, "type: 'dau' is not possible"),
        ("segmentation", {"event": "a", "limit": "0"}, "limit: The limit is from 1 to 10,000"),
        ("segmentation", {"event": "a", "limit": "-5"}, "limit: A whole number is needed, not '-5'"),
        ("segmentation", {"event": "a", "wher": "true"}, "wher: There is no such parameter here"),
        ("segmentation", {"event": "a", "where": 'properties["a"'}, "where: “]” is needed after the name"),
        ("segmentation", {"event": "a", "where": "1 + 1"}, "where: “(1 + 1)” is not a condition"),
        ("segmentation", {"event": "a", "where": '"x" and true'}, 'where: “"x"” is not a condition, so “and”'),
        ("segmentation", {"event": "a", "on": "properties.plan"}, "on: “.” (character 11) is not part of"),
        ("segmentation", {"event": "a", "unit": "minute", "from_date": "2020-01-01"}, "unit: "),
        ("segmentation", {"event": "a", "interval": "2", "unit": "day"}, "interval: Give unit or interval"),
        ("segmentation", {"event": "a", "interval": "0"}, "interval: An interval has at least one day"),
        ("segmentation", {"event": "a", "project_id": "x"}, "project_id: A whole number is needed"),
        ("segmentation", {"event": "a\x00b"}, "event: It holds a zero byte."),
        ("segmentation/numeric", {"event": "a"}, "on: It is missing."),
        ("segmentation/sum", {"event": "a", "on": '"text"'}, 'on: “"text"” is never a number'),
    ],
)
def test_what_cannot_be_asked_is_said_with_its_parameter(refused, address, params, sentence):
    assert refused(address, **{**RANGE, **params}).startswith(sentence)
