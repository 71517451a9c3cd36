"""Lifecycle ⇄ JSON."""

from __future__ import annotations

from analytics.errors import QueryError
from analytics.queries.codec import reading, writing
from analytics.queries.codec.grammar import Fields, check_keys, choice, inside
from analytics.queries.codec.writing import Document
from analytics.queries.dates import Interval
from analytics.queries.lifecycle import LifecycleQuery


def read(fields: Fields) -> LifecycleQuery:
    check_keys(
        fields,
        needed=("version", "kind", "activity", "dates", "interval"),
        possible=("filters", "breakdowns", "segments", "zone"),
    )
    for key, empty in (("breakdowns", []), ("segments", None)):
        if fields.get(key, empty) != empty:
            raise QueryError(
                "A lifecycle has no breakdown: a user who fell asleep has no event in that interval whose value could "
                "be read. Ask with a filter for each value instead.",
                place=key,
            )
    return LifecycleQuery(
        activity=inside(fields, "activity", reading.step),
        dates=inside(fields, "dates", reading.dates),
        zone=reading.zone_or_none(fields),
        interval=choice(fields, "interval", Interval),
        filters=reading.group_or_none(fields, "filters"),
    )


def write(query: LifecycleQuery) -> Document:
    return {
        "activity": writing.step(query.activity),
        "filters": writing.group(query.filters),
        "breakdowns": [],
        "segments": None,
        "dates": writing.dates(query.dates),
        "interval": str(query.interval),
    }
