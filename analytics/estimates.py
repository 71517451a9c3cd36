"""How many events a question will read, known before it is asked: what the catalogue has counted in its days, less the
buckets that are kept.

An estimate: the catalogue counts what was received, repeated events again, by the day in UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from analytics.cache import code_mark
from analytics.clickhouse.catalogue import daily_volumes
from analytics.clickhouse.client import lease
from analytics.clickhouse.executor import execute
from analytics.clickhouse.links import merges_of_version
from analytics.clickhouse.versions import data_version
from analytics.compiler.events import milliseconds
from analytics.compiler.insights import is_small_at_once, readings
from analytics.compiler.kept import closed_parts, compile_standing, standing
from analytics.compiler.plans import kept_under
from analytics.queries import (
    FlowsQuery,
    FrequencyQuery,
    FunnelsQuery,
    InsightsQuery,
    LifecycleQuery,
    Query,
    RetentionQuery,
)
from analytics.queries.buckets import Bucket
from analytics.queries.comparisons import compared
from analytics.queries.dates import days, first_day_kept
from analytics.queries.funnel_numbers import FunnelNumber
from analytics.queries.funnels import StepOrder, View
from analytics.queries.measures import ROLLING_DAYS
from analytics.queries.metrics import AllEvents, Metric
from analytics.queries.scope import Scope
from analytics.queries.steps import Step
from analytics.queries.windows import ConversionWindow, TimeWindow

Steps: TypeAlias = FunnelsQuery | RetentionQuery | FlowsQuery | LifecycleQuery | FrequencyQuery

_EARLIEST = dt.date(1970, 1, 1)


def rows_to_read(query: Query, scope: Scope, *, url: str) -> int:
    """Events that answering will read, about; one that is read twice counts twice."""
    scope = query.scope_of(scope)
    with lease(url) as client:
        version = data_version(client, scope.project_id)
        scope = replace(scope, merged=merges_of_version(client, url, scope.project_id, version))
    rows = _rows(query, scope, url)
    if query.comparison is not None:
        dates, back = compared(query.comparison, query.dates, scope)
        rows += _rows(replace(query, dates=dates, comparison=None), back, url)
    return rows


def _rows(query: Query, scope: Scope, url: str) -> int:
    if isinstance(query, FlowsQuery) and query.of is not None:
        # Whose flows they are is a question of its own.
        return _of_number(query.of, scope, url) + _of_steps(query, scope, url)
    if not isinstance(query, InsightsQuery):
        return _of_steps(query, scope, url)
    kept = _kept_days(query, scope, url)
    # A breakdown first finds the segments that are shown.
    times = 2 if query.breakdowns and not kept and not is_small_at_once(query) else 1
    return times * sum(_of_reading([metric for _, metric in each], query, scope, kept, url) for each in readings(query))


def _of_steps(query: Steps, scope: Scope, url: str) -> int:
    """The other kinds read the events of their steps once, or all events where what else users did matters."""
    first, last = days(query.dates, scope)
    names: set[str] | None
    match query:
        case FunnelsQuery():
            every = query.order is StepOrder.STRICT or query.view is View.PATHS
            names = None if every else _names([*query.steps, *(Step(each.events) for each in query.exclusions)])
            last += _length(query.window)
        case FlowsQuery():
            names, last = None, last + _length(query.window)
            if query.of is not None:
                last += _length(query.of.query.window)
            first -= _length(query.window) if query.before else dt.timedelta(0)
        case RetentionQuery():
            names, last = _names([query.birth, query.back]), query.clock.read_until(query.dates, scope).date()
        case LifecycleQuery():
            names, first = _names([query.activity]), _EARLIEST
        case FrequencyQuery():
            names = _names([query.activity])
    first = max(first, first_day_kept(scope) or first, _EARLIEST)
    wanted = () if names is None else tuple(sorted(names))
    return sum(daily_volumes(url, scope.project_id, wanted, first=first, last=min(last, scope.today)).values())


def _of_number(number: FunnelNumber, scope: Scope, url: str) -> int:
    """A segment is first found among all."""
    query = number.query
    if number.compared and query.comparison is not None:
        dates, scope = compared(query.comparison, query.dates, scope)
        query = replace(query, dates=dates)
    return (1 if number.is_whole else 2) * _of_steps(query, scope, url)


def _names(steps: Iterable[Step]) -> set[str] | None:
    """None if any of them is all events."""
    found: set[str] = set()
    for step in steps:
        if isinstance(step.events, AllEvents):
            return None
        found |= set(step.events)
    return found


def _length(window: ConversionWindow) -> dt.timedelta:
    return window.length if isinstance(window, TimeWindow) else dt.timedelta(days=1)


def _of_reading(
    metrics: Sequence[Metric], query: InsightsQuery, scope: Scope, kept: Collection[dt.date], url: str
) -> int:
    first, last = days(query.dates, scope)
    metric = metrics[0]
    before = ROLLING_DAYS.get(metric.measure.kind, 1) - 1
    first = _EARLIEST if metric.first_time else max(first - dt.timedelta(days=before), _EARLIEST)
    names = () if isinstance(metric.events, AllEvents) else tuple(metric.events)
    first = max(first, first_day_kept(scope) or first)
    found = daily_volumes(url, scope.project_id, names, first=first, last=last)
    return sum(events for day, events in found.items() if day not in kept)


def _kept_days(query: InsightsQuery, scope: Scope, url: str) -> set[dt.date]:
    """The days whose buckets are kept for every reading of the question, and still count."""
    names = kept_under(query, scope, code_mark())
    if not names:
        return set()
    closed = closed_parts(query, scope)
    now = standing(execute(compile_standing(names, closed, scope), url=url).rows)
    known = {(name, each.bucket) for name in names for each in now.of(name)}
    return {
        day
        for bucket in closed
        if all((name, milliseconds(bucket.start.timestamp())) in known for name in names)
        for day in _days_of(bucket)
    }


def _days_of(bucket: Bucket) -> list[dt.date]:
    """Those of which it has half or more."""
    first = bucket.start.date()
    count = int((bucket.end - bucket.start) / dt.timedelta(days=1) + 0.5)
    return [first + dt.timedelta(days=each) for each in range(count)]
