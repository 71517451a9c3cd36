"""Flows as SQL: one statement that follows all users and gives the links between the nodes shown, and the commonest
whole paths.

    gap | source | target | count | paths

A gap is the place between two steps, from 1 on; source and target are numbers of nodes (compiler/flow_names.py). Which
nodes a step shows is found from the links themselves, so that the events are put in order once. The line with gap 0
has the paths: for each its count, negative, and its nodes.
"""

from __future__ import annotations

from typing import Any

from analytics.compiler.events import FINAL_SETTINGS
from analytics.compiler.flow_rows import FlowRows, places
from analytics.queries.flows import FlowsQuery
from analytics.results.flow_rows import OTHER_NUMBER, FlowsRow
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import Fragment, bind, join, sql

MOST_PATHS = sql("50")


def compile_flows(rows: FlowRows) -> CompiledQuery[FlowsRow]:
    query = rows.query
    statement = sql(
        "SELECT gap, {source} AS source, {target} AS target, toInt64(sum(flows)) AS count, any(paths) AS paths"
        " FROM ({ranked}) GROUP BY gap, source, target",
        source=_shown(sql("left"), sql("left_rank"), _tops(query), sql("gap")),
        target=_shown(sql("right"), sql("right_rank"), _tops(query), sql("gap + 1")),
        ranked=_ranked(_links(query, rows.flows())),
    )
    return CompiledQuery.of(statement, _row, FINAL_SETTINGS)


def _row(line: tuple[Any, ...]) -> FlowsRow:
    gap, source, target, count, paths = line
    return FlowsRow(gap, source, target, count, tuple((-path[0], tuple(path[1:])) for path in paths))


def _links(query: FlowsQuery, flows: Fragment) -> Fragment:
    """The links between all nodes, and the paths that are the commonest; equal ones in the alphabet's order."""
    columns = places(query)
    pairs = [
        sql("({gap}, {left}, {right})", gap=bind("UInt8", gap), left=columns[gap - 1], right=columns[gap])
        for gap in range(1, len(columns))
    ]
    return sql(
        "SELECT link.1 AS gap, link.2 AS left, link.3 AS right, sum(times) AS flows,"
        " groupArraySortedIf({most})((-toInt64(times), {columns}), gap = 0) AS paths"
        " FROM (SELECT {columns}, count() AS times FROM ({flows}) GROUP BY {columns})"
        " ARRAY JOIN [(toUInt8(0), toUInt16(0), toUInt16(0)), {pairs}] AS link"
        " WHERE gap = 0 OR (left != 0 AND right != 0) GROUP BY gap, left, right",
        most=MOST_PATHS,
        columns=join(", ", columns),
        flows=flows,
        pairs=join(", ", pairs),
    )


def _ranked(links: Fragment) -> Fragment:
    """The links with the ranks of both ends among the nodes of their steps; what is no event's node comes after all."""
    return sql(
        "SELECT *, dense_rank() OVER (PARTITION BY gap ORDER BY left_flows DESC, left) AS left_rank,"
        " dense_rank() OVER (PARTITION BY gap ORDER BY right_flows DESC, right) AS right_rank FROM (SELECT *,"
        " if(left <= {other}, 0, sum(flows) OVER (PARTITION BY gap, left)) AS left_flows,"
        " if(right <= {other}, 0, sum(flows) OVER (PARTITION BY gap, right)) AS right_flows FROM ({links}))",
        other=bind("UInt16", OTHER_NUMBER),
        links=links,
    )


def _tops(query: FlowsQuery) -> Fragment:
    """How many nodes each step shows."""
    return bind("Array(UInt16)", [query.top_at(step) for step in query.steps])


def _shown(node: Fragment, rank: Fragment, tops: Fragment, place: Fragment) -> Fragment:
    return sql(
        "if({node} <= {other} OR {rank} <= {tops}[{place}], {node}, {other})",
        node=node,
        rank=rank,
        tops=tops,
        place=place,
        other=bind("UInt16", OTHER_NUMBER),
    )
