"""Two statements: what can be a node (one more where names are very many), and one that follows all users."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from analytics.compiler.flow_names import FlowNames, are_too_many, compile_names
from analytics.compiler.flow_rows import time_read
from analytics.compiler.flows import compile_flows
from analytics.compiler.kept import Keeping
from analytics.compiler.plans.steps import Plan, Step
from analytics.queries.flows import FlowsQuery
from analytics.queries.scope import Scope
from analytics.results.flow_rows import FlowsRow, flows_result


def plan(query: FlowsQuery, scope: Scope, keeping: Keeping | None = None) -> Plan:
    """Flows of different days have no part in common that could be kept."""
    names, rows = yield from followed(query, scope, 1)
    return flows_result(query, scope, names.nodes, rows)


def followed(query: FlowsQuery, scope: Scope, left: int) -> Generator[Step, Any, tuple[FlowNames, list[FlowsRow]]]:
    """`left` readings of the flows are left with the second statement."""
    read = time_read(query, scope)
    found = yield Step(compile_names(query, scope, read), left + 1)
    if are_too_many(found):
        found = yield Step(compile_names(query, scope, read, are_many=True), left + 1)
    names = FlowNames.of(query, found)
    return names, ((yield Step(compile_flows(query, scope, names), left)) if names.nodes else [])
