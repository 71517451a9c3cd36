"""Rows of links between numbers → the answer of Flows, with names (compiler/flow_names.py gives the numbers).

A node's count is what its links bring, or what they take away: the same, but at the ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analytics.queries.flows import FlowsCount, FlowsQuery
from analytics.queries.scope import Scope
from analytics.queries.sentence.words import window_in_words
from analytics.results.flows import FlowsResult, Link, Node, NodeKind, Path, Place
from analytics.results.notes import kept_note
from analytics.results.series import neat

# Numbers of nodes in rows: no step any more, "(start)" or "(end)", "(other)", and from there on those with names.
NOTHING, EDGE_NUMBER, OTHER_NUMBER, FIRST_NUMBER = 0, 1, 2, 3


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
    paths: tuple[tuple[int, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class _At:
    """A node by its number."""

    step: int
    number: int

    def order(self, count: int) -> tuple[int, int, int, int]:
        """Step by step; events by size, equal ones by the alphabet, then other, then start or end."""
        return self.step, FIRST_NUMBER - min(self.number, FIRST_NUMBER), -count, self.number

    def place(self, names: Sequence[NodeName]) -> Place:
        if self.number == EDGE_NUMBER:
            return Place(self.step, NodeKind.START if self.step < 0 else NodeKind.END)
        if self.number == OTHER_NUMBER:
            return Place(self.step, NodeKind.OTHER)
        found = names[self.number - FIRST_NUMBER]
        return Place(self.step, NodeKind.EVENT, found.name, found.split, found.value)


def flows_result(query: FlowsQuery, scope: Scope, names: Sequence[NodeName], rows: Iterable[FlowsRow]) -> FlowsResult:
    """`names` are those of the numbers from FIRST_NUMBER on."""
    links: dict[tuple[_At, _At], int] = {}
    incoming, outgoing = Counter[_At](), Counter[_At]()
    paths: tuple[tuple[int, tuple[int, ...]], ...] = ()
    for row in rows:
        if row.gap == 0:
            paths = row.paths
            continue
        step = query.steps[row.gap - 1]
        source, target = _At(step, row.source), _At(step + 1, row.target)
        links[source, target] = row.count
        outgoing[source] += row.count
        incoming[target] += row.count
    counts = {at: max(incoming[at], outgoing[at]) for at in incoming.keys() | outgoing.keys()}
    total = sum(count for at, count in counts.items() if at.step == 0)
    in_order = {at: place for place, at in enumerate(sorted(counts, key=lambda at: at.order(counts[at])))}
    nodes = [Node(at.place(names), counts[at], _share(counts[at], total)) for at in in_order]
    found = [
        Link(nodes[in_order[source]].place.id, nodes[in_order[target]].place.id, links[source, target])
        for source, target in sorted(links, key=lambda link: (in_order[link[0]], in_order[link[1]]))
    ]
    return FlowsResult(
        zone=scope.zone,
        count=str(query.count),
        before=query.before,
        after=query.after,
        total=total,
        nodes=tuple(nodes),
        links=tuple(found),
        paths=tuple(Path(_places(query, names, numbers), count, _share(count, total)) for count, numbers in paths),
        notes=tuple(_notes(query, scope)),
    )


def _places(query: FlowsQuery, names: Sequence[NodeName], numbers: Sequence[int]) -> tuple[Place, ...]:
    return tuple(
        _At(step, number).place(names) for step, number in zip(query.steps, numbers, strict=True) if number != NOTHING
    )


def _share(count: int, total: int) -> float:
    return float(neat(count / total) or 0)


def _notes(query: FlowsQuery, scope: Scope) -> Iterable[str]:
    if query.of is not None:
        yield from _on_number(query)
    elif query.count is FlowsCount.UNIQUES:
        yield "Each user is one flow, from the first time in the range."
    else:
        yield "Each time is a flow of its own: a user may be in several, and so may an event."
    if query.after and query.over_at(scope) > scope.now:
        within = window_in_words(query.window)
        yield f"Not all flows are over: what follows {within} is still to come, so (end) may shrink."
    yield from kept_note(query.dates, scope)


def _on_number(query: FlowsQuery) -> Iterable[str]:
    if query.count is FlowsCount.UNIQUES:
        yield "Each user is one flow, from where they first got to in the funnel."
    else:
        yield "Each attempt of the funnel is a flow of its own, from where it got to."
    yield "The range is when these attempts began; they may have got to their step after it."
