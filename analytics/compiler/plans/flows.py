"""Two statements: what can be a node, and one that follows all users. Those behind a number of a segment of a funnel
need one more before, which finds the segments."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from analytics.compiler.flow_anchors import anchors_of
from analytics.compiler.flow_names import FlowNames, compile_names
from analytics.compiler.flow_rows import FlowRows, time_read
from analytics.compiler.flows import compile_flows
from analytics.compiler.kept import Keeping
from analytics.compiler.plans import funnels
from analytics.compiler.plans.steps import Plan, Step
from analytics.queries.codec.grammar import at
from analytics.queries.flows import FlowsQuery
from analytics.queries.scope import Scope
from analytics.results.flow_rows import FlowsRow, flows_result
from analytics.sql.fragment import Fragment


def plan(query: FlowsQuery, scope: Scope, keeping: Keeping | None = None) -> Plan:
    """Flows of different days have no part in common that could be kept."""
    found, rows = yield from followed(query, scope, 1)
    return flows_result(query, scope, found.names.nodes, rows)


def followed(query: FlowsQuery, scope: Scope, left: int) -> Generator[Step, Any, tuple[FlowRows, list[FlowsRow]]]:
    """`left` readings of the flows are left with the second statement."""
    begun = yield from _begun(query, scope, left + 2)
    names = FlowNames.of(query, (yield Step(compile_names(query, scope, time_read(query, scope)), left + 1)))
    found = FlowRows(query, scope, names, begun)
    return found, ((yield Step(compile_flows(found), left)) if names.nodes else [])


def _begun(query: FlowsQuery, scope: Scope, left: int) -> Generator[Step, Any, Fragment | None]:
    if query.of is None:
        return None
    with at("of"):
        shown = yield from funnels.segments_of(query.of, scope, left)
        return anchors_of(query.of, query, scope, shown)
