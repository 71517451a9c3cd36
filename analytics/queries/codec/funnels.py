"""Funnels ⇄ JSON."""

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
from analytics.queries.funnels import (
    Attribution,
    AttributionKind,
    Count,
    Exclusion,
    FunnelsQuery,
    StepOrder,
    View,
)
from analytics.queries.text import shown
from analytics.queries.windows import TimeWindow


def read(fields: Fields) -> FunnelsQuery:
    check_keys(
        fields,
        needed=("version", "kind", "steps", "dates", "interval"),
        possible=(
            *("first_time", "order", "window", "count", "exclusions", "hold", "filters", "breakdowns", "segments"),
            *("attribution", "comparison", "view", "between", "zone"),
        ),
    )
    breakdowns = items(fields, "breakdowns", reading.breakdown) if "breakdowns" in fields else ()
    return FunnelsQuery(
        steps=items(fields, "steps", reading.step),
        dates=inside(fields, "dates", reading.dates),
        zone=reading.zone_or_none(fields),
        interval=choice(fields, "interval", Interval),
        first_time=yes_or_no(fields, "first_time"),
        order=choice(fields, "order", StepOrder) if "order" in fields else StepOrder.SPECIFIC,
        window=inside(fields, "window", reading.conversion_window) if "window" in fields else TimeWindow(),
        count=choice(fields, "count", Count) if "count" in fields else Count.UNIQUES,
        exclusions=items(fields, "exclusions", _exclusion) if "exclusions" in fields else (),
        hold=items(fields, "hold", reading.property_of) if "hold" in fields else (),
        filters=reading.group_or_none(fields, "filters"),
        breakdowns=breakdowns,
        segments=reading.segments(fields, breakdowns),
        attribution=inside(fields, "attribution", _attribution) if "attribution" in fields else Attribution(),
        comparison=reading.comparison_or_none(fields),
        view=choice(fields, "view", View) if "view" in fields else View.STEPS,
        between=None if fields.get("between") is None else inside(fields, "between", _between),
    )


def write(query: FunnelsQuery) -> Document:
    return {
        "steps": [writing.step(step) for step in query.steps],
        "first_time": query.first_time,
        "order": str(query.order),
        "window": writing.conversion_window(query.window),
        "count": str(query.count),
        "exclusions": [
            {
                "events": writing.events(each.events),
                "filters": writing.group(each.filters),
                "after": each.after,
                "before": each.before,
            }
            for each in query.exclusions
        ],
        "hold": [writing.property_of(each) for each in query.hold],
        "filters": writing.group(query.filters),
        "breakdowns": [writing.breakdown(each) for each in query.breakdowns],
        "segments": {"limit": query.segments.limit, "order": str(query.segments.order)},
        "attribution": {
            "kind": str(query.attribution.kind),
            **({} if query.attribution.step is None else {"step": query.attribution.step}),
        },
        "dates": writing.dates(query.dates),
        "interval": str(query.interval),
        "comparison": writing.comparison(query.comparison),
        "view": str(query.view),
        "between": None if query.between is None else list(query.between),
    }


def _exclusion(value: object) -> Exclusion:
    fields = fields_of(value, "An exclusion")
    check_keys(fields, needed=("events",), possible=("filters", "after", "before"))
    return Exclusion(
        inside(fields, "events", reading.events),
        reading.group_or_none(fields, "filters"),
        whole_number(fields, "after") if "after" in fields else 1,
        None if fields.get("before") is None else whole_number(fields, "before"),
    )


def _attribution(value: object) -> Attribution:
    fields = fields_of(value, "An attribution")
    check_keys(fields, needed=("kind",), possible=("step",))
    return Attribution(
        choice(fields, "kind", AttributionKind), whole_number(fields, "step") if "step" in fields else None
    )


def _between(value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2 or any(type(each) is not int for each in value):
        raise QueryError(f"Two steps are needed here, like [1, 3]; not {shown(value)}.")
    return value[0], value[1]
