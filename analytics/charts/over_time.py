"""Lines, areas and columns over the buckets of the range. Buckets that are not whole are dashed, pale or veiled; the
earlier time that is compared with is a pale dotted twin, its points beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from analytics.charts.axes import TICKS, number_axes, positions, time_axis
from analytics.charts.looks import Drawn, mixed
from analytics.charts.text import begun, bucket, numeral, rounded
from analytics.charts.theme import Theme
from analytics.queries.buckets import Bucket
from analytics.results.insights import InsightsResult
from analytics.results.series import Number

Trace: TypeAlias = dict[str, Any]

_MARKERS_UP_TO = 60  # points; beyond, markers would hide the line
_PALE = 0.45
_BAND = 0.7  # of an area's colour: its edge stands out


def line(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult, theme: Theme) -> None:
    x = positions(result)
    whole = [bucket.complete for bucket in result.buckets]
    # A link between two points is solid if both are whole.
    dashed = _touching([not a for a in whole])
    on_axis = number_axes(figure["layout"], drawn, result)
    for index, one in enumerate(drawn):
        group = {"type": "scatter", "x": x, "legendgroup": str(index), **on_axis(one)}
        stroke = {"color": one.colour, "width": 2, "dash": one.dash}
        of = {"series": one.place, "compared": False}
        silent = {"mode": "lines", "hoverinfo": "skip", "connectgaps": False}
        # The legend shows the line, which looks the same whether or not the first bucket is whole.
        named = {**group, "name": one.name}
        figure["data"].append({**named, **silent, "meta": of, "y": _only(one.series.values, whole), "line": stroke})
        unnamed = {**named, "showlegend": False}
        if not all(whole):
            broken = {**stroke, "dash": "dash", "width": 1.5}
            figure["data"].append(
                {**unnamed, **silent, "meta": of, "y": _only(one.series.values, dashed), "line": broken}
            )
        figure["data"].append({**unnamed, **_points(one, result)})
        if one.series.compared:
            figure["data"].append({**group, **_twin(one, result), "mode": "lines", "connectgaps": False, "line": {
                "color": one.pale, "width": 2, "dash": "dot"}})  # fmt: skip
    time_axis(figure["layout"], result)
    figure["layout"]["hovermode"] = "x unified" if len(drawn) <= TICKS else "closest"


def _points(one: Drawn, result: InsightsResult) -> Trace:
    """The points that can be hovered over; open where the bucket is not whole."""
    size = 6 if len(result.buckets) <= _MARKERS_UP_TO else 3
    return {
        "mode": "markers",
        "meta": {"series": one.place, "compared": False},
        "y": list(one.series.values),
        "marker": {
            "color": one.colour,
            "size": size,
            "symbol": [one.symbol if bucket.complete else f"{one.symbol}-open" for bucket in result.buckets],
        },
        **_hover(result, one, result.buckets, one.series.values, one.name),
    }


def stacked(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult, theme: Theme) -> None:
    """Areas on top of one another: their upper edge is the sum."""
    x = positions(result)
    for one in drawn:
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines",
                "stackgroup": "all",
                "meta": {"series": one.place, "compared": False},
                "name": one.name,
                "x": x,
                "y": list(one.series.values),
                "line": {"color": one.colour, "width": 1, "dash": one.dash},
                "fillcolor": mixed(one.colour, theme.background, _BAND),
                **_hover(result, one, result.buckets, one.series.values, one.name),
            }
        )
    number_axes(figure["layout"], drawn, result)
    time_axis(figure["layout"], result)
    figure["layout"] |= {
        "hovermode": "x unified" if len(drawn) <= TICKS else "closest",
        "shapes": _veils(result, theme),
    }


def _veils(result: InsightsResult, theme: Theme) -> list[dict[str, Any]]:
    """A half-transparent sheet over each run of links that touch a bucket that is not whole."""
    x, touched = positions(result), _touching([not bucket.complete for bucket in result.buckets])
    veils: list[dict[str, Any]] = []
    for index, veiled in enumerate(touched):
        if not veiled:
            continue
        if index and touched[index - 1]:
            veils[-1]["x1"] = x[index]
        else:
            veils.append(
                {
                    "type": "rect",
                    "xref": "x",
                    "yref": "paper",
                    "x0": x[index],
                    "x1": x[index],
                    "y0": 0,
                    "y1": 1,
                    "fillcolor": theme.background,
                    "opacity": 1 - _PALE,
                    "line": {"width": 0},
                }
            )
    return veils


def column(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult, theme: Theme) -> None:
    on_axis = number_axes(figure["layout"], drawn, result)
    for index, one in enumerate(drawn):
        # Columns of two axes would lie on top of each other but for their groups.
        group = {"offsetgroup": str(index), **on_axis(one)}
        if one.series.compared:
            twin = {"type": "bar", "x": positions(result), **_twin(one, result), "marker": {"color": one.pale}}
            figure["data"].append({**twin, **group, "offsetgroup": f"{index} before"})
        figure["data"].append({**_columns(one, result), **group})
    time_axis(figure["layout"], result)
    figure["layout"] |= {"barmode": "group", "hovermode": "closest"}


def stacked_column(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult, theme: Theme) -> None:
    figure["data"].extend(_columns(one, result) for one in drawn)
    number_axes(figure["layout"], drawn, result)
    time_axis(figure["layout"], result)
    figure["layout"] |= {"barmode": "stack", "hovermode": "closest"}


def _columns(one: Drawn, result: InsightsResult) -> Trace:
    return {
        "type": "bar",
        "name": one.name,
        "meta": {"series": one.place, "compared": False},
        "x": positions(result),
        "y": list(one.series.values),
        "marker": {
            "color": one.colour,
            "opacity": [1.0 if bucket.complete else _PALE for bucket in result.buckets],
            "pattern": {"shape": ["" if bucket.complete else "/" for bucket in result.buckets]},
        },
        **_hover(result, one, result.buckets, one.series.values, one.name),
    }


def _twin(one: Drawn, result: InsightsResult) -> Trace:
    """The earlier time: its numbers in the places of ours, its days in what is said of them."""
    assert one.series.compared is not None
    name = f"{one.name} (before)"
    values = one.series.compared.values
    return {
        "name": name,
        "meta": {"series": one.place, "compared": True},
        "y": list(values),
        **_hover(result, one, result.compared or (), values, name),
    }


def _hover(result: InsightsResult, one: Drawn, found: Sequence[Bucket], values: Sequence[Number], name: str) -> Trace:
    """Names and numbers stand in customdata, which Plotly fills in once and does not read again. Where there are fewer
    buckets than values, the rest have no number."""
    format = one.series.format
    return {
        "customdata": [
            [
                *begun(each.start, result.interval, "" if each.complete else " (not whole)"),
                name,
                rounded(value, format),
            ]
            for each, value in zip(found, values, strict=False)
        ],
        "hovertemplate": f"%{{customdata[2]}}<br>{bucket(result.interval)}: <b>{numeral(3, format)}</b><extra></extra>",
    }


def _touching(wanted: list[bool]) -> list[bool]:
    """Those wanted and their neighbours."""
    return [any(wanted[max(0, index - 1) : index + 2]) for index in range(len(wanted))]


def _only(values: tuple[Number, ...], wanted: list[bool]) -> list[Number]:
    return [value if keep else None for value, keep in zip(values, wanted, strict=True)]
