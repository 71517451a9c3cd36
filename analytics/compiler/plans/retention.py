"""One statement, after that which finds the segments to show: those with the most users who did the birth event. A
comparison asks once more."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from analytics.compiler.breakdowns import Key, known_scales, split
from analytics.compiler.kept import Keeping
from analytics.compiler.plans import insights
from analytics.compiler.plans.steps import Plan, Step
from analytics.compiler.retention import compile_retention
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import Metric
from analytics.queries.retention import RetentionQuery
from analytics.queries.scope import Scope
from analytics.results.retention import beside, retention_result


def plan(query: RetentionQuery, scope: Scope, keeping: Keeping | None = None) -> Plan:
    """`keeping` is not used: what a cohort did later is in no closed bucket of its own."""
    readings_left = 2 if query.comparison else 1
    shown = yield from segments_shown(query, scope, readings_left)
    parts = split(query.breakdowns, scope, known_scales(query.breakdowns, shown)) if query.breakdowns else None
    segments = [parts.read(key) for key in shown] if parts else []
    rows = yield Step(compile_retention(query, scope, shown), readings_left)
    ours = retention_result(query, scope, rows, segments)
    if query.comparison is None:
        return ours
    before, back = query.earlier(scope)
    rows = yield Step(compile_retention(before, back, shown))
    return beside(ours, retention_result(before, back, rows, segments))


def segments_shown(query: RetentionQuery, scope: Scope, left: int) -> Generator[Step, Any, list[Key]]:
    return (yield from insights.segments_shown(births(query), scope, left))


def births(query: RetentionQuery) -> InsightsQuery:
    """The users who did the birth event, as a question of its own."""
    metric = Metric(query.birth.events, Measure(MeasureKind.UNIQUE), query.birth.filters, query.first_time)
    return InsightsQuery((metric,), query.dates, query.interval, query.filters, query.breakdowns, query.segments)
