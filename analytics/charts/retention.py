"""The charts of retention: the average curve, the heat table of cohorts, one bucket over the cohorts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from analytics.charts.axes import calendar_axis
from analytics.charts.looks import mixed
from analytics.charts.segments import DrawnSegment, drawn_segments
from analytics.charts.text import begun, bucket, bucket_label, clock, escaped, numeral, rounded
from analytics.charts.theme import THEMES, Theme, ink_on, layout
from analytics.results.retention import Average, RetentionResult, RetentionSeries

_Draw: TypeAlias = Callable[[dict[str, Any], RetentionResult, Theme], None]
_MOST_CELLS = 1500  # that hold their numbers as text; beyond, hovering tells them
_NOT_OVER = " *"
_NAME_WIDTH, _CELL_WIDTH, _HEAD_HEIGHT, _ROW_HEIGHT = 170, 56, 60, 24  # pixels
_TICK_FORMATS = {"percent": ",.0~%"}


def fits(result: RetentionResult, chart: str) -> str | None:
    if not result.cohorts:
        return "The range has no days in this time zone, so there are no cohorts."
    if chart == "curve" and all(size == 0 for size in result.series[0].average.sizes):
        return "No bucket is over for a whole cohort yet: choose the heat table, which shows all there is."
    return None


def suggested(result: RetentionResult) -> str:
    return "heat" if fits(result, "curve") else "curve"


def figure(result: RetentionResult, chart: str, theme: str) -> dict[str, Any]:
    drawing: dict[str, Any] = {"data": [], "layout": layout(THEMES[theme])}
    CHARTS[chart](drawing, result, THEMES[theme])
    return drawing


def _curve(figure: dict[str, Any], result: RetentionResult, theme: Theme) -> None:
    """The weighted average of each segment over the buckets; only where it is one, as buckets that are not over say
    less than they will."""
    labels = [each.label for each in result.buckets]
    for one in drawn_segments(result.series, theme):
        if one.series.compared is not None:
            before = _averages(one, f"{one.name} (before)", one.series.compared.average, result)
            pale = mixed(one.colour, theme.background)
            figure["data"].append({**before, "mode": "lines", "line": {"color": pale, "width": 2, "dash": "dot"}})
        figure["data"].append(
            {
                **_averages(one, one.name, one.series.average, result),
                "mode": "lines+markers",
                "line": {"color": one.colour, "width": 2, "dash": one.dash},
                "marker": {"color": one.colour, "size": 6, "symbol": one.symbol},
            }
        )
    _value_axis(figure, result)
    figure["layout"]["xaxis"] |= {"type": "category", **_ticks(labels)}
    figure["layout"] |= {"showlegend": len(figure["data"]) > 1, "hovermode": "closest"}


def _averages(
    one: DrawnSegment[RetentionSeries], name: str, average: Average, result: RetentionResult
) -> dict[str, Any]:
    labels = [each.label for each in result.buckets]
    return {
        "type": "scatter",
        "name": name,
        "meta": {"series": one.place},
        "x": labels,
        "y": list(average.values),
        "customdata": [
            [name, label, rounded(value, result.format), users, size]
            for label, value, users, size in zip(labels, average.values, average.users, average.sizes, strict=True)
        ],
        "hovertemplate": "%{customdata[1]}<br>%{customdata[0]}: "
        f"<b>{numeral(2, result.format)}</b><br>{_users(3)}<extra></extra>",
    }


def _ticks(labels: list[str]) -> dict[str, Any]:
    """The unit of "Week 3" and "Weeks 4–7" is said once: a phone has no room to repeat it."""
    words = [label.partition(" ") for label in labels]
    unit = words[0][0]
    ticks = {"tickmode": "array", "tickvals": labels, "ticktext": [number for _, _, number in words]}
    return {**ticks, "title": {"text": unit, "font": {"size": 12}}}


def _heat(figure: dict[str, Any], result: RetentionResult, theme: Theme) -> None:
    """A row for each cohort of the whole, the first on top; numbers of buckets that are not over have a star."""
    whole = result.series[0]
    places = list(range(len(result.cohorts)))
    scale = [[0, mixed(theme.colours[0], theme.background, 0.08)], [1, theme.colours[0]]]
    figure["data"].append(
        {
            "type": "heatmap",
            "meta": {"series": 0},
            "x": [each.label for each in result.buckets],
            "y": places,
            "z": [list(row.values) for row in whole.rows],
            "colorscale": scale,
            "showscale": False,
            "hoverongaps": False,
            "xgap": 1,
            "ygap": 1,
            "customdata": [
                [
                    [
                        *begun(cohort.start, result.interval),
                        rounded(value, result.format),
                        "" if complete else _NOT_OVER,
                        users or 0,
                        row.size,
                    ]
                    for value, complete, users in zip(row.values, cohort.complete, row.users, strict=True)
                ]
                for cohort, row in zip(result.cohorts, whole.rows, strict=True)
            ],
            "hovertemplate": f"{bucket(result.interval)}, %{{x}}: "
            f"<b>{numeral(2, result.format)}%{{customdata[3]}}</b><br>{_users(4)}<extra></extra>",
        }
    )
    if len(result.cohorts) * len(result.buckets) <= _MOST_CELLS:
        figure["data"].append(_texts(result, theme))
    figure["layout"]["xaxis"] |= {
        "type": "category",
        "side": "top",
        "showgrid": False,
        "range": [-0.5, len(result.buckets) - 0.5],
    }
    figure["layout"]["yaxis"] |= {
        "tickmode": "array",
        "tickvals": places,
        "ticktext": [
            f"{bucket_label(cohort.start, result.interval)} · {row.size:,}"
            for cohort, row in zip(result.cohorts, whole.rows, strict=True)
        ],
        "range": [len(places) - 0.5, -0.5],
        "showgrid": False,
    }
    ticks = {
        "axis": "yaxis",
        "interval": result.interval,
        "starts": [clock(cohort.start) for cohort in result.cohorts],
        "sizes": [row.size for row in whole.rows],
    }
    figure["layout"] |= {
        "showlegend": False,
        "hovermode": "closest",
        "meta": {
            "ticks": ticks,
            "least_width": _NAME_WIDTH + _CELL_WIDTH * len(result.buckets),
            "least_height": _HEAD_HEIGHT + _ROW_HEIGHT * len(result.cohorts),
        },
    }


def _users(place: int) -> str:
    """How many of how many, from this place of customdata on."""
    return f"{numeral(place, 'count')} of {numeral(place + 1, 'count')} users"


def _texts(result: RetentionResult, theme: Theme) -> dict[str, Any]:
    """The numbers, each in an ink that can be read on its cell: text of a heat map has one ink for all."""
    values = [value for row in result.series[0].rows for value in row.values if value is not None]
    low, high = (min(values), max(values)) if values else (0, 1)
    x, y, said, inks = [], [], [], []
    for at, (row, cohort) in enumerate(zip(result.series[0].rows, result.cohorts, strict=True)):
        for each, value, complete in zip(result.buckets, row.values, cohort.complete, strict=True):
            if value is not None:
                share = 0.08 + 0.92 * ((value - low) / (high - low) if high > low else 0)
                x.append(each.label)
                y.append(at)
                said.append([rounded(value, result.format), "" if complete else _NOT_OVER])
                inks.append(ink_on(mixed(theme.colours[0], theme.background, share)))
    return {
        "type": "scatter",
        "mode": "text",
        "x": x,
        "y": y,
        "customdata": said,
        "texttemplate": f"{numeral(0, result.format)}%{{customdata[1]}}",
        "textfont": {"size": 11, "color": inks},
        "hoverinfo": "skip",
    }


def _trend(figure: dict[str, Any], result: RetentionResult, theme: Theme) -> None:
    """The first bucket after bucket 0 over the cohorts, for each segment; of the whole alone the other buckets, too,
    to be shown by the legend."""
    drawn = drawn_segments(result.series, theme)
    x = [clock(cohort.start) for cohort in result.cohorts]
    places = range(len(result.buckets)) if len(drawn) == 1 else [1]
    for one in drawn:
        for at in places:
            colour = one.colour if len(drawn) > 1 else theme.colours[(at - 1) % len(theme.colours)]
            label = result.buckets[at].label
            figure["data"].append(
                {
                    "type": "scatter",
                    "mode": "lines+markers",
                    "name": one.name if len(drawn) > 1 else label,
                    "visible": True if at == 1 else "legendonly",
                    "meta": {"series": one.place, "bucket": at},
                    "x": x,
                    "y": [row.values[at] for row in one.series.rows],
                    "line": {"color": colour, "width": 2, "dash": one.dash},
                    "marker": {
                        "color": colour,
                        "symbol": ["circle" if each.complete[at] else "circle-open" for each in result.cohorts],
                    },
                    "customdata": [
                        [*begun(cohort.start, result.interval), rounded(row.values[at], result.format)]
                        for cohort, row in zip(result.cohorts, one.series.rows, strict=True)
                    ],
                    "hovertemplate": f"{bucket(result.interval)}, {label}: "
                    f"<b>{numeral(2, result.format)}</b><extra></extra>",
                }
            )
    _value_axis(figure, result)
    calendar_axis(figure["layout"], x, result.interval, result.zone, "Cohort")
    figure["layout"] |= {"showlegend": len(figure["data"]) > 1, "hovermode": "closest"}


def _value_axis(figure: dict[str, Any], result: RetentionResult) -> None:
    axis = figure["layout"]["yaxis"]
    axis |= {"rangemode": "tozero", "tickformat": _TICK_FORMATS.get(result.format, ",")}
    axis["title"]["text"] = "Retention" if result.format == "percent" else escaped(result.unit)


CHARTS: dict[str, _Draw] = {"curve": _curve, "heat": _heat, "trend": _trend}
