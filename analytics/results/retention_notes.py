"""What has to be said beside an answer about retention, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analytics.queries.buckets import Bucket
from analytics.queries.properties import PropertyType
from analytics.queries.retention import Criterion, RetentionQuery
from analytics.queries.scope import Scope
from analytics.results.notes import kept_note


def notes(query: RetentionQuery, scope: Scope, found: Sequence[Bucket]) -> tuple[str, ...]:
    return tuple(_notes(query, scope, found))


def _notes(query: RetentionQuery, scope: Scope, found: Sequence[Bucket]) -> Iterable[str]:
    if not query.first_time and len(found) > 1:
        yield f"A user is in the cohort of every {query.interval} in which they did the birth event."
    if query.breakdowns and query.breakdowns[0].property.type is PropertyType.LIST:
        yield "Segments may add up to more than the whole: a birth is in the segment of each distinct item of its list."
    ends = [query.clock.ends(each, scope) for each in found]
    if any(end > scope.now for each in ends for end in each):
        yield "The average is of the cohorts whose bucket is over for all of their users."
    if query.criterion is Criterion.ON_OR_AFTER and any(each[0] <= scope.now < each[-1] for each in ends):
        yield "Numbers may still grow until the last bucket is over: a later return counts for all buckets before it."
    if query.compares_growing(scope):
        yield "The time it is compared with is counted as of the moment when as much time had passed since."
    yield from kept_note(query.dates, scope)
