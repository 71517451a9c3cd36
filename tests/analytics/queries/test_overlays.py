"""A board's dates and filters over a report's question."""

from __future__ import annotations

import pytest

from analytics.errors import QueryError
from analytics.queries.codec import parse, parse_dates, parse_filters
from analytics.queries.overlays import laid_over
from analytics.queries.sentence import sentence
from tests.web.shop import question, where

PRO, CITY = where("plan", "is", "pro"), where("city", "is", "Oslo")
ANY = {"match": "any", "conditions": [*PRO["conditions"], *CITY["conditions"]]}


def last(count, unit="day"):
    return {"kind": "last", "count": count, "unit": unit}


def over(query, dates=None, filters=None):
    return laid_over(
        parse(question(**query)), dates and parse_dates(dates), parse_filters(filters) if filters else None
    )


def test_nothing_over_it_leaves_it_as_it_is():
    assert over({"filters": PRO}) == parse(question(filters=PRO))


def test_dates_replace_and_filters_are_added():
    laid = over({"filters": PRO}, last(30), CITY)
    assert sentence(laid) == "Unique users who did Purchase where plan is pro and city is Oslo, last 30 days, daily"


@pytest.mark.parametrize("dates", [None, last(30), {"kind": "fixed", "from": "2024-03-01", "to": "2024-03-31"}])
def test_each_tile_keeps_its_zone(dates):
    assert over({"zone": "Asia/Tokyo"}, dates, CITY).zone == "Asia/Tokyo"
    assert over({}, dates, CITY).zone is None


@pytest.mark.parametrize(
    "own, boards, said",
    [
        (None, PRO, "plan is pro"),
        (PRO, PRO, "plan is pro"),
        (PRO, ANY, "plan is pro and (plan is pro or city is Oslo)"),
        (ANY, PRO, "(plan is pro or city is Oslo) and plan is pro"),
        (ANY, ANY, "plan is pro or city is Oslo"),
        ({"match": "any", "conditions": PRO["conditions"]}, CITY, "plan is pro and city is Oslo"),
    ],
)
def test_all_filters_must_hold(own, boards, said):
    assert f" where {said}, " in sentence(over({"filters": own}, None, boards))


def test_the_filters_of_a_metric_stay():
    metrics = [{"events": ["Purchase"], "measure": {"kind": "unique"}, "filters": PRO}]
    assert "where plan is pro, and where city is Oslo" in sentence(over({"metrics": metrics}, None, CITY))


@pytest.mark.parametrize(
    "interval, dates, fitting",
    [
        ("day", last(30), "day"),
        ("hour", last(30), "hour"),
        ("hour", last(12, "month"), "day"),
        ("minute", last(1), "minute"),
        ("minute", last(7), "hour"),
        ("day", last(10, "year"), "week"),
        ("month", last(7), "day"),
        ("month", last(90), "month"),
        ("quarter", last(30), "week"),
        ("day", last(1), "day"),
        ("month", {"kind": "since", "from": "2024-01-01"}, "month"),
        ("year", {"kind": "fixed", "from": "2024-01-01", "to": "2024-01-31"}, "week"),
        ("week", {"kind": "to_date", "unit": "month"}, "week"),
    ],
)
def test_the_interval_fits_the_other_range(interval, dates, fitting):
    own = {
        "interval": interval,
        "dates": last(1) if interval == "minute" else last(2, "year" if interval != "hour" else "month"),
    }
    assert over(own, dates).interval == fitting


def test_the_same_dates_leave_the_interval():
    assert over({"dates": last(7), "interval": "month"}, last(7)).interval == "month"


def test_groups_too_deep_are_refused_like_any_question():
    deep = {
        "match": "any",
        "conditions": [*PRO["conditions"], {"match": "all", "conditions": [*PRO["conditions"], ANY]}],
    }
    with pytest.raises(QueryError):
        over({"filters": deep}, None, CITY)
