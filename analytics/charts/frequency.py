"""The charts of frequency: how many users have which number of units, and their average over the periods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from analytics.charts.axes import calendar_axis
from analytics.charts.segments import drawn_segments
from analytics.charts.text import begun, bucket, clock, numeral, rounded
from analytics.charts.theme import THEMES, Theme, layout
from analytics.results.frequency import FrequencyResult

_Draw: TypeAlias = Callable[[dict[str, Any], FrequencyResult, Theme], None]


def fits(result: FrequencyResult, chart: str) -> str | None:
    if not result.buckets:
        return "The range has no days in this time zone, so there is nothing to count."
    return None


def suggested(result: FrequencyResult) -> str:
    return "bar"


def figure(result: FrequencyResult, chart: str, theme: str) -> dict[str, Any]:
    drawing: dict[str, Any] = {"data": [], "layout": layout(THEMES[theme])}
    CHARTS[chart](drawing, result, THEMES[theme])
    return drawing


def _bar(figure: dict[str, Any], result: FrequencyResult, theme: Theme) -> None:
    """Over the whole range, up to the most units that anybody has: of users, with their share of all active ones."""
    drawn = drawn_segments(result.series, theme)
    most = max((at for one in drawn for at, users in enumerate(one.series.total.exactly, 1) if users), default=1)
    for index, one in enumerate(drawn):
        total = one.series.total
        figure["data"].append(
            {
                "type": "bar",
                "name": one.name,
                "offsetgroup": str(index),
                "meta": {"series": one.place},
                "x": list(range(1, most + 1)),
                "y": list(total.exactly[:most]),
                "marker": {"color": one.colour},
                "customdata": [
                    [
                        one.name,
                        f"{units} {result.each}{'' if units == 1 else 's'}",
                        users,
                        more,
                        share,
                    ]
                    for units, (users, more, share) in enumerate(
                        zip(total.exactly[:most], total.at_least, total.shares, strict=False), start=1
                    )
                ],
                "hovertemplate": f"%{{customdata[0]}}, %{{customdata[1]}}: <b>{numeral(2, 'count')}</b> users"
                f"<br>{numeral(3, 'count')} ({numeral(4, 'percent')}) in at least so many"
                "<extra></extra>",
            }
        )
    figure["layout"]["xaxis"] |= {"tick0": 1, "dtick": 1 + most // 15}  # there is no half of a day
    figure["layout"]["xaxis"]["title"]["text"] = f"Distinct {result.each}s in the whole range"
    figure["layout"]["yaxis"] |= {"rangemode": "tozero", "tickformat": ","}
    figure["layout"]["yaxis"]["title"]["text"] = "Users"
    figure["layout"] |= {"barmode": "group", "showlegend": len(drawn) > 1, "hovermode": "closest"}


def _line(figure: dict[str, Any], result: FrequencyResult, theme: Theme) -> None:
    """How many units a user has on average in each period; open where a period is not whole."""
    drawn = drawn_segments(result.series, theme)
    x = [clock(each.start) for each in result.buckets]
    for one in drawn:
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": one.name,
                "meta": {"series": one.place},
                "x": x,
                "y": [period.average for period in one.series.periods],
                "line": {"color": one.colour, "width": 2, "dash": one.dash},
                "marker": {
                    "color": one.colour,
                    "size": 6,
                    "symbol": [one.symbol if each.complete else f"{one.symbol}-open" for each in result.buckets],
                },
                "customdata": [
                    [*begun(each.start, result.per), one.name, rounded(period.average, "number"), period.users]
                    for each, period in zip(result.buckets, one.series.periods, strict=True)
                ],
                "hovertemplate": f"{bucket(result.per)}<br>%{{customdata[2]}}: <b>{numeral(3, 'number')}</b>"
                f"<br>{numeral(4, 'count')} users<extra></extra>",
            }
        )
    calendar_axis(figure["layout"], x, result.per, result.zone)
    figure["layout"]["yaxis"] |= {"rangemode": "tozero", "tickformat": ","}
    figure["layout"]["yaxis"]["title"]["text"] = f"{result.each.capitalize()}s per user"
    figure["layout"] |= {"showlegend": len(drawn) > 1, "hovermode": "closest"}


CHARTS: dict[str, _Draw] = {"bar": _bar, "line": _line}
