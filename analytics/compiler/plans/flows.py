"""Two statements: what can be a node (one more where names are very many), and one that follows all users. Those behind
a number of a segment of a funnel need one more before, which finds the segments."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from analytics.compiler.flow_anchors import anchors_of
from analytics.compiler.flow_names import FlowNames, are_too_many, compile_names
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
    read = time_read(query, scope)
    found = yield Step(compile_names(query, scope, read), left + 1)
    if are_too_many(found):
        found = yield Step(compile_names(query, scope, read, are_many=True), left + 1)
    flows = FlowRows(query, scope, FlowNames.of(query, found), begun)
    return flows, ((yield Step(compile_flows(flows), left)) if flows.names.nodes else [])


def _begun(query: FlowsQuery, scope: Scope, left: int) -> Generator[Step, Any, Fragment | None]:
    if query.of is None:
        return None
    with at("of"):
        shown = yield from funnels.segments_of(query.of, scope, left)
        return anchors_of(query.of, query, scope, shown)
