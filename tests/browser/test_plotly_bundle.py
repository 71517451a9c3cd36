"""Our own build of Plotly: every kind of trace draws, under the page's policy, and nothing can be sent away."""

from __future__ import annotations

import pytest

from analytics.charts import figure, fits
from analytics.charts.insights import CHARTS
from tests.analytics.charts.results import OTHER, WHOLE, compared_with, result, value
from tests.browser.conftest import ask
from tests.web.shop import question

# trace, and the elements that it must draw
TRACES = {
    "scatter": ({"x": [1, 2], "y": [3, 4], "mode": "lines+markers"}, ".scatterlayer .point", 2),
    "bar": ({"x": ["a", "b"], "y": [1, 2]}, ".barlayer .point path", 2),
    "pie": ({"labels": ["a", "b"], "values": [1, 2]}, ".pielayer .slice path.surface", 2),
    "heatmap": ({"z": [[1, 2], [3, 4]]}, ".heatmaplayer image", 1),
    "histogram": ({"x": [1, 1, 2, 5]}, ".barlayer .point path", 2),
    "box": ({"y": [1, 2, 3, 9]}, ".boxlayer path.box", 1),
    "sankey": (
        {"node": {"label": ["a", "b", "c"]}, "link": {"source": [0, 0], "target": [1, 2], "value": [1, 2]}},
        ".sankey-node rect.node-rect", 3,
    ),
    "funnel": ({"y": ["a", "b"], "x": [10, 4]}, ".funnellayer .point path", 2),
    "indicator": ({"value": 42, "mode": "number"}, ".indicatorlayer text", 1),
}  # fmt: skip


SEGMENTS = result(WHOLE, value("a"), value("b"), OTHER)
# chart, and what it must draw of three segments in three buckets, the last not whole
DRAWN = {
    "line": (".scatterlayer .point", 9),
    "stacked": (".scatterlayer .js-fill", 3),
    "column": (".barlayer .point path", 9),
    "stacked_column": (".barlayer .point path", 9),
    "bar": (".barlayer .point path", 3),
    "pie": (".pielayer .slice path.surface", 3),
    "number": (".indicatorlayer text.number", 1),
}
COMPARED = {
    "line": (".scatterlayer .lines path", 9),
    "column": (".barlayer .point path", 18),
    "bar": (".barlayer .point path", 6),
    "number": (".indicatorlayer text.delta", 1),
}


def draw(page, made) -> None:
    page.evaluate(
        """async (made) => {
            const place = Object.assign(document.createElement("div"), { id: "place" });
            document.querySelector("main").append(place);
            await Plotly.newPlot(place, made.data, { ...made.layout, width: 700, height: 400 });
        }""",
        made,
    )


@pytest.mark.parametrize("chart", CHARTS)
def test_each_chart_of_ours_draws(page, site, chart):
    ask(page, site, question())
    draw(page, figure(SEGMENTS, chart))
    selector, count = DRAWN[chart]
    assert page.locator(f"#place {selector}").count() == count
    if fits(compared_with(SEGMENTS), chart) is None:
        page.evaluate("document.getElementById('place').remove()")
        draw(page, figure(compared_with(SEGMENTS), chart))
        selector, count = COMPARED[chart]
        assert page.locator(f"#place {selector}").count() == count


@pytest.mark.parametrize("kind", TRACES)
def test_each_kind_of_trace_draws(page, site, kind):
    ask(page, site, question())
    trace, selector, least = TRACES[kind]
    page.evaluate(
        """async ([trace]) => {
            const place = Object.assign(document.createElement("div"), { id: "place" });
            document.querySelector("main").append(place);
            await Plotly.newPlot(place, [trace], { width: 500, height: 300 });
        }""",
        [{"type": kind, **trace}],
    )
    assert page.locator(f"#place {selector}").count() >= least


def test_no_button_sends_a_chart_away(page, site):
    """The bar with the button that sends a chart to Plotly's maker is not there, nor is there an address to send to."""
    ask(page, site, question())
    page.locator("#chart").hover()
    assert page.locator("#chart .modebar-btn").count() == 0
    assert page.evaluate("document.getElementById('chart')._context.plotlyServerURL") == ""
