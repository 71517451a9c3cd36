"""Which chart fits which answer, and the reason that is given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.charts import fits, suggested
from analytics.charts.insights import CHARTS
from analytics.errors import QueryError
from analytics.results.insights import InsightsResult
from tests.analytics.charts.results import WHOLE, bins, changed, compared_with, result, value

SEGMENTS = result(WHOLE, value("a"), value("b"))
USERS = changed(SEGMENTS, measure="unique", unit="Users")
MIXED = changed(result(names=("A", "B")), only="B", measure="sum", unit="Sum of x")


def test_everything_fits_segments_that_add_up():
    assert [chart for chart in CHARTS if fits(SEGMENTS, chart)] == []


@pytest.mark.parametrize(
    "chart, answer, reason",
    [
        ("line", replace(result(), buckets=()), "no days"),
        ("stacked", USERS, "“Users” of segments do not add up"),
        ("stacked_column", changed(SEGMENTS, measure="average", unit="Average of x"), "do not add up"),
        ("stacked", MIXED, "Different units cannot be added up: Events and Sum of x"),
        ("stacked", changed(SEGMENTS, measure="sum", values=(-1,)), "negative numbers"),
        ("stacked", compared_with(SEGMENTS), "A comparison cannot be stacked"),
        ("pie", result(), "at least two segments"),
        ("pie", USERS, "do not add up"),
        ("pie", result(names=("A", "B")), "of one metric"),
        ("pie", compared_with(SEGMENTS), "one time only"),
        ("pie", changed(SEGMENTS, values=(0, 0, 0)), "All segments are 0"),
        ("bar", changed(result(), measure="average", values=(None,) * 3), "no number over the whole range"),
        ("number", bins(), "A distribution is many numbers"),
        ("number", result(names=tuple("ABCDEFGHI")), "9 numbers do not fit"),
    ],
)
def test_what_does_not_fit_says_why(chart: str, answer: InsightsResult, reason: str):
    said = fits(answer, chart)
    assert said is not None
    assert reason in said
    assert said.endswith(".")


def test_segments_that_overlap_are_no_parts():
    """An event with a list is in the segment of each of its items."""
    overlapping = replace(SEGMENTS, series=(replace(SEGMENTS.series[0], total=500), *SEGMENTS.series[1:]))
    assert "overlap" in (fits(overlapping, "pie") or "")


def test_bins_are_parts_of_all_users():
    assert fits(bins(), "pie") is None
    assert fits(bins(), "stacked") is None


def test_an_unknown_chart_is_an_error():
    with pytest.raises(QueryError, match="no 'radar' chart"):
        fits(result(), "radar")


def test_the_chart_to_begin_with():
    assert suggested(result()) == "line"
    assert suggested(bins()) == "bar"
    one_day = replace(result(), buckets=result().buckets[:1])
    assert suggested(one_day) == "number"
    assert suggested(replace(SEGMENTS, buckets=one_day.buckets)) == "bar"
    nothing = changed(replace(SEGMENTS, buckets=one_day.buckets), measure="average", values=(None,) * 3)
    assert suggested(nothing) == "line"
    for answer in (nothing, result(), SEGMENTS, USERS, bins(), one_day):
        assert fits(answer, suggested(answer)) is None
