"""Insights answered in memory: slow, obvious, and sharing no arithmetic with what it checks.

No bucket edges here (calendar.py): an event's bucket is what the zone's clock shows when it happens, cut to the
interval. Only windows of active users inside a day take the ends of buckets as given; those have tests of their own.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from analytics.queries.breakdowns import HIGHEST_LIMIT, AutoBuckets, Order
from analytics.queries.buckets import Bucket
from analytics.queries.dates import Interval
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import ROLLING_DAYS
from analytics.queries.metrics import AllEvents, Metric
from analytics.queries.scope import Scope
from tests.reference.calendar import bucket_of, days, exists, first_kept, local, unit_of
from tests.reference.facts import Fact, last_received, owners
from tests.reference.measures import bin_of, measured, users_numbers
from tests.reference.properties import MISSING, matches, value_of
from tests.reference.segments import Segment, Splitter

Segments = tuple[Segment, ...]
Numbers = dict[tuple[int, Segments, Any], float]  # metric, segments, bucket key or None for the range

_ALL: Segment = ("all", None, None)
_OTHER: Segment = ("other", None, None)


class Reference:
    """One question about one history."""

    def __init__(
        self,
        query: InsightsQuery,
        scope: Scope,
        facts: Iterable[Fact],
        buckets: Sequence[Bucket],
        undone: Iterable[str] = (),
        extents: dict[int, tuple[float, float]] | None = None,
    ) -> None:
        """`extents` of auto buckets are those of the question's own time, also in the time it is compared with."""
        facts = list(facts)
        self.query, self.scope, self.buckets = query, scope, buckets
        self.owner = owners(facts, undone)
        self.facts = last_received(facts)
        self.first, self.last = days(query.dates, scope)
        self.kept = first_kept(scope)
        self.sessions = self._sessions()
        self.extents = extents or {
            index: self._extent(index)
            for index, breakdown in enumerate(query.breakdowns)
            if isinstance(breakdown.buckets, AutoBuckets)
        }
        self.splitter = Splitter(query.breakdowns, scope, self.extents)

    # --- which events

    def day(self, fact: Fact) -> dt.date:
        return local(fact.time, self.scope).date()

    def is_read(self, fact: Fact) -> bool:
        if self.kept is not None and self.day(fact) < self.kept:
            return False
        return self.scope.until is None or fact.time < self.scope.until.replace(microsecond=0)

    def in_range(self, fact: Fact) -> bool:
        return self.first <= self.day(fact) <= self.last and self.is_read(fact)

    def user_of(self, fact: Fact) -> str:
        return self.owner.get(fact.canonical, fact.canonical)

    def events(self, metric: Metric, *, everything: bool = False) -> list[Fact]:
        """The metric's events of the range, or of all the time up to its end."""
        named = [fact for fact in self.facts if _is_named(fact, metric)]
        found = [fact for fact in named if self._asked(fact, metric)]
        if metric.first_time:
            first: dict[str, Fact] = {}
            for fact in sorted(named, key=lambda fact: (fact.time, fact.version)):
                if self.is_read(fact) and self.day(fact) <= self.last:
                    first.setdefault(self.user_of(fact), fact)
            chosen = {id(fact) for fact in first.values()}
            found = [fact for fact in found if id(fact) in chosen]
        return [fact for fact in found if (self.is_read(fact) if everything else self.in_range(fact))]

    def _asked(self, fact: Fact, metric: Metric) -> bool:
        groups = [group for group in (self.query.filters, metric.filters) if group is not None]
        return all(matches(fact, group, self.scope) for group in groups)

    def _sessions(self) -> dict[int, Any]:
        session_of: dict[int, Any] = {}
        theirs: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            if self.in_range(fact):
                theirs[self.user_of(fact)].append(fact)
        for user, events in theirs.items():
            before, session = None, None
            for fact in sorted(events, key=lambda fact: fact.time):
                idle = before is not None and fact.time - before.time > dt.timedelta(minutes=self.scope.session_minutes)
                if before is None or idle or self.day(before) != self.day(fact):
                    session = (user, fact.time)
                session_of[id(fact)] = session
                before = fact
        return session_of

    def _extent(self, index: int) -> tuple[float, float]:
        numbers = []
        for fact in self.facts:
            groups = [self.query.filters] if self.query.filters else []
            wanted = any(_is_named(fact, metric) for metric in self.query.metrics)
            if wanted and self.in_range(fact) and all(matches(fact, group, self.scope) for group in groups):
                value = value_of(fact, self.query.breakdowns[index].property)
                if value is not MISSING:
                    numbers.append(float(value))
        return (min(numbers), max(numbers)) if numbers else (0.0, 0.0)

    # --- the answer

    def numbers(self, shown: list[Segments] | None = None) -> Numbers:
        """Every number that is there, and is not a count of nothing."""
        if shown is None:
            shown = self.shown()
        numbers: Numbers = {}
        for index, metric in enumerate(self.query.metrics):
            for segments, events in self._divided(metric, shown).items():
                for bucket, value in self._by_bucket(metric, events).items():
                    for name, number in self._named_numbers(metric, segments, value):
                        if number is not None and not (number == 0 and metric.measure.is_zero_without_events):
                            numbers[index, name, bucket] = numbers.get((index, name, bucket), 0) + number
        return numbers

    def _named_numbers(self, metric: Metric, segments: Segments, value: Any) -> list[tuple[Segments, float | None]]:
        if not metric.measure.is_distribution:
            return [(segments, value)]
        named = [((*segments, bin), count) for bin, count in value.items()]
        if all(segment == _ALL for segment in segments):
            named.append(((*segments, _ALL), sum(value.values())))
        return named

    def _by_bucket(self, metric: Metric, events: list[Fact]) -> dict[Any, Any]:
        if metric.measure.is_rolling:
            return self._active(metric, events)
        groups: dict[Any, list[Fact]] = {None: events} if events else {}
        for fact in events:
            groups.setdefault(bucket_of(fact.time, self.query.interval, self.scope), []).append(fact)
        return {bucket: self._measured(metric, inside) for bucket, inside in groups.items()}

    def _measured(self, metric: Metric, events: list[Fact]) -> Any:
        if not metric.measure.is_distribution:
            return measured(metric.measure, events, self.user_of, lambda fact: self.sessions[id(fact)])
        asked = metric.measure.per_user
        counts: dict[Segment, int] = defaultdict(int)
        for number in users_numbers(asked, events, self.user_of).values():
            counts[bin_of(number, whole=asked.each in ("total", "distinct"))] += 1
        return counts

    def _active(self, metric: Metric, events: list[Fact]) -> dict[Any, int]:
        """For every bucket the users of the days that end with it."""
        found: dict[Any, int] = {}
        bucket = None
        for bucket, wanted in self._windows(metric):
            found[bucket] = len({self.user_of(fact) for fact in events if wanted(fact)})
        return found | {None: found[bucket]} if found else {}

    def _windows(self, metric: Metric) -> list[Any]:
        length = ROLLING_DAYS.get(metric.measure.kind)
        if self.query.interval in (Interval.HOUR, Interval.MINUTE):
            return [
                (bucket_of(each.start, self.query.interval, self.scope), self._inside_clock(each.end, length))
                for each in self.buckets
            ]
        last_days: dict[Any, dt.date] = {}
        seen = {bucket_of(each.start, self.query.interval, self.scope) for each in self.buckets}
        day = self.first
        while day <= self.last:
            unit = unit_of(day, self.query.interval, self.scope)
            if unit in seen and exists(day, self.scope):
                last_days[unit] = day
            day += dt.timedelta(days=1)
        return [(unit, self._inside_days(last, length)) for unit, last in last_days.items()]

    def _inside_days(self, last: dt.date, length: int | None) -> Any:
        first = self.first if length is None else last - dt.timedelta(days=length - 1)
        return lambda fact: first <= self.day(fact) <= last

    def _inside_clock(self, end: dt.datetime, length: int | None) -> Any:
        if length is None:
            return lambda fact: self.first <= self.day(fact) and fact.time < end
        return lambda fact: end - dt.timedelta(days=length) <= fact.time < end

    # --- segments

    def _read_by(self, metric: Metric) -> list[Fact]:
        """Active users look back before the range, to where the first window begins."""
        if not metric.measure.is_rolling:
            return self.events(metric)
        windows = self._windows(metric)
        return [fact for fact in self.events(metric, everything=True) if any(inside(fact) for _, inside in windows)]

    def _divided(self, metric: Metric, shown: list[Segments]) -> dict[Segments, list[Fact]]:
        events = self._read_by(metric)
        if not self.query.breakdowns:
            return {(): events}
        depth = len(self.query.breakdowns)
        found: dict[Segments, list[Fact]] = {(_ALL,) * depth: events, (_OTHER,) * depth: []}
        for fact in events:
            theirs = self.splitter.of(fact)
            for segments in theirs:
                if segments in shown:
                    found.setdefault(segments, []).append(fact)
            if any(segments not in shown for segments in theirs):
                found[(_OTHER,) * depth].append(fact)
        return found

    def shown(self) -> list[Segments]:
        if not self.query.breakdowns:
            return []
        orders: dict[Segments, Any] = {}
        ranks: list[dict[Segments, float | None]] = []
        for metric in self.query.metrics:
            members: dict[Segments, list[Fact]] = defaultdict(list)
            for fact in self._readable_by(metric):
                for segments, order in self.splitter.of(fact, only_chosen=True).items():
                    if all(not b.values or s for b, s in zip(self.query.breakdowns, segments, strict=True)):
                        members[segments].append(fact)
                        orders[segments] = order
            ranks.append({segments: self._rank(metric, events) for segments, events in members.items()})
        one = len(self.query.breakdowns) == 1 and self.query.breakdowns[0].values
        limit = HIGHEST_LIMIT if one else self.query.segments.limit
        if len(ranks[0]) >= limit:
            ranks = ranks[:1]
        sign = -1 if self.query.segments.order is Order.TOP else 1

        def rank(segments: Segments) -> Any:
            sizes = [each.get(segments) for each in ranks]
            return [(size is None, sign * (size or 0)) for size in sizes], orders[segments]

        return sorted({segments for each in ranks for segments in each}, key=rank)[:limit]

    def _readable_by(self, metric: Metric) -> list[Fact]:
        """For choosing segments everything is looked at from where the first window begins to the end of the range."""
        if not metric.measure.is_rolling:
            return self.events(metric)
        length = ROLLING_DAYS.get(metric.measure.kind)
        if length is None or not self.buckets:
            return self.events(metric)
        events = [fact for fact in self.events(metric, everything=True) if self.day(fact) <= self.last]
        if self.query.interval in (Interval.HOUR, Interval.MINUTE):
            start = self.buckets[0].end - dt.timedelta(days=length)
            return [fact for fact in events if fact.time >= start]
        day = local(self.buckets[0].end - dt.timedelta(seconds=1), self.scope).date() - dt.timedelta(days=length - 1)
        return [fact for fact in events if self.day(fact) >= day]

    def _rank(self, metric: Metric, events: list[Fact]) -> float | None:
        if not metric.measure.is_rolling:
            return measured(metric.measure, events, self.user_of, lambda fact: self.sessions[id(fact)])
        return self._active(metric, events).get(None, 0)


def _is_named(fact: Fact, metric: Metric) -> bool:
    return isinstance(metric.events, AllEvents) or fact.event in metric.events
