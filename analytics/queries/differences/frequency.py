"""Counted: days of each week instead of hours of each day"""

from __future__ import annotations

from analytics.queries.differences.parts import breakdowns, filters, instead, segments, step
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.sentence.words import dates_in_words


def differences(before: FrequencyQuery, after: FrequencyQuery) -> tuple[str, ...]:
    return (
        *step("Activity", before.activity, after.activity),
        *instead("Counted", _counted(before), _counted(after), str),
        *filters(before.filters, after.filters, "Filter", "Filters"),
        *breakdowns(before.breakdowns, after.breakdowns),
        *segments(before.segments, after.segments),
        *instead("Dates", before.dates, after.dates, dates_in_words),
    )


def _counted(query: FrequencyQuery) -> str:
    return f"{query.each}s of each {query.per}"
