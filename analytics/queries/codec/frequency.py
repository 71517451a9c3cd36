"""Frequency ⇄ JSON."""

from __future__ import annotations

from analytics.queries.codec import reading, writing
from analytics.queries.codec.grammar import Fields, check_keys, choice, inside, items
from analytics.queries.codec.writing import Document
from analytics.queries.dates import Interval
from analytics.queries.frequency import FrequencyQuery


def read(fields: Fields) -> FrequencyQuery:
    check_keys(
        fields,
        needed=("version", "kind", "activity", "dates", "each", "per"),
        possible=("filters", "breakdowns", "segments", "zone"),
    )
    breakdowns = items(fields, "breakdowns", reading.breakdown) if "breakdowns" in fields else ()
    return FrequencyQuery(
        activity=inside(fields, "activity", reading.step),
        dates=inside(fields, "dates", reading.dates),
        zone=reading.zone_or_none(fields),
        each=choice(fields, "each", Interval),
        per=choice(fields, "per", Interval),
        filters=reading.group_or_none(fields, "filters"),
        breakdowns=breakdowns,
        segments=reading.segments(fields, breakdowns),
    )


def write(query: FrequencyQuery) -> Document:
    return {
        "activity": writing.step(query.activity),
        "filters": writing.group(query.filters),
        "each": str(query.each),
        "per": str(query.per),
        "breakdowns": [writing.breakdown(breakdown) for breakdown in query.breakdowns],
        "segments": {"limit": query.segments.limit, "order": str(query.segments.order)},
        "dates": writing.dates(query.dates),
    }
