"""Interval: weekly instead of daily"""

from __future__ import annotations

from analytics.queries.differences.parts import filters, instead, step
from analytics.queries.lifecycle import LifecycleQuery
from analytics.queries.sentence.words import INTERVAL_WORDS, dates_in_words


def differences(before: LifecycleQuery, after: LifecycleQuery) -> tuple[str, ...]:
    return (
        *step("Activity", before.activity, after.activity),
        *filters(before.filters, after.filters, "Filter", "Filters"),
        *instead("Dates", before.dates, after.dates, dates_in_words),
        *instead("Interval", before.interval, after.interval, INTERVAL_WORDS.__getitem__),
    )
