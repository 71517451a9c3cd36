"""Retention ⇄ JSON."""

from __future__ import annotations

from analytics.errors import QueryError
from analytics.queries.codec import reading, writing
from analytics.queries.codec.grammar import (
    Fields,
    check_keys,
    choice,
    fields_of,
    inside,
    items,
    whole_number,
    yes_or_no,
)
from analytics.queries.codec.writing import Document
from analytics.queries.dates import Interval
from analytics.queries.periods import Alignment, PeriodUnit
from analytics.queries.retention import Criterion, RetentionMeasure, RetentionMeasureKind, RetentionQuery
from analytics.queries.steps import Step
from analytics.queries.text import shown


def read(fields: Fields) -> RetentionQuery:
    check_keys(
        fields,
        needed=("version", "kind", "birth", "return", "dates", "interval"),
        possible=(
            "unit", "periods", "brackets", "alignment", "criterion", "measure", "filters", "breakdowns", "segments",
            "comparison", "zone",
        ),
    )  # fmt: skip
    birth, first_time = inside(fields, "birth", _birth)
    breakdowns = items(fields, "breakdowns", reading.breakdown) if "breakdowns" in fields else ()
    return RetentionQuery(
        birth=birth,
        back=inside(fields, "return", reading.step),
        dates=inside(fields, "dates", reading.dates),
        zone=reading.zone_or_none(fields),
        interval=choice(fields, "interval", Interval),
        unit=choice(fields, "unit", PeriodUnit) if "unit" in fields else PeriodUnit.DAY,
        periods=whole_number(fields, "periods") if "periods" in fields else 12,
        brackets=None if fields.get("brackets") is None else items(fields, "brackets", _whole),
        first_time=first_time,
        alignment=choice(fields, "alignment", Alignment) if "alignment" in fields else Alignment.ROLLING,
        criterion=choice(fields, "criterion", Criterion) if "criterion" in fields else Criterion.ON,
        measure=inside(fields, "measure", _measure) if "measure" in fields else RetentionMeasure(),
        filters=reading.group_or_none(fields, "filters"),
        breakdowns=breakdowns,
        segments=reading.segments(fields, breakdowns),
        comparison=reading.comparison_or_none(fields),
    )


def write(query: RetentionQuery) -> Document:
    measure: Document = {"kind": str(query.measure.kind)}
    if query.measure.of is not None:
        measure["property"] = writing.property_of(query.measure.of)
    return {
        "birth": writing.step(query.birth) | {"first_time": query.first_time},
        "return": writing.step(query.back),
        "unit": str(query.unit),
        "periods": query.periods,
        "brackets": None if query.brackets is None else list(query.brackets),
        "alignment": str(query.alignment),
        "criterion": str(query.criterion),
        "measure": measure,
        "filters": writing.group(query.filters),
        "breakdowns": [writing.breakdown(breakdown) for breakdown in query.breakdowns],
        "segments": {"limit": query.segments.limit, "order": str(query.segments.order)},
        "comparison": writing.comparison(query.comparison),
        "dates": writing.dates(query.dates),
        "interval": str(query.interval),
    }


def _birth(value: object) -> tuple[Step, bool]:
    """A step that may be the first time only."""
    fields = fields_of(value, "The birth event")
    step = reading.step({key: each for key, each in fields.items() if key != "first_time"})
    return step, yes_or_no(fields, "first_time")


def _measure(value: object) -> RetentionMeasure:
    fields = fields_of(value, "A measure")
    check_keys(fields, needed=("kind",), possible=("property",))
    return RetentionMeasure(choice(fields, "kind", RetentionMeasureKind), reading.property_or_none(fields))


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise QueryError(f"A whole number is needed here, not {shown(value)}.")
    return value
