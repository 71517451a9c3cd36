"""What has to be said beside an answer, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analytics.queries.buckets import Bucket
from analytics.queries.dates import DateRange, days, first_day_kept
from analytics.queries.formulas import unit_of
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import ROLLING_DAYS, MeasureKind
from analytics.queries.metrics import letter
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.queries.sentence import measure_name

_OF_PEOPLE = (MeasureKind.UNIQUE, MeasureKind.SESSIONS)


def notes(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> tuple[str, ...]:
    return tuple(note for rule in _RULES for note in rule(query, scope, found))


def _kinds(query: InsightsQuery) -> set[MeasureKind]:
    return {metric.measure.kind for metric in query.metrics}


def _on_sums(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    if not query.breakdowns:
        return
    if MeasureKind.UNIQUE in _kinds(query) or any(metric.measure.is_rolling for metric in query.metrics):
        yield "Segments may add up to more than the whole: a user is counted once in each segment that they were in."
    if any(breakdown.property.type is PropertyType.LIST for breakdown in query.breakdowns):
        yield "Segments may add up to more than the whole: an event is counted once for each distinct item of its list."


def _on_buckets(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    if len(found) < 2:
        return
    if MeasureKind.UNIQUE in _kinds(query):
        yield "A total is not the sum of its points: a user is counted once over the whole range."
    if _kinds(query) & set(ROLLING_DAYS):
        yield "The total of active users is that of the last point: the users of the days that end with the range."
    if query.rolling:
        without = "the first has" if query.rolling == 2 else f"the first {query.rolling - 1} have"
        yield f"Each point is the average of {query.rolling}; {without} no value."


def _on_unfinished(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    unfinished = [bucket for bucket in found if not bucket.complete]
    if any(bucket.end > scope.now for bucket in unfinished):
        yield f"The last {query.interval} is not over yet."
        if query.comparison is not None:
            yield "The time it is compared with is counted up to the same moment of its last day."
    kept = first_day_kept(scope)
    if any(bucket.end <= scope.now and (kept is None or bucket.start.date() >= kept) for bucket in unfinished):
        yield f"The range holds only a part of the first or last {query.interval}."


def _on_retention(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    yield from on_kept(query.dates, scope)


def on_kept(dates: DateRange, scope: Scope) -> Iterable[str]:
    """That a part of the range is no longer kept."""
    kept = first_day_kept(scope)
    if kept is not None and days(dates, scope)[0] < kept:
        days_kept = "1 day" if scope.retention_days == 1 else f"{scope.retention_days:,} days"
        yield f"This project keeps {days_kept} of events: nothing before {kept} is counted."


def _on_units(query: InsightsQuery, scope: Scope, found: tuple[Bucket, ...]) -> Iterable[str]:
    units = {letter(index): measure_name(metric.measure) for index, metric in enumerate(query.metrics)}
    for formula in query.formulas:
        if unit_of(formula.parsed(), units) is None:
            yield f"“{formula.label}” adds numbers of different things."


_RULES: tuple[Callable[[InsightsQuery, Scope, tuple[Bucket, ...]], Iterable[str]], ...] = (
    _on_sums,
    _on_buckets,
    _on_unfinished,
    _on_retention,
    _on_units,
)
