"""Unique users who did Sign Up where plan is pro, by $browser, last 30 days, daily"""

from __future__ import annotations

from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import Metric, letter
from analytics.queries.sentence.words import (
    INTERVAL_WORDS,
    breakdown_in_words,
    comparison_in_words,
    dates_in_words,
    group_in_words,
    metric_in_words,
)
from analytics.queries.text import listed


def sentence(query: InsightsQuery) -> str:
    several = len(query.metrics) > 1
    metrics = [
        f"{letter(i)}: {metric_in_words(metric)}" if several else metric_in_words(metric)
        for i, metric in enumerate(query.metrics)
    ]
    metrics += [formula.label for formula in query.formulas]
    said = "; ".join(metrics)
    if query.filters is not None:
        said += f"{', all' if several else _joint(query.metrics[0])} where {group_in_words(query.filters)}"
    if query.breakdowns:
        said += f", by {listed(map(breakdown_in_words, query.breakdowns), 'and')}"
    said += f", {dates_in_words(query.dates)}, {INTERVAL_WORDS[query.interval]}"
    if query.rolling:
        said += f", as a rolling average of {query.rolling}"
    return f"{said}, compared with {comparison_in_words(query.comparison)}" if query.comparison else said


def _joint(metric: Metric) -> str:
    return ", and" if metric.filters else ""
