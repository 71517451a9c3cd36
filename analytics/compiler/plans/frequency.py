"""One statement, after that which finds the segments to show: those with the most users."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from analytics.compiler.breakdowns import Key, known_scales, split
from analytics.compiler.frequency import compile_frequency
from analytics.compiler.kept import Keeping
from analytics.compiler.plans import insights
from analytics.compiler.plans.steps import Plan, Step
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import Metric
from analytics.queries.scope import Scope
from analytics.results.frequency import frequency_result


def plan(query: FrequencyQuery, scope: Scope, keeping: Keeping | None = None) -> Plan:
    """`keeping` is not used: the users of a closed bucket are kept, but not in how many units they are."""
    shown = yield from segments_shown(query, scope, 1)
    rows = yield Step(compile_frequency(query, scope, shown))
    parts = split(query.breakdowns, scope, known_scales(query.breakdowns, shown)) if query.breakdowns else None
    return frequency_result(query, scope, rows, [parts.read(key) for key in shown] if parts else ())


def segments_shown(query: FrequencyQuery, scope: Scope, left: int) -> Generator[Step, Any, list[Key]]:
    return (yield from insights.segments_shown(active(query), scope, left))


def active(query: FrequencyQuery) -> InsightsQuery:
    """The users who did it, as a question of its own."""
    metric = Metric(query.activity.events, Measure(MeasureKind.UNIQUE), query.activity.filters)
    return InsightsQuery((metric,), query.dates, query.per, query.filters, query.breakdowns, query.segments)
