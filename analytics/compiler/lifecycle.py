"""Lifecycle as one statement: the intervals in which each user was active, and what each of them makes of the user.

    interval | status | users      by number: 0 is all time before the interval that precedes the range, which is 1

Reads all events that are kept: whoever is new has done nothing before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.compiler.buckets import bucket_column
from analytics.compiler.events import FINAL_SETTINGS, events, milliseconds, user
from analytics.compiler.filters import filters
from analytics.queries.buckets import Bucket, Window, beginning, buckets, window
from analytics.queries.lifecycle import LifecycleQuery, Status
from analytics.queries.scope import Scope
from analytics.results.lifecycle import LifecycleRow
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import Fragment, bind, join, sql

_FIRST = 2  # the number of the first interval of the range
_NUMBERS = {status: number for number, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Lives:
    """Who was active when. The interval before the first of the range is numbered 1, the first 2, and so on."""

    query: LifecycleQuery
    scope: Scope

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        """The interval before the range, and those of the range."""
        before = buckets(self.query.before(self.scope), self.query.interval, self.scope)
        return (*before, *buckets(self.query.whole(self.scope), self.query.interval, self.scope))

    @property
    def window(self) -> Window:
        """All that is kept, up to the end of the range."""
        end = window(self.query.whole(self.scope), self.scope).end
        return Window(min(beginning(self.scope), end), end)

    def rows(self, columns: list[Fragment]) -> Fragment:
        return events(
            join(", ", [sql("{user} AS user", user=user(self.scope)), *columns]),
            scope=self.scope,
            window=self.window,
            names=self.query.activity.events,
            where=filters(self.query.filters, self.query.activity.filters, scope=self.scope),
        )

    def states(self) -> Fragment:
        """SELECT of user, interval, status: a line for each that a user has."""
        found = self.buckets
        edges = [milliseconds(bucket.start.timestamp()) for bucket in found]
        in_order = bucket_column(found)
        active = sql(
            "SELECT user, arraySort(arrayMap(edge -> transform(edge, {edges}, {numbers}, toUInt16(0)),"
            " groupUniqArray(edge))) AS active FROM ({rows}) GROUP BY user",
            edges=bind("Array(Int64)", edges),
            numbers=bind("Array(UInt16)", list(range(1, len(edges) + 1))),
            rows=self.rows(
                [
                    sql(
                        "if(toUnixTimestamp64Milli(time) < {first}, toInt64(-1), {edge}) AS edge",
                        first=bind("Int64", edges[0]),
                        edge=in_order.edge,
                    )
                ]
            ),
        )
        # Whoever was active in an interval, and when before that; whoever was, and not in the next.
        states = sql(
            "arrayConcat(arrayMap((at, before) -> (at, multiIf(before < 0, {new}, before + 1 = at, {returning},"
            " {resurrecting})), active, arrayPopBack(arrayPushFront(numbers, toInt32(-1)))),"
            " arrayMap(at -> (toUInt16(at + 1), {dormant}), arrayFilter((at, after) -> at > 0 AND after != at + 1,"
            " active, arrayPopFront(arrayPushBack(numbers, toInt32(-1))))))",
            **{str(status): bind("UInt8", number) for status, number in _NUMBERS.items()},
        )
        return sql(
            "SELECT user, state.1 AS interval, state.2 AS status FROM (SELECT user, active,"
            " arrayMap(at -> toInt32(at), active) AS numbers, {states} AS states FROM ({active}))"
            " ARRAY JOIN states AS state WHERE interval BETWEEN {first} AND {last}",
            states=states,
            active=active,
            first=bind("UInt16", _FIRST),
            last=bind("UInt16", len(found)),
        )


def compile_lifecycle(query: LifecycleQuery, scope: Scope) -> CompiledQuery[LifecycleRow]:
    lives = Lives(query, scope)
    found, by_number = lives.buckets, list(Status)

    def row(line: tuple[Any, ...]) -> LifecycleRow:
        interval, status, users = line
        return LifecycleRow(found[interval - 1].start, by_number[status], users)

    statement = sql("SELECT interval, status, count() FROM ({states}) GROUP BY interval, status", states=lives.states())
    return CompiledQuery.of(statement, row, FINAL_SETTINGS)


def number_of(status: Status) -> Fragment:
    return bind("UInt8", _NUMBERS[status])
