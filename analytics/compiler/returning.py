"""Mixpanel's retention and addiction as SQL, made of what retention and frequency are made of.

cohort | bucket | users      bucket -1 is the cohort itself
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.compiler import expressions
from analytics.compiler.events import FINAL_SETTINGS, user
from analytics.compiler.expression_rows import rows
from analytics.compiler.frequency import Habits, rows_of
from analytics.compiler.periods import Later
from analytics.compiler.returns import Names, Read, Returns, Told
from analytics.queries.buckets import Window, buckets, window
from analytics.queries.expressions import Expression
from analytics.queries.returning import AddictionQuery, ReturningQuery
from analytics.queries.scope import Scope
from analytics.results.frequency import FrequencyRow
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, sql


@dataclass(frozen=True, slots=True)
class ReturningRow:
    cohort: dt.datetime
    bucket: int  # -1 is the cohort itself
    users: int


def compile_returning(query: ReturningQuery, scope: Scope) -> CompiledQuery[ReturningRow]:
    until = query.periods.read_until(query.dates, scope)
    found = Returns(
        Told(query.born, _where(query.born_where, "born_where")),
        Told(query.event, _where(query.where, "where")),
        query.first_time,
        buckets(query.dates, query.interval, scope),
        Later(query.periods, query.dates, window(query.dates, scope), until, scope),
        _reader(scope, query.born_where, query.where),
        user(scope),
    )
    statement = sql(
        "SELECT toInt64(cohort), toInt64(bucket), count() FROM (SELECT cohort, arrayJoin(arrayPushFront({reached},"
        " toInt64(-1))) AS bucket FROM ({births})) GROUP BY cohort, bucket",
        reached=sql("arraySlice(reached, -1)") if query.unbounded else sql("reached"),
        births=found.reached(),
    )
    start = found.cohort.start
    return CompiledQuery.of(statement, lambda line: ReturningRow(start(line[0]), line[1], line[2]), FINAL_SETTINGS)


def compile_addiction(query: AddictionQuery, scope: Scope) -> CompiledQuery[FrequencyRow]:
    read = _reader(scope, query.where)

    def filtered(columns: Sequence[Fragment], names: Names, time: Window, where: Fragment) -> Fragment:
        return read(columns, names, time, _where(query.where, "where"))

    return rows_of(Habits(query.frequency, scope, read=filtered))


def _where(expression: Expression | None, place: str) -> Fragment:
    return EMPTY if expression is None else expressions.condition(expression, place=place)


def _reader(scope: Scope, *asked: Expression | None) -> Read:
    def read(columns: Sequence[Fragment], names: Names, time: Window, where: Fragment) -> Fragment:
        return rows(columns, asked=asked, conditions=[where], scope=scope, window=time, names=names)

    return read
