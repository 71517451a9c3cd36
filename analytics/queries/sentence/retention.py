"""Retention: share of users who did Open after Sign Up for the first time, in each of weeks 0 to 12"""

from __future__ import annotations

from analytics.queries.periods import Alignment
from analytics.queries.retention import Criterion, RetentionMeasure, RetentionMeasureKind, RetentionQuery
from analytics.queries.sentence.words import (
    INTERVAL_WORDS,
    breakdown_in_words,
    comparison_in_words,
    dates_in_words,
    group_in_words,
    step_in_words,
)
from analytics.queries.steps import Step
from analytics.queries.text import listed


def sentence(query: RetentionQuery) -> str:
    said = f"{measure_in_words(query.measure)} {step_in_words(query.back)} after "
    said += birth_in_words(query.birth, first_time=query.first_time)
    said += f", {criterion_in_words(query.criterion)} {buckets_in_words(query)}"
    if query.filters is not None:
        said += f", all where {group_in_words(query.filters)}"
    if query.breakdowns:
        said += f", by {listed(map(breakdown_in_words, query.breakdowns), 'and')}"
    said += f", {dates_in_words(query.dates)}, {INTERVAL_WORDS[query.interval]} cohorts"
    return f"{said}, compared with {comparison_in_words(query.comparison)}" if query.comparison else said


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
    return "in or after each of" if criterion is Criterion.ON_OR_AFTER else "in each of"


def buckets_in_words(query: RetentionQuery) -> str:
    """weeks 0 to 12; calendar weeks 0 to 12; the brackets from day 1, 3 and 7"""
    calendar = "calendar " if query.alignment is Alignment.CALENDAR else ""
    if query.brackets is None:
        return f"{calendar}{query.unit}s 0 to {query.periods}"
    return f"the brackets from {calendar}{query.unit} {listed(query.brackets, 'and')}"
