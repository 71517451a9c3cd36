"""Insights as a line, column or bar chart.

A colour belongs to a segment (or to a metric, where nothing is broken down) and keeps it across reports. Buckets that
are not whole are drawn dashed or pale. The metric without its breakdown is not drawn beside its segments: it would
flatten them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics.charts.text import bucket_label, escaped, number_label
from analytics.charts.theme import DASHES, SYMBOLS, THEMES, Theme, layout, slots
from analytics.errors import QueryError
from analytics.results.insights import InsightsResult
from analytics.results.segments import SegmentKind
from analytics.results.series import Number, Series

Trace: TypeAlias = dict[str, Any]

MOST_DRAWN = 50  # series; the table has them all
_MARKERS_UP_TO = 60  # points; beyond, markers would hide the line
_TICKS = 8
_PALE = 0.45
_CLOCK = ("minute", "hour")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series with how it looks."""

    series: Series
    name: str
    colour: str
    dash: str
    symbol: str


def insights_figure(result: InsightsResult, chart: str, theme: str) -> dict[str, Any]:
    if chart not in CHARTS:
        raise QueryError(f"There is no {chart!r} chart; there are {', '.join(CHARTS)}.", place="chart")
    if theme not in THEMES:
        raise QueryError(f"There is no {theme!r} theme; there are {', '.join(THEMES)}.", place="theme")
    shown = [series for series in result.series if not series.segment or not series.is_whole]
    drawn = _looks(shown[:MOST_DRAWN], THEMES[theme])
    figure: dict[str, Any] = {"data": [], "layout": layout(THEMES[theme])}
    figure["layout"] |= {"showlegend": len(drawn) > 1, "meta": {"series_left_out": len(shown) - len(drawn)}}
    CHARTS[chart](figure, drawn, result)
    return figure


def _looks(shown: list[Series], theme: Theme) -> list[Drawn]:
    """Colours by segment, dashes by metric; without segments, colours by metric."""
    letters = sorted({series.metric for series in shown}, key=lambda letter: (len(letter), letter))
    count = len(theme.colours)
    by_segment = slots([_colour_key(series) for series in shown if series.segment], count)
    drawn = []
    for series in shown:
        metric = letters.index(series.metric)
        slot = by_segment[_colour_key(series)] if series.segment else metric
        style = slot // count + (metric if series.segment else 0)
        left_over = any(part.kind is SegmentKind.OTHER for part in series.segment)
        name = escaped(series.label)
        if len(letters) > 1:
            name = f"{series.metric}. {escaped(series.name)} · {name}" if series.segment else f"{series.metric}. {name}"
        drawn.append(
            Drawn(
                series,
                name,
                theme.quiet if left_over else theme.colours[slot % count],
                DASHES[style % len(DASHES)],
                SYMBOLS[style % len(SYMBOLS)],
            )
        )
    return drawn


def _colour_key(series: Series) -> str:
    return "\0".join(f"{part.kind}:{part.label}" for part in series.segment)


# --- over time --------------------------------------------------------------------------------------------------------


def _line(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult) -> None:
    x = _positions(result)
    whole = [bucket.complete for bucket in result.buckets]
    # A link between two points is solid if both are whole.
    solid = _touching(whole)
    dashed = _touching([not a for a in whole], neighbours=True)
    for index, one in enumerate(drawn):
        group = {
            "type": "scatter",
            "x": x,
            "legendgroup": str(index),
            "name": one.name,
        }
        line = {"color": one.colour, "width": 2, "dash": one.dash}
        silent = {"mode": "lines", "hoverinfo": "skip", "connectgaps": False}
        # The legend shows the line, which looks the same whether or not the first bucket is whole.
        figure["data"].append({**group, **silent, "y": _only(one.series.values, solid), "line": line})
        unnamed = {**group, "showlegend": False}
        if not all(whole):
            broken = {**line, "dash": "dash", "width": 1.5}
            figure["data"].append({**unnamed, **silent, "y": _only(one.series.values, dashed), "line": broken})
        figure["data"].append({**unnamed, **_points(one, result)})
    _time_axes(figure["layout"], result)
    figure["layout"]["hovermode"] = "x unified" if len(drawn) <= _TICKS else "closest"


def _points(one: Drawn, result: InsightsResult) -> Trace:
    """The points that can be hovered over; open where the bucket is not whole."""
    size = 6 if len(result.buckets) <= _MARKERS_UP_TO else 3
    return {
        "mode": "markers",
        "y": list(one.series.values),
        "marker": {
            "color": one.colour,
            "size": size,
            "symbol": [one.symbol if bucket.complete else f"{one.symbol}-open" for bucket in result.buckets],
        },
        **_hover(result, one),
    }


def _column(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult) -> None:
    x = _positions(result)
    for one in drawn:
        figure["data"].append(
            {
                "type": "bar",
                "name": one.name,
                "x": x,
                "y": list(one.series.values),
                "marker": {
                    "color": one.colour,
                    "opacity": [1.0 if bucket.complete else _PALE for bucket in result.buckets],
                    "pattern": {"shape": ["" if bucket.complete else "/" for bucket in result.buckets]},
                },
                **_hover(result, one),
            }
        )
    _time_axes(figure["layout"], result)
    figure["layout"] |= {"barmode": "group", "hovermode": "closest"}


def _hover(result: InsightsResult, one: Drawn) -> Trace:
    labels = [
        bucket_label(bucket.start, result.interval) + ("" if bucket.complete else " (not whole)")
        for bucket in result.buckets
    ]
    return {
        "customdata": [
            [label, one.name, number_label(value, one.series.format)]
            for label, value in zip(labels, one.series.values, strict=True)
        ],
        "hovertemplate": "%{customdata[1]}<br>%{customdata[0]}: <b>%{customdata[2]}</b><extra></extra>",
    }


def _positions(result: InsightsResult) -> list[str]:
    """Plotly knows no zones, so it gets the clock's time. Where the clock is changed within hours, an hour that comes
    twice would lie on top of itself: then time runs on as the first bucket's clock would have shown it."""
    if _clock_changes(result):
        zone = dt.timezone(result.buckets[0].start.utcoffset() or dt.timedelta())
        return [f"{bucket.start.astimezone(zone):%Y-%m-%dT%H:%M:%S}" for bucket in result.buckets]
    return [f"{bucket.start:%Y-%m-%dT%H:%M:%S}" for bucket in result.buckets]


def _clock_changes(result: InsightsResult) -> bool:
    return result.interval in _CLOCK and len({bucket.start.utcoffset() for bucket in result.buckets}) > 1


def _time_axes(figure_layout: dict[str, Any], result: InsightsResult) -> None:
    axis = figure_layout["xaxis"]
    axis["type"] = "date"
    axis["title"]["text"] = f"{result.interval.capitalize()} ({escaped(result.zone)})"
    if _clock_changes(result):  # and the ticks say what the clock really showed
        step = max(1, len(result.buckets) // _TICKS)
        axis["tickmode"] = "array"
        axis["tickvals"] = _positions(result)[::step]
        axis["ticktext"] = [
            f"{bucket.start:%H:%M}<br>{bucket.start.day} {bucket.start:%b}" for bucket in result.buckets[::step]
        ]
    _measure_axis(figure_layout["yaxis"], result)


def _measure_axis(axis: dict[str, Any], result: InsightsResult) -> None:
    percent = {series.format for series in result.series} == {"percent"}
    axis |= {"rangemode": "tozero", "tickformat": ",.2~%" if percent else ","}
    axis["title"]["text"] = _measure_name(result)


def _measure_name(result: InsightsResult) -> str:
    return escaped(" · ".join(dict.fromkeys(series.unit for series in result.series)))


def _touching(wanted: list[bool], *, neighbours: bool = False) -> list[bool]:
    if not neighbours:
        return wanted
    return [any(wanted[max(0, index - 1) : index + 2]) for index in range(len(wanted))]


def _only(values: tuple[Number, ...], wanted: list[bool]) -> list[Number]:
    return [value if keep else None for value, keep in zip(values, wanted, strict=True)]


# --- over the whole range ---------------------------------------------------------------------------------------------


def _bar(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult) -> None:
    """A bar for each series, the largest on top. Places are numbers, so that two series of one name stay two bars."""
    places = list(range(len(drawn)))
    figure["data"].append(
        {
            "type": "bar",
            "orientation": "h",
            "x": [one.series.total for one in drawn],
            "y": places,
            "marker": {"color": [one.colour for one in drawn]},
            "customdata": [[one.name, number_label(one.series.total, one.series.format)] for one in drawn],
            "hovertemplate": "%{customdata[0]}: <b>%{customdata[1]}</b><extra></extra>",
        }
    )
    names = [one.name for one in drawn]
    figure["layout"]["yaxis"] |= {"tickmode": "array", "tickvals": places, "ticktext": names, "autorange": "reversed"}
    _measure_axis(figure["layout"]["xaxis"], result)
    figure["layout"] |= {"showlegend": False, "hovermode": "closest"}


CHARTS: dict[str, Callable[[dict[str, Any], list[Drawn], InsightsResult], None]] = {
    "line": _line,
    "column": _column,
    "bar": _bar,
}
