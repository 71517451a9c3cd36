"""Rows into an answer: no holes, exact totals, a steady order, and notes."""

from __future__ import annotations

import datetime as dt

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.queries.buckets import buckets
from analytics.queries.codec import parse
from analytics.queries.insights import InsightsQuery
from analytics.results.answer import Answer, Meta
from analytics.results.insights import Asked, InsightsResult, InsightsRow, insights_result
from analytics.results.segments import Segment, SegmentKind, number_value
from tests.analytics.queries.documents import PLAN_IS_PRO, document
from tests.analytics.queries.scopes import scope

WHOLE, OTHER = Segment(SegmentKind.ALL), Segment(SegmentKind.OTHER)
EMPTY, NOT_SET = Segment(SegmentKind.EMPTY), Segment(SegmentKind.NOT_SET)


def value(text: str | float) -> Segment:
    return Segment(SegmentKind.VALUE, text)


def asked(kind: str = "unique", *, split: bool = True, **changes: object) -> InsightsQuery:
    return parse(
        document(
            metrics=[{"events": ["A"], "measure": {"kind": kind}}],
            dates={"kind": "last", "count": 3, "unit": "day"},
            breakdowns=[{"property": PLAN_IS_PRO["property"]}] if split else [],
            **changes,
        )
    )


def rows(totals: dict[Segment, int]) -> list[InsightsRow]:
    return [InsightsRow(0, (segment,), None, total) for segment, total in totals.items()]


def test_every_bucket_has_a_number():
    query = asked(split=False)
    found = buckets(query.dates, query.interval, scope())
    answer = insights_result(
        Asked(query, scope(), [InsightsRow(0, (), found[1].start, 5), InsightsRow(0, (), None, 4)])
    )
    (series,) = answer.series
    assert (series.values, series.total, series.label) == ((0, 5, 0), 4, "A")


def test_no_rows_are_zeroes():
    for query in (asked(), asked(split=False)):
        (series,) = insights_result(Asked(query, scope(), [])).series
        assert (series.values, series.total, series.is_whole) == ((0, 0, 0), 0, True)


def test_totals_of_events_are_the_sum_and_of_users_are_not():
    query = asked("total", split=False)
    found = buckets(query.dates, query.interval, scope())
    each = [InsightsRow(0, (), bucket.start, 2) for bucket in found]
    assert insights_result(Asked(query, scope(), each)).series[0].total == 6
    counted = insights_result(Asked(asked(split=False), scope(), [*each, InsightsRow(0, (), None, 3)]))
    assert counted.series[0].total == 3


def test_the_largest_come_first_and_ties_never_waver():
    totals = {OTHER: 9, NOT_SET: 2, value("b"): 2, value("a"): 2, EMPTY: 2, value("z"): 5, WHOLE: 20}
    for order in (totals, dict(reversed(totals.items()))):
        answer = insights_result(Asked(asked(), scope(), rows(order)))
        assert [series.label for series in answer.series] == [
            "All",
            "z",
            "(empty string)",
            "a",
            "b",
            "(not set)",
            "(other)",
        ]


def test_numbers_are_ordered_by_size_beside_those_too_long_to_be_one():
    totals = {value(10): 1, value(9.5): 1, value("12345678901234567890"): 1}
    labels = [series.label for series in insights_result(Asked(asked(), scope(), rows(totals))).series]
    assert labels == ["All", "9.5", "10", "12345678901234567890"]


@pytest.mark.parametrize(
    "text, number",
    [("5", 5), ("-0", 0), ("2.5", 2.5), ("1e21", 1e21), ("9007199254740993", "9007199254740993"), ("inf", "inf")],
)
def test_numbers_keep_what_they_are(text: str, number: object):
    assert number_value(text) == number
    assert type(number_value(text)) is type(number)


@pytest.mark.parametrize(
    "query, around, said",
    [
        (asked(), scope(), "a user is counted once in each segment"),
        (asked(split=False), scope(), "not the sum of its points"),
        (asked("total"), scope(), "The last day is not over yet."),
        (asked("total", interval="week"), scope(now="2024-03-18T12:00"), "a part of the first or last week"),
        (asked("total"), scope(retention_days=1), "keeps 1 day of events: nothing before 2024-03-20"),
    ],
)
def test_notes(query: InsightsQuery, around: object, said: str):
    assert any(said in note for note in insights_result(Asked(query, around, [])).notes)  # type: ignore[arg-type]


def test_nothing_to_note():
    fixed = asked("total", split=False)
    query = parse(document(dates={"kind": "fixed", "from": "2024-01-01", "to": "2024-01-02"}))
    assert insights_result(Asked(query, scope(), [])).notes == ()
    assert insights_result(Asked(fixed, scope(), [])).notes == ("The last day is not over yet.",)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([WHOLE, OTHER, EMPTY, NOT_SET, value("ü<"), value(2.5), Segment(SegmentKind.VALUE, True)]),
        st.integers(0, 2**53),
    )
)
def test_json_and_back_is_the_same(totals: dict[Segment, int]):
    answer = insights_result(Asked(asked(), scope("Europe/Berlin"), rows(totals)))
    assert InsightsResult.from_json(orjson.loads(orjson.dumps(answer.to_json()))) == answer


def test_an_answer_says_that_it_was_kept():
    meta = Meta(dt.datetime(2024, 3, 1, tzinfo=dt.UTC), 5, 10, 20, 1.5, "SELECT 1")
    answer = Answer(insights_result(Asked(asked(), scope(), [])), meta)
    kept = Answer.from_bytes(answer.to_bytes())
    assert kept.result == answer.result
    assert (kept.meta.cached, kept.meta.computed_at, kept.meta.data_version) == (True, meta.computed_at, 5)
    assert not answer.meta.cached
