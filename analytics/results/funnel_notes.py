"""What has to be said beside the answer to a question of funnels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analytics.queries.buckets import Bucket
from analytics.queries.dates import days, first_day_kept
from analytics.queries.funnels import Count, FunnelsQuery, StepOrder
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope


def notes(query: FunnelsQuery, scope: Scope, found: Sequence[Bucket]) -> tuple[str, ...]:
    return (
        *_on_counting(query),
        *_on_segments(query),
        *_on_unfinished(query, scope, found),
        *_on_retention(query, scope),
    )


def _on_counting(query: FunnelsQuery) -> Iterable[str]:
    if query.count is Count.UNIQUES:
        yield "A user is counted once, by their furthest attempt, on the day that it began."
    elif query.count is Count.TOTALS:
        yield "A user may try again after converting, running out of time or being excluded."
    else:
        yield "Each session is counted once, by its furthest attempt."
    if query.order is StepOrder.ANY:
        yield "Steps may be done in any order: step 2 counts who did any two of them."
    if query.hold:
        yield f"Only events that have a value of {', '.join(each.label for each in query.hold)} are looked at."


def _on_segments(query: FunnelsQuery) -> Iterable[str]:
    if not query.breakdowns:
        return
    if query.breakdowns[0].property.type is PropertyType.LIST:
        yield "Segments may add up to more than the whole: an attempt counts once for each distinct item of the list."
    yield "Significance is by a two-proportion z-test, two-sided; against all means against everybody else."


def _on_unfinished(query: FunnelsQuery, scope: Scope, found: Sequence[Bucket]) -> Iterable[str]:
    if found and query.window_end(found[-1].end, scope) > scope.now:
        yield "Whoever began lately may still convert: their time is not over."
        if query.comparison is not None:
            yield "The time it is compared with is counted up to the same moment of its last day."


def _on_retention(query: FunnelsQuery, scope: Scope) -> Iterable[str]:
    kept = first_day_kept(scope)
    if kept is not None and days(query.dates, scope)[0] < kept:
        days_kept = "1 day" if scope.retention_days == 1 else f"{scope.retention_days:,} days"
        yield f"This project keeps {days_kept} of events: nothing before {kept} is counted."
