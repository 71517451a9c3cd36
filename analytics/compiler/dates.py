"""Properties that are dates: which text is one, comparing it with days, and the bucket it falls into.

A property is a date if its text is an ISO 8601 day or moment. A day by itself is that day, wherever the project is; a
moment without an offset is UTC, as SDKs send it. Days of moments are those of the project's zone.
"""

from __future__ import annotations

import datetime as dt
from typing import LiteralString

from analytics.compiler.columns import date_text
from analytics.compiler.events import milliseconds
from analytics.queries.breakdowns import Grain
from analytics.queries.buckets import day_start
from analytics.queries.properties import Property
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, bind, sql

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?"
    "(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?$"
)


def is_date(asked: Property) -> Fragment:
    return sql("({day} OR {moment})", day=_is_day(asked), moment=_is_moment(asked))


def before(asked: Property, day: dt.date, scope: Scope) -> Fragment:
    return _against(asked, day, scope, "({is_day} AND {text} < {day} OR {is_moment} AND {milliseconds} < {start})")


def since(asked: Property, day: dt.date, scope: Scope) -> Fragment:
    return _against(asked, day, scope, "({is_day} AND {text} >= {day} OR {is_moment} AND {milliseconds} >= {start})")


def _against(asked: Property, day: dt.date, scope: Scope, text: LiteralString) -> Fragment:
    return sql(
        text,
        is_day=_is_day(asked),
        is_moment=_is_moment(asked),
        text=date_text(asked),
        day=bind("String", day.isoformat()),
        milliseconds=sql("toUnixTimestamp64Milli({moment})", moment=_moment(asked)),
        start=bind("Int64", milliseconds(day_start(day, scope.tzinfo).timestamp())),
    )


def _is_day(asked: Property) -> Fragment:
    return _looks(asked, _DAY)


def _is_moment(asked: Property) -> Fragment:
    return _looks(asked, _MOMENT)


def _looks(asked: Property, shape: str) -> Fragment:
    """31 February is not a day; the engine would read it as one in March."""
    return sql(
        "(match(ifNull({text}, ''), {shape})"
        " AND toString(toDate32OrNull(substring(ifNull({text}, ''), 1, 10))) = substring(ifNull({text}, ''), 1, 10))",
        text=date_text(asked),
        shape=bind("String", shape),
    )


def _moment(asked: Property) -> Fragment:
    return sql("parseDateTime64BestEffortOrNull({text}, 3, 'UTC')", text=date_text(asked))


# What the bucket is called, of `local` = '2024-03-01 14:05' and `day` = that day. Their order as text is that of time.
_GRAINS: dict[Grain, LiteralString] = {
    Grain.MINUTE: "{local}",
    Grain.HOUR: "concat(substring({local}, 1, 13), ':00')",
    Grain.DAY: "substring({local}, 1, 10)",
    Grain.WEEK: "toString({day} - toIntervalDay((toDayOfWeek({day}) - {week_start} + 7) % 7))",
    Grain.MONTH: "substring({local}, 1, 7)",
    Grain.QUARTER: "concat(substring({local}, 1, 4), '-Q', toString(toQuarter({day})))",
    Grain.YEAR: "substring({local}, 1, 4)",
    Grain.HOUR_OF_DAY: "substring({local}, 12, 2)",
    Grain.DAY_OF_WEEK: "toString(toDayOfWeek({day}))",
}
_NEEDS_CLOCK = (Grain.MINUTE, Grain.HOUR, Grain.HOUR_OF_DAY)


def date_bucket(asked: Property, grain: Grain, scope: Scope) -> Fragment:
    """The bucket as Nullable(String): NULL where it is no date, or a day without the clock that the grain asks for."""
    zone = bind("String", scope.zone)
    local = sql("formatDateTime({moment}, '%Y-%m-%d %H:%i', {zone})", moment=_moment(asked), zone=zone)
    if grain not in _NEEDS_CLOCK:
        local = sql("if({is_day}, {text}, {local})", is_day=_is_day(asked), text=date_text(asked), local=local)
    accepted = _is_moment(asked) if grain in _NEEDS_CLOCK else is_date(asked)
    pieces = {"local": sql("assumeNotNull({local})", local=local)}
    wanted = _GRAINS[grain]
    if "{day}" in wanted:
        pieces["day"] = sql("toDate32(substring({local}, 1, 10))", local=pieces["local"])
    if "{week_start}" in wanted:
        pieces["week_start"] = bind("UInt8", scope.week_start)
    if "{local}" not in wanted:
        del pieces["local"]
    return sql("if({accepted}, {bucket}, NULL)", accepted=accepted, bucket=sql(wanted, **pieces))
