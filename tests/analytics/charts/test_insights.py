"""Figures: what Plotly is given, checked by Plotly's own validation."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from analytics.charts import THEMES, figure, fits
from analytics.charts.fitting import RULES
from analytics.charts.insights import CHARTS
from analytics.errors import QueryError
from analytics.queries.dates import Interval
from tests.analytics.charts.results import OTHER, WHOLE, bins, changed, compared_with, result, value

HOSTILE = '<a href="javascript:alert(1)">x</a><br>&lt;b&gt; %{y} \x00'


def traces(made: dict[str, Any], mode: str) -> list[dict[str, Any]]:
    return [trace for trace in made["data"] if trace.get("mode") == mode]


ANSWERS = {
    "one metric": result(),
    "segments of two metrics": result(WHOLE, value("a"), value("b"), OTHER, names=("A", "B")),
    "nothing but the whole": result(WHOLE),
    "compared": compared_with(result(WHOLE, value("a"), value("b"), OTHER)),
    "gaps and fractions": changed(
        result(), measure="average", unit="Average of x", format="number", values=(None, 1.25)
    ),
    "nothing at all": changed(result(), measure="average", unit="Average of x", format="number", values=(None,) * 3),
    "percent": changed(result(), measure="formula", format="percent", values=(0.25, None, 1)),
    "two units": changed(result(names=("A", "B")), only="B", measure="sum", unit="Sum of x", values=(1.5, 2, 3)),
    "three units": changed(
        changed(result(names=("A", "B", "C")), only="B", unit="Users"), only="C", unit="Sum of x", format="number"
    ),
    "a distribution": bins(),
    "a rolling average": changed(result(), values=(None, 100.5, 101.5), rolling=2),
}


def test_every_chart_has_its_rule():
    assert list(RULES) == list(CHARTS)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_plotly_accepts_it(answer: str, chart: str, theme: str):
    import plotly.graph_objects as go

    drawn = ANSWERS[answer]
    if fits(drawn, chart):
        with pytest.raises(QueryError):
            figure(drawn, chart, theme)
        return
    made = figure(drawn, chart, theme)
    go.Figure(made)
    assert made["data"]
    assert json.loads(orjson.dumps(made)) == made


def test_an_unknown_chart_is_named():
    with pytest.raises(
        QueryError, match="no 'radar' chart; there are line, stacked, column, stacked_column, bar, pie, number"
    ):
        figure(result(), "radar")
    with pytest.raises(QueryError, match="no 'sepia' theme"):
        figure(result(), "line", "sepia")


def test_the_unfinished_bucket_is_dashed_and_open():
    made = figure(result())
    solid, dashed = traces(made, "lines")
    assert solid["y"] == [100, 101, None]
    assert dashed["y"] == [None, 101, 102]
    assert dashed["line"]["dash"] == "dash"
    (points,) = traces(made, "markers")
    assert points["y"] == [100, 101, 102]
    assert points["marker"]["symbol"] == ["circle", "circle", "circle-open"]
    assert points["customdata"][2][:2] == ["2024-03-20T00:00:00", " (not whole)"]


def test_the_unfinished_column_is_pale():
    (column,) = figure(result(), "column")["data"]
    assert column["marker"]["opacity"] == [1.0, 1.0, 0.45]


def test_the_axis_names_the_zone_and_starts_at_zero():
    layout = figure(result(zone="Asia/Tokyo"))["layout"]
    assert layout["xaxis"]["title"]["text"] == "Day (Asia/Tokyo)"
    assert layout["yaxis"]["rangemode"] == "tozero"


def test_segments_are_drawn_and_the_whole_is_not():
    made = figure(result(WHOLE, value("pro"), OTHER))
    assert [trace["name"] for trace in traces(made, "markers")] == ["pro", "(other)"]
    assert made["layout"]["showlegend"]


@pytest.mark.parametrize("chart", CHARTS)
def test_names_are_shown_letter_by_letter(chart: str):
    hostile = changed(result(WHOLE, value(HOSTILE), value("b"), names=(HOSTILE,)), unit=HOSTILE)
    made = json.dumps(figure(hostile, chart))
    assert "<a" not in made
    assert "javascript:alert" in made  # shown, not followed
    assert "&lt;a href=" in made
    assert "&amp;lt;b" in made  # what was written as an entity stays one


def test_names_never_reach_a_template():
    """Plotly fills %{…} in templates: a name stands in customdata, which is filled in once and not read again."""
    for chart in CHARTS:
        for trace in figure(result(WHOLE, value(HOSTILE), value("b"), names=(HOSTILE,)), chart)["data"]:
            assert "javascript" not in trace.get("hovertemplate", "")
            assert "texttemplate" not in trace


def test_long_names_are_cut():
    (points,) = traces(figure(result(names=("x" * 500,))), "markers")
    assert len(points["name"]) == 60


def test_colour_follows_the_segment_and_dash_the_metric():
    made = figure(result(value("a"), value("b"), names=("A", "B")))
    looks = {trace["name"]: trace["marker"] for trace in traces(made, "markers")}
    assert looks["A. A · a"]["color"] == looks["B. B · a"]["color"] != looks["A. A · b"]["color"]
    assert looks["A. A · a"]["symbol"] != looks["B. B · a"]["symbol"]


def test_an_hour_that_comes_twice_or_never_keeps_its_place():
    made = figure(result(zone="Europe/Berlin", interval=Interval.HOUR))
    (points,) = traces(made, "markers")
    assert len(points["x"]) == len(set(points["x"])) == 23
    assert points["x"][2].endswith("T02:00:00")  # where 03:00 stands, one hour after 01:00
    assert points["customdata"][2][:2] == ["2024-03-31T03:00:00", " UTC+02:00 (not whole)"]
    assert made["layout"]["xaxis"]["ticktext"][1] == "03:00<br>31 Mar"
    assert made["layout"]["meta"]["ticks"]["starts"][1] == "2024-03-31T03:00:00"


def test_bars_are_the_totals():
    (bars,) = figure(result(WHOLE, value("a"), value("b")), "bar")["data"]
    assert bars["x"] == [273, 243]


def test_too_many_series_are_said():
    made = figure(result(*[value(str(index)) for index in range(60)]), "column")
    assert len(made["data"]) == 50
    assert made["layout"]["meta"]["series_left_out"] == 10


# --- compared ---------------------------------------------------------------------------------------------------------


def test_the_earlier_time_is_a_paler_twin_with_its_own_days():
    made = figure(compared_with(result()))
    [twin] = [trace for trace in made["data"] if trace["meta"]["compared"]]
    [points] = traces(made, "markers")
    assert twin["name"] == "Sign Up (before)"
    assert (twin["line"]["dash"], twin["y"]) == ("dot", [50, 51, 52])
    assert twin["line"]["color"] != points["marker"]["color"]
    assert twin["customdata"][0][:3] == ["2024-03-15T00:00:00", "", "Sign Up (before)"]
    assert twin["x"] == points["x"]
    assert made["layout"]["showlegend"]


@pytest.mark.parametrize("chart", CHARTS)
def test_every_trace_says_which_series_of_the_answer_it_draws(chart: str):
    """Who points at the chart points at a number; the metric's whole is not drawn beside its segments."""
    answer = result(WHOLE, value("a"), value("b"), names=("A",))
    made = figure(answer, chart)
    said = [trace["meta"]["series"] for trace in made["data"]]
    found = {place for each in said for place in (each if isinstance(each, list) else [each])}
    assert found == ({0} if chart == "number" else {1, 2})
    drawn = made["layout"]["meta"]["drawn"]
    assert [one["series"] for one in drawn] == sorted(found)
    assert {one["colour"] for one in drawn} <= set(THEMES["light"].colours)


def test_columns_and_bars_stand_beside_those_of_the_earlier_time():
    before, ours = figure(compared_with(result()), "column")["data"]
    assert (before["y"], ours["y"]) == ([50, 51, 52], [100, 101, 102])
    assert before["offsetgroup"] != ours["offsetgroup"]
    before, ours = figure(compared_with(result()), "bar")["data"]
    assert (before["x"], ours["x"]) == ([153], [303])


def test_a_number_says_how_it_differs():
    [trace] = figure(compared_with(result()), "number")["data"]
    assert (trace["value"], trace["mode"]) == (303, "number+delta")
    assert (trace["delta"]["reference"], trace["delta"]["relative"]) == (153, True)


# --- units ------------------------------------------------------------------------------------------------------------


def test_two_units_have_an_axis_each_and_three_say_so():
    made = figure(ANSWERS["two units"])
    assert made["layout"]["yaxis"]["title"]["text"] == "Events"
    assert made["layout"]["yaxis2"]["title"]["text"] == "Sum of x"
    assert {trace.get("yaxis", "y") for trace in made["data"] if "B" in trace["name"]} == {"y2"}
    assert {trace.get("yaxis", "y") for trace in made["data"] if "A" in trace["name"]} == {"y"}
    made = figure(ANSWERS["three units"])
    assert made["layout"]["yaxis"]["title"]["text"] == "Different units: Events · Users · Sum of x"


def test_percents_are_written_as_percents():
    made = figure(ANSWERS["percent"])
    assert made["layout"]["yaxis"]["tickformat"].endswith("%")
    [points] = traces(made, "markers")
    assert [said[3] for said in points["customdata"]] == [0.25, None, 1]
    assert "%{customdata[3]:,.2~%}" in points["hovertemplate"]


def test_a_rolling_average_is_named_on_the_axis():
    assert figure(ANSWERS["a rolling average"])["layout"]["yaxis"]["title"]["text"] == "Events, average of 2 days"


# --- parts of a whole -------------------------------------------------------------------------------------------------


def test_stacks_veil_what_is_not_whole():
    made = figure(result(WHOLE, value("a"), value("b")), "stacked")
    assert [trace["stackgroup"] for trace in made["data"]] == ["all", "all"]
    [veil] = made["layout"]["shapes"]
    assert (veil["x0"], veil["x1"]) == ("2024-03-19T00:00:00", "2024-03-20T00:00:00")


def test_slices_are_the_totals():
    [pie] = figure(result(WHOLE, value("a"), value("b")), "pie")["data"]
    assert (pie["values"], pie["text"]) == ([273, 243], ["a", "b"])
    assert len(set(pie["marker"]["colors"])) == 2


def test_bins_are_bars_in_their_order_and_their_whole_is_not_drawn():
    [bars] = figure(bins(), "bar")["data"]
    assert [said[0] for said in bars["customdata"]] == ["1", "2 – 4", "5 – 9"]
    assert bars["x"] == [30, 20, 10]


def test_a_number_is_of_the_whole_metric():
    made = figure(result(WHOLE, value("a"), names=("Buy", "Open")), "number")
    assert [(trace["title"]["text"], trace["value"]) for trace in made["data"]] == [("A. Buy", 903), ("B. Open", 903)]
    assert made["data"][0]["domain"]["x"] == [0.0, 0.5]
