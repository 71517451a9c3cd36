"""The question in words: what a collapsed builder, a board tile and a screen reader say.

Each kind of question has a file here that says it; the parts that kinds share are in `words`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analytics.queries import Query
from analytics.queries.sentence import flows, frequency, funnels, insights, lifecycle, retention
from analytics.queries.sentence.kinds import KIND_WORDS, KindWords
from analytics.queries.sentence.words import OPERATOR_WORDS, dates_in_words, group_in_words, measure_name, told_apart

__all__ = [
    "KIND_WORDS",
    "OPERATOR_WORDS",
    "KindWords",
    "dates_in_words",
    "group_in_words",
    "measure_name",
    "sentence",
    "told_apart",
]

_SENTENCES: dict[str, Callable[[Any], str]] = {
    "insights": insights.sentence,
    "funnels": funnels.sentence,
    "retention": retention.sentence,
    "flows": flows.sentence,
    "lifecycle": lifecycle.sentence,
    "frequency": frequency.sentence,
}


def sentence(query: Query) -> str:
    said = _SENTENCES[query.kind](query)
    return said if query.zone is None else f"{said}, in {query.zone} time"
