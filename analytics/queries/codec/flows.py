"""Flows ⇄ JSON."""

from __future__ import annotations

from analytics.errors import QueryError
from analytics.queries.codec import funnels, reading, writing
from analytics.queries.codec.grammar import (
    Fields,
    check_keys,
    check_version,
    choice,
    fields_of,
    inside,
    items,
    whole_number,
)
from analytics.queries.codec.writing import Document
from analytics.queries.drilldowns.funnels import dump_point, parse_point
from analytics.queries.flows import DEFAULT_TOP, DEFAULT_WINDOW, Expanded, FlowsCount, FlowsQuery, Merged, SplitEvent
from analytics.queries.funnel_numbers import FunnelNumber
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.text import shown


def read(fields: Fields) -> FlowsQuery:
    check_keys(
        fields,
        needed=("version", "kind", "anchor", "dates"),
        possible=(
            "before", "after", "top", "expanded", "hidden", "merged", "split", "count", "window", "filters", "zone",
            "of",
        ),
    )  # fmt: skip
    return FlowsQuery(
        anchor=inside(fields, "anchor", reading.step),
        before=whole_number(fields, "before") if "before" in fields else 0,
        after=whole_number(fields, "after") if "after" in fields else 3,
        top=whole_number(fields, "top") if "top" in fields else DEFAULT_TOP,
        expanded=items(fields, "expanded", _expanded) if "expanded" in fields else (),
        hidden=items(fields, "hidden", _name) if "hidden" in fields else (),
        merged=items(fields, "merged", _merged) if "merged" in fields else (),
        split=items(fields, "split", _split) if "split" in fields else (),
        count=choice(fields, "count", FlowsCount) if "count" in fields else FlowsCount.UNIQUES,
        window=inside(fields, "window", reading.conversion_window) if "window" in fields else DEFAULT_WINDOW,
        filters=reading.group_or_none(fields, "filters"),
        dates=inside(fields, "dates", reading.dates),
        zone=reading.zone_or_none(fields),
        of=None if fields.get("of") is None else inside(fields, "of", _number),
    )


def _expanded(value: object) -> Expanded:
    fields = fields_of(value, "An expanded step")
    check_keys(fields, needed=("step", "top"))
    return Expanded(whole_number(fields, "step"), whole_number(fields, "top"))


def _merged(value: object) -> Merged:
    fields = fields_of(value, "Merged events")
    check_keys(fields, needed=("name", "events"))
    return Merged(fields["name"], items(fields, "events", _name))  # type: ignore[arg-type]  # checks itself


def _split(value: object) -> SplitEvent:
    fields = fields_of(value, "A split")
    check_keys(fields, needed=("event", "property"))
    return SplitEvent(fields["event"], inside(fields, "property", reading.property_of))  # type: ignore[arg-type]


def _number(value: object) -> FunnelNumber:
    """As a number's list of users is asked for: the funnel and which of its numbers."""
    fields = fields_of(value, "A funnel's number")
    check_keys(fields, needed=("query", "at"))
    return parse_point(inside(fields, "query", _funnel), fields["at"])


def _funnel(value: object) -> FunnelsQuery:
    fields = fields_of(value, "The funnel")
    check_version(fields)
    if fields.get("kind") != FunnelsQuery.kind:
        raise QueryError(f"Flows are of a number of funnels, not of {shown(fields.get('kind'))}.", place="kind")
    return funnels.read(fields)


def _name(value: object) -> str:
    return value  # type: ignore[return-value]  # whoever takes it checks it


def write(query: FlowsQuery) -> Document:
    return {
        "anchor": writing.step(query.anchor),
        "before": query.before,
        "after": query.after,
        "top": query.top,
        "expanded": [{"step": each.step, "top": each.top} for each in query.expanded],
        "hidden": list(query.hidden),
        "merged": [{"name": each.name, "events": list(each.events)} for each in query.merged],
        "split": [{"event": each.event, "property": writing.property_of(each.property)} for each in query.split],
        "count": str(query.count),
        "window": writing.conversion_window(query.window),
        "filters": writing.group(query.filters),
        "dates": writing.dates(query.dates),
        "of": None if query.of is None else _number_written(query.of),
    }


def _number_written(number: FunnelNumber) -> Document:
    return {"query": writing.whole(number.query, funnels.write(number.query)), "at": dump_point(number)}
