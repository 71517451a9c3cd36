"""Retention answered in memory: every birth against every event of its user, one bucket after the other.

Nothing here knows edges, cells or marks. Where a rolling bucket begins is what the zone's clock shows, moved by hand;
how many calendar units later something is, is how often the calendar's unit changes on the way there.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from analytics.queries.buckets import buckets
from analytics.queries.dates import Interval
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import AllEvents, Metric
from analytics.queries.retention import RetentionQuery
from analytics.queries.scope import Scope
from analytics.queries.steps import Step
from tests.reference.calendar import bucket_of, local
from tests.reference.facts import Fact
from tests.reference.insights import Reference, Segments
from tests.reference.properties import MISSING, matches, value_of

_STEPS = {"hour": dt.timedelta(minutes=15), "day": dt.timedelta(hours=6), "week": dt.timedelta(hours=6)}
_LENGTHS = {"hour": dt.timedelta(hours=1), "day": dt.timedelta(hours=24), "week": dt.timedelta(hours=168)}
_TICK = dt.timedelta(milliseconds=1)


@dataclass
class Birth:
    user: str
    cohort: Any
    fact: Fact


class RetentionReference:
    """One question about one history. `insights` answers how the births are, as a question of its own."""

    def __init__(
        self,
        query: RetentionQuery,
        scope: Scope,
        facts: Iterable[Fact],
        undone: Iterable[str] = (),
        beside: RetentionReference | None = None,
    ) -> None:
        """`beside` is that of the question's own time, whose segments the time that it is compared with has."""
        self.query, self.scope = query, scope
        self.units: dict[dt.datetime, Any] = {}
        metric = Metric(query.birth.events, Measure(MeasureKind.UNIQUE), query.birth.filters, query.first_time)
        of_births = InsightsQuery(
            (metric,), query.dates, query.interval, query.filters, query.breakdowns, query.segments
        )
        found = buckets(query.dates, query.interval, scope)
        extents = beside.insights.extents if beside else None
        self.insights = Reference(of_births, scope, facts, found, undone, extents)
        self.shown = beside.shown if beside else self.insights.shown()
        self.last_day = max(local(scope.now, scope).date(), self.insights.last)
        if query.brackets is None:
            self.starts = [*range(query.periods + 1), query.periods + 1]
        else:
            self.starts = [0, *query.brackets]
            self.starts.append(self.starts[-1] + self.starts[-1] - self.starts[-2])
        self.births = list(self._births())
        self.returns = [fact for fact in self.insights.facts if self._is_return(fact)]
        self.found = [(birth, list(self._returned(birth))) for birth in self.births]

    # --- who was born and who returned

    def _births(self) -> Iterator[Birth]:
        mine: dict[tuple[str, Any], list[Fact]] = defaultdict(list)
        [metric] = self.insights.query.metrics
        for fact in self.insights.events(metric):
            cohort = bucket_of(fact.time, self.query.interval, self.scope)
            mine[self.insights.user_of(fact), cohort].append(fact)
        for (user, cohort), found in mine.items():
            yield Birth(user, cohort, min(found, key=lambda fact: (fact.time, self._is_return(fact), fact.version)))

    def _is_return(self, fact: Fact) -> bool:
        groups = [group for group in (self.query.filters, self.query.back.filters) if group is not None]
        if not _is_named(fact, self.query.back) or not all(matches(fact, group, self.scope) for group in groups):
            return False
        return self.insights.is_read(fact) and self.insights.day(fact) <= self.last_day

    def _returned(self, birth: Birth) -> Iterator[tuple[int, Fact]]:
        for fact in self.returns:
            if fact is not birth.fact and self.insights.user_of(fact) == birth.user and fact.time >= birth.fact.time:
                number = self.bucket_after(birth.fact.time, fact.time)
                if number is not None:
                    yield number, fact

    def bucket_after(self, birth: dt.datetime, moment: dt.datetime) -> int | None:
        for number, (start, end) in enumerate(zip(self.starts, self.starts[1:], strict=False)):
            if self.is_later(birth, moment, start) and not self.is_later(birth, moment, end):
                return number
        return None

    def is_later(self, birth: dt.datetime, moment: dt.datetime, units: int) -> bool:
        """Whether so many units have begun since."""
        if units == 0:
            return moment >= birth
        if self.query.alignment == "rolling":
            return moment >= self.rolled(birth, units)
        return self._units_between(birth, moment, units) >= units

    def rolled(self, birth: dt.datetime, units: int) -> dt.datetime:
        if self.query.unit != "month":
            return birth + units * _LENGTHS[self.query.unit]
        clock = local(birth, self.scope)
        year, month = clock.year, clock.month
        for _ in range(units):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        day = min(clock.day, calendar.monthrange(year, month)[1])
        wall = dt.datetime(year, month, day, clock.hour, clock.minute, clock.second, clock.microsecond)
        return wall.replace(tzinfo=self.scope.tzinfo).astimezone(dt.UTC)

    def _units_between(self, birth: dt.datetime, moment: dt.datetime, enough: int) -> int:
        """How often the calendar turned to another unit on the way."""
        seen, at, unit = 0, birth, self._unit_of(birth)
        while at < moment and seen < enough:
            at = min(at + _STEPS.get(self.query.unit, dt.timedelta(days=1)), moment)
            if (now := self._unit_of(at)) != unit:
                unit, seen = now, seen + 1
        return seen

    def _unit_of(self, moment: dt.datetime) -> Any:
        if moment not in self.units:
            self.units[moment] = bucket_of(moment, Interval(self.query.unit), self.scope)
        return self.units[moment]

    # --- numbers

    def segments(self) -> list[Segments]:
        if not self.query.breakdowns:
            return [()]
        left_over = (
            [(("other", None, None),)]
            if any(self._in(birth, (("other", None, None),)) for birth in self.births)
            else []
        )
        return [(("all", None, None),), *self.shown, *left_over]

    def _in(self, birth: Birth, segments: Segments) -> bool:
        if not segments or segments == (("all", None, None),):
            return True
        theirs = self.insights.splitter.of(birth.fact)
        if segments == (("other", None, None),):
            return any(each not in self.shown for each in theirs)
        return segments in theirs

    def row(self, segments: Segments, cohort: Any) -> tuple[int, list[int], list[float | None]]:
        """The size of a cohort, who of it returned in each bucket, and the values."""
        mine = [(birth, back) for birth, back in self.found if birth.cohort == cohort and self._in(birth, segments)]
        users, values = [], []
        for number in range(len(self.starts) - 1):
            came = [[fact for at, fact in back if self._counts(at, number)] for _, back in mine]
            users.append(sum(bool(facts) for facts in came))
            values.append(self._value(len(mine), users[-1], [fact for facts in came for fact in facts]))
        return len(mine), users, values

    def _counts(self, at: int, number: int) -> bool:
        return at >= number if self.query.criterion == "on_or_after" else at == number

    def _value(self, size: int, users: int, facts: list[Fact]) -> float | None:
        measure = self.query.measure
        if measure.of is None:
            if measure.kind == "users":
                return users
            return users / size if size else None
        numbers = [value for fact in facts if (value := value_of(fact, measure.of)) is not MISSING]
        if measure.kind == "sum":
            return math.fsum(numbers)
        return math.fsum(numbers) / len(numbers) if numbers else None

    def is_complete(self, start: dt.datetime, end: dt.datetime, number: int) -> bool:
        kept = self.insights.kept
        if kept is not None and local(start, self.scope).date() < kept:
            return False
        return self.is_later(end.astimezone(dt.UTC) - _TICK, self.scope.now, self.starts[number + 1])

    def can_return(self, start: dt.datetime, number: int) -> bool:
        """Whether the bucket begins, for who was born first, on a day that is counted."""
        moment = start.astimezone(dt.UTC)
        if self.query.alignment == "rolling":
            return local(self.rolled(moment, self.starts[number]), self.scope).date() <= self.last_day
        last = dt.datetime.combine(self.last_day, dt.time(23, 59, 59, 999000), self.scope.tzinfo).replace(fold=1)
        return self.is_later(moment, last.astimezone(dt.UTC), self.starts[number])


def _is_named(fact: Fact, step: Step) -> bool:
    return isinstance(step.events, AllEvents) or fact.event in step.events
