"""Return event: Open instead of Search"""

from __future__ import annotations

from analytics.queries.differences.parts import breakdowns, compared, filters, instead, segments, step
from analytics.queries.periods import Alignment
from analytics.queries.retention import Criterion, RetentionQuery
from analytics.queries.sentence.retention import measure_in_words
from analytics.queries.sentence.words import INTERVAL_WORDS, dates_in_words
from analytics.queries.text import listed

_ALIGNMENTS = {Alignment.CALENDAR: "of the calendar", Alignment.ROLLING: "from each user's own beginning"}
_CRITERIA = {Criterion.ON: "in a bucket", Criterion.ON_OR_AFTER: "in a bucket or later"}


def differences(before: RetentionQuery, after: RetentionQuery) -> tuple[str, ...]:
    return (
        *step("Birth event", before.birth, after.birth),
        *instead("Birth", before.first_time, after.first_time, _first),
        *step("Return event", before.back, after.back),
        *instead("Buckets", _cut(before), _cut(after), str),
        *instead("Buckets", before.alignment, after.alignment, _ALIGNMENTS.__getitem__),
        *instead("Returned", before.criterion, after.criterion, _CRITERIA.__getitem__),
        *instead("Measure", before.measure, after.measure, lambda asked: f"“{measure_in_words(asked)}”"),
        *filters(before.filters, after.filters, "Filter", "Filters"),
        *breakdowns(before.breakdowns, after.breakdowns),
        *segments(before.segments, after.segments),
        *instead("Dates", before.dates, after.dates, dates_in_words),
        *instead("Cohorts", before.interval, after.interval, INTERVAL_WORDS.__getitem__),
        *instead("Compared with", before.comparison, after.comparison, compared),
    )


def _first(first_time: bool) -> str:
    return "the first time ever" if first_time else "every time"


def _cut(query: RetentionQuery) -> str:
    if query.brackets is not None:
        return f"from {query.unit} {listed(query.brackets, 'and')}"
    return f"{query.periods} {query.unit}{'' if query.periods == 1 else 's'}"
