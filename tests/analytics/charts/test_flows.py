"""The figures of Flows: what Plotly is given, checked by Plotly's own validation."""

from __future__ import annotations

import pytest

from analytics.charts import figure, fits, suggested
from analytics.charts.flows import CHARTS
from analytics.charts.theme import THEMES
from analytics.results.flows import FlowsResult
from tests.analytics.charts.flow_results import result

HOSTILE = '<a href="javascript:alert(1)">x</a><br>&lt;b&gt; %{y} \x00'


NOTHING = FlowsResult("UTC", "uniques", 0, 3, 0, (), (), ())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("answer", [result(), NOTHING], ids=["some", "nothing"])
def test_plotly_accepts_it(answer: FlowsResult, chart: str, theme: str):
    import plotly.graph_objects as go

    assert fits(answer, chart) is None
    made = figure(answer, chart, theme)
    go.Figure(made)
    assert made["data"]


def test_it_begins_as_a_stream():
    assert suggested(result()) == "sankey"
    assert fits(result(), "line") == "This answer is drawn as sankey or paths."


def test_nodes_stand_step_by_step_and_do_not_lie_on_one_another():
    [trace] = figure(result(), "sankey")["data"]
    node = trace["node"]
    assert node["label"] == ["(start)", "Sign Up", "View · plan = pro", "(other)", "(end)"]
    assert node["x"] == [0.001, 0.5, 0.999, 0.999, 0.999]
    between = 0.055
    middles, free = node["y"][2:], 1 - 2 * between
    heights = [0.5 * free, 0.25 * free, 0.25 * free]
    for upper, lower, above, below in zip(middles, middles[1:], heights, heights[1:], strict=False):
        assert lower - upper == pytest.approx((above + below) / 2 + between)


def test_links_join_the_nodes_that_the_answer_joins():
    answer = result()
    [trace] = figure(answer, "sankey")["data"]
    ids = [node.place.id for node in answer.nodes]
    pairs = zip(trace["link"]["source"], trace["link"]["target"], trace["link"]["value"], strict=True)
    assert [(ids[one], ids[other], value) for one, other, value in pairs] == [
        (link.source, link.target, link.count) for link in answer.links
    ]


def test_what_is_no_event_is_grey_and_an_event_keeps_its_colour():
    [trace] = figure(result(), "sankey")["data"]
    start, anchor, view, other, end = trace["node"]["color"]
    assert {start, other, end} == {THEMES["light"].quiet}
    assert anchor != view
    assert {anchor, view} <= set(THEMES["light"].colours)


@pytest.mark.parametrize("chart", CHARTS)
def test_names_are_shown_letter_by_letter(chart: str):
    for trace in figure(result(HOSTILE), chart)["data"]:
        assert "<a" not in str(trace).replace("<br>", "")
        assert "javascript" not in str(trace.get("hovertemplate", ""))
