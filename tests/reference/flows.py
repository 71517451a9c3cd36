"""Flows answered in memory: each user's events in a row, and from every anchor a walk, one event at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from analytics.queries.comparisons import compared
from analytics.queries.flows import FlowsCount, FlowsQuery
from analytics.queries.funnel_numbers import Outcome
from analytics.queries.funnels import StepOrder
from analytics.queries.metrics import AllEvents
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.queries.windows import SessionWindow
from tests.reference import funnels
from tests.reference.calendar import bucket_of, days, first_kept, local
from tests.reference.facts import Fact, last_received, owners
from tests.reference.properties import MISSING, matches, number_text, value_of

# kind, name, by what it is split, the value
Node: TypeAlias = tuple[str, str, str | None, str | None]
START: Node = ("start", "", None, None)
END: Node = ("end", "", None, None)
OTHER: Node = ("other", "", None, None)
Flow: TypeAlias = dict[int, Node]  # by step


class Reference:
    """One question about one history."""

    def __init__(self, query: FlowsQuery, scope: Scope, facts: Iterable[Fact], undone: Iterable[str] = ()) -> None:
        facts = list(facts)
        self.query, self.scope = query, scope
        owner = owners(facts, undone)
        kept = first_kept(scope)
        self.of_user: dict[str, list[Fact]] = {}
        for fact in last_received(facts):
            if kept is None or self.day(fact) >= kept:
                self.of_user.setdefault(owner.get(fact.canonical, fact.canonical), []).append(fact)
        for theirs in self.of_user.values():
            theirs.sort(key=lambda fact: (fact.time, fact.version))
        self.begun = Begun(query, scope, facts, undone).anchors if query.of else None
        self.flows = [(user, flow) for user in self.of_user for flow in self._flows_of(user)]
        self.shown = {step: self._shown(step) for step in query.steps}

    def day(self, fact: Fact) -> dt.date:
        return local(fact.time, self.scope).date()

    # --- following one user

    def _flows_of(self, user: str) -> Iterator[Flow]:
        seen = [fact for fact in self.of_user[user] if self._is_seen(fact)]
        for place, fact in enumerate(seen):
            times = int(self._is_anchor(fact)) if self.begun is None else self.begun[user, fact.time, fact.version]
            if times and self.query.count is FlowsCount.UNIQUES:
                yield self._walk(user, seen, place)
                return
            for _ in range(times):
                yield self._walk(user, seen, place)

    def _walk(self, user: str, seen: list[Fact], place: int) -> Flow:
        anchor = seen[place]
        flow = {0: self._node(anchor)}
        for way, steps, edge in ((1, self.query.after, END), (-1, self.query.before, START)):
            for step in range(1, steps + 1):
                at = place + way * step
                if not 0 <= at < len(seen) or not self._together(user, anchor, seen[at]):
                    flow[way * step] = edge
                    break
                flow[way * step] = self._node(seen[at])
        return flow

    def _is_seen(self, fact: Fact) -> bool:
        return is_seen(fact, self.query, self.scope)

    def _is_anchor(self, fact: Fact) -> bool:
        first, last = days(self.query.dates, self.scope)
        return first <= self.day(fact) <= last and is_named(fact, self.query, self.scope)

    def _together(self, user: str, anchor: Fact, other: Fact) -> bool:
        if not isinstance(self.query.window, SessionWindow):
            return abs(other.time - anchor.time) <= self.query.window.length
        idle = dt.timedelta(minutes=self.scope.session_minutes)
        low, high = sorted([anchor.time, other.time])
        times = sorted(fact.time for fact in self.of_user[user] if low <= fact.time <= high)
        gaps = [after - before for before, after in zip(times, times[1:], strict=False)]
        return self.day(anchor) == self.day(other) and all(gap <= idle for gap in gaps)

    def _node(self, fact: Fact) -> Node:
        name = next((each.name for each in self.query.merged if fact.event in each.events), fact.event)
        for each in self.query.split:
            if each.event == name:
                value = value_of(fact, each.property)
                return (
                    "event",
                    name,
                    each.property.label,
                    None if value is MISSING else _text(value, each.property.type),
                )
        return ("event", name, None, None)

    # --- counting

    def _shown(self, step: int) -> set[Node]:
        counts = Counter(flow[step] for _, flow in self.flows if step in flow and flow[step] not in (START, END))
        top = self.query.top
        for each in self.query.expanded:
            if each.step == step:
                top = each.top
        return set(sorted(counts, key=lambda node: (-counts[node], _order(node)))[:top])

    def seen_at(self, step: int, flow: Flow) -> Node | None:
        """What the answer shows of a flow at a step."""
        node = flow.get(step)
        return node if node in (None, START, END) or node in self.shown[step] else OTHER

    def nodes(self) -> Counter[tuple[int, Node]]:
        return Counter(
            (step, node) for _, flow in self.flows for step in flow if (node := self.seen_at(step, flow)) is not None
        )

    def links(self) -> Counter[tuple[int, Node, Node]]:
        found: Counter[tuple[int, Node, Node]] = Counter()
        for _, flow in self.flows:
            for step in flow:
                if step + 1 in flow:
                    found[step, self.seen_at(step, flow), self.seen_at(step + 1, flow)] += 1
        return found

    def paths(self) -> list[tuple[tuple[tuple[int, Node], ...], int]]:
        """The 50 commonest; equal ones by their nodes, one after the other."""
        counts = Counter(tuple(sorted(flow.items(), key=lambda item: item[0])) for _, flow in self.flows)

        def order(path: tuple[tuple[int, Node], ...]) -> list[Any]:
            at = dict(path)
            return [_order(at[step]) if step in at else (0,) for step in self.query.steps]

        ordered = sorted(counts, key=lambda path: (-counts[path], order(path)))
        return [(path, counts[path]) for path in ordered[:50]]

    def users(self, *wanted: tuple[int, Node]) -> Counter[str]:
        """Whose flows go through all of these nodes, and how many flows of each."""
        return Counter(
            user for user, flow in self.flows if all(self.seen_at(step, flow) == node for step, node in wanted)
        )


def is_seen(fact: Fact, query: FlowsQuery, scope: Scope) -> bool:
    return fact.event not in query.hidden and (query.filters is None or matches(fact, query.filters, scope))


def is_named(fact: Fact, query: FlowsQuery, scope: Scope) -> bool:
    """Whether it is what the anchor says, whenever it was."""
    step = query.anchor
    if not isinstance(step.events, AllEvents) and fact.event not in step.events:
        return False
    return step.filters is None or matches(fact, step.filters, scope)


class Begun:
    """Where the attempts behind a funnel's number got to."""

    def __init__(self, query: FlowsQuery, scope: Scope, facts: list[Fact], undone: Iterable[str]) -> None:
        assert query.of is not None
        self.query, self.scope, self.number = query, scope, query.of
        funnel, around, undone = self.number.query, scope, list(undone)
        present = funnels.Reference(funnel, scope, facts, undone)
        shown, self.funnel = present.shown(present.attempts()), present
        if self.number.compared:
            assert funnel.comparison is not None
            dates, around = compared(funnel.comparison, funnel.dates, scope)
            earlier = replace(funnel, dates=dates, comparison=None)
            self.funnel = funnels.Reference(earlier, around, facts, undone, present.extents)
        segment = tuple((str(part.kind), part.value, part.upper) for part in self.number.segment)
        self.attempts = [
            each
            for each in self.funnel.divided(self.funnel.attempts(), shown).get(segment, [])
            if self._is_in_number(each)
        ]
        found = ((each, self._anchor(each)) for each in self.attempts if self._is_in_range(each))
        self.anchors = Counter((each.user, fact.time, fact.version) for each, fact in found if fact is not None)

    def _is_in_number(self, attempt: funnels.Attempt) -> bool:
        number, around = self.number, self.funnel.scope
        if number.bucket is not None:
            interval = number.query.interval
            if bucket_of(attempt.entered, interval, around) != bucket_of(number.bucket, interval, around):
                return False
        done = len(attempt.times)
        return done >= number.step if number.outcome is Outcome.CONVERTED else done == number.step - 1

    def _is_in_range(self, attempt: funnels.Attempt) -> bool:
        first, last = days(self.query.dates, self.scope)
        return first <= local(attempt.entered, self.scope).date() <= last

    def _anchor(self, attempt: funnels.Attempt) -> Fact | None:
        """Of the events that took it to the number's step and are an anchor, the first that was received."""
        reached, funnel = self.number.reached, self.funnel
        is_any = self.number.query.order is StepOrder.ANY
        found = []
        for fact in funnel.theirs[attempt.user]:
            steps = funnel.steps_of(attempt.user, fact)
            if fact.time != attempt.times[reached - 1] or funnel.held(fact) != attempt.held:
                continue
            if steps if is_any else reached in steps:
                found.append(fact)
        anchors = (fact for fact in found if is_seen(fact, self.query, self.scope))
        named = (fact for fact in anchors if is_named(fact, self.query, self.scope))
        return min(named, key=lambda fact: fact.version, default=None)


def _order(node: Node) -> tuple[Any, ...]:
    kind, name, split, value = node
    if kind != "event":
        return (1,)
    return (2, name, split is not None and value is None, value or "", split or "")


def _text(value: Any, type: PropertyType) -> str:
    if type is PropertyType.BOOLEAN:
        return "true" if value else "false"
    return number_text(value) if type is PropertyType.NUMBER else str(value)
