"""Frequency as one statement: in how many distinct units each user did something, over the range and in each period.

    place | period | units | users      period -1 is the whole range

A period can end within a unit, as a month does within a week. So time is cut wherever either begins: in a period each
piece is of another unit, and over the range a unit's pieces are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.compiler.breakdowns import WHOLE, Key, Split, known_scales, split
from analytics.compiler.buckets import BucketColumn, bucket_column
from analytics.compiler.columns import columns_beside
from analytics.compiler.events import FINAL_SETTINGS, events, user
from analytics.compiler.filters import filters
from analytics.compiler.retention import segments_at
from analytics.compiler.returns import Read
from analytics.queries.buckets import Bucket, buckets, window
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.scope import Scope
from analytics.results.frequency import FrequencyRow
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_WHOLE_RANGE = -1


@dataclass(frozen=True, slots=True)
class Habits:
    """Who did it in how many units. `shown` are the segments of the breakdown to show; `read` reads events in another
    way than by the question's filters."""

    query: FrequencyQuery
    scope: Scope
    shown: Sequence[Key] = ()
    read: Read | None = None

    @property
    def split(self) -> Split | None:
        breakdowns = self.query.breakdowns
        return split(breakdowns, self.scope, known_scales(breakdowns, self.shown)) if breakdowns else None

    @property
    def period(self) -> BucketColumn:
        """Of a piece, by its beginning."""
        return bucket_column(buckets(self.query.dates, self.query.per, self.scope), sql("piece"))

    @property
    def pieces(self) -> BucketColumn:
        query = self.query
        units = buckets(query.dates, query.each, self.scope)
        periods = buckets(query.dates, query.per, self.scope)
        starts = sorted({each.start for each in (*units, *periods)})
        ends = [*starts[1:], *([units[-1].end] if units else [])]
        return bucket_column([Bucket(start, end, True) for start, end in zip(starts, ends, strict=True)])

    def rows(self, columns: list[Fragment], parts: Split | None) -> Fragment:
        """SELECT of user, the columns, and with a breakdown `place`."""
        query = self.query
        wanted = [sql("{user} AS user", user=user(self.scope)), *columns]
        if parts:
            wanted.append(parts.column)
        where = filters(query.filters, query.activity.filters, scope=self.scope)
        time = window(query.dates, self.scope)
        if self.read is not None:
            rows = self.read(wanted, query.activity.events, time, where)
        else:
            rows = events(
                join(", ", wanted),
                scope=self.scope,
                window=time,
                names=query.activity.events,
                where=where,
                beside=columns_beside(each.property for each in query.breakdowns) if parts else None,
            )
        return parts.places(rows, self.shown) if parts else rows

    def counted(self, parts: Split | None) -> Fragment:
        """SELECT of at (the segment's place), user, period (-1 is the range), units."""
        unit = bucket_column(buckets(self.query.dates, self.query.each, self.scope), sql("piece"))
        whole = bind("UInt16", WHOLE)
        sets, at = sql("user"), sql("{whole} AS at", whole=whole)
        if parts:
            at = sql("if(grouping(place) = 1, {whole}, place) AS at", whole=whole)
            sets = sql("GROUPING SETS ((place, user){all})", all=EMPTY if parts.has_lists else sql(", (user)"))
        found = sql(
            "SELECT {at}, user, arraySort(groupUniqArray(piece)) AS pieces FROM ({rows}) GROUP BY {sets}",
            at=at,
            rows=self.rows([sql("{piece} AS piece", piece=self.pieces.edge)], parts),
            sets=sets,
        )
        return sql(
            "SELECT at, user, number.1 AS period, number.2 AS units FROM (SELECT at, user,"
            " arrayMap(piece -> toInt64({period}), pieces) AS periods,"
            " arrayPushFront(arrayMap(period -> (period, countEqual(periods, period)), arrayCompact(periods)),"
            " ({range}, toUInt64(length(arrayCompact(arrayMap(piece -> {unit}, pieces)))))) AS numbers"
            " FROM ({found})) ARRAY JOIN numbers AS number",
            period=self.period.expression,
            unit=unit.expression,
            range=bind("Int64", _WHOLE_RANGE),
            found=found,
        )


def compile_frequency(query: FrequencyQuery, scope: Scope, shown: Sequence[Key] = ()) -> CompiledQuery[FrequencyRow]:
    return rows_of(Habits(query, scope, shown))


def rows_of(habits: Habits) -> CompiledQuery[FrequencyRow]:
    parts, start = habits.split, habits.period.start

    def row(line: tuple[Any, ...]) -> FrequencyRow:
        place, period, units, users = line
        segment = segments_at(place, habits.shown, parts, len(habits.query.breakdowns))
        return FrequencyRow(segment, None if period == _WHOLE_RANGE else start(period), units, users)

    statement = sql(
        "SELECT at, period, units, count() FROM ({counted}) GROUP BY at, period, units", counted=habits.counted(parts)
    )
    return CompiledQuery.of(statement, row, FINAL_SETTINGS)
