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
from analytics.queries.breakdowns import (
    AutoBuckets,
    Breakdown,
    Buckets,
    CustomBuckets,
    DateBuckets,
    EvenBuckets,
    Grain,
    Order,
    Segments,
    default_limit,
)
from analytics.queries.comparisons import Comparison, CustomPeriod, Earlier, PreviousPeriod
from analytics.queries.dates import DateRange, DateUnit, FixedDates, Interval, LastDates, SinceDate, ToDate, parse_day
from analytics.queries.documents import VERSION, canonical, dump
from analytics.queries.filters import DEEPEST_GROUP, Condition, Group, Match, Operator, Value
from analytics.queries.formulas import Formula, FormulaUnit
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Across, Measure, MeasureKind, PerUser, UserNumber
from analytics.queries.metrics import ALL_EVENTS, AllEvents, Metric
from analytics.queries.properties import Property, PropertySource, PropertyType
from analytics.queries.text import listed, shown

__all__ = ["canonical", "dump", "parse", "parse_dates", "parse_filters"]

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


def parse_dates(document: object) -> DateRange:
    """A date range on its own, as boards lay it over their questions."""
    return _dates(document)


def parse_filters(document: object) -> Group:
    """Filters on their own."""
    return _group(document)


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
    _keys(
        fields,
        needed=("version", "kind", "metrics", "dates", "interval"),
        possible=("filters", "breakdowns", "segments", "formulas", "comparison", "rolling"),
    )
    breakdowns = _list(fields, "breakdowns", _breakdown) if "breakdowns" in fields else ()
    return InsightsQuery(
        metrics=_list(fields, "metrics", _metric),
        filters=_group_or_none(fields, "filters"),
        breakdowns=breakdowns,
        segments=_segments(fields, breakdowns),
        formulas=_list(fields, "formulas", _formula) if "formulas" in fields else (),
        dates=_inside(fields, "dates", _dates),
        interval=_choice(fields, "interval", Interval),
        comparison=None if fields.get("comparison") is None else _inside(fields, "comparison", _comparison),
        rolling=_whole_number(fields, "rolling") if "rolling" in fields else 0,
    )


_KINDS: dict[str, Callable[[_Object], Query]] = {"insights": _insights}


def _metric(value: object) -> Metric:
    fields = _object(value, "A metric")
    _keys(fields, needed=("events", "measure"), possible=("filters", "first_time", "name"))
    return Metric(
        events=_inside(fields, "events", _events),
        measure=_inside(fields, "measure", _measure),
        filters=_group_or_none(fields, "filters"),
        first_time=_yes_or_no(fields, "first_time"),
        title=fields.get("name", ""),  # type: ignore[arg-type]  # checks itself
    )


def _events(value: object) -> tuple[str, ...] | AllEvents:
    if isinstance(value, list):
        return tuple(value)  # Metric checks each name
    if value == {"all": True}:
        return ALL_EVENTS
    raise QueryError(f'Events are a list of names, or {{"all": true}}; not {shown(value)}.')


def _measure(value: object) -> Measure:
    fields = _object(value, "A measure")
    _keys(fields, needed=("kind",), possible=("property", "percentile", "per_user"))
    return Measure(
        _choice(fields, "kind", MeasureKind),
        of=_property_or_none(fields),
        percentile=_whole_number(fields, "percentile") if "percentile" in fields else None,
        per_user=_inside(fields, "per_user", _per_user) if "per_user" in fields else None,
    )


def _per_user(value: object) -> PerUser:
    fields = _object(value, "Per user")
    _keys(fields, needed=("each", "across"), possible=("property", "percentile"))
    return PerUser(
        _choice(fields, "each", UserNumber),
        _choice(fields, "across", Across),
        of=_property_or_none(fields),
        percentile=_whole_number(fields, "percentile") if "percentile" in fields else None,
    )


def _breakdown(value: object) -> Breakdown:
    fields = _object(value, "A breakdown")
    _keys(fields, needed=("property",), possible=("buckets", "values"))
    return Breakdown(
        _inside(fields, "property", _property),
        buckets=None if fields.get("buckets") is None else _inside(fields, "buckets", _buckets),
        values=_values(fields),
    )


def _buckets(value: object) -> Buckets:
    fields = _object(value, "Buckets")
    kind = fields.get("kind")
    if kind == "auto":
        _keys(fields, needed=("kind",))
        return AutoBuckets()
    if kind == "even":
        _keys(fields, needed=("kind", "size"), possible=("start",))
        return EvenBuckets(_number(fields, "size"), _number(fields, "start") if "start" in fields else 0.0)
    if kind == "custom":
        _keys(fields, needed=("kind", "edges"))
        return CustomBuckets(_list(fields, "edges", _float))
    if kind == "date":
        _keys(fields, needed=("kind", "grain"))
        return DateBuckets(_choice(fields, "grain", Grain))
    raise QueryError(f"Buckets are auto, even, custom or date, not {shown(kind)}.", place="kind")


def _segments(fields: _Object, breakdowns: tuple[Breakdown, ...]) -> Segments:
    if fields.get("segments") is None:
        return Segments(default_limit(breakdowns))
    with _at("segments"):
        inner = _object(fields["segments"], "Segments")
        _keys(inner, needed=(), possible=("limit", "order"))
        return Segments(
            _whole_number(inner, "limit") if "limit" in inner else default_limit(breakdowns),
            _choice(inner, "order", Order) if "order" in inner else Order.TOP,
        )


def _formula(value: object) -> Formula:
    fields = _object(value, "A formula")
    _keys(fields, needed=("expression",), possible=("name", "unit"))
    return Formula(
        fields["expression"],  # type: ignore[arg-type]  # checks itself
        fields.get("name", ""),  # type: ignore[arg-type]  # checks itself
        _choice(fields, "unit", FormulaUnit) if "unit" in fields else FormulaUnit.NUMBER,
    )


def _comparison(value: object) -> Comparison:
    fields = _object(value, "A comparison")
    kind = fields.get("kind")
    if kind == "previous":
        _keys(fields, needed=("kind",))
        return PreviousPeriod()
    if kind == "earlier":
        _keys(fields, needed=("kind", "count", "unit"))
        return Earlier(_whole_number(fields, "count"), _choice(fields, "unit", DateUnit))
    if kind == "custom":
        _keys(fields, needed=("kind", "from"))
        return CustomPeriod(_inside(fields, "from", _day))
    raise QueryError(f"A comparison is previous, earlier or custom, not {shown(kind)}.", place="kind")


def _property_or_none(fields: _Object) -> Property | None:
    return None if fields.get("property") is None else _inside(fields, "property", _property)


def _property(value: object) -> Property:
    fields = _object(value, "A property")
    _keys(fields, needed=("name", "type"), possible=("source", "path", "cast"))
    return Property(
        fields["name"],  # type: ignore[arg-type]  # checks itself
        _choice(fields, "type", PropertyType),
        _choice(fields, "source", PropertySource) if "source" in fields else PropertySource.EVENT,
        _list(fields, "path", _anything) if "path" in fields else (),  # type: ignore[arg-type]  # checks itself
        _yes_or_no(fields, "cast"),
    )


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
    return Condition(_inside(fields, "property", _property), _choice(fields, "operator", Operator), _values(fields))


def _values(fields: _Object) -> tuple[Value, ...]:
    return _list(fields, "values", _anything) if "values" in fields else ()


def _anything(value: object) -> Value:
    return value  # type: ignore[return-value]  # whoever takes it checks it against the type


def _dates(value: object) -> DateRange:
    fields = _object(value, "A date range")
    kind = fields.get("kind")
    if kind == "last":
        _keys(fields, needed=("kind", "count", "unit"), possible=("skip",))
        skip = _whole_number(fields, "skip") if "skip" in fields else 0
        return LastDates(_whole_number(fields, "count"), _choice(fields, "unit", DateUnit), skip)
    if kind == "to_date":
        _keys(fields, needed=("kind", "unit"))
        return ToDate(_choice(fields, "unit", DateUnit))
    if kind == "since":
        _keys(fields, needed=("kind", "from"))
        return SinceDate(_inside(fields, "from", _day))
    if kind == "fixed":
        _keys(fields, needed=("kind", "from", "to"))
        return FixedDates(_inside(fields, "from", _day), _inside(fields, "to", _day))
    raise QueryError(f"A date range is last, to_date, since or fixed, not {shown(kind)}.", place="kind")


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


def _number(fields: _Object, key: str) -> float:
    return _inside(fields, key, _float)


def _float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QueryError(f"A number is needed here, not {shown(value)}.")
    try:
        return float(value)
    except OverflowError:
        raise QueryError(f"{shown(value)} is too large.") from None


def _yes_or_no(fields: _Object, key: str) -> bool:
    value = fields.get(key, False)
    if not isinstance(value, bool):
        raise QueryError(f"true or false is needed here, not {shown(value)}.", place=key)
    return value
