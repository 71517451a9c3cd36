"""Funnels answered in memory, by walking: every entry of every user is followed, moment by moment, as somebody would
who looks at the list of their events with a finger.

Which events of one moment can be which steps is tried in every way.
"""

from __future__ import annotations

import datetime as dt
import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.queries.breakdowns import HIGHEST_LIMIT, AutoBuckets, Order
from analytics.queries.funnels import AttributionKind, Count, Exclusion, FunnelsQuery, StepOrder
from analytics.queries.metrics import AllEvents
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.queries.steps import Step
from analytics.queries.windows import TimeWindow
from tests.reference.calendar import bucket_of, days, first_kept, local
from tests.reference.facts import Fact, last_received, owners
from tests.reference.properties import MISSING, matches, number_text, value_of
from tests.reference.segments import NOT_SET, Segment, Splitter

_NO_TIME = dt.timedelta(milliseconds=1)
Shown = list[tuple[Segment, ...]]


@dataclass(frozen=True)
class Attempt:
    user: str
    held: tuple[bytes, ...]
    times: tuple[dt.datetime, ...]
    ended: dt.datetime  # another one may begin after it
    session: Any
    segments: dict[tuple[Segment, ...], Any]  # with their order among equals

    @property
    def entered(self) -> dt.datetime:
        return self.times[0]

    @property
    def rank(self) -> Any:
        return -len(self.times), self.times, self.held


class Reference:
    """One question about one history."""

    def __init__(
        self,
        query: FunnelsQuery,
        scope: Scope,
        facts: Iterable[Fact],
        undone: Iterable[str] = (),
        extents: dict[int, tuple[float, float]] | None = None,
    ) -> None:
        facts = list(facts)
        self.query, self.scope = query, scope
        owner = owners(facts, undone)
        self.first, self.last = days(query.dates, scope)
        self.kept = first_kept(scope)
        self.theirs: dict[str, list[Fact]] = defaultdict(list)
        for fact in sorted(last_received(facts), key=lambda fact: (fact.time, fact.version)):
            if self._is_read(fact):
                self.theirs[owner.get(fact.canonical, fact.canonical)].append(fact)
        self.firsts = {user: self._first(events) for user, events in self.theirs.items()}
        self.extents = extents or self._extents()
        self.splitter = Splitter(query.breakdowns, scope, self.extents)

    # --- which events

    def _day(self, moment: dt.datetime) -> dt.date:
        return local(moment, self.scope).date()

    def _is_read(self, fact: Fact) -> bool:
        if self.kept is not None and self._day(fact.time) < self.kept:
            return False
        return self.scope.until is None or fact.time < self.scope.until.replace(microsecond=0)

    def in_range(self, moment: dt.datetime) -> bool:
        return self.first <= self._day(moment) <= self.last

    def _extents(self) -> dict[int, tuple[float, float]]:
        if not self.query.breakdowns or not isinstance(self.query.breakdowns[0].buckets, AutoBuckets):
            return {}
        numbers = []
        for fact in itertools.chain(*self.theirs.values()):
            if self.in_range(fact.time) and self._passes(fact) and any(_named(fact, step) for step in self.query.steps):
                value = value_of(fact, self.query.breakdowns[0].property)
                if value is not MISSING:
                    numbers.append(float(value))
        return {0: (min(numbers), max(numbers)) if numbers else (0.0, 0.0)}

    def _passes(self, fact: Fact) -> bool:
        return self.query.filters is None or matches(fact, self.query.filters, self.scope)

    def _first(self, events: list[Fact]) -> Fact | None:
        return next((fact for fact in events if _named(fact, self.query.steps[0])), None)

    def _is(self, fact: Fact, asked: Step | Exclusion) -> bool:
        return _named(fact, asked) and (asked.filters is None or matches(fact, asked.filters, self.scope))

    def steps_of(self, user: str, fact: Fact) -> set[int]:
        """Numbers from 1."""
        if not self._passes(fact) or self.held(fact) is None:
            return set()
        found = {number for number, step in enumerate(self.query.steps, start=1) if self._is(fact, step)}
        if self.query.first_time and self.firsts[user] is not fact:
            found.discard(1)
        return found

    def _ends(self, fact: Fact) -> set[int]:
        if not self._passes(fact):
            return set()
        return {place for place, each in enumerate(self.query.exclusions) if self._is(fact, each)}

    def held(self, fact: Fact) -> tuple[bytes, ...] | None:
        found = []
        for held in self.query.hold:
            value = value_of(fact, held)
            if value is MISSING:
                return None
            if held.type is PropertyType.NUMBER:
                value = number_text(value)
            elif held.type is PropertyType.BOOLEAN:
                value = "true" if value else "false"
            found.append(str(value).encode())
        return tuple(found)

    def sessions(self, events: Sequence[Fact]) -> dict[dt.datetime, tuple[Any, dt.datetime]]:
        """For each moment its session, and the last moment of that."""
        found: list[list[dt.datetime]] = []
        for fact in events:
            idle = dt.timedelta(minutes=self.scope.session_minutes)
            if found and fact.time - found[-1][-1] <= idle and self._day(found[-1][-1]) == self._day(fact.time):
                found[-1].append(fact.time)
            else:
                found.append([fact.time])
        return {moment: (session[0], session[-1]) for session in found for moment in session}

    # --- attempts

    def attempts(self) -> list[Attempt]:
        """Those that count."""
        chosen: list[Attempt] = []
        for user, events in self.theirs.items():
            after = [fact for fact in events if self._day(fact.time) >= self.first]
            groups: dict[Any, list[Attempt]] = defaultdict(list)
            for attempt in self._of_user(user, after):
                # Totals of different values held do not know of each other.
                key = attempt.session if self.query.count is Count.SESSIONS else attempt.held
                groups[key if self.query.count is not Count.UNIQUES else None].append(attempt)
            for group in groups.values():
                chosen += self._chosen(group)
        return chosen

    def _chosen(self, group: list[Attempt]) -> list[Attempt]:
        if self.query.count is not Count.TOTALS:
            return [min(group, key=lambda attempt: attempt.rank)]
        found: list[Attempt] = []
        for attempt in sorted(group, key=lambda attempt: attempt.entered):
            if not found or attempt.entered > found[-1].ended:
                found.append(attempt)
        return found

    def _of_user(self, user: str, events: list[Fact]) -> Iterator[Attempt]:
        sessions = self.sessions(events) if self.query.needs_sessions else {}
        values = {held for fact in events if (held := self.held(fact)) is not None}
        for held in sorted(values):
            own = [fact for fact in events if self.held(fact) == held]
            for moment in sorted({fact.time for fact in own if self.in_range(fact.time)}):
                session, last = sessions.get(moment, (None, moment))
                until = last
                if isinstance(self.query.window, TimeWindow):
                    until = moment + self.query.window.length
                if (walked := self._walk(user, own, events, moment, until)) is not None:
                    times, ended = walked
                    yield Attempt(user, held, times, ended, session, self._segments(user, own, times))

    def _walk(
        self, user: str, own: list[Fact], everything: list[Fact], entered: dt.datetime, until: dt.datetime
    ) -> tuple[tuple[dt.datetime, ...], dt.datetime] | None:
        times: list[dt.datetime] = []
        collected: list[set[int]] = []  # where any order goes: all that was done so far
        is_strict, count = self.query.order is StepOrder.STRICT, len(self.query.steps)
        moments = {fact.time for fact in (everything if is_strict else own)}
        for moment in sorted(each for each in moments if entered <= each <= until):
            here = [fact for fact in own if fact.time == moment]
            could_be = [steps for fact in here if (steps := self.steps_of(user, fact))]
            if self.query.order is StepOrder.ANY:
                collected += could_be
                done = _most_steps(collected)
            else:
                done = _furthest(len(times), could_be)
            if moment == entered and not done:
                return None
            if is_strict and done == len(times):
                return tuple(times), moment - _NO_TIME
            before = list(times)
            times += [moment] * (done - len(times))
            if done == count:
                return tuple(times), moment
            if any(self._stops(place, before, done) for fact in here for place in self._ends(fact)):
                return tuple(times), self._broken(everything, times, moment) if is_strict else moment
        return (tuple(times), self._broken(everything, times, until) if is_strict else until) if times else None

    def _broken(self, everything: list[Fact], times: list[dt.datetime], until: dt.datetime) -> dt.datetime:
        """In strict order whatever comes after the last step ends the attempt, just before itself."""
        after = [fact.time for fact in everything if times[-1] < fact.time <= until]
        return min(after) - _NO_TIME if after else until

    def _stops(self, place: int, before: list[dt.datetime], done: int) -> bool:
        """Whether an exclusion of this moment comes after its one step and before its other: `before` are the steps
        of earlier moments, and `done` is how many are done with this one."""
        exclusion = self.query.exclusions[place]
        last = len(self.query.steps) if exclusion.before is None else exclusion.before
        return len(before) >= exclusion.after and done < last

    def _segments(self, user: str, own: list[Fact], times: Sequence[dt.datetime]) -> dict[tuple[Segment, ...], Any]:
        """Of each step it is the first received of the events that are that step at its moment."""
        if not self.query.breakdowns:
            return {}
        found = []
        for number, moment in enumerate(times, start=1):
            for fact in sorted(own, key=lambda fact: fact.version):
                steps = self.steps_of(user, fact)
                if fact.time == moment and (steps if self.query.order is StepOrder.ANY else number in steps):
                    found.append(self.splitter.of(fact))
                    break
        nothing = {(NOT_SET[0],): self.splitter.missing_order}
        asked = self.query.attribution
        if asked.kind is AttributionKind.STEP:
            assert asked.step is not None
            return found[asked.step - 1] if asked.step <= len(found) else nothing
        if asked.kind is AttributionKind.LAST:
            found.reverse()
        return next((each for each in found if (NOT_SET[0],) not in each), nothing)

    # --- the answer

    def shown(self, attempts: list[Attempt]) -> Shown:
        if not self.query.breakdowns:
            return []
        sizes: Counter[tuple[Segment, ...]] = Counter()
        orders: dict[tuple[Segment, ...], Any] = {}
        chosen = self.query.breakdowns[0].values
        for attempt in attempts:
            for segment, order in attempt.segments.items():
                if not chosen or _is_chosen(segment[0], chosen):
                    sizes[segment] += 1
                    orders[segment] = order
        sign = 1 if self.query.segments.order is Order.BOTTOM else -1
        limit = HIGHEST_LIMIT if chosen else self.query.segments.limit
        return sorted(sizes, key=lambda segment: (sign * sizes[segment], orders[segment]))[:limit]

    def divided(self, attempts: list[Attempt], shown: Shown) -> dict[tuple[Segment, ...], list[Attempt]]:
        if not self.query.breakdowns:
            return {(): attempts}
        found: dict[tuple[Segment, ...], list[Attempt]] = {(("all", None, None),): attempts}
        for attempt in attempts:
            names = {segment if segment in shown else (("other", None, None),) for segment in attempt.segments}
            for name in names:
                found.setdefault(name, []).append(attempt)
        return found

    def steps(self, attempts: list[Attempt]) -> list[dict[str, Any]]:
        found = []
        first = len(attempts)
        for place in range(len(self.query.steps)):
            reached = [attempt.times for attempt in attempts if len(attempt.times) > place]
            before = sum(len(attempt.times) >= place for attempt in attempts)
            apart = [_seconds(times[place] - times[place - 1]) for times in reached] if place else []
            since = [_seconds(times[place] - times[0]) for times in reached] if place else []
            found.append(
                {
                    "count": len(reached),
                    "dropped": before - len(reached),
                    "from_previous": len(reached) / before if place and before else None,
                    "from_first": len(reached) / first if first else None,
                    "average_from_previous": statistics.fmean(apart) if apart else None,
                    "median_from_previous": statistics.median(apart) if apart else None,
                    "average_from_first": statistics.fmean(since) if since else None,
                    "median_from_first": statistics.median(since) if since else None,
                }
            )
        return found

    def trend(self, attempts: list[Attempt]) -> dict[Any, tuple[int, int]]:
        """Bucket → how many entered and converted."""
        entered: Counter[Any] = Counter()
        converted: Counter[Any] = Counter()
        for attempt in attempts:
            bucket = bucket_of(attempt.entered, self.query.interval, self.scope)
            entered[bucket] += 1
            converted[bucket] += len(attempt.times) == len(self.query.steps)
        return {bucket: (entered[bucket], converted[bucket]) for bucket in entered}

    def numbers_between(self, attempts: list[Attempt]) -> list[float]:
        """Seconds, or how often the first step's event was done."""
        first, last = self.query.span
        found: list[float] = []
        for attempt in attempts:
            if len(attempt.times) < last:
                continue
            begin, end = attempt.times[first - 1], attempt.times[last - 1]
            if self.query.view == "times":
                found.append(_seconds(end - begin))
                continue
            done = [
                fact
                for fact in self.theirs[attempt.user]
                if begin <= fact.time < end
                and first in self.steps_of(attempt.user, fact)
                and self.held(fact) == attempt.held
            ]
            found.append(max(1, len(done)))
        return found

    def paths(self, attempts: list[Attempt]) -> dict[tuple[str, ...], int]:
        first, last = self.query.span
        found: Counter[tuple[str, ...]] = Counter()
        for attempt in attempts:
            if len(attempt.times) >= last:
                begin, end = attempt.times[first - 1], attempt.times[last - 1]
                between = [fact for fact in self.theirs[attempt.user] if begin < fact.time < end]
                names = [fact.event for fact in sorted(between, key=lambda fact: (fact.time, fact.event.encode()))]
                found[tuple(name for name, _ in itertools.groupby(names))[:20]] += 1
        return dict(found)


def _named(fact: Fact, asked: Step | Exclusion) -> bool:
    return isinstance(asked.events, AllEvents) or fact.event in asked.events


def _is_chosen(segment: Segment, values: Sequence[Any]) -> bool:
    if segment[0] == "empty":
        return "" in values
    return segment[0] == "value" and segment[1] in values


def _seconds(length: dt.timedelta) -> float:
    return length / dt.timedelta(seconds=1)


def _furthest(done: int, could_be: list[set[int]]) -> int:
    """How many steps are done after events of one moment, whichever came first."""
    best = done
    for place, steps in enumerate(could_be):
        if done + 1 in steps:
            best = max(best, _furthest(done + 1, could_be[:place] + could_be[place + 1 :]))
    return best


def _most_steps(could_be: list[set[int]]) -> int:
    """How many different steps can be done by as many different events: each event is given a step, or none."""

    def tried(rest: list[set[int]], taken: frozenset[int]) -> int:
        if not rest:
            return len(taken)
        return max(
            tried(rest[1:], taken | added) for added in [frozenset[int](), *({step} for step in rest[0] - taken)]
        )

    # More events of one sort than steps change nothing, and would be tried in far too many ways.
    sorts: Counter[tuple[int, ...]] = Counter(tuple(sorted(steps)) for steps in could_be)
    return tried([set(sort) for sort, times in sorts.items() for _ in range(min(times, len(sort)))], frozenset())
