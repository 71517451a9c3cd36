"""Lifecycle of users who did Open, last 90 days, weekly"""

from __future__ import annotations

from analytics.queries.lifecycle import LifecycleQuery
from analytics.queries.sentence.words import INTERVAL_WORDS, dates_in_words, group_in_words, step_in_words


def sentence(query: LifecycleQuery) -> str:
    said = f"Lifecycle of users who did {step_in_words(query.activity)}"
    if query.filters is not None:
        said += f", all where {group_in_words(query.filters)}"
    return f"{said}, {dates_in_words(query.dates)}, {INTERVAL_WORDS[query.interval]}"
