"""Lifecycle and frequency answered in memory, from the units that the zone's calendar shows for each event."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from analytics.queries import FrequencyQuery, LifecycleQuery
from analytics.queries.buckets import buckets
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import Metric
from analytics.queries.scope import Scope
from tests.reference.calendar import bucket_of, local, unit_of
from tests.reference.facts import Fact
from tests.reference.insights import Reference, Segments

_DAY = dt.timedelta(days=1)
ALL, OTHER = (("all", None, None),), (("other", None, None),)


def exists(day: dt.date, scope: Scope) -> bool:
    """Whether the zone's clock ever showed it."""
    noon = dt.datetime.combine(day, dt.time(12), scope.tzinfo)
    return local(noon.astimezone(dt.UTC), scope).date() == day


class LifecycleReference:
    def __init__(self, query: LifecycleQuery, scope: Scope, facts: Iterable[Fact], undone: Iterable[str] = ()) -> None:
        self.query, self.scope = query, scope
        metric = Metric(query.activity.events, Measure(MeasureKind.UNIQUE), query.activity.filters)
        asked = InsightsQuery((metric,), query.dates, query.interval, query.filters)
        self.insights = Reference(asked, scope, facts, buckets(query.dates, query.interval, scope), undone)
        self.units = self._units()
        self.active: dict[str, dict[Any, dt.date]] = defaultdict(dict)
        for fact in self.insights.facts:
            if self.insights.is_read(fact) and self.insights._asked(fact, metric) and _named(fact, metric):
                day = self.insights.day(fact)
                self.active[self.insights.user_of(fact)][self.unit(day)] = day

    def unit(self, day: dt.date) -> Any:
        return unit_of(day, self.query.interval, self.scope)

    def _units(self) -> list[Any]:
        """Those that a day of the range is in, with those days that the zone has."""
        day, found = self.insights.first, []
        while day <= self.insights.last:
            if self.days_of(self.unit(day), day):
                found.append(self.unit(day))
            day += _DAY
        return list(dict.fromkeys(found))

    def days_of(self, unit: Any, near: dt.date) -> list[dt.date]:
        days = [near + n * _DAY for n in range(-31, 32)]
        return [day for day in days if self.unit(day) == unit and exists(day, self.scope)]

    def before(self, unit: Any, near: dt.date) -> Any:
        day = min(self.days_of(unit, near)) - _DAY
        # A week may begin with a day that the zone skipped.
        while self.unit(day) == unit or not self.days_of(self.unit(day), day):
            day -= _DAY
        return self.unit(day), day

    def statuses(self, unit: Any, start: dt.date) -> dict[str, int]:
        first = min(self.days_of(unit, start))
        previous, _ = self.before(unit, start)
        found = dict.fromkeys(("new", "returning", "resurrecting", "dormant"), 0)
        for units in self.active.values():
            earlier = any(day < first for day in units.values())
            if unit in units:
                found["returning" if previous in units else "resurrecting" if earlier else "new"] += 1
            elif previous in units:
                found["dormant"] += 1
        return found

    def is_complete(self, unit: Any, start: dt.date) -> bool:
        today = local(self.scope.now, self.scope).date()
        days = self.days_of(unit, start)
        previous, near = self.before(unit, start)
        kept = self.insights.kept
        whole = kept is None or min(*days, *self.days_of(previous, near)) >= kept
        return max(days) < today and self.unit(today) != unit and whole


class FrequencyReference:
    def __init__(self, query: FrequencyQuery, scope: Scope, facts: Iterable[Fact], undone: Iterable[str] = ()) -> None:
        self.query, self.scope = query, scope
        metric = Metric(query.activity.events, Measure(MeasureKind.UNIQUE), query.activity.filters)
        asked = InsightsQuery((metric,), query.dates, query.per, query.filters, query.breakdowns, query.segments)
        self.insights = Reference(asked, scope, facts, buckets(query.dates, query.per, scope), undone)
        self.shown = self.insights.shown()
        self.events = self.insights.events(metric)

    def segments(self) -> list[Segments]:
        if not self.query.breakdowns:
            return [()]
        return [ALL, *self.shown, *([OTHER] if any(self._is_in(fact, OTHER) for fact in self.events) else [])]

    def _is_in(self, fact: Fact, segments: Segments) -> bool:
        if segments in ((), ALL):
            return True
        theirs = self.insights.splitter.of(fact)
        return any(each not in self.shown for each in theirs) if segments == OTHER else segments in theirs

    def users(self, segments: Segments, period: Any = None) -> dict[str, int]:
        """In how many units each user did it, in a period or in the whole range."""
        units: dict[str, set[Any]] = defaultdict(set)
        for fact in self.events:
            in_period = period is None or bucket_of(fact.time, self.query.per, self.scope) == period
            if in_period and self._is_in(fact, segments):
                units[self.insights.user_of(fact)].add(bucket_of(fact.time, self.query.each, self.scope))
        return {user: len(found) for user, found in units.items()}

    def units_in(self, period: Any = None) -> int:
        """How many there are, by the minute where hours are counted."""
        step = dt.timedelta(minutes=15) if self.query.each == "hour" else dt.timedelta(hours=6)
        moment = dt.datetime.combine(self.insights.first - _DAY, dt.time(0), dt.UTC)
        found = set()
        while moment < dt.datetime.combine(self.insights.last + 2 * _DAY, dt.time(0), dt.UTC):
            inside = self.insights.first <= local(moment, self.scope).date() <= self.insights.last
            if inside and (period is None or bucket_of(moment, self.query.per, self.scope) == period):
                found.add(bucket_of(moment, self.query.each, self.scope))
            moment += step
        return len(found)


def _named(fact: Fact, metric: Metric) -> bool:
    return not isinstance(metric.events, tuple) or fact.event in metric.events
