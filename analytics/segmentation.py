"""Mixpanel's questions, asked and answered at once: question → compiler → ClickHouse → values.

Whoever asks waits, since these callers are scripts; a time limit ends what takes too long. Nothing is kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import accumulate
from typing import TypeVar

from analytics.clickhouse.executor import execute
from analytics.clickhouse.links import with_merges
from analytics.compiler.rankings import (
    compile_event_names,
    compile_top_events,
    compile_top_properties,
    compile_top_values,
)
from analytics.compiler.returning import compile_addiction, compile_returning
from analytics.compiler.segmentation import compile_amount, compile_bounds, compile_numeric, compile_segmentation
from analytics.queries.buckets import buckets
from analytics.queries.rankings import EventNames, TopEvents, TopProperties, TopValues
from analytics.queries.returning import AddictionQuery, ReturningQuery
from analytics.queries.scope import Scope
from analytics.queries.segmentation import AmountQuery, NumericQuery, Period, SegmentationQuery, bucket_names
from analytics.results.frequency import frequency_result
from analytics.results.segmentation import Number, SegmentationResult, amounts, ranges, segmentation_result
from analytics.sql.compiled import CompiledQuery

LONGEST_SECONDS = 60

Row = TypeVar("Row")


def segmentation(query: SegmentationQuery, scope: Scope, *, url: str) -> SegmentationResult:
    scope = with_merges(scope, url)
    rows = _rows(compile_segmentation(query, scope), url)
    wanted = query.events if query.on is None else query.only
    return segmentation_result(rows, _names(query.period, scope), wanted)


def numeric(query: NumericQuery, scope: Scope, *, url: str) -> SegmentationResult:
    """Two statements: between which numbers the ranges lie, and what is in them."""
    scope = with_merges(scope, url)
    (bounds,) = _rows(compile_bounds(query, scope), url)
    names = _names(query.period, scope)
    if not bounds.count:
        return segmentation_result((), names)
    found = ranges(bounds.lowest, bounds.highest)
    result = segmentation_result(_rows(compile_numeric(query, found, scope), url), names)
    in_order = [name for start in found.starts if (name := found.name(start)) in result.values]
    return SegmentationResult(result.series, {name: result.values[name] for name in in_order})


def amount(query: AmountQuery, scope: Scope, *, url: str) -> dict[str, Number | None]:
    scope = with_merges(scope, url)
    return amounts(_rows(compile_amount(query, scope), url), _names(query.period, scope))


def returning(query: ReturningQuery, scope: Scope, *, url: str) -> dict[str, dict[str, int | list[int]]]:
    """Each cohort by its first day: `first` is its size, `counts` who returned in each interval, as far as anybody can
    have yet."""
    scope = with_merges(scope, url)
    cohorts = buckets(query.dates, query.interval, scope)
    until = query.periods.read_until(query.dates, scope)
    users = {(row.cohort, row.bucket): row.users for row in _rows(compile_returning(query, scope), url)}
    found: dict[str, dict[str, int | list[int]]] = {}
    for cohort in cohorts:
        begun = sum(begins < until for begins in query.periods.beginnings(cohort, scope))
        counts = [users.get((cohort.start, number), 0) for number in range(query.count + 1)]
        if query.unbounded:
            counts = list(accumulate(reversed(counts)))[::-1]
        found[f"{cohort.start:%Y-%m-%d}"] = {"counts": counts[:begun], "first": users.get((cohort.start, -1), 0)}
    return found


def addiction(query: AddictionQuery, scope: Scope, *, url: str) -> dict[str, list[int]]:
    """For each period, by its first day, the users with at least 1, 2, 3 … units."""
    scope = with_merges(scope, url)
    result = frequency_result(query.frequency, scope, _rows(compile_addiction(query, scope), url))
    [series] = result.series
    return {
        f"{bucket.start:%Y-%m-%d}": list(period.at_least)
        for bucket, period in zip(result.buckets, series.periods, strict=True)
    }


def top_events(query: TopEvents, scope: Scope, *, url: str) -> list[tuple[str, Number, float]]:
    """Today's events, the most frequent first: name, number, and its change against yesterday (0.5 is half as much
    again; 1 where there were none)."""
    scope = with_merges(scope, url)
    today: dict[str, Number] = {}
    before: dict[str, Number] = {}
    for row in _rows(compile_top_events(query, scope), url):
        (today if row.today else before)[row.event] = row.value
    largest = sorted(today.items(), key=lambda each: (-each[1], each[0]))[: query.limit]
    return [(name, value, _change(value, before.get(name, 0))) for name, value in largest]


def event_names(query: EventNames, scope: Scope, *, url: str) -> list[str]:
    return [row.name for row in _rows(compile_event_names(query, scope), url)]


def top_properties(query: TopProperties, scope: Scope, *, url: str) -> dict[str, Number]:
    scope = with_merges(scope, url)
    return {row.name: row.value for row in _rows(compile_top_properties(query, scope), url)}


def top_values(query: TopValues, scope: Scope, *, url: str) -> list[str]:
    scope = with_merges(scope, url)
    return [row.name for row in _rows(compile_top_values(query, scope), url)]


def _change(value: Number, before: Number) -> float:
    return (value - before) / before if before else 1.0


def _names(period: Period, scope: Scope) -> dict[dt.datetime, str]:
    starts = (bucket.start for bucket in period.cut(scope))
    return dict(zip(starts, bucket_names(period, scope), strict=True))


def _rows(compiled: CompiledQuery[Row], url: str) -> list[Row]:
    limited = replace(compiled, settings={**compiled.settings, "max_execution_time": LONGEST_SECONDS})
    return execute(limited, url=url).rows
