"""A node or a link of a flow, by the names that the answer gives them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.flows import FlowsQuery
from analytics.queries.text import shown

_EDGES = ("other", "start", "end")


@dataclass(frozen=True, slots=True)
class NodePoint:
    """A node: at which step, and what stands there. `name` is the event's, None for other, start and end; `value` what
    it is split by, a list of one, or none if it is not split."""

    step: int
    kind: str
    name: str | None = None
    value: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One node, or the two that a link joins."""

    query: FlowsQuery
    nodes: tuple[NodePoint, ...]

    def __post_init__(self) -> None:
        for node in self.nodes:
            if node.step not in self.query.steps:
                raise QueryError(
                    f"The flow has the steps {-self.query.before} to {self.query.after}, and no {node.step}.",
                    place="at.step",
                )
        if len(self.nodes) == 2 and self.nodes[1].step != self.nodes[0].step + 1:
            raise QueryError("A link goes from a node to one of the next step.", place="at.to")


def parse_point(query: FlowsQuery, fields: object) -> Point:
    """`{"step": 1, "node": "1:end"}` or `{"from": "0:event:[\\"Sign Up\\"]", "to": "1:end"}`, by the answer's ids."""
    if not isinstance(fields, dict):
        raise QueryError(f"Which number? An object is needed here, not {shown(fields)}.", place="at")
    if fields.keys() == {"from", "to"}:
        return Point(query, (_node(fields["from"], "at.from"), _node(fields["to"], "at.to")))
    if fields.keys() != {"step", "node"}:
        raise QueryError("A number of flows is a node (step, node) or a link (from, to).", place="at")
    node = _node(fields["node"], "at.node")
    if fields["step"] != node.step or isinstance(fields["step"], bool):
        raise QueryError(f"The node is of step {node.step}, not of {shown(fields['step'])}.", place="at.step")
    return Point(query, (node,))


def _node(id: object, place: str) -> NodePoint:
    step, _, rest = id.partition(":") if isinstance(id, str) else ("", "", "")
    kind, _, text = rest.partition(":")
    try:
        if kind in _EDGES and not text:
            return NodePoint(int(step), kind)
        names = json.loads(text) if kind == "event" else None
        if isinstance(names, list) and 1 <= len(names) <= 2 and isinstance(names[0], str):
            value = tuple(names[1:])
            if all(each is None or isinstance(each, str) for each in value):
                return NodePoint(int(step), kind, names[0], value)
    except (ValueError, RecursionError):
        pass
    raise QueryError(f"This is no node's id: {shown(id)}. Send one as the answer gives it.", place=place)
