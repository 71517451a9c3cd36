"""Insights ⇄ JSON."""

from __future__ import annotations

from analytics.queries.codec import reading, writing
from analytics.queries.codec.grammar import Fields, check_keys, choice, inside, items, whole_number
from analytics.queries.codec.writing import Document
from analytics.queries.dates import Interval
from analytics.queries.insights import InsightsQuery


def read(fields: Fields) -> InsightsQuery:
    check_keys(
        fields,
        needed=("version", "kind", "metrics", "dates", "interval"),
        possible=("filters", "breakdowns", "segments", "formulas", "comparison", "rolling", "zone"),
    )
    breakdowns = items(fields, "breakdowns", reading.breakdown) if "breakdowns" in fields else ()
    return InsightsQuery(
        metrics=items(fields, "metrics", reading.metric),
        filters=reading.group_or_none(fields, "filters"),
        breakdowns=breakdowns,
        segments=reading.segments(fields, breakdowns),
        formulas=items(fields, "formulas", reading.formula) if "formulas" in fields else (),
        dates=inside(fields, "dates", reading.dates),
        zone=reading.zone_or_none(fields),
        interval=choice(fields, "interval", Interval),
        comparison=reading.comparison_or_none(fields),
        rolling=whole_number(fields, "rolling") if "rolling" in fields else 0,
    )


def write(query: InsightsQuery) -> Document:
    return {
        "metrics": [writing.metric(metric) for metric in query.metrics],
        "formulas": [
            {"expression": formula.expression, "name": formula.name, "unit": str(formula.unit)}
            for formula in query.formulas
        ],
        "filters": writing.group(query.filters),
        "breakdowns": [writing.breakdown(breakdown) for breakdown in query.breakdowns],
        "segments": {"limit": query.segments.limit, "order": str(query.segments.order)},
        "dates": writing.dates(query.dates),
        "interval": str(query.interval),
        "comparison": writing.comparison(query.comparison),
        "rolling": query.rolling,
    }
