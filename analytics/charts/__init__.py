"""Result → Plotly figure, as plain JSON values: {"data": [...], "layout": {...}}.

The only room that knows Plotly's vocabulary. The figures are plain values; the library checks them in tests and is not
needed to draw one. This room must not know where a result came from.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, cast

from analytics.charts import flows, frequency, funnels, insights, lifecycle, retention
from analytics.charts.theme import THEMES
from analytics.errors import QueryError
from analytics.queries.text import listed
from analytics.results import (
    FlowsResult,
    FrequencyResult,
    FunnelsResult,
    InsightsResult,
    LifecycleResult,
    Result,
    RetentionResult,
)

__all__ = ["CHARTS", "THEMES", "charts_of", "figure", "fits", "suggested"]

# For each kind of result the module of its charts: CHARTS by name, `fits`, `suggested` and `figure`.
_ROOMS: dict[type, ModuleType] = {
    InsightsResult: insights,
    FunnelsResult: funnels,
    RetentionResult: retention,
    FlowsResult: flows,
    LifecycleResult: lifecycle,
    FrequencyResult: frequency,
}

# Every name of a chart, of whatever kind.
CHARTS: tuple[str, ...] = tuple(dict.fromkeys(name for room in _ROOMS.values() for name in room.CHARTS))


def charts_of(result: Result) -> tuple[str, ...]:
    """The charts of this kind of result, whether they fit it or not."""
    return tuple(_ROOMS[type(result)].CHARTS)


def fits(result: Result, chart: str) -> str | None:
    """Why this chart cannot show the answer; None if it can."""
    if chart not in CHARTS:
        raise QueryError(f"There is no {chart!r} chart; there are {listed(CHARTS, 'and')}.", place="chart")
    if chart not in charts_of(result):
        return f"This answer is drawn as {listed(charts_of(result))}."
    return cast("str | None", _ROOMS[type(result)].fits(result, chart))


def suggested(result: Result) -> str:
    """The chart to begin with."""
    return cast("str", _ROOMS[type(result)].suggested(result))


def figure(result: Result, chart: str = "line", theme: str = "light") -> dict[str, Any]:
    if theme not in THEMES:
        raise QueryError(f"There is no {theme!r} theme; there are {listed(THEMES, 'and')}.", place="theme")
    if reason := fits(result, chart):
        raise QueryError(reason, place="chart")
    return cast("dict[str, Any]", _ROOMS[type(result)].figure(result, chart, theme))
