"""Filter added: plan is pro"""

from __future__ import annotations

from analytics.queries.differences.parts import breakdowns, compared, filters, formulas, instead, metrics, segments
from analytics.queries.insights import InsightsQuery
from analytics.queries.sentence.words import INTERVAL_WORDS, dates_in_words


def differences(before: InsightsQuery, after: InsightsQuery) -> tuple[str, ...]:
    return (
        *metrics(before.metrics, after.metrics),
        *formulas(before.formulas, after.formulas),
        *filters(before.filters, after.filters, "Filter", "Filters"),
        *breakdowns(before.breakdowns, after.breakdowns),
        *segments(before.segments, after.segments),
        *instead("Dates", before.dates, after.dates, dates_in_words),
        *instead("Interval", before.interval, after.interval, INTERVAL_WORDS.__getitem__),
        *instead("Compared with", before.comparison, after.comparison, compared),
        *instead("Rolling average", before.rolling, after.rolling, _rolling),
    )


def _rolling(points: int) -> str:
    return f"over {points} points" if points else "none"
