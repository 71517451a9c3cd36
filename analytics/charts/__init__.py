"""Result → Plotly figure, as plain JSON values: {"data": [...], "layout": {...}}.

The only room that knows Plotly's vocabulary. The figures are plain values; the library checks them in tests and is not
needed to draw one. This room must not know where a result came from.
"""

from __future__ import annotations

from typing import Any

from analytics.charts.insights import CHARTS, fits, insights_figure, suggested
from analytics.charts.theme import THEMES
from analytics.results import Result

__all__ = ["CHARTS", "THEMES", "figure", "fits", "suggested"]


def figure(result: Result, chart: str = "line", theme: str = "light") -> dict[str, Any]:
    return insights_figure(result, chart, theme)
