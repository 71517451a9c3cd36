"""Axes of numbers and of time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

from analytics.charts.looks import Drawn
from analytics.charts.text import MONTHS, clock, escaped
from analytics.results.insights import InsightsResult
from analytics.results.series import Series

TICKS = 8
WEEK_TICKS = 6  # as many names of days as a phone has room for
_WEEK_MS = 7 * 86_400_000
_CLOCK = ("minute", "hour")
_PLURAL = {"minute": "minutes", "hour": "hours", "day": "days", "week": "weeks", "month": "months"}
_PLURAL |= {"quarter": "quarters", "year": "years"}
_TICK_FORMATS = {"percent": ",.1~%"}


# --- numbers ----------------------------------------------------------------------------------------------------------


def units_of(drawn: Sequence[Series]) -> list[tuple[str, str]]:
    """The units that numbers are of and how they are written, in the order of the series."""
    return list(dict.fromkeys((series.unit, series.format) for series in drawn))


def number_axes(
    figure_layout: dict[str, Any], drawn: Sequence[Drawn], result: InsightsResult
) -> Callable[[Drawn], dict[str, str]]:
    """Sets up the vertical axes: numbers of two units get one each, and where there are more the only one says so.
    Returns what puts a trace of a series on its axis."""
    units = units_of([one.series for one in drawn])
    averaged = _averaged(result)
    if len(units) != 2:
        number_axis(figure_layout["yaxis"], units, averaged)
        return lambda one: {}
    number_axis(figure_layout["yaxis"], units[:1], averaged)
    second = {**figure_layout["yaxis"], "title": dict(figure_layout["yaxis"]["title"])}
    second |= {"overlaying": "y", "side": "right", "showgrid": False}
    number_axis(second, units[1:], averaged)
    figure_layout["yaxis2"] = second
    return lambda one: {"yaxis": "y2"} if (one.series.unit, one.series.format) == units[1] else {}


def number_axis(axis: dict[str, Any], units: Sequence[tuple[str, str]], averaged: str = "") -> None:
    formats = {format for _, format in units}
    names = " · ".join(escaped(unit) for unit, _ in units)
    said = f"Different units: {names}" if len(units) > 1 else names
    axis |= {"rangemode": "tozero", "tickformat": _TICK_FORMATS.get(formats.pop(), ",") if len(formats) == 1 else ","}
    axis["title"]["text"] = said + averaged


def _averaged(result: InsightsResult) -> str:
    return f", average of {result.rolling} {_PLURAL[result.interval]}" if result.rolling else ""


# --- time -------------------------------------------------------------------------------------------------------------


def calendar_axis(
    figure_layout: dict[str, Any], starts: Sequence[str], interval: str, zone: str, name: str | None = None
) -> None:
    """`starts` are what the clock shows as each bucket begins. Weeks are ticked where they begin: Plotly's own ticks
    lie on Sundays, whatever the buckets do."""
    axis = figure_layout["xaxis"]
    axis["type"] = "date"
    axis["title"]["text"] = f"{name or interval.capitalize()} ({escaped(zone)})"
    if interval == "week" and starts:
        weeks = math.ceil(len(starts) / WEEK_TICKS)
        # From the last: the first may begin within its week, where the range does.
        axis |= {"tickmode": "linear", "tick0": starts[-1], "dtick": weeks * _WEEK_MS}


def time_axis(figure_layout: dict[str, Any], result: InsightsResult) -> None:
    calendar_axis(figure_layout, positions(result), result.interval, result.zone)
    axis = figure_layout["xaxis"]
    if clock_changes(result):  # and the ticks say what the clock really showed
        step = max(1, len(result.buckets) // TICKS)
        axis["tickmode"] = "array"
        axis["tickvals"] = positions(result)[::step]
        starts = [bucket.start for bucket in result.buckets[::step]]
        axis["ticktext"] = [f"{start:%H:%M}<br>{start.day} {MONTHS[start.month - 1]}" for start in starts]
        figure_layout["meta"]["ticks"] = {"axis": "xaxis", "starts": [clock(start) for start in starts]}


def positions(result: InsightsResult) -> list[str]:
    """Plotly knows no zones, so it gets the clock's time. Where the clock is changed within hours, an hour that comes
    twice would lie on top of itself: then time runs on as the first bucket's clock would have shown it."""
    if clock_changes(result):
        zone = dt.timezone(result.buckets[0].start.utcoffset() or dt.timedelta())
        return [clock(bucket.start.astimezone(zone)) for bucket in result.buckets]
    return [clock(bucket.start) for bucket in result.buckets]


def clock_changes(result: InsightsResult) -> bool:
    return result.interval in _CLOCK and len({bucket.start.utcoffset() for bucket in result.buckets}) > 1
