"""The question in words."""

from __future__ import annotations

import pytest

from analytics.queries.codec import parse
from analytics.queries.sentence import sentence
from tests.analytics.queries.documents import PLAN_IS_PRO, document, filtered

PLAN_GROUP = {"match": "all", "conditions": [PLAN_IS_PRO]}
BROWSER = {"property": {"name": "$browser", "type": "string"}}


@pytest.mark.parametrize(
    "asked, said",
    [
        (document(), "Total of Sign Up, last 30 days, daily"),
        (
            filtered() | {"breakdowns": [BROWSER]},
            "Total of Sign Up where plan is pro, by $browser, last 30 days, daily",
        ),
        (
            document(metrics=[{"events": {"all": True}, "measure": {"kind": "unique"}}], interval="week"),
            "Unique users who did anything, last 30 days, weekly",
        ),
        (
            document(
                metrics=[
                    {"events": ["a", "b"], "measure": {"kind": "unique"}},
                    {"events": ["c"], "measure": {"kind": "total"}, "filters": PLAN_GROUP},
                ],
                dates={"kind": "fixed", "from": "2024-01-01", "to": "2024-01-31"},
            ),
            "A: Unique users who did a or b; B: Total of c where plan is pro, 2024-01-01 to 2024-01-31, daily",
        ),
        (filtered(values=[""]), "Total of Sign Up where plan is (empty string), last 30 days, daily"),
        (
            filtered(values=["a", "b", "c", "d", "e", "f"]),
            "Total of Sign Up where plan is a, b, c, d or 2 more, last 30 days, daily",
        ),
        (
            filtered(property={"name": "amount", "type": "number"}, operator="not_between", values=[1, 2]),
            "Total of Sign Up where amount is not between 1 and 2, last 30 days, daily",
        ),
    ],
)  # fmt: skip
def test_sentences(asked: dict[str, object], said: str):
    assert sentence(parse(asked)) == said


AMOUNT = {"name": "amount", "type": "number"}
ALL = {"all": True}


def measured(events: object = ("Buy",), first_time: bool = False, **measure: object) -> dict[str, object]:
    events = list(events) if isinstance(events, tuple) else events
    return document(metrics=[{"events": events, "measure": measure, "first_time": first_time}])


def per_user(events: object = ("Buy",), **asked: object) -> dict[str, object]:
    return measured(events, kind="per_user", per_user=asked)


@pytest.mark.parametrize(
    "asked, said",
    [
        (measured(kind="total"), "Total of Buy"),
        (measured(ALL, kind="total"), "Total of all events"),
        (measured(kind="unique"), "Unique users who did Buy"),
        (measured(kind="sessions"), "Sessions with Buy"),
        (measured(ALL, kind="sessions"), "Sessions with any event"),
        (measured(kind="dau"), "Daily active users who did Buy"),
        (measured(ALL, kind="wau"), "Weekly active users (7 days) who did anything"),
        (measured(kind="mau"), "Monthly active users (30 days) who did Buy"),
        (measured(kind="cumulative_unique"), "Cumulative unique users who did Buy"),
        (measured(kind="sum", property=AMOUNT), "Sum of amount in Buy"),
        (measured(kind="average", property=AMOUNT | {"path": ["net"]}), "Average of amount.net in Buy"),
        (measured(("Buy", "Rent"), kind="median", property=AMOUNT), "Median of amount in Buy or Rent"),
        (measured(ALL, kind="min", property=AMOUNT), "Minimum of amount in all events"),
        (measured(kind="max", property=AMOUNT), "Maximum of amount in Buy"),
        (measured(kind="distinct", property=AMOUNT), "Distinct values of amount in Buy"),
        (measured(kind="percentile", percentile=90, property=AMOUNT), "90th percentile of amount in Buy"),
        (measured(kind="percentile", percentile=1, property=AMOUNT), "1st percentile of amount in Buy"),
        (measured(kind="percentile", percentile=12, property=AMOUNT), "12th percentile of amount in Buy"),
        (measured(kind="percentile", percentile=22, property=AMOUNT), "22nd percentile of amount in Buy"),
        (per_user(each="total", across="average"), "Average of Buy per user"),
        (per_user(ALL, each="total", across="distribution"), "Distribution of all events per user"),
        (per_user(each="total", across="percentile", percentile=75), "75th percentile of Buy per user"),
        (
            per_user(each="sum", across="median", property=AMOUNT),
            "Median per user of the sum of amount in Buy",
        ),
        (
            per_user(each="distinct", across="max", property=AMOUNT),
            "Maximum per user of the distinct values of amount in Buy",
        ),
        (measured(kind="unique", first_time=True), "Unique users who did Buy for the first time"),
    ],
)  # fmt: skip
def test_measures(asked: dict[str, object], said: str):
    assert sentence(parse(asked)) == f"{said}, last 30 days, daily"


@pytest.mark.parametrize(
    "dates, said",
    [
        ({"kind": "last", "count": 1, "unit": "day"}, "today"),
        ({"kind": "last", "count": 1, "unit": "day", "skip": 1}, "yesterday"),
        ({"kind": "last", "count": 1, "unit": "quarter"}, "this quarter"),
        ({"kind": "last", "count": 1, "unit": "month", "skip": 1}, "last month"),
        ({"kind": "last", "count": 2, "unit": "year"}, "last 2 years"),
        ({"kind": "last", "count": 4, "unit": "week", "skip": 1}, "4 weeks up to 1 week ago"),
        ({"kind": "last", "count": 1, "unit": "day", "skip": 2}, "1 day up to 2 days ago"),
        ({"kind": "to_date", "unit": "year"}, "this year to date"),
        ({"kind": "since", "from": "2024-03-01"}, "since 2024-03-01"),
        ({"kind": "fixed", "from": "2024-03-01", "to": "2024-03-01"}, "on 2024-03-01"),
        ({"kind": "fixed", "from": "2024-03-01", "to": "2024-03-02"}, "2024-03-01 to 2024-03-02"),
    ],
)
def test_ranges(dates: dict[str, object], said: str):
    assert sentence(parse(document(dates=dates))) == f"Total of Sign Up, {said}, daily"


@pytest.mark.parametrize(
    "breakdown, said",
    [
        ({"property": AMOUNT, "buckets": {"kind": "auto"}}, "amount in buckets"),
        ({"property": AMOUNT, "buckets": {"kind": "even", "size": 0.5}}, "amount in steps of 0.5"),
        ({"property": AMOUNT, "buckets": {"kind": "custom", "edges": [1, 5, 10]}}, "amount from 1, 5 and 10"),
        (
            {"property": {"name": "time", "type": "date"}, "buckets": {"kind": "date", "grain": "hour_of_day"}},
            "hour of day of time",
        ),
        (
            {"property": {"name": "due", "type": "date"}, "buckets": {"kind": "date", "grain": "day_of_week"}},
            "day of week of due",
        ),
        (
            {"property": {"name": "due", "type": "date"}, "buckets": {"kind": "date", "grain": "quarter"}},
            "quarter of due",
        ),
        ({"property": {"name": "plan", "source": "user", "type": "string"}}, "the user's plan"),
        ({"property": AMOUNT | {"cast": True}}, "amount read as number"),
        ({"property": {"name": "address", "type": "string", "path": ["city", "name"]}}, "address.city.name"),
    ],
)
def test_breakdowns(breakdown: dict[str, object], said: str):
    asked = document(breakdowns=[BROWSER, breakdown])
    assert sentence(parse(asked)) == f"Total of Sign Up, by $browser and {said}, last 30 days, daily"


@pytest.mark.parametrize(
    "operator, values, said",
    [
        ("in_last", [7, "day"], "is in the last 7 days"),
        ("in_last", [1, "month"], "is in the last month"),
        ("not_in_last", [2, "week"], "is not in the last 2 weeks"),
        ("before_last", [1, "year"], "is before the last year"),
        ("in_next", [3, "quarter"], "is in the next 3 quarters"),
        ("since", ["2024-03-01"], "is on or after 2024-03-01"),
        ("is_not_set", [], "is not set"),
    ],
)
def test_conditions(operator: str, values: list[object], said: str):
    asked = filtered(property={"name": "due", "type": "date"}, operator=operator, values=values)
    assert sentence(parse(asked)) == f"Total of Sign Up where due {said}, last 30 days, daily"


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"comparison": {"kind": "previous"}}, ", compared with the period before"),
        ({"comparison": {"kind": "earlier", "count": 1, "unit": "year"}}, ", compared with the year before"),
        ({"comparison": {"kind": "earlier", "count": 2, "unit": "week"}}, ", compared with 2 weeks before"),
        ({"comparison": {"kind": "custom", "from": "2024-01-01"}}, ", compared with the time from 2024-01-01"),
        ({"rolling": 7}, ", as a rolling average of 7"),
        (
            {"rolling": 7, "comparison": {"kind": "previous"}},
            ", as a rolling average of 7, compared with the period before",
        ),
    ],
)
def test_what_is_done_with_the_numbers(changes: dict[str, object], said: str):
    assert sentence(parse(document(**changes))) == f"Total of Sign Up, last 30 days, daily{said}"


def test_formulas_and_filters_of_each_and_all():
    metric = {"events": ["Buy"], "measure": {"kind": "total"}, "filters": PLAN_GROUP}
    asked = filtered(values=["free"]) | {
        "metrics": [metric, {"events": ["Open"], "measure": {"kind": "unique"}}],
        "formulas": [{"expression": "A / B", "name": "Orders per user"}, {"expression": "A + 1"}],
    }
    assert sentence(parse(asked)) == (
        "A: Total of Buy where plan is pro; B: Unique users who did Open; Orders per user; A + 1,"
        " all where plan is free, last 30 days, daily"
    )
