"""Whether a chart fits an answer, and if not, why, in a sentence for people."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from analytics.charts.axes import units_of
from analytics.charts.looks import is_distribution, numbers_of, segments_of, wholes_of
from analytics.queries.text import listed
from analytics.results.insights import InsightsResult
from analytics.results.series import Series

MOST_NUMBERS = 8
_ADDING_UP = ("total", "sum")


def over_time(result: InsightsResult) -> str | None:
    return None if result.buckets else "The range has no days in this time zone, so there is no time to draw along."


def in_stacks(result: InsightsResult) -> str | None:
    shown = segments_of(result)
    if result.compared is not None:
        return "A comparison cannot be stacked: choose lines, columns or bars, which draw both times."
    return over_time(result) or _parts_of_a_whole(shown, result)


def in_bars(result: InsightsResult) -> str | None:
    if all(series.total is None for series in segments_of(result)):
        return "There is no number over the whole range to draw."
    return None


def in_a_pie(result: InsightsResult) -> str | None:
    shown = segments_of(result)
    if result.compared is not None:
        return "A pie shows one time only: choose bars to see the comparison."
    if len({series.metric for series in shown}) > 1:
        return "A pie is of one metric: remove the others, or choose bars."
    if len(shown) < 2:
        return "A pie needs at least two segments: add a breakdown."
    if reason := _parts_of_a_whole(shown, result):
        return reason
    return None if any(series.total for series in shown) else "All segments are 0: a pie would be empty."


def as_numbers(result: InsightsResult) -> str | None:
    wholes = numbers_of(result)
    if not wholes:
        return "A distribution is many numbers: choose bars."
    if len(wholes) > MOST_NUMBERS:
        return f"{len(wholes)} numbers do not fit side by side; at most {MOST_NUMBERS} do. Choose bars."
    return None


def _parts_of_a_whole(shown: Sequence[Series], result: InsightsResult) -> str | None:
    """Why the series do not add up to something, if they do not."""
    units = units_of(shown)
    if len(units) > 1:
        return f"Different units cannot be added up: {listed([unit for unit, _ in units], 'and')}."
    for series in shown:
        if series.measure not in _ADDING_UP and not is_distribution(series):
            return f"“{series.unit}” of {_several(series)} do not add up: choose lines, columns or bars."
        if any(value is not None and value < 0 for value in (series.total, *series.values)):
            return "There are negative numbers, which cannot be parts of a whole: choose lines, columns or bars."
    for whole in wholes_of(result):
        parts = [series.total or 0 for series in shown if series.metric == whole.metric]
        if math.fsum(parts) > (whole.total or 0) * (1 + 1e-9):
            return "The segments overlap (an event is in several of them): they add up to more than the whole."
    return None


def _several(series: Series) -> str:
    return "segments" if series.segment else "metrics"


RULES: dict[str, Callable[[InsightsResult], str | None]] = {
    "line": over_time,
    "stacked": in_stacks,
    "column": over_time,
    "stacked_column": in_stacks,
    "bar": in_bars,
    "pie": in_a_pie,
    "number": as_numbers,
}
