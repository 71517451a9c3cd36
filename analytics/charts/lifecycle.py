"""The chart of a lifecycle: who is active stands above zero, who fell asleep hangs below it."""

from __future__ import annotations

from typing import Any

from analytics.charts.axes import calendar_axis
from analytics.charts.looks import mixed
from analytics.charts.text import begun, bucket, clock, numeral
from analytics.charts.theme import THEMES, Theme, layout
from analytics.queries.lifecycle import Status
from analytics.results.lifecycle import LifecycleResult

_COLOURS = {Status.NEW: 0, Status.RETURNING: 2, Status.RESURRECTING: 4, Status.DORMANT: 3}
_PALE = 0.45


def fits(result: LifecycleResult, chart: str) -> str | None:
    return None if result.buckets else "The range has no days in this time zone, so there is no time to draw along."


def suggested(result: LifecycleResult) -> str:
    return "stacked_column"


def figure(result: LifecycleResult, chart: str, theme: str) -> dict[str, Any]:
    drawing: dict[str, Any] = {"data": [], "layout": layout(THEMES[theme])}
    _stacked_column(drawing, result, THEMES[theme])
    return drawing


def _stacked_column(figure: dict[str, Any], result: LifecycleResult, theme: Theme) -> None:
    x = [clock(each.start) for each in result.buckets]
    for place, series in enumerate(result.series):
        colour = theme.colours[_COLOURS[series.status]]
        sign = -1 if series.status is Status.DORMANT else 1
        pale = mixed(colour, theme.background, _PALE)
        figure["data"].append(
            {
                "type": "bar",
                "name": series.label,
                "meta": {"series": place, "status": str(series.status)},
                "x": x,
                "y": [sign * users for users in series.values],
                "marker": {"color": [colour if each.complete else pale for each in result.buckets]},
                "customdata": [
                    [*begun(each.start, result.interval, "" if each.complete else " *"), users]
                    for each, users in zip(result.buckets, series.values, strict=True)
                ],
                "hovertemplate": f"{bucket(result.interval)}<br>{series.label}: <b>{numeral(2, 'count')}</b>"
                "<extra></extra>",
            }
        )
    calendar_axis(figure["layout"], x, result.interval, result.zone)
    figure["layout"]["yaxis"] |= {"tickformat": ",", "zeroline": True, "zerolinecolor": theme.quiet}
    figure["layout"]["yaxis"]["title"]["text"] = "Users"
    figure["layout"] |= {"barmode": "relative", "showlegend": True, "hovermode": "closest"}


CHARTS = {"stacked_column": _stacked_column}
