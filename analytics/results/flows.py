"""The answer to a Flows question: the nodes of each step, the links between them, and the commonest whole paths."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

NOT_SET = "(not set)"


class NodeKind(StrEnum):
    EVENT = "event"
    OTHER = "other"  # all events of a step that have no node of their own
    START = "start"  # nothing happened before, in the window
    END = "end"  # nothing happened after


_LABELS = {NodeKind.OTHER: "(other)", NodeKind.START: "(start)", NodeKind.END: "(end)"}


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
