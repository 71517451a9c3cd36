"""Figures of retention, lifecycle and frequency: Plotly takes them, and they show the answer's numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import plotly.graph_objects as go
import pytest

from analytics.charts import charts_of, figure, fits, suggested
from analytics.queries.codec import parse
from analytics.queries.lifecycle import Status
from analytics.results.frequency import FrequencyRow, frequency_result
from analytics.results.lifecycle import LifecycleRow, lifecycle_result
from analytics.results.retention import RetentionRow, retention_result
from analytics.results.segments import Segment, SegmentKind
from tests.analytics.queries.scopes import scope
from tests.analytics.queries.test_retention import FREQUENCY, LIFECYCLE, RETENTION, moment

AT = scope(now="2024-03-20T12:00")
DATES = {"kind": "fixed", "from": "2024-03-16", "to": "2024-03-18"}
PRO, ALL = (Segment(SegmentKind.VALUE, "<b>pro"),), (Segment(SegmentKind.ALL),)
DAY = moment("2024-03-16T00:00:00+00:00")


def retention(*, by_plan: bool = False) -> Any:
    document = {**RETENTION, "dates": DATES, "interval": "day", "periods": 2}
    segments = [ALL, PRO] if by_plan else [()]
    if by_plan:
        document["breakdowns"] = [{"property": {"name": "plan", "type": "string"}}]
    rows = [
        row
        for segment in segments
        for row in (
            RetentionRow(segment, DAY, None, 4),
            RetentionRow(segment, DAY, 0, 2),
            RetentionRow(segment, DAY, 1, 1),
        )
    ]
    return retention_result(parse(document), AT, rows, [PRO] if by_plan else [])


def lifecycle() -> Any:
    rows = [LifecycleRow(DAY, status, number) for number, status in enumerate(Status, start=1)]
    return lifecycle_result(parse({**LIFECYCLE, "dates": DATES, "interval": "day"}), AT, rows)


def frequency() -> Any:
    rows = [FrequencyRow((), None, 1, 3), FrequencyRow((), None, 2, 1)]
    return frequency_result(parse({**FREQUENCY, "dates": DATES}), AT, rows)


def test_the_curve_says_its_unit_once():
    axis = figure(retention(), "curve")["layout"]["xaxis"]
    assert axis["tickvals"] == ["Day 0", "Day 1", "Day 2"]
    assert axis["ticktext"] == ["0", "1", "2"]
    assert axis["title"]["text"] == "Day"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("answer", [retention(), retention(by_plan=True), lifecycle(), frequency()])
def test_plotly_takes_every_figure(answer, theme):
    for chart in charts_of(answer):
        assert fits(answer, chart) is None
        go.Figure(figure(answer, chart, theme))
    assert suggested(answer) in charts_of(answer)


def test_the_curve_is_the_average_of_what_is_complete():
    [trace] = figure(retention(), "curve")["data"]
    assert trace["x"] == ["Day 0", "Day 1", "Day 2"]
    assert trace["y"] == [0.5, 0.25, 0]


def test_segments_are_drawn_without_the_whole_and_their_names_are_no_tags():
    [trace] = figure(retention(by_plan=True), "curve")["data"]
    assert (trace["name"], trace["meta"]) == ("&lt;b&gt;pro", {"series": 1})


def test_the_heat_table_marks_what_is_not_over():
    drawn = figure(retention(), "heat")
    cells, texts = drawn["data"]
    assert cells["z"][0] == [0.5, 0.25, 0]
    assert cells["z"][2] == [None, None, None], "nobody was born then"
    assert [said for *_, said, _, _ in cells["customdata"][1]] == ["", "", " *"]
    assert texts["customdata"] == [[0.5, ""], [0.25, ""], [0, ""]]
    assert drawn["layout"]["yaxis"]["ticktext"][0] == "Sat 16 Mar 2024 · 4"


def test_the_trend_shows_one_bucket_and_keeps_the_others():
    traces = figure(retention(), "trend")["data"]
    assert [(each["name"], each["visible"]) for each in traces] == [
        ("Day 0", "legendonly"),
        ("Day 1", True),
        ("Day 2", "legendonly"),
    ]


def test_weeks_are_ticked_where_they_begin():
    """A week begins on a Monday here; Plotly's own ticks lie on Sundays. The range begins within its first week."""
    dates = {"kind": "fixed", "from": "2024-01-18", "to": "2024-03-20"}
    lines = frequency_result(parse({**FREQUENCY, "dates": dates, "each": "day", "per": "week"}), AT, [])
    axis = figure(lines, "line")["layout"]["xaxis"]
    last = dt.datetime.fromisoformat(axis["tick0"])
    assert (last.date(), last.strftime("%A")) == (dt.date(2024, 3, 18), "Monday")
    assert (axis["tickmode"], axis["dtick"]) == ("linear", 2 * 7 * 86_400_000)  # ten weeks, six ticks at most


def test_dormant_users_hang_below_zero():
    traces = figure(lifecycle(), "stacked_column")["data"]
    assert [each["y"][0] for each in traces] == [1, 2, 3, -4]
    assert traces[3]["customdata"][0][2] == 4


def test_bars_end_where_nobody_has_more():
    [trace] = figure(frequency(), "bar")["data"]
    assert (trace["x"], trace["y"]) == ([1, 2], [3, 1])
