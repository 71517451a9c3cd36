"""The statements that answer a question, in order, and how their rows become the result: a file for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analytics.compiler.kept import Keeping
from analytics.compiler.plans import flows, frequency, funnels, insights, lifecycle, retention
from analytics.compiler.plans.steps import Plan, Step, Steps
from analytics.queries import InsightsQuery, Query
from analytics.queries.scope import Scope

__all__ = ["Plan", "Step", "Steps", "kept_under", "plan"]

_PLANS: dict[str, Callable[[Any, Scope, Keeping | None], Plan]] = {
    "insights": insights.plan,
    "funnels": funnels.plan,
    "retention": retention.plan,
    "flows": flows.plan,
    "lifecycle": lifecycle.plan,
    "frequency": frequency.plan,
}


def plan(query: Query, scope: Scope, keeping: Keeping | None = None) -> Plan:
    """Without `keeping` everything is counted from events."""
    return _PLANS[query.kind](query, query.scope_of(scope), keeping)


def kept_under(query: Query, scope: Scope, code: str) -> list[str]:
    """The names that the question's readings are kept under; none if they are not kept. `code` marks what counts."""
    return insights.kept_under(query, query.scope_of(scope), code) if isinstance(query, InsightsQuery) else []
