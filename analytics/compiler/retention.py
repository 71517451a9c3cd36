"""Retention as one statement over each user's births and returns (returns.py).

    place | cohort | bucket | users | total | number    bucket -1 is the cohort itself; the last two are of a property

"On or after" has each user once, in the last bucket that they returned in; results/retention.py adds those up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.compiler.breakdowns import OTHER, WHOLE, Key, Split, known_scales, split
from analytics.compiler.columns import column, columns_beside
from analytics.compiler.events import FINAL_SETTINGS, events, user
from analytics.compiler.filters import filters
from analytics.compiler.periods import Later
from analytics.compiler.returns import Names, Read, Returns, Told
from analytics.queries.buckets import Window, buckets, window
from analytics.queries.retention import Criterion, RetentionQuery
from analytics.queries.scope import Scope
from analytics.results.retention import RetentionRow
from analytics.results.segments import Segment, SegmentKind
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_COHORT = -1


def compile_retention(query: RetentionQuery, scope: Scope, shown: Sequence[Key] = ()) -> CompiledQuery[RetentionRow]:
    """`shown` are the segments of the breakdown to show; there is nothing else but "other" then."""
    found = returns_of(query, scope, shown)
    selects = [_users(query, found, shown)]
    if query.measure.of is not None:
        selects.append(_values(query, found, shown))
    start = found.cohort.start

    def row(line: tuple[Any, ...]) -> RetentionRow:
        place, cohort, bucket, users, total, number = line
        return RetentionRow(
            segments_at(place, shown, found.split, len(query.breakdowns)),
            start(cohort),
            None if bucket == _COHORT else bucket,
            users,
            total,
            number,
        )

    return CompiledQuery.of(join(" UNION ALL ", selects), row, FINAL_SETTINGS)


def returns_of(query: RetentionQuery, scope: Scope, shown: Sequence[Key]) -> Returns:
    born = window(query.dates, scope)
    until = query.clock.read_until(query.dates, scope)
    return Returns(
        Told(query.birth.events, filters(query.filters, query.birth.filters, scope=scope)),
        Told(query.back.events, filters(query.filters, query.back.filters, scope=scope)),
        query.first_time,
        buckets(query.dates, query.interval, scope),
        Later(query.clock, query.dates, born, until, scope),
        _reader(query, scope),
        user(scope),
        split(query.breakdowns, scope, known_scales(query.breakdowns, shown)) if query.breakdowns else None,
        detailed=query.measure.of is not None,
    )


def _reader(query: RetentionQuery, scope: Scope) -> Read:
    beside = columns_beside(breakdown.property for breakdown in query.breakdowns)

    def read(columns: Sequence[Fragment], names: Names, time: Window, where: Fragment) -> Fragment:
        return events(join(", ", columns), scope=scope, window=time, names=names, where=where, beside=beside)

    return read


def segments_at(place: int, shown: Sequence[Key], parts: Split | None, depth: int) -> tuple[Segment, ...]:
    if parts is None or place in (WHOLE, OTHER):
        return (Segment(SegmentKind.OTHER if place == OTHER else SegmentKind.ALL),) * depth
    return parts.read(shown[place - 1])


def _users(query: RetentionQuery, found: Returns, shown: Sequence[Key]) -> Fragment:
    """How many users each cohort has, and how many of them returned in each bucket."""
    reached = sql("arraySlice(reached, -1)") if query.criterion is Criterion.ON_OR_AFTER else sql("reached")
    return sql(
        "SELECT {at}, toInt64(cohort), toInt64(bucket), count(), toFloat64(0), toUInt64(0)"
        " FROM (SELECT * EXCEPT (reached), arrayJoin(arrayPushFront({reached}, {cohort})) AS bucket FROM ({births}))"
        " GROUP BY {sets}",
        reached=reached,
        cohort=bind("Int64", _COHORT),
        births=_placed(found, found.reached(), shown),
        **_divided(found),
    )


def _values(query: RetentionQuery, found: Returns, shown: Sequence[Key]) -> Fragment:
    """The numbers of the return events in each bucket."""
    assert query.measure.of is not None
    rows = found.read(
        [
            sql("{user} AS user, toUnixTimestamp64Milli(time) AS moment, version", user=found.user),
            sql("{value} AS value", value=column(query.measure.of)),
        ],
        found.back.names,
        found.window,
        found.back.where,
    )
    births = sql("SELECT * EXCEPT (returns) FROM ({births})", births=found.births())
    return sql(
        "SELECT {at}, toInt64(cohort), toInt64(bucket), toUInt64(0), ifNull(sumKahan(value), 0), count(value)"
        " FROM (SELECT *, {bucket} AS bucket FROM ({rows}) AS back INNER JOIN ({births}) AS birth USING (user)"
        " WHERE moment > born OR (moment = born AND version != birth_version))"
        " WHERE bucket <= {last} AND isNotNull(value) GROUP BY {sets}",
        bucket=found.later.bucket(sql("moment")),
        rows=rows,
        births=_placed(found, births, shown),
        last=found.last,
        **_divided(found),
    )


def _placed(found: Returns, births: Fragment, shown: Sequence[Key]) -> Fragment:
    return found.split.places(births, shown) if found.split else births


def _divided(found: Returns) -> dict[str, Fragment]:
    """What to group by. A list's births have rows of the whole already."""
    whole = bind("UInt16", WHOLE)
    if found.split is None:
        return {"at": sql("{whole} AS at", whole=whole), "sets": sql("cohort, bucket")}
    at = sql("if(grouping(place) = 1, {whole}, place) AS at", whole=whole)
    both = EMPTY if found.split.has_lists else sql(", (cohort, bucket)")
    return {"at": at, "sets": sql("GROUPING SETS ((place, cohort, bucket){both})", both=both)}
