"""The answer to a Flows question: the nodes of each step, the links between them, and the commonest whole paths.

Rows have nodes as numbers (compiler/flow_names.py gives them); here they become names. A node's count is what its links
bring or take away: both are the same, but at the ends.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from analytics.queries.flows import FlowsCount, FlowsQuery
from analytics.queries.scope import Scope
from analytics.queries.sentence.words import window_in_words
from analytics.results.notes import kept_note
from analytics.results.series import neat

NOT_SET = "(not set)"
# Numbers of nodes in rows: no step any more, "(start)" or "(end)", "(other)", and from there on those with names.
NOTHING, EDGE_NUMBER, OTHER_NUMBER, FIRST_NUMBER = 0, 1, 2, 3


class NodeKind(StrEnum):
    EVENT = "event"
    OTHER = "other"  # all events of a step that have no node of their own
    START = "start"  # nothing happened before, in the window
    END = "end"  # nothing happened after


_LABELS = {NodeKind.OTHER: "(other)", NodeKind.START: "(start)", NodeKind.END: "(end)"}


@dataclass(frozen=True, slots=True)
class NodeName:
    """What a node of an event is called. `split` is what tells the event's nodes apart, and `value` which one it is:
    None where the property is not set."""

    name: str
    split: str | None = None
    value: str | None = None

    @property
    def order(self) -> tuple[str, bool, str]:
        """By the alphabet, not set last."""
        return self.name, self.split is not None and self.value is None, self.value or ""


@dataclass(frozen=True, slots=True)
class FlowsRow:
    """How many flows go from one node to another, over the gap after so many steps; or, with gap 0, the commonest
    paths: their counts and nodes."""

    gap: int
    source: int
    target: int
    count: int
    paths: tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at one step of a flow."""

    step: int
    kind: NodeKind
    name: str = ""
    split: str | None = None
    value: str | None = None

    @property
    def id(self) -> str:
        """`1:event:["View"]`, `1:event:["View","pro"]`, `1:event:["View",null]`, `1:other`, `2:end`, `-1:start`"""
        if self.kind is not NodeKind.EVENT:
            return f"{self.step}:{self.kind}"
        names = [self.name] if self.split is None else [self.name, self.value]
        return f"{self.step}:{self.kind}:{json.dumps(names, ensure_ascii=False, separators=(',', ':'))}"

    @property
    def label(self) -> str:
        if self.kind is not NodeKind.EVENT:
            return _LABELS[self.kind]
        if self.split is None:
            return self.name
        return f"{self.name} · {self.split} = {NOT_SET if self.value is None else self.value}"

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "step": self.step,
            "kind": str(self.kind),
            "name": self.name if self.kind is NodeKind.EVENT else _LABELS[self.kind],
            "split": self.split,
            "value": self.value,
            "label": self.label,
            "is_anchor": self.step == 0,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Place:
        kind = NodeKind(fields["kind"])
        name = fields["name"] if kind is NodeKind.EVENT else ""
        return cls(fields["step"], kind, name, fields["split"], fields["value"])


@dataclass(frozen=True, slots=True)
class Node:
    """`count` is how many flows go through it, `share` which part of all."""

    place: Place
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Link:
    """How many flows go from one node to one of the next step."""

    source: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class Path:
    """The whole way of some flows, from the first step to the last one that they have; no event is put into other."""

    places: tuple[Place, ...]
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class FlowsResult:
    """`total` is the number of flows: users, or anchors where totals are counted."""

    kind: ClassVar[str] = "flows"

    zone: str
    count: str
    before: int
    after: int
    total: int
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As docs/architecture.md, "The answer", describes it."""
        return {
            "kind": self.kind,
            "zone": self.zone,
            "count": self.count,
            "before": self.before,
            "after": self.after,
            "total": self.total,
            "nodes": [{**each.place.to_json(), "count": each.count, "share": each.share} for each in self.nodes],
            "links": [{"from": each.source, "to": each.target, "count": each.count} for each in self.links],
            "paths": [
                {"nodes": [place.to_json() for place in each.places], "count": each.count, "share": each.share}
                for each in self.paths
            ],
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> FlowsResult:
        return cls(
            zone=fields["zone"],
            count=fields["count"],
            before=fields["before"],
            after=fields["after"],
            total=fields["total"],
            nodes=tuple(Node(Place.from_json(each), each["count"], each["share"]) for each in fields["nodes"]),
            links=tuple(Link(each["from"], each["to"], each["count"]) for each in fields["links"]),
            paths=tuple(
                Path(tuple(map(Place.from_json, each["nodes"])), each["count"], each["share"])
                for each in fields["paths"]
            ),
            notes=tuple(fields["notes"]),
        )


def flows_result(query: FlowsQuery, scope: Scope, names: Sequence[NodeName], rows: Iterable[FlowsRow]) -> FlowsResult:
    """`names` are those of the numbers from FIRST_NUMBER on."""
    incoming, outgoing = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    counts: dict[tuple[int, int, int], int] = {}
    paths: tuple[tuple[int, tuple[int, ...]], ...] = ()
    for row in rows:
        if row.gap == 0:
            paths = row.paths
            continue
        step = query.steps[row.gap - 1]
        counts[step, row.source, row.target] = row.count
        outgoing[step, row.source] += row.count
        incoming[step + 1, row.target] += row.count
    found = {key: max(incoming[key], outgoing[key]) for key in incoming.keys() | outgoing.keys()}
    total = sum(count for (step, _), count in found.items() if step == 0)

    def place(step: int, number: int) -> Place:
        return _place(step, number, names)

    in_order = sorted(found, key=lambda key: (key[0], *_rank(key[1], found[key])))
    rank = {key: index for index, key in enumerate(in_order)}
    return FlowsResult(
        zone=scope.zone,
        count=str(query.count),
        before=query.before,
        after=query.after,
        total=total,
        nodes=tuple(Node(place(*key), found[key], _share(found[key], total)) for key in in_order),
        links=tuple(
            Link(place(step, source).id, place(step + 1, target).id, counts[step, source, target])
            for step, source, target in sorted(
                counts,
                key=lambda key: (key[0], -counts[key], in_order.index(key[:2]), in_order.index((key[0] + 1, key[2]))),
            )
        ),
        paths=tuple(
            Path(
                tuple(
                    place(step, number) for step, number in zip(query.steps, numbers, strict=True) if number != NOTHING
                ),
                count,
                _share(count, total),
            )
            for count, numbers in paths
        ),
        notes=tuple(_notes(query, scope)),
    )


def _place(step: int, number: int, names: Sequence[NodeName]) -> Place:
    if number == EDGE_NUMBER:
        return Place(step, NodeKind.START if step < 0 else NodeKind.END)
    if number == OTHER_NUMBER:
        return Place(step, NodeKind.OTHER)
    found = names[number - FIRST_NUMBER]
    return Place(step, NodeKind.EVENT, found.name, found.split, found.value)


def _rank(number: int, count: int) -> tuple[int, int, int]:
    """Events by size, equal ones by the alphabet, then other, then start or end."""
    return (FIRST_NUMBER - min(number, FIRST_NUMBER), -count, number)


def _share(count: int, total: int) -> float:
    return float(neat(count / total) or 0)


def _notes(query: FlowsQuery, scope: Scope) -> Iterable[str]:
    if query.count is FlowsCount.UNIQUES:
        yield "Each user is one flow, from the first time in the range."
    else:
        yield "Each time is a flow of its own: a user may be in several, and so may an event."
    if query.after and query.over_at(scope) > scope.now:
        within = window_in_words(query.window)
        yield f"Not all flows are over: what follows {within} is still to come, so (end) may shrink."
    yield from kept_note(query.dates, scope)
