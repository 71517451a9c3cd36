"""Figures of funnels: what is in them, and that Plotly knows all of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest

from analytics.charts import charts_of, figure, fits, suggested
from analytics.errors import QueryError
from analytics.queries.buckets import buckets
from analytics.queries.dates import FixedDates, Interval
from analytics.results.funnel_numbers import Bin, FunnelSegment, Numbers, Path, Spread, StepNumbers, Trend
from analytics.results.funnels import FunnelsResult
from analytics.results.segments import Segment, SegmentKind
from tests.analytics.charts.results import OTHER, WHOLE, value
from tests.analytics.queries.scopes import scope

STEPS = ("Sign Up", "<b>Buy</b>")
SPREAD = Spread(2, 90, 90, 75, 105, 114, 60, 120, (Bin(60, 120, 1), Bin(120, 300, 1)))


def step(count: int, of: int, before: int) -> StepNumbers:
    return StepNumbers(count, before - count, count / before, count / of, 90, 90, 90, 90)


def numbers(view: str, entered: int = 10) -> Numbers:
    steps = (step(entered, entered, entered), step(entered // 2, entered, entered))
    trend = Trend((entered, 0, 0), (entered // 2, 0, 0), (0.5, None, None)) if view == "trend" else None
    times = SPREAD if view in ("times", "frequency") else None
    paths = (Path(("<b>Search</b>", "View"), 3, 0.6), Path((), 2, 0.4)) if view == "paths" else None
    return Numbers(steps, trend, times if view == "times" else None, times if view == "frequency" else None, paths)


def result(view: str = "steps", *segments: Segment, compared: bool = False) -> FunnelsResult:
    dates = FixedDates(dt.date(2024, 3, 18), dt.date(2024, 3, 20))
    found = buckets(dates, Interval.DAY, scope(now="2024-03-20T12:00"))
    made = [
        FunnelSegment((each,) if each else (), numbers(view), (), numbers(view, 6) if compared else None)
        for each in (segments or (None,))
    ]
    window = {"kind": "time", "count": 7, "unit": "day"}
    before = found if compared else None
    return FunnelsResult(
        "day", "UTC", view, "specific", "uniques", window, STEPS, (1, 2), found, tuple(made), (), before
    )


def drawn(found: FunnelsResult, chart: str, theme: str = "light") -> dict[str, Any]:
    made = figure(found, chart, theme)
    go.Figure(made)  # Plotly refuses what it does not know
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "view, chart", [("steps", "steps"), ("trend", "conversion"), ("times", "times"), ("paths", "paths")]
)
def test_each_view_has_its_chart(view, chart, theme):
    found = result(view, WHOLE, value("pro"), OTHER, compared=True)
    assert suggested(found) == chart
    assert drawn(found, chart, theme)["data"]
    assert FunnelsResult.from_json(found.to_json()) == found


def test_who_was_lost_stands_lighter_on_those_who_were_not():
    reached, lost = drawn(result(), "steps")["data"]
    assert (reached["y"], lost["y"]) == ([1, 0.5], [0, 0.5])
    assert [said[2:] for said in reached["customdata"]] == [[10, 1], [5, 0.5]]
    assert lost["texttemplate"] == ["<b>%{customdata[4]:,.2~%}</b><br>%{customdata[3]:,.6~f}"] * 2
    assert [said[2:] for said in lost["customdata"]] == [[0, 10, 1], [5, 5, 0.5]]
    assert reached["marker"]["color"] != lost["marker"]["color"]
    assert (reached["meta"]["outcome"], lost["meta"]["outcome"]) == ("converted", "dropped")


def test_numbers_stand_above_the_columns_where_there_is_room():
    few = drawn(result(compared=True), "steps")
    assert {trace["textposition"] for trace in few["data"][1::2]} == {"outside"}
    many = drawn(result("steps", WHOLE, value("a"), value("b"), value("c")), "steps")
    assert {trace["textposition"] for trace in many["data"][1::2]} == {"none"}
    assert few["layout"]["meta"]["least_width"] > many["layout"]["meta"]["least_width"]


def test_a_step_has_its_name_in_short_lines():
    made = figure(
        replace(result(), steps=("Subscription <Started> again and again and again", "Buy")), "steps", "light"
    )
    assert made["layout"]["xaxis"]["ticktext"] == ["1.<br>Subscription<br>&lt;Started&gt;…", "2. Buy"]


def test_the_whole_is_not_drawn_beside_its_segments():
    made = drawn(result("steps", WHOLE, value("pro"), value("free")), "steps")
    assert [trace["name"] for trace in made["data"][::2]] == ["pro", "free"]
    assert [each["series"] for each in made["layout"]["meta"]["drawn"]] == [1, 2]


def test_points_that_may_still_rise_are_open():
    (line,) = drawn(result("trend"), "conversion")["data"]
    assert line["y"] == [0.5, None, None]
    assert [symbol.endswith("-open") for symbol in line["marker"]["symbol"]] == [False, False, True]


def test_names_are_letters_and_no_tags():
    made = drawn(result(), "steps")
    assert made["layout"]["xaxis"]["ticktext"] == ["1. Sign Up", "2. &lt;b&gt;Buy&lt;/b&gt;"]


def test_bins_say_how_long():
    made = drawn(result("times"), "times")
    assert made["layout"]["xaxis"]["ticktext"] == ["1 min –<br>2 min", "2 min –<br>5 min"]


def test_what_was_done_in_between_is_a_bar_for_each_path_with_its_name_above():
    bars, names = drawn(result("paths"), "paths")["data"]
    assert (bars["x"], names["text"]) == ([3, 2], ["&lt;b&gt;Search&lt;/b&gt; → View", "nothing else"])
    assert [said[1:] for said in bars["customdata"]] == [[3, 0.6], [2, 0.4]]


def test_a_chart_of_another_view_says_what_to_choose():
    assert fits(result(), "times") == "The question did not ask for this: choose the view “times”."
    assert "steps" in charts_of(result())
    with pytest.raises(QueryError):
        figure(result(), "pie")


def test_nothing_to_draw_is_said():
    empty = FunnelSegment((Segment(SegmentKind.ALL),), Numbers((step(0, 1, 1),) * 2, None, Spread(0, *[None] * 7, ())))
    found = result("times")
    none = FunnelsResult(
        *("day", "UTC", "times", "specific", "uniques", found.window, STEPS, (1, 2), found.buckets, (empty,))
    )
    assert fits(none, "times") == "Nobody came that far: there is nothing to draw."
    assert fits(replace(none, view="paths"), "paths") == "Nobody came that far: there is nothing to draw."
