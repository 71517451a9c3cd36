"""The users behind a node or a link of a flow. They are found by following everybody again as the answer did, names,
nodes shown and all, so their count is the number; for totals each has the number of their flows as their value.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.compiler.drilldowns.people import ListPlan, named_users, people
from analytics.compiler.flow_rows import FlowRows, places
from analytics.compiler.plans.flows import followed
from analytics.errors import QueryError
from analytics.queries.drilldowns.flows import NodePoint, Point
from analytics.queries.drilldowns.paging import Paging
from analytics.queries.flows import FlowsCount
from analytics.queries.scope import Scope
from analytics.results.flow_rows import EDGE_NUMBER, FIRST_NUMBER, OTHER_NUMBER, FlowsRow, NodeName
from analytics.results.flows import NodeKind
from analytics.sql.fragment import Fragment, bind, join, sql

_WHO_AND_WHEN = sql("version, distinct_id, user_id, time")


def users_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    found, rows = yield from followed(point.query, scope, 3)
    behind = _Behind(point, found, rows)
    number = sql("count()") if point.query.count is FlowsCount.TOTALS else None
    return (yield from people(named_users(behind.anchors(), y=number), scope, paging))


@dataclass(frozen=True, slots=True)
class _Behind:
    point: Point
    found: FlowRows
    rows: list[FlowsRow]

    def anchors(self) -> Fragment:
        """The events at which the flows begin that go through the node or the link: an event once for each flow."""
        if not self.found.names.nodes:
            raise _gone()
        through = sql(
            "SELECT user, k0 FROM ({flows}) WHERE {through}",
            flows=self.found.flows(),
            through=join(" AND ", [self._through(node) for node in self.point.nodes]),
        )
        anchors = self.found.anchors([_WHO_AND_WHEN])
        if self.found.may_repeat:
            return sql(
                "SELECT * FROM ({anchors}) AS anchor INNER JOIN ({through}) AS flow USING (user, k0)",
                anchors=anchors,
                through=through,
            )
        return sql("SELECT * FROM ({anchors}) WHERE (user, k0) IN ({through})", anchors=anchors, through=through)

    def _through(self, node: NodePoint) -> Fragment:
        query, shown = self.point.query, self._shown(node.step)
        place = places(query)[node.step + query.before]
        if node.kind == NodeKind.OTHER:
            return sql(
                "{place} >= {other} AND {place} NOT IN {shown}",
                place=place,
                other=bind("UInt16", OTHER_NUMBER),
                shown=bind("Array(UInt16)", shown),
            )
        number = EDGE_NUMBER
        if node.kind == NodeKind.EVENT:
            wanted = self._named(node)
            number = self.found.names.nodes.index(wanted) + FIRST_NUMBER if wanted in self.found.names.nodes else 0
            if number not in shown:
                raise _gone()
        elif node.step == 0 or (node.step < 0) != (node.kind == NodeKind.START):
            raise _gone()
        return sql("{place} = {number}", place=place, number=bind("UInt16", number))

    def _named(self, node: NodePoint) -> NodeName:
        name = node.name or ""
        split = self.point.query.split_of(name)
        if not node.value or split is None:
            return NodeName(name)
        return NodeName(name, split.label, node.value[0])

    def _shown(self, step: int) -> list[int]:
        """The numbers of the nodes that the step shows."""
        gap = step + self.point.query.before  # of what comes in; the next one is of what goes out
        rows = [row for row in self.rows if row.gap]
        found = {row.target for row in rows if row.gap == gap} | {row.source for row in rows if row.gap == gap + 1}
        return sorted(number for number in found if number >= FIRST_NUMBER)


def _gone() -> QueryError:
    return QueryError("The answer has no such node (any more): ask the question again.", place="at")
