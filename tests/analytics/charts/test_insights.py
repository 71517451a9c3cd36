"""Figures: what Plotly is given, checked by Plotly's own validation."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import orjson
import pytest

from analytics.charts import CHARTS, figure
from analytics.charts.text import number_label
from analytics.errors import QueryError
from analytics.queries.dates import Interval
from tests.analytics.charts.results import OTHER, WHOLE, result, value

HOSTILE = '<a href="javascript:alert(1)">x</a><br>&lt;b&gt; %{y} \x00'


def traces(made: dict[str, Any], mode: str) -> list[dict[str, Any]]:
    return [trace for trace in made["data"] if trace.get("mode") == mode]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("chart", CHARTS)
def test_plotly_accepts_it(chart: str, theme: str):
    import plotly.graph_objects as go

    for drawn in (result(), result(WHOLE, value("a"), value("b"), OTHER, names=("A", "B")), result(WHOLE)):
        made = figure(drawn, chart, theme)
        go.Figure(made)
        assert json.loads(orjson.dumps(made)) == made


def test_an_unknown_chart_is_named():
    with pytest.raises(QueryError, match="no 'radar' chart; there are line, column, bar"):
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
    assert "not whole" in points["customdata"][2][0]


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
    drawn = result(value(HOSTILE), names=(HOSTILE, "B"))
    # A unit names a property: "Sum of <a href=…".
    series = tuple(replace(each, unit=HOSTILE) for each in drawn.series)
    made = json.dumps(figure(replace(drawn, series=series), chart))
    assert "<a" not in made
    assert "javascript:alert" in made  # shown, not followed
    assert "&lt;a href=" in made
    assert "&amp;lt;b" in made  # what was written as an entity stays one


def test_names_never_reach_a_template():
    """Plotly fills %{…} in templates: a name stands in customdata, which is filled in once and not read again."""
    for chart in CHARTS:
        for trace in figure(result(value(HOSTILE)), chart)["data"]:
            assert "javascript" not in trace.get("hovertemplate", "")


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
    assert points["customdata"][2][0].startswith("31 March 2024 03:00 UTC+02:00")
    assert made["layout"]["xaxis"]["ticktext"][1] == "03:00<br>31 Mar"


def test_bars_are_the_totals():
    (bars,) = figure(result(WHOLE, value("a"), value("b")), "bar")["data"]
    assert bars["x"] == [273, 243]


@pytest.mark.parametrize(
    "number, format, label",
    [
        (None, "count", "–"),
        (0, "count", "0"),
        (1234567, "count", "1,234,567"),
        (1234.5, "number", "1,234.5"),
        (2 / 3, "number", "0.67"),
        (0.001234, "number", "0.0012"),
        (-0.001234, "number", "-0.0012"),
        (100.0, "number", "100"),
        (0.25, "percent", "25 %"),
        (1.2345678, "percent", "123.46 %"),
        (None, "percent", "–"),
    ],
)
def test_numbers_are_read_by_people(number: float | None, format: str, label: str):
    assert number_label(number, format) == label


@pytest.mark.parametrize("chart", CHARTS)
def test_no_value_is_a_gap_and_said_so(chart: str):
    import plotly.graph_objects as go

    drawn = result()
    (series,) = drawn.series
    values = (0.5, None, 1.25)
    drawn = replace(drawn, series=(replace(series, values=values, total=None, format="percent"),))
    made = figure(drawn, chart)
    go.Figure(made)
    trace = made["data"][-1]
    axis = made["layout"]["xaxis" if chart == "bar" else "yaxis"]
    assert axis["tickformat"] == ",.2~%"
    if chart == "bar":
        assert (list(trace["x"]), trace["customdata"][0][1]) == ([None], "–")
    else:
        assert list(trace["y"]) == list(values)
        assert [data[2] for data in trace["customdata"]] == ["50 %", "–", "125 %"]


def test_too_many_series_are_said():
    made = figure(result(*[value(str(index)) for index in range(60)]), "column")
    assert len(made["data"]) == 50
    assert made["layout"]["meta"]["series_left_out"] == 10
