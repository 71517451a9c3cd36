"""Rows into an answer: no holes, exact totals, a steady order, and notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.queries.buckets import buckets
from analytics.queries.codec import parse
from analytics.queries.comparisons import compared
from analytics.queries.insights import InsightsQuery
from analytics.results.answer import Answer, Meta
from analytics.results.distribution import bin_segment
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


# --- no value, formulas, comparisons, rolling averages ----------------------------------------------------------------

AMOUNT = {"name": "amount", "type": "number"}
THREE_DAYS = [bucket.start for bucket in buckets(asked().dates, asked().interval, scope())]


def of(measures: list[dict[str, object]], *, split: bool = False, **changes: object) -> InsightsQuery:
    return parse(
        document(
            metrics=[{"events": ["A"], "measure": measure} for measure in measures],
            dates={"kind": "last", "count": 3, "unit": "day"},
            breakdowns=[{"property": PLAN_IS_PRO["property"]}] if split else [],
            **changes,
        )
    )


def line(values: list[float | None], metric: int = 0, *segment: Segment) -> list[InsightsRow]:
    """A number for each of the three days; None where no row came."""
    return [
        InsightsRow(metric, segment, day, value)
        for day, value in zip(THREE_DAYS, values, strict=True)
        if value is not None
    ]


@pytest.mark.parametrize(
    "measure, nothing",
    [
        ({"kind": "total"}, 0),
        ({"kind": "sessions"}, 0),
        ({"kind": "mau"}, 0),
        ({"kind": "sum", "property": AMOUNT}, 0),
        ({"kind": "distinct", "property": AMOUNT}, 0),
        ({"kind": "average", "property": AMOUNT}, None),
        ({"kind": "max", "property": AMOUNT}, None),
        ({"kind": "percentile", "percentile": 9, "property": AMOUNT}, None),
        ({"kind": "per_user", "per_user": {"each": "total", "across": "average"}}, None),
    ],
)
def test_what_nothing_is(measure: dict[str, object], nothing: int | None):
    (series,) = insights_result(Asked(of([measure]), scope(), [])).series
    assert (series.values, series.total) == ((nothing,) * 3, nothing)


def test_numbers_have_twelve_digits():
    """Sums of the same floats in another order are the same number."""
    query = of([{"kind": "sum", "property": AMOUNT}])
    (series,) = insights_result(Asked(query, scope(), line([0.1 + 0.2, 3.0, 1e300]))).series
    assert series.values == (0.3, 3, 1e300)
    assert [type(value) for value in series.values] == [float, int, float]


def test_rolling_measures_are_told_by_how_much_they_change():
    rows = line([3, -1, None])
    (series,) = insights_result(Asked(of([{"kind": "wau"}]), scope(), rows)).series
    assert (series.values, series.total) == ((3, 2, 2), 2)


def test_a_formula_has_each_segment_of_its_metrics():
    query = of(
        [{"kind": "total"}, {"kind": "average", "property": AMOUNT}],
        split=True,
        formulas=[{"expression": "A / B", "name": "Ratio", "unit": "percent"}, {"expression": "A + 1"}],
    )
    rows = [*line([4, 4, None], 0, value("a")), *line([2, None, None], 1, value("a")), *line([5, 5, 5], 0, value("b"))]
    rows.append(InsightsRow(1, (value("a"),), None, 8))
    answer = insights_result(Asked(query, scope(), rows))
    found = {(series.metric, series.label): series for series in answer.series}
    first = found["F1", "a"]
    assert (first.values, first.total, first.unit, first.format) == (
        (2, None, None),
        1,
        "Events / Average of amount",
        "percent",
    )
    # A metric without the segment has nothing there: no average, and no events.
    assert found["F1", "b"].values == (None, None, None)
    assert found["F2", "b"].values == (6, 6, 6)
    assert found["F1", "a"].name == "Ratio"
    assert {label for metric, label in found if metric == "F1"} == {"All", "a", "b"}


def test_dividing_by_nothing_is_no_value():
    query = of([{"kind": "total"}, {"kind": "unique"}], formulas=[{"expression": "A / B"}])
    answer = insights_result(Asked(query, scope(), [*line([1, 1, None]), *line([None, 2, None], 1)]))
    assert answer.series[-1].values == (None, 0.5, None)


def test_a_comparison_stands_beside_each_number():
    query = of([{"kind": "total"}], comparison={"kind": "previous"})
    dates, back = compared(query.comparison, query.dates, scope())  # type: ignore[arg-type]
    before = replace(query, dates=dates, comparison=None)
    days = [bucket.start for bucket in buckets(dates, before.interval, back)]
    theirs = [InsightsRow(0, (), days[0], 4), InsightsRow(0, (), days[2], 5)]
    answer = insights_result(Asked(query, scope(), line([5, 3, 1])), Asked(before, back, theirs))
    (series,) = answer.series
    assert series.compared is not None
    # 5 beside 4 is a quarter more, 3 beside 0 cannot be said, and today is not over.
    assert series.compared.values == (4, 0, 5)
    assert series.compared.ratios == (0.25, None, None)
    assert (series.compared.total, series.compared.difference, series.compared.ratio) == (9, 0, 0)
    assert answer.compared is not None
    assert [bucket.complete for bucket in answer.compared] == [True, True, False]
    assert any("up to the same moment" in note for note in answer.notes)
    assert InsightsResult.from_json(orjson.loads(orjson.dumps(answer.to_json()))) == answer


def test_a_segment_of_one_time_only_is_there_with_nothing_in_the_other():
    query = of([{"kind": "total"}], split=True, comparison={"kind": "previous"})
    dates, back = compared(query.comparison, query.dates, scope())  # type: ignore[arg-type]
    before = replace(query, dates=dates, comparison=None)
    first = buckets(dates, before.interval, back)[0].start
    earlier = Asked(before, back, [InsightsRow(0, (value("old"),), first, 4)])
    answer = insights_result(Asked(query, scope(), line([1, None, None], 0, value("new"))), earlier)
    found = {series.label: (series.total, series.compared and series.compared.total) for series in answer.series}
    assert found == {"All": (0, 0), "new": (1, 0), "old": (0, 4)}


def test_a_rolling_average_begins_with_its_first_whole_window():
    query = of([{"kind": "total"}, {"kind": "max", "property": AMOUNT}], rolling=2)
    rows = [*line([2, 5, None]), *line([1.0, None, 3.0], 1)]
    total, largest = insights_result(Asked(query, scope(), rows)).series
    assert (total.values, total.total) == ((None, 3.5, 2.5), 7)
    assert largest.values == (None, None, None)  # one of each two has no value


def test_bins_of_a_distribution_stand_in_order_and_add_up():
    query = of([{"kind": "per_user", "per_user": {"each": "total", "across": "distribution"}}])
    bins = [(10.0, 1), (1.0, 4), (2.0, 2)]
    rows = [InsightsRow(0, (bin_segment(edge, whole=True),), None, users) for edge, users in bins]
    series = insights_result(Asked(query, scope(), rows)).series
    assert [(each.label, each.total) for each in series] == [("All", 7), ("1", 4), ("2 – 4", 2), ("10 – 19", 1)]


@pytest.mark.parametrize(
    "edge, whole, label",
    [
        (1.0, True, "1"),
        (2.0, True, "2 – 4"),
        (5.0, True, "5 – 9"),
        (10.0, True, "10 – 19"),
        (50.0, True, "50 – 99"),
        (0.5, False, "0.5 – 1"),
        (0.0, False, "0 – 0.01"),
        (-2.0, False, "-2 – -1"),
        (10_000.0, False, "10,000 – 20,000"),
    ],
)
def test_bins(edge: float, whole: bool, label: str):
    assert bin_segment(edge, whole=whole).label == label


@pytest.mark.parametrize(
    "query, said",
    [
        (of([{"kind": "mau"}]), "that of the last point"),
        (of([{"kind": "mau"}], split=True), "a user is counted once in each segment"),
        (of([{"kind": "total"}], rolling=2), "the average of 2; the first has no value"),
        (
            of([{"kind": "total"}, {"kind": "unique"}], formulas=[{"expression": "A + B", "name": "Odd"}]),
            "“Odd” adds numbers of different things.",
        ),
    ],
)
def test_notes_on_measures(query: InsightsQuery, said: str):
    assert any(said in note for note in insights_result(Asked(query, scope(), [])).notes)
