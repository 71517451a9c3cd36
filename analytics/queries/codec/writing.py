"""The parts that questions are made of → JSON: every key, defaults included, in one order."""

from __future__ import annotations

from analytics.queries import Query
from analytics.queries.breakdowns import AutoBuckets, Breakdown, Buckets, CustomBuckets, DateBuckets, EvenBuckets
from analytics.queries.codec.grammar import VERSION
from analytics.queries.comparisons import Comparison, CustomPeriod, Earlier, PreviousPeriod
from analytics.queries.dates import DateRange, FixedDates, LastDates, SinceDate, ToDate
from analytics.queries.filters import Group
from analytics.queries.measures import Measure
from analytics.queries.metrics import AllEvents, Metric
from analytics.queries.properties import Property
from analytics.queries.steps import Step
from analytics.queries.windows import ConversionWindow, TimeWindow

Document = dict[str, object]


def whole(query: Query, own: Document) -> Document:
    """The document of a question, of what its kind has of its own. A zone stands there only if the question names
    one."""
    zone = {} if query.zone is None else {"zone": query.zone}
    return {"version": VERSION, "kind": query.kind, **own, **zone}


def events(found: tuple[str, ...] | AllEvents) -> object:
    return {"all": True} if isinstance(found, AllEvents) else list(found)


def metric(found: Metric) -> Document:
    return {
        "events": events(found.events),
        "measure": measure(found.measure),
        "filters": group(found.filters),
        "first_time": found.first_time,
        "name": found.title,
    }


def step(found: Step) -> Document:
    return {"events": events(found.events), "filters": group(found.filters), "name": found.title}


def conversion_window(found: ConversionWindow) -> Document:
    if isinstance(found, TimeWindow):
        return {"kind": "time", "count": found.count, "unit": str(found.unit)}
    return {"kind": "session"}


def measure(found: Measure) -> Document:
    """Only the keys that the measure has: the others would be errors."""
    document: Document = {"kind": str(found.kind)}
    if found.of is not None:
        document["property"] = property_of(found.of)
    if found.percentile is not None:
        document["percentile"] = found.percentile
    if found.per_user is not None:
        inner: Document = {"each": str(found.per_user.each), "across": str(found.per_user.across)}
        if found.per_user.of is not None:
            inner["property"] = property_of(found.per_user.of)
        if found.per_user.percentile is not None:
            inner["percentile"] = found.per_user.percentile
        document["per_user"] = inner
    return document


def property_of(wanted: Property) -> Document:
    return {
        "name": wanted.name,
        "source": str(wanted.source),
        "type": str(wanted.type),
        "path": list(wanted.path),
        "cast": wanted.cast,
    }


def breakdown(found: Breakdown) -> Document:
    return {
        "property": property_of(found.property),
        "buckets": _buckets(found.buckets),
        "values": list(found.values),
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


def group(found: Group | None) -> Document | None:
    if found is None:
        return None
    return {
        "match": str(found.match),
        "conditions": [
            group(member)
            if isinstance(member, Group)
            else {
                "property": property_of(member.property),
                "operator": str(member.operator),
                "values": list(member.values),
            }
            for member in found.conditions
        ],
    }


def dates(found: DateRange) -> Document:
    match found:
        case LastDates(count, unit, skip):
            return {"kind": "last", "count": count, "unit": str(unit), "skip": skip}
        case ToDate(unit):
            return {"kind": "to_date", "unit": str(unit)}
        case SinceDate(first):
            return {"kind": "since", "from": first.isoformat()}
        case FixedDates(first, last):
            return {"kind": "fixed", "from": first.isoformat(), "to": last.isoformat()}
    raise AssertionError(found)


def comparison(found: Comparison | None) -> Document | None:
    match found:
        case PreviousPeriod():
            return {"kind": "previous"}
        case Earlier(count, unit):
            return {"kind": "earlier", "count": count, "unit": str(unit)}
        case CustomPeriod(first):
            return {"kind": "custom", "from": first.isoformat()}
    return None
