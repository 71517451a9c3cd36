"""Question → JSON: every key, defaults included, in one order, so that equal questions are equal text.

`codec` is the way in and the door to both; the document is described in docs/architecture.md.
"""

from __future__ import annotations

import json

from analytics.queries import Query
from analytics.queries.breakdowns import AutoBuckets, Breakdown, Buckets, CustomBuckets, DateBuckets, EvenBuckets
from analytics.queries.comparisons import Comparison, CustomPeriod, Earlier, PreviousPeriod
from analytics.queries.dates import DateRange, FixedDates, LastDates, SinceDate, ToDate
from analytics.queries.filters import Group
from analytics.queries.measures import Measure
from analytics.queries.metrics import AllEvents, Metric
from analytics.queries.properties import Property

VERSION = 1

Document = dict[str, object]


def dump(query: Query) -> Document:
    """The whole document, defaults included, in one order."""
    return {
        "version": VERSION,
        "kind": query.kind,
        "metrics": [_metric(metric) for metric in query.metrics],
        "formulas": [
            {"expression": formula.expression, "name": formula.name, "unit": str(formula.unit)}
            for formula in query.formulas
        ],
        "filters": dump_filters(query.filters),
        "breakdowns": [_breakdown(breakdown) for breakdown in query.breakdowns],
        "segments": {"limit": query.segments.limit, "order": str(query.segments.order)},
        "dates": dump_dates(query.dates),
        "interval": str(query.interval),
        "comparison": _comparison(query.comparison),
        "rolling": query.rolling,
    }


def canonical(query: Query) -> str:
    """The document as text: the same for equal questions, and no longer than it must be."""
    return json.dumps(dump(query), ensure_ascii=False, separators=(",", ":"))


def _metric(metric: Metric) -> Document:
    return {
        "events": {"all": True} if isinstance(metric.events, AllEvents) else list(metric.events),
        "measure": _measure(metric.measure),
        "filters": dump_filters(metric.filters),
        "first_time": metric.first_time,
        "name": metric.title,
    }


def _measure(measure: Measure) -> Document:
    """Only the keys that the measure has: the others would be errors."""
    document: Document = {"kind": str(measure.kind)}
    if measure.of is not None:
        document["property"] = _property(measure.of)
    if measure.percentile is not None:
        document["percentile"] = measure.percentile
    if measure.per_user is not None:
        inner: Document = {"each": str(measure.per_user.each), "across": str(measure.per_user.across)}
        if measure.per_user.of is not None:
            inner["property"] = _property(measure.per_user.of)
        if measure.per_user.percentile is not None:
            inner["percentile"] = measure.per_user.percentile
        document["per_user"] = inner
    return document


def _property(wanted: Property) -> Document:
    return {
        "name": wanted.name,
        "source": str(wanted.source),
        "type": str(wanted.type),
        "path": list(wanted.path),
        "cast": wanted.cast,
    }


def _breakdown(breakdown: Breakdown) -> Document:
    return {
        "property": _property(breakdown.property),
        "buckets": _buckets(breakdown.buckets),
        "values": list(breakdown.values),
    }


def _buckets(buckets: Buckets | None) -> Document | None:
    match buckets:
        case AutoBuckets():
            return {"kind": "auto"}
        case EvenBuckets(size, start):
            return {"kind": "even", "size": size, "start": start}
        case CustomBuckets(edges):
            return {"kind": "custom", "edges": list(edges)}
        case DateBuckets(grain):
            return {"kind": "date", "grain": str(grain)}
    return None


def dump_filters(group: Group | None) -> Document | None:
    if group is None:
        return None
    return {
        "match": str(group.match),
        "conditions": [
            dump_filters(member)
            if isinstance(member, Group)
            else {
                "property": _property(member.property),
                "operator": str(member.operator),
                "values": list(member.values),
            }
            for member in group.conditions
        ],
    }


def dump_dates(dates: DateRange) -> Document:
    match dates:
        case LastDates(count, unit, skip):
            return {"kind": "last", "count": count, "unit": str(unit), "skip": skip}
        case ToDate(unit):
            return {"kind": "to_date", "unit": str(unit)}
        case SinceDate(first):
            return {"kind": "since", "from": first.isoformat()}
        case FixedDates(first, last):
            return {"kind": "fixed", "from": first.isoformat(), "to": last.isoformat()}
    raise AssertionError(dates)


def _comparison(comparison: Comparison | None) -> Document | None:
    match comparison:
        case PreviousPeriod():
            return {"kind": "previous"}
        case Earlier(count, unit):
            return {"kind": "earlier", "count": count, "unit": str(unit)}
        case CustomPeriod(first):
            return {"kind": "custom", "from": first.isoformat()}
    return None
