"""Properties that are dates: which text is one, comparing it with days, and the bucket it falls into.

A property is a date if its text is an ISO 8601 day or moment. A day by itself is that day, wherever the project is; a
moment without an offset is UTC, as SDKs send it. Days of moments are those of the project's zone.
"""

from __future__ import annotations

import datetime as dt
from typing import LiteralString

from analytics.compiler.columns import beside_event, date_text, is_event_time
from analytics.compiler.events import milliseconds
from analytics.queries.breakdowns import Grain
from analytics.queries.buckets import day_start
from analytics.queries.properties import Property
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, bind, join, let, sql

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?"
    "(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?$"
)


def is_date(asked: Property) -> Fragment:
    return let(date_text(asked), _is_date)


def between(asked: Property, first: dt.date | None, last: dt.date | None, scope: Scope) -> Fragment:
    """From one day to another, both included; None for open. 0 where it is no date."""

    def test(text: Fragment) -> Fragment:
        tests = []
        if first is not None:
            tests.append(_against(text, first, scope, ">="))
        if last is not None:
            tests.append(_against(text, last + dt.timedelta(days=1), scope, "<"))
        return sql("({tests})", tests=join(" AND ", tests))

    return let(date_text(asked), test)


_AGAINST: dict[str, LiteralString] = {
    "<": "({is_day} AND {text} < {day} OR {is_moment} AND {milliseconds} < {start})",
    ">=": "({is_day} AND {text} >= {day} OR {is_moment} AND {milliseconds} >= {start})",
}


def _against(text: Fragment, day: dt.date, scope: Scope, sign: str) -> Fragment:
    return sql(
        _AGAINST[sign],
        is_day=_looks(text, _DAY),
        is_moment=_looks(text, _MOMENT),
        text=text,
        day=bind("String", day.isoformat()),
        milliseconds=sql("toUnixTimestamp64Milli({moment})", moment=_moment(text)),
        start=bind("Int64", milliseconds(day_start(day, scope.tzinfo).timestamp())),
    )


def _is_date(text: Fragment) -> Fragment:
    return sql("({day} OR {moment})", day=_looks(text, _DAY), moment=_looks(text, _MOMENT))


def _looks(text: Fragment, shape: str) -> Fragment:
    """31 February is not a day; the engine would read it as one in March."""
    return sql(
        "(match(ifNull({text}, ''), {shape})"
        " AND toString(toDate32OrNull(substring(ifNull({text}, ''), 1, 10))) = substring(ifNull({text}, ''), 1, 10))",
        text=text,
        shape=bind("String", shape),
    )


def _moment(text: Fragment) -> Fragment:
    return sql("parseDateTime64BestEffortOrNull({text}, 3, 'UTC')", text=text)


# What the bucket is called, of `local` = '2024-03-01 14:05'. Their order as text is that of time.
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
    if is_event_time(asked):
        return sql(
            "CAST({bucket} AS Nullable(String))",
            bucket=let(_on_the_clock(sql("time"), scope), lambda local: _named(local, grain, scope)),
        )

    def bucket(text: Fragment) -> Fragment:
        local = sql("assumeNotNull({local})", local=_on_the_clock(_moment(text), scope))
        if grain in _NEEDS_CLOCK:
            accepted = _looks(text, _MOMENT)
        else:
            accepted = _is_date(text)
            local = sql(
                "if({is_day}, assumeNotNull({text}), {local})", is_day=_looks(text, _DAY), text=text, local=local
            )
        return sql(
            "if({accepted}, {bucket}, NULL)",
            accepted=accepted,
            bucket=let(local, lambda local: _named(local, grain, scope), name="clock"),
        )

    return let(beside_event(asked), bucket)


def _on_the_clock(moment: Fragment, scope: Scope) -> Fragment:
    return sql("formatDateTime({moment}, '%Y-%m-%d %H:%i', {zone})", moment=moment, zone=bind("String", scope.zone))


def _named(local: Fragment, grain: Grain, scope: Scope) -> Fragment:
    wanted = _GRAINS[grain]
    pieces = {
        "local": local,
        "day": sql("toDate32(substring({local}, 1, 10))", local=local),
        "week_start": bind("UInt8", scope.week_start),
    }
    return sql(wanted, **{name: piece for name, piece in pieces.items() if "{" + name + "}" in wanted})
