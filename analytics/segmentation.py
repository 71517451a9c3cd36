"""Mixpanel's questions, asked and answered at once: question → compiler → ClickHouse → values.

Whoever asks waits, since these callers are scripts; a time limit ends what takes too long. Nothing is kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TypeVar

from analytics.clickhouse.executor import execute
from analytics.clickhouse.links import with_merges
from analytics.compiler.rankings import (
    compile_event_names,
    compile_top_events,
    compile_top_properties,
    compile_top_values,
)
from analytics.compiler.segmentation import compile_amount, compile_bounds, compile_numeric, compile_segmentation
from analytics.queries.rankings import EventNames, TopEvents, TopProperties, TopValues
from analytics.queries.scope import Scope
from analytics.queries.segmentation import AmountQuery, NumericQuery, Period, SegmentationQuery, bucket_names
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
