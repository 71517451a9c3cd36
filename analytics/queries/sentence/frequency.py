"""In how many days of each week users did Open, last 90 days"""

from __future__ import annotations

from analytics.queries.frequency import FrequencyQuery
from analytics.queries.sentence.words import breakdown_in_words, dates_in_words, group_in_words, step_in_words
from analytics.queries.text import listed


def sentence(query: FrequencyQuery) -> str:
    said = f"In how many {query.each}s of each {query.per} users did {step_in_words(query.activity)}"
    if query.filters is not None:
        said += f", all where {group_in_words(query.filters)}"
    if query.breakdowns:
        said += f", by {listed(map(breakdown_in_words, query.breakdowns), 'and')}"
    return f"{said}, {dates_in_words(query.dates)}"
