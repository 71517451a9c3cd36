"""Retention: share of users who did Open after Sign Up for the first time, in each bucket, 12 weeks from the birth"""

from __future__ import annotations

from analytics.queries.periods import Alignment
from analytics.queries.retention import Criterion, RetentionMeasure, RetentionMeasureKind, RetentionQuery
from analytics.queries.sentence.words import (
    INTERVAL_WORDS,
    breakdown_in_words,
    dates_in_words,
    group_in_words,
    step_in_words,
)
from analytics.queries.steps import Step
from analytics.queries.text import listed


def sentence(query: RetentionQuery) -> str:
    said = f"{measure_in_words(query.measure)} {step_in_words(query.back)} after "
    said += birth_in_words(query.birth, first_time=query.first_time)
    said += f", {criterion_in_words(query.criterion)}, {buckets_in_words(query)}"
    if query.filters is not None:
        said += f", all where {group_in_words(query.filters)}"
    if query.breakdowns:
        said += f", by {listed(map(breakdown_in_words, query.breakdowns), 'and')}"
    return f"{said}, {dates_in_words(query.dates)}, {INTERVAL_WORDS[query.interval]} cohorts"


def measure_in_words(measure: RetentionMeasure) -> str:
    match measure.kind:
        case RetentionMeasureKind.RATE:
            return "Share of users who did"
        case RetentionMeasureKind.USERS:
            return "Users who did"
    assert measure.of is not None
    return f"{measure.kind.capitalize()} of {measure.of.label} in"


def birth_in_words(birth: Step, *, first_time: bool) -> str:
    return step_in_words(birth) + (" for the first time" if first_time else "")


def criterion_in_words(criterion: Criterion) -> str:
    return "in a bucket or later" if criterion is Criterion.ON_OR_AFTER else "in each bucket"


def alignment_in_words(alignment: Alignment) -> str:
    return "of the calendar" if alignment is Alignment.CALENDAR else "from the birth on"


def buckets_in_words(query: RetentionQuery) -> str:
    """12 weeks from the birth on; days 1, 3, 7 …"""
    if query.brackets is None:
        many = "" if query.periods == 1 else "s"
        return f"{query.periods} {query.unit}{many} {alignment_in_words(query.alignment)}"
    return f"from {query.unit} {listed(query.brackets, 'and')} {alignment_in_words(query.alignment)}"
