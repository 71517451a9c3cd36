"""The charts of Flows: the nodes as a stream that divides from step to step, and the commonest whole paths as bars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from analytics.charts.paths import HOVER, PathBar, path_bars
from analytics.charts.text import escaped
from analytics.charts.theme import THEMES, Theme, layout, slots
from analytics.results.flows import FlowsResult, Node, NodeKind, Place

_Draw: TypeAlias = Callable[[dict[str, Any], FlowsResult, Theme], None]

_BETWEEN = 0.055  # of the height, between two nodes of a step: their names need it, however thin they are
_STEP_WIDTH = 150  # pixels: a node with its name
_EDGE = 0.001  # Plotly takes a place of 0 for none at all
_LINK_SHARE = 0.35  # how much of a link is seen; what lies under it is seen too


def sankey(figure: dict[str, Any], result: FlowsResult, theme: Theme) -> None:
    """Steps from left to right, at each the nodes from top to bottom; nodes and links in the answer's order, so that
    whoever points at one can be told which it is."""
    places = {node.place.id: index for index, node in enumerate(result.nodes)}
    colours = _colours(result, theme)
    counts = {node.place.id: node.count for node in result.nodes}
    labels = [escaped(node.place.label) for node in result.nodes]
    figure["data"].append(
        {
            "type": "sankey",
            "arrangement": "fixed",
            "node": {
                "label": labels,
                "x": [_x(result, node) for node in result.nodes],
                "y": _ys(result),
                "color": colours,
                "pad": 8,
                "thickness": 16,
                "line": {"width": 0},
                "customdata": [[_said(node.place), node.count, node.share] for node in result.nodes],
                "hovertemplate": HOVER,
            },
            "link": {
                "source": [places[link.source] for link in result.links],
                "target": [places[link.target] for link in result.links],
                "value": [link.count for link in result.links],
                "color": [_translucent(colours[places[link.source]]) for link in result.links],
                "customdata": [
                    [
                        f"{labels[places[link.source]]} → {labels[places[link.target]]}",
                        link.count,
                        link.count / counts[link.source],
                    ]
                    for link in result.links
                ],
                "hovertemplate": HOVER,
            },
        }
    )
    for axis in ("xaxis", "yaxis"):
        figure["layout"].pop(axis)
    # Where there is less room the page lets it scroll, as names would lie over each other.
    least = _STEP_WIDTH * (result.before + result.after + 1)
    figure["layout"] |= {"showlegend": False, "hovermode": "closest", "meta": {"least_width": least}}


def paths(figure: dict[str, Any], result: FlowsResult, theme: Theme) -> None:
    bars = [PathBar(tuple(place.label for place in path.places), path.count, path.share) for path in result.paths]
    path_bars(figure, bars, _unit(result), theme)


CHARTS: dict[str, _Draw] = {"sankey": sankey, "paths": paths}


def fits(result: FlowsResult, chart: str) -> str | None:
    return None


def suggested(result: FlowsResult) -> str:
    return "sankey"


def figure(result: FlowsResult, chart: str, theme: str) -> dict[str, Any]:
    drawing: dict[str, Any] = {"data": [], "layout": layout(THEMES[theme])}
    CHARTS[chart](drawing, result, THEMES[theme])
    return drawing


def _unit(result: FlowsResult) -> str:
    return "Users" if result.count == "uniques" else "Flows"


def _said(place: Place) -> str:
    """Step +2: Search"""
    where = "Anchor" if place.step == 0 else f"Step {place.step:+d}"
    return f"{where}: {escaped(place.label)}"


def _colours(result: FlowsResult, theme: Theme) -> list[str]:
    """An event has one colour at all steps; what is no event of its own is grey."""
    named = [node.place.label for node in result.nodes if node.place.kind is NodeKind.EVENT]
    found = slots(named, len(theme.colours))
    return [
        theme.colours[found[node.place.label] % len(theme.colours)]
        if node.place.kind is NodeKind.EVENT
        else theme.quiet
        for node in result.nodes
    ]


def _translucent(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{_LINK_SHARE})"


def _x(result: FlowsResult, node: Node) -> float:
    place = (node.place.step + result.before) / (result.before + result.after)
    return min(max(place, _EDGE), 1 - _EDGE)


def _ys(result: FlowsResult) -> list[float]:
    """The middle of each node: their heights are their shares of what the fullest step leaves free."""
    steps = [node.place.step for node in result.nodes]
    most = max((steps.count(step) for step in set(steps)), default=1)
    free = 1 - min(_BETWEEN * (most - 1), 0.5)
    between = (1 - free) / max(most - 1, 1)
    tops: dict[int, float] = {}
    middles = []
    for node in result.nodes:
        top, height = tops.get(node.place.step, 0.0), node.share * free
        middles.append(min(max(top + height / 2, _EDGE), 1 - _EDGE))
        tops[node.place.step] = top + height + between
    return middles
