"""An answer of Flows to draw."""

from __future__ import annotations

from analytics.results.flows import FlowsResult, Link, Node, NodeKind, Path, Place


def result(name: str = "View", total: int = 4) -> FlowsResult:
    anchor, view = Place(0, NodeKind.EVENT, "Sign Up"), Place(1, NodeKind.EVENT, name, "plan", "pro")
    other, end = Place(1, NodeKind.OTHER), Place(1, NodeKind.END)
    start = Place(-1, NodeKind.START)
    return FlowsResult(
        "UTC", "uniques", 1, 1, total,
        (Node(start, 4, 1.0), Node(anchor, 4, 1.0), Node(view, 2, 0.5), Node(other, 1, 0.25), Node(end, 1, 0.25)),
        (Link(start.id, anchor.id, 4), Link(anchor.id, view.id, 2), Link(anchor.id, other.id, 1),
         Link(anchor.id, end.id, 1)),
        (Path((start, anchor, view), 2, 0.5), Path((start, anchor, end), 1, 0.25)),
    )  # fmt: skip
