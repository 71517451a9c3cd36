"""The charts of Insights by name: whether each fits an answer, and its figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from analytics.charts.fitting import RULES
from analytics.charts.looks import MOST_DRAWN, Drawn, is_distribution, looks, numbers_of, segments_of
from analytics.charts.over_range import bar, number, pie
from analytics.charts.over_time import column, line, stacked, stacked_column
from analytics.charts.theme import THEMES, Theme, layout
from analytics.results.insights import InsightsResult

_Draw: TypeAlias = Callable[[dict[str, Any], list[Drawn], InsightsResult, Theme], None]

CHARTS: dict[str, _Draw] = {
    "line": line,
    "stacked": stacked,
    "column": column,
    "stacked_column": stacked_column,
    "bar": bar,
    "pie": pie,
    "number": number,
}


def fits(result: InsightsResult, chart: str) -> str | None:
    return RULES[chart](result)


def suggested(result: InsightsResult) -> str:
    """The chart to begin with: bins as bars, else time where there is time, else the numbers side by side, or the only
    one."""
    shown = segments_of(result)
    wanted = "number" if len(shown) == 1 else "bar"
    if any(is_distribution(series) for series in shown):
        wanted = "bar"
    elif len(result.buckets) > 1:
        wanted = "line"
    return next((chart for chart in (wanted, "line", "number") if fits(result, chart) is None), wanted)


def figure(result: InsightsResult, chart: str, theme: str) -> dict[str, Any]:
    shown = numbers_of(result) if chart == "number" else segments_of(result)
    drawn = looks(shown[:MOST_DRAWN], result, THEMES[theme])
    drawing: dict[str, Any] = {"data": [], "layout": layout(THEMES[theme])}
    compared = any(one.series.compared for one in drawn)
    drawing["layout"] |= {
        "showlegend": len(drawn) > 1 or compared,
        "meta": {
            "series_left_out": len(shown) - len(drawn),
            "drawn": [{"series": one.place, "colour": one.colour} for one in drawn],
        },
    }
    CHARTS[chart](drawing, drawn, result, THEMES[theme])
    return drawing
