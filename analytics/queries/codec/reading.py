"""JSON → the parts that questions of every kind are made of: metrics, filters, breakdowns, dates."""

from __future__ import annotations

import datetime as dt

from analytics.errors import QueryError
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
from analytics.queries.codec.grammar import (
    Fields,
    at,
    check_keys,
    choice,
    fields_of,
    float_of,
    inside,
    items,
    number,
    whole_number,
    yes_or_no,
)
from analytics.queries.comparisons import Comparison, CustomPeriod, Earlier, PreviousPeriod
from analytics.queries.dates import DateRange, DateUnit, FixedDates, LastDates, SinceDate, ToDate, parse_day
from analytics.queries.filters import DEEPEST_GROUP, Condition, Group, Match, Operator, Value
from analytics.queries.formulas import Formula, FormulaUnit
from analytics.queries.measures import Across, Measure, MeasureKind, PerUser, UserNumber
from analytics.queries.metrics import ALL_EVENTS, AllEvents, Metric
from analytics.queries.properties import Property, PropertySource, PropertyType
from analytics.queries.steps import Step
from analytics.queries.text import shown
from analytics.queries.windows import ConversionWindow, SessionWindow, TimeWindow, WindowUnit


def metric(value: object) -> Metric:
    fields = fields_of(value, "A metric")
    check_keys(fields, needed=("events", "measure"), possible=("filters", "first_time", "name"))
    return Metric(
        events=inside(fields, "events", events),
        measure=inside(fields, "measure", _measure),
        filters=group_or_none(fields, "filters"),
        first_time=yes_or_no(fields, "first_time"),
        title=fields.get("name", ""),  # type: ignore[arg-type]  # checks itself
    )


def events(value: object) -> tuple[str, ...] | AllEvents:
    if isinstance(value, list):
        return tuple(value)  # whoever takes them checks each name
    if value == {"all": True}:
        return ALL_EVENTS
    raise QueryError(f'Events are a list of names, or {{"all": true}}; not {shown(value)}.')


def step(value: object) -> Step:
    fields = fields_of(value, "A step")
    check_keys(fields, needed=("events",), possible=("filters", "name"))
    return Step(
        inside(fields, "events", events),
        group_or_none(fields, "filters"),
        fields.get("name", ""),  # type: ignore[arg-type]  # checks itself
    )


def conversion_window(value: object) -> ConversionWindow:
    fields = fields_of(value, "A window")
    kind = fields.get("kind")
    if kind == "session":
        check_keys(fields, needed=("kind",))
        return SessionWindow()
    if kind == "time":
        check_keys(fields, needed=("kind", "count", "unit"))
        return TimeWindow(whole_number(fields, "count"), choice(fields, "unit", WindowUnit))
    raise QueryError(f"A window is time or session, not {shown(kind)}.", place="kind")


def _measure(value: object) -> Measure:
    fields = fields_of(value, "A measure")
    check_keys(fields, needed=("kind",), possible=("property", "percentile", "per_user"))
    return Measure(
        choice(fields, "kind", MeasureKind),
        of=property_or_none(fields),
        percentile=whole_number(fields, "percentile") if "percentile" in fields else None,
        per_user=inside(fields, "per_user", _per_user) if "per_user" in fields else None,
    )


def _per_user(value: object) -> PerUser:
    fields = fields_of(value, "Per user")
    check_keys(fields, needed=("each", "across"), possible=("property", "percentile"))
    return PerUser(
        choice(fields, "each", UserNumber),
        choice(fields, "across", Across),
        of=property_or_none(fields),
        percentile=whole_number(fields, "percentile") if "percentile" in fields else None,
    )


def breakdown(value: object) -> Breakdown:
    fields = fields_of(value, "A breakdown")
    check_keys(fields, needed=("property",), possible=("buckets", "values"))
    return Breakdown(
        inside(fields, "property", property_of),
        buckets=None if fields.get("buckets") is None else inside(fields, "buckets", _buckets),
        values=_values(fields),
    )


def _buckets(value: object) -> Buckets:
    fields = fields_of(value, "Buckets")
    kind = fields.get("kind")
    if kind == "auto":
        check_keys(fields, needed=("kind",))
        return AutoBuckets()
    if kind == "even":
        check_keys(fields, needed=("kind", "size"), possible=("start",))
        return EvenBuckets(number(fields, "size"), number(fields, "start") if "start" in fields else 0.0)
    if kind == "custom":
        check_keys(fields, needed=("kind", "edges"))
        return CustomBuckets(items(fields, "edges", float_of))
    if kind == "date":
        check_keys(fields, needed=("kind", "grain"))
        return DateBuckets(choice(fields, "grain", Grain))
    raise QueryError(f"Buckets are auto, even, custom or date, not {shown(kind)}.", place="kind")


def segments(fields: Fields, breakdowns: tuple[Breakdown, ...]) -> Segments:
    if fields.get("segments") is None:
        return Segments(default_limit(breakdowns))
    with at("segments"):
        inner = fields_of(fields["segments"], "Segments")
        check_keys(inner, needed=(), possible=("limit", "order"))
        return Segments(
            whole_number(inner, "limit") if "limit" in inner else default_limit(breakdowns),
            choice(inner, "order", Order) if "order" in inner else Order.TOP,
        )


def formula(value: object) -> Formula:
    fields = fields_of(value, "A formula")
    check_keys(fields, needed=("expression",), possible=("name", "unit"))
    return Formula(
        fields["expression"],  # type: ignore[arg-type]  # checks itself
        fields.get("name", ""),  # type: ignore[arg-type]  # checks itself
        choice(fields, "unit", FormulaUnit) if "unit" in fields else FormulaUnit.NUMBER,
    )


def comparison(value: object) -> Comparison:
    fields = fields_of(value, "A comparison")
    kind = fields.get("kind")
    if kind == "previous":
        check_keys(fields, needed=("kind",))
        return PreviousPeriod()
    if kind == "earlier":
        check_keys(fields, needed=("kind", "count", "unit"))
        return Earlier(whole_number(fields, "count"), choice(fields, "unit", DateUnit))
    if kind == "custom":
        check_keys(fields, needed=("kind", "from"))
        return CustomPeriod(inside(fields, "from", day))
    raise QueryError(f"A comparison is previous, earlier or custom, not {shown(kind)}.", place="kind")


def comparison_or_none(fields: Fields) -> Comparison | None:
    return None if fields.get("comparison") is None else inside(fields, "comparison", comparison)


def zone_or_none(fields: Fields) -> str | None:
    return fields.get("zone")  # type: ignore[return-value]  # the question checks it


def property_or_none(fields: Fields) -> Property | None:
    return None if fields.get("property") is None else inside(fields, "property", property_of)


def property_of(value: object) -> Property:
    fields = fields_of(value, "A property")
    check_keys(fields, needed=("name", "type"), possible=("source", "path", "cast"))
    return Property(
        fields["name"],  # type: ignore[arg-type]  # checks itself
        choice(fields, "type", PropertyType),
        choice(fields, "source", PropertySource) if "source" in fields else PropertySource.EVENT,
        items(fields, "path", _anything) if "path" in fields else (),  # type: ignore[arg-type]  # checks itself
        yes_or_no(fields, "cast"),
    )


def group_or_none(fields: Fields, key: str) -> Group | None:
    return None if fields.get(key) is None else inside(fields, key, group)


def group(value: object, depth: int = 1) -> Group:
    fields = fields_of(value, "A group of filters")
    check_keys(fields, needed=("match", "conditions"))
    if depth > DEEPEST_GROUP:
        raise QueryError(f"Groups stand at most {DEEPEST_GROUP} deep: flatten the innermost.")

    def member(inner: object) -> Condition | Group:
        return group(inner, depth + 1) if isinstance(inner, dict) and "match" in inner else _condition(inner)

    return Group(choice(fields, "match", Match), items(fields, "conditions", member))


def _condition(value: object) -> Condition:
    fields = fields_of(value, "A condition")
    check_keys(fields, needed=("property", "operator"), possible=("values",))
    return Condition(inside(fields, "property", property_of), choice(fields, "operator", Operator), _values(fields))


def _values(fields: Fields) -> tuple[Value, ...]:
    return items(fields, "values", _anything) if "values" in fields else ()


def _anything(value: object) -> Value:
    return value  # type: ignore[return-value]  # whoever takes it checks it against the type


def dates(value: object) -> DateRange:
    fields = fields_of(value, "A date range")
    kind = fields.get("kind")
    if kind == "last":
        check_keys(fields, needed=("kind", "count", "unit"), possible=("skip",))
        skip = whole_number(fields, "skip") if "skip" in fields else 0
        return LastDates(whole_number(fields, "count"), choice(fields, "unit", DateUnit), skip)
    if kind == "to_date":
        check_keys(fields, needed=("kind", "unit"))
        return ToDate(choice(fields, "unit", DateUnit))
    if kind == "since":
        check_keys(fields, needed=("kind", "from"))
        return SinceDate(inside(fields, "from", day))
    if kind == "fixed":
        check_keys(fields, needed=("kind", "from", "to"))
        return FixedDates(inside(fields, "from", day), inside(fields, "to", day))
    raise QueryError(f"A date range is last, to_date, since or fixed, not {shown(kind)}.", place="kind")


def day(value: object) -> dt.date:
    day = parse_day(value) if isinstance(value, str) else None
    if day is None:
        raise QueryError(f"A day is written like 2024-01-31, from 1970 to 2199; not {shown(value)}.")
    return day
