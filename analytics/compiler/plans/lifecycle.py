"""One statement."""

from __future__ import annotations

from analytics.compiler.kept import Keeping
from analytics.compiler.lifecycle import compile_lifecycle
from analytics.compiler.plans.steps import Plan, Step
from analytics.queries.lifecycle import LifecycleQuery
from analytics.queries.scope import Scope
from analytics.results.lifecycle import lifecycle_result


def plan(query: LifecycleQuery, scope: Scope, keeping: Keeping | None = None) -> Plan:
    """`keeping` is not used: what a user is in an interval depends on all that was before."""
    rows = yield Step(compile_lifecycle(query, scope))
    return lifecycle_result(query, scope, rows)
