"""JSON ⇄ question: the only parser, for the address bar, the REST body, a saved report and the cache key alike.

The document is described in docs/architecture.md. Unknown keys are refused by name, so that a misspelt option cannot be
ignored. `dump` writes every key in one order, so that equal questions have equal text: parse(dump(q)) == q.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeVar

from analytics.errors import QueryError
from analytics.queries import Query
from analytics.queries.breakdowns import DEFAULT_LIMIT, Breakdown
from analytics.queries.dates import DateRange, DateUnit, FixedDates, Interval, LastDates
from analytics.queries.filters import DEEPEST_GROUP, Condition, Group, Match, Operator, Value, parse_day
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import ALL_EVENTS, AllEvents, Measure, MeasureKind, Metric
from analytics.queries.properties import Property, PropertySource, PropertyType
from analytics.queries.text import listed, shown

VERSION = 1
LONGEST_DOCUMENT = 256 * 1024

_Member = TypeVar("_Member", bound=StrEnum)
_Item = TypeVar("_Item")
_Object = Mapping[str, object]


def parse(document: object) -> Query:
    """The question in a JSON text or in the values it holds; a QueryError says where it is wrong and how to mend it."""
    fields = _object(_loads(document) if isinstance(document, str | bytes) else document, "The question")
    version = fields.get("version")
    if version != VERSION or isinstance(version, bool):
        raise QueryError(f"This is version {shown(version)} of the question; {VERSION} is understood.", place="version")
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise QueryError(f"The kind is {listed(_KINDS)}, not {shown(kind)}.", place="kind")
    return _KINDS[kind](fields)


def dump(query: Query) -> dict[str, object]:
    """The whole document, defaults included, in one order."""
    return {
        "version": VERSION,
        "kind": query.kind,
        "metrics": [
            {
                "events": {"all": True} if isinstance(metric.events, AllEvents) else list(metric.events),
                "measure": {"kind": str(metric.measure.kind)},
                "filters": _dump_group(metric.filters),
            }
            for metric in query.metrics
        ],
        "filters": _dump_group(query.filters),
        "breakdowns": [
            {"property": _dump_property(breakdown.property), "limit": breakdown.limit} for breakdown in query.breakdowns
        ],
        "dates": _dump_dates(query.dates),
        "interval": str(query.interval),
    }


def canonical(query: Query) -> str:
    """The document as text: the same for equal questions, and no longer than it must be."""
    return json.dumps(dump(query), ensure_ascii=False, separators=(",", ":"))


# --- reading ----------------------------------------------------------------------------------------------------------


def _loads(text: str | bytes) -> object:
    if len(text) > LONGEST_DOCUMENT:
        raise QueryError(f"The question is {len(text):,} characters long; at most {LONGEST_DOCUMENT:,} are possible.")
    try:
        loaded: object = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise QueryError(f"The question is not JSON: {error}.") from None
    return loaded


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise QueryError(f"{shown(next(name for name in names if names.count(name) > 1))} is given twice.")
    return fields


def _insights(fields: _Object) -> InsightsQuery:
    _keys(fields, needed=("version", "kind", "metrics", "dates", "interval"), possible=("filters", "breakdowns"))
    return InsightsQuery(
        metrics=_list(fields, "metrics", _metric),
        filters=_group_or_none(fields, "filters"),
        breakdowns=_list(fields, "breakdowns", _breakdown) if "breakdowns" in fields else (),
        dates=_inside(fields, "dates", _dates),
        interval=_choice(fields, "interval", Interval),
    )


_KINDS: dict[str, Callable[[_Object], Query]] = {"insights": _insights}


def _metric(value: object) -> Metric:
    fields = _object(value, "A metric")
    _keys(fields, needed=("events", "measure"), possible=("filters",))
    return Metric(
        events=_inside(fields, "events", _events),
        measure=_inside(fields, "measure", _measure),
        filters=_group_or_none(fields, "filters"),
    )


def _events(value: object) -> tuple[str, ...] | AllEvents:
    if isinstance(value, list):
        return tuple(value)  # Metric checks each name
    if value == {"all": True}:
        return ALL_EVENTS
    raise QueryError(f'Events are a list of names, or {{"all": true}}; not {shown(value)}.')


def _measure(value: object) -> Measure:
    fields = _object(value, "A measure")
    _keys(fields, needed=("kind",))
    return Measure(_choice(fields, "kind", MeasureKind))


def _breakdown(value: object) -> Breakdown:
    fields = _object(value, "A breakdown")
    _keys(fields, needed=("property",), possible=("limit",))
    return Breakdown(
        _inside(fields, "property", _property), _whole_number(fields, "limit") if "limit" in fields else DEFAULT_LIMIT
    )


def _property(value: object) -> Property:
    fields = _object(value, "A property")
    _keys(fields, needed=("name", "type"), possible=("source",))
    source = _choice(fields, "source", PropertySource) if "source" in fields else PropertySource.EVENT
    return Property(fields["name"], _choice(fields, "type", PropertyType), source)  # type: ignore[arg-type]  # checks itself


def _group_or_none(fields: _Object, key: str) -> Group | None:
    return None if fields.get(key) is None else _inside(fields, key, _group)


def _group(value: object, depth: int = 1) -> Group:
    fields = _object(value, "A group of filters")
    _keys(fields, needed=("match", "conditions"))
    if depth > DEEPEST_GROUP:
        raise QueryError(f"Groups stand at most {DEEPEST_GROUP} deep: flatten the innermost.")

    def member(inner: object) -> Condition | Group:
        return _group(inner, depth + 1) if isinstance(inner, dict) and "match" in inner else _condition(inner)

    return Group(_choice(fields, "match", Match), _list(fields, "conditions", member))


def _condition(value: object) -> Condition:
    fields = _object(value, "A condition")
    _keys(fields, needed=("property", "operator"), possible=("values",))

    def anything(item: object) -> Value:
        return item  # type: ignore[return-value]  # Condition checks each value against the type

    values = _list(fields, "values", anything) if "values" in fields else ()
    return Condition(_inside(fields, "property", _property), _choice(fields, "operator", Operator), values)


def _dates(value: object) -> DateRange:
    fields = _object(value, "A date range")
    kind = fields.get("kind")
    if kind == "last":
        _keys(fields, needed=("kind", "count", "unit"))
        return LastDates(_whole_number(fields, "count"), _choice(fields, "unit", DateUnit))
    if kind == "fixed":
        _keys(fields, needed=("kind", "from", "to"))
        return FixedDates(_inside(fields, "from", _day), _inside(fields, "to", _day))
    raise QueryError(f"A date range is last or fixed, not {shown(kind)}.", place="kind")


def _day(value: object) -> dt.date:
    day = parse_day(value) if isinstance(value, str) else None
    if day is None:
        raise QueryError(f"A day is written like 2024-01-31, from 1970 to 2199; not {shown(value)}.")
    return day


# --- the grammar of places --------------------------------------------------------------------------------------------


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Puts a place before the places of errors from inside: `metrics[0]` + `events`."""
    try:
        yield
    except QueryError as error:
        inner = error.place
        error.place = place if not inner else f"{place}{inner}" if inner.startswith("[") else f"{place}.{inner}"
        raise


def _inside(fields: _Object, key: str, read: Callable[[object], _Item]) -> _Item:
    with _at(key):
        return read(fields[key])


def _list(fields: _Object, key: str, read: Callable[[object], _Item]) -> tuple[_Item, ...]:
    values = fields[key]
    if not isinstance(values, list):
        raise QueryError(f"A list is needed here, not {shown(values)}.", place=key)
    items = []
    for index, value in enumerate(values):
        with _at(f"{key}[{index}]"):
            items.append(read(value))
    return tuple(items)


def _object(value: object, what: str) -> _Object:
    if not isinstance(value, dict):
        raise QueryError(f"{what} is an object, not {shown(value)}.")
    return value


def _keys(fields: _Object, *, needed: tuple[str, ...], possible: tuple[str, ...] = ()) -> None:
    for key in fields:
        if key not in needed and key not in possible:
            raise QueryError(
                f"{shown(key)} is unknown here; there are {listed((*needed, *possible), 'and')}.", place=str(key)
            )
    for key in needed:
        if key not in fields:
            raise QueryError(f"{shown(key)} is missing.", place=key)


def _choice(fields: _Object, key: str, choices: type[_Member]) -> _Member:
    value = fields[key]
    for member in choices:
        if value == member.value:
            return member
    raise QueryError(f"{shown(value)} is not possible here: {listed(choices)}.", place=key)


def _whole_number(fields: _Object, key: str) -> int:
    value = fields[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise QueryError(f"A whole number is needed here, not {shown(value)}.", place=key)
    return value


# --- writing ----------------------------------------------------------------------------------------------------------


def _dump_property(wanted: Property) -> dict[str, object]:
    return {"name": wanted.name, "source": str(wanted.source), "type": str(wanted.type)}


def _dump_group(group: Group | None) -> dict[str, object] | None:
    if group is None:
        return None
    return {
        "match": str(group.match),
        "conditions": [
            _dump_group(member)
            if isinstance(member, Group)
            else {
                "property": _dump_property(member.property),
                "operator": str(member.operator),
                "values": list(member.values),
            }
            for member in group.conditions
        ],
    }


def _dump_dates(dates: DateRange) -> dict[str, object]:
    if isinstance(dates, LastDates):
        return {"kind": "last", "count": dates.count, "unit": str(dates.unit)}
    return {"kind": "fixed", "from": dates.first.isoformat(), "to": dates.last.isoformat()}
