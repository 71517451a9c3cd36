"""Our own build of Plotly: every kind of trace draws, under the page's policy, and nothing can be sent away."""

from __future__ import annotations

import pytest

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


def test_the_bar_of_buttons_cannot_send_a_chart_away(page, site):
    ask(page, site, question())
    page.locator("#chart").hover()
    titles = page.locator("#chart .modebar-btn").evaluate_all("all => all.map((each) => each.dataset.title ?? '')")
    assert titles, "the buttons are there"
    assert not [
        title for title in titles if "cloud" in title.lower() or "share" in title.lower() or "edit" in title.lower()
    ]
    assert page.evaluate("document.getElementById('chart')._context.plotlyServerURL") == ""
