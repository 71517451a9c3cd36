"""Bars, a pie and single numbers: one number per series, of the whole range."""

from __future__ import annotations

from typing import Any

from analytics.charts.axes import number_axis, units_of
from analytics.charts.looks import Drawn
from analytics.charts.text import NUMBER, numeral, rounded
from analytics.charts.theme import Theme, ink_on
from analytics.results.insights import InsightsResult
from analytics.results.series import Number

_ACROSS = 4  # single numbers in a row
_FORMATS = {"count": ",", "percent": ",.2~%"}


def bar(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult, theme: Theme) -> None:
    """A bar for each series, the first on top. Places are numbers, so that two series of one name stay two bars."""
    places = list(range(len(drawn)))
    # Of a group the last one is on top, so what was before comes first and lies below.
    if any(one.series.compared for one in drawn):
        before = [one.series.compared.total if one.series.compared else None for one in drawn]
        names = [f"{one.name} (before)" for one in drawn]
        figure["data"].append(
            {**_bars(drawn, names, before, compared=True), "marker": {"color": [one.pale for one in drawn]}}
        )
    totals = [one.series.total for one in drawn]
    marker = {"color": [one.colour for one in drawn]}
    figure["data"].append({**_bars(drawn, [one.name for one in drawn], totals), "marker": marker})
    figure["layout"]["yaxis"] |= {
        "tickmode": "array",
        "tickvals": places,
        "ticktext": [one.name for one in drawn],
        "autorange": "reversed",
    }
    number_axis(figure["layout"]["xaxis"], units_of([one.series for one in drawn]))
    figure["layout"] |= {"showlegend": False, "hovermode": "closest", "barmode": "group"}


def _bars(drawn: list[Drawn], names: list[str], totals: list[Number], *, compared: bool = False) -> dict[str, Any]:
    said = zip(names, totals, drawn, strict=True)
    return {
        "type": "bar",
        "orientation": "h",
        "meta": {"series": [one.place for one in drawn], "compared": compared},
        "x": totals,
        "y": list(range(len(drawn))),
        "customdata": [[name, rounded(total, one.series.format)] for name, total, one in said],
        "hovertemplate": [
            f"%{{customdata[0]}}: <b>{numeral(1, one.series.format)}</b><extra></extra>" for one in drawn
        ],
    }


def pie(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult, theme: Theme) -> None:
    """Parts of a whole. Labels are places, so that two series of one name stay two slices."""
    figure["data"].append(
        {
            "type": "pie",
            "meta": {"series": [one.place for one in drawn], "compared": False},
            "labels": [str(place) for place in range(len(drawn))],
            "values": [one.series.total for one in drawn],
            "sort": False,
            "direction": "clockwise",
            "text": [one.name for one in drawn],
            "textinfo": "text+percent",
            "textposition": "auto",
            "insidetextfont": {"color": [ink_on(one.colour) for one in drawn]},
            "automargin": True,
            "marker": {"colors": [one.colour for one in drawn], "line": {"color": theme.background, "width": 1}},
            "hovertemplate": f"%{{text}}: <b>%{{value:{NUMBER}}}</b> (%{{percent}})<extra></extra>",
        }
    )
    for axis in ("xaxis", "yaxis"):
        figure["layout"].pop(axis)
    figure["layout"] |= {"showlegend": False}


def number(figure: dict[str, Any], drawn: list[Drawn], result: InsightsResult, theme: Theme) -> None:
    """Each metric's own number, large; beside it how it differs from the earlier time."""
    across = min(len(drawn), _ACROSS) or 1
    down = -(-len(drawn) // across) or 1
    for place, one in enumerate(drawn):
        row, column = divmod(place, across)
        trace = {
            "type": "indicator",
            "meta": {"series": one.place, "compared": False},
            "mode": "number",
            "value": one.series.total,
            "title": {"text": one.name if one.series.total is not None else f"{one.name}<br>no value"},
            "number": {"valueformat": _value_format(one)},
            "domain": {
                "x": [column / across, (column + 1) / across],
                "y": [1 - (row + 1) / down, 1 - row / down],
            },
        }
        compared = one.series.compared
        if compared is not None and compared.total is not None and one.series.total is not None:
            trace |= {"mode": "number+delta", "delta": _delta(one, compared.total, theme)}
        figure["data"].append(trace)
    for axis in ("xaxis", "yaxis"):
        figure["layout"].pop(axis)
    figure["layout"] |= {"showlegend": False}


def _delta(one: Drawn, before: float, theme: Theme) -> dict[str, Any]:
    """Relative where there is something to divide by. Whether more is better is not for a chart to say: no red or
    green."""
    relative = before > 0
    quiet = {"color": theme.quiet}
    return {
        "reference": before,
        "relative": relative,
        "valueformat": "+,.1~%" if relative else _value_format(one),
        "increasing": quiet,
        "decreasing": quiet,
    }


def _value_format(one: Drawn) -> str:
    value = one.series.total
    if one.series.format in _FORMATS:
        return _FORMATS[one.series.format]
    return ",.2~f" if value is None or abs(value) >= 1 else ".4~g"
