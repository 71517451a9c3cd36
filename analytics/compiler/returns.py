"""Each user's births and returns, from one reading of events: what every number about retention is made of.

A user's events are an array of marks, 4 × moment + kind, in the order of time. Of those at one moment a birth that is
no return comes first, then what is both, then what is only a return: so the first mark in a cohort is its birth, and a
user who does two things at once has returned. An event is never its own return, but another one of that moment is. In
an array of returns a mark is 2 × moment, and one more unless it may be the birth itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analytics.compiler.arrays import array_of, array_of_segments, side_by_side
from analytics.compiler.breakdowns import Split
from analytics.compiler.buckets import BucketColumn, bucket_column
from analytics.compiler.events import milliseconds
from analytics.compiler.periods import Later
from analytics.queries.buckets import Bucket, Window, beginning
from analytics.queries.metrics import ALL_EVENTS, AllEvents
from analytics.queries.scope import Scope
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_MOMENT = sql("toUnixTimestamp64Milli(time)")

Names = tuple[str, ...] | AllEvents
# A SELECT of columns over the events of some names in some time, those that meet a condition.
Read = Callable[[Sequence[Fragment], Names, Window, Fragment], Fragment]


@dataclass(frozen=True, slots=True)
class Told:
    """The birth event or the return event: its names, and what else it must meet (empty: nothing)."""

    names: Names
    where: Fragment = EMPTY

    @property
    def named(self) -> Fragment:
        if isinstance(self.names, AllEvents):
            return sql("1")
        return sql("event IN {names}", names=bind("Array(String)", list(self.names)))

    @property
    def test(self) -> Fragment:
        return sql("{named} AND {where}", named=self.named, where=self.counts) if self.where else self.named

    @property
    def counts(self) -> Fragment:
        """Whether the rest holds: 1 or 0, as a condition by itself may be NULL."""
        return sql("ifNull({where}, 0)", where=self.where) if self.where else sql("1")

    def may_be(self, other: Told) -> bool:
        """Whether one event can be both."""
        if isinstance(self.names, AllEvents) or isinstance(other.names, AllEvents):
            return True
        return not set(self.names).isdisjoint(other.names)

    def names_with(self, other: Told) -> Names:
        if isinstance(self.names, AllEvents) or isinstance(other.names, AllEvents):
            return ALL_EVENTS
        return tuple(dict.fromkeys((*self.names, *other.names)))


@dataclass(frozen=True, slots=True)
class Returns:
    """`split` is how births are broken down, if they are. Detailed births know which event they are."""

    birth: Told
    back: Told
    first_time: bool
    cohorts: Sequence[Bucket]
    later: Later
    read: Read
    user: Fragment
    split: Split | None = None
    detailed: bool = False

    @property
    def scope(self) -> Scope:
        return self.later.scope

    @property
    def window(self) -> Window:
        """Of births and returns."""
        return Window(self.later.born.start, self.later.until)

    @property
    def cohort(self) -> BucketColumn:
        return bucket_column(self.cohorts, sql("born"))

    @property
    def last(self) -> Fragment:
        """The number of the last bucket."""
        return bind("Int64", len(self.later.periods.starts) - 2)

    def births(self) -> Fragment:
        """SELECT of user, cohort, born (the moment), shift (1 if the birth is a return, too), returns (the user's, as
        marks); with a breakdown its segment or segments, and where births are detailed birth_version."""
        first = sql("first.1") if self._is_tuple else sql("first")
        columns = [
            sql("user, returns, bitShiftRight({first}, 2) AS born, bitAnd({first}, 3) = 1 AS shift", first=first),
            sql("{cohort} AS cohort", cohort=self.cohort.expression),
            self.later.beside_birth,
        ]
        if self._is_tuple:
            columns.append(sql("first.2 AS birth_version"))
        if self.split:
            columns.append(sql("first.3 AS segments" if self.split.has_lists else "first.3 AS segment"))
        return sql(
            "SELECT {columns} FROM ({users}) ARRAY JOIN firsts AS first",
            columns=join(", ", columns),
            users=self._users(),
        )

    def reached(self) -> Fragment:
        """The same with `reached` instead of returns: the numbers of the buckets in which the user returned."""
        return sql(
            "SELECT * EXCEPT (returns), arrayCompact(arrayFilter(number -> number <= {last},"
            " arrayMap(mark -> {bucket}, arrayFilter(mark -> mark >= born * 2 + shift, returns)))) AS reached"
            " FROM ({births})",
            last=self.last,
            bucket=self.later.bucket(sql("bitShiftRight(mark, 1)")),
            births=self.births(),
        )

    @property
    def _is_tuple(self) -> bool:
        return self.detailed or self.split is not None

    # --- a user's births and returns ----------------------------------------------------------------------------------

    def _users(self) -> Fragment:
        """SELECT of user, firsts (the first birth in each cohort), returns."""
        marks = self._marks_of_first_time() if self.first_time else self._marks()
        found = sql(
            "SELECT user, births, arrayMap(mark -> bitShiftRight(mark, 2) * 2 + (bitAnd(mark, 3) = 2),"
            " arrayFilter(mark -> bitAnd(mark, 3) > 0, marks)) AS found FROM ({marks})",
            marks=marks,
        )
        told = sql(
            "SELECT user, births, {returns} AS told FROM ({found})",
            returns=_told_apart() if self.birth.may_be(self.back) else sql("found"),
            found=found,
        )
        return sql(
            "SELECT user, {firsts} AS firsts, arrayFilter((mark, cell, before, after) -> cell != before OR cell !="
            " after, told, cells, {before}, {after}) AS returns"
            " FROM (SELECT *, arrayMap(mark -> {cell}, told) AS cells{cohorts} FROM ({told}))",
            firsts=sql("births")
            if self.first_time
            else sql(
                "arrayFilter((birth, cohort, before) -> cohort != before, births, cohorts, {before})",
                before=_one_before(sql("cohorts")),
            ),
            before=_one_before(sql("cells")),
            after=_one_after(sql("cells")),
            cell=self.later.cell(sql("bitShiftRight(mark, 1)")),
            cohorts=EMPTY
            if self.first_time
            else sql(
                ", arrayMap(birth -> {cohort}, births) AS cohorts",
                cohort=bucket_column(
                    self.cohorts, sql("bitShiftRight({mark}, 2)", mark=sql("birth.1" if self._is_tuple else "birth"))
                ).expression,
            ),
            told=told,
        )

    def _marks(self) -> Fragment:
        """SELECT of user, births and marks (of all births and returns), both sorted."""
        rows = self.read(
            [
                sql("{user} AS user", user=self.user),
                sql("({test} AND {before}) AS is_birth", test=self.birth.test, before=self._before_end),
                sql("({test}) AS is_return", test=self.back.test),
                sql("{moment} * 4 + multiIf(NOT is_birth, 2, is_return, 1, 0) AS mark", moment=_MOMENT),
                *self._details(),
            ],
            self.birth.names_with(self.back),
            self.window,
            sql("(is_birth OR is_return)"),
        )
        births = sql("arrayFilter(mark -> bitAnd(mark, 3) < 2, marks) AS births")
        if self._is_tuple:
            is_birth = sql("is_birth")
            parts = [array_of(sql("mark"), is_birth), array_of(sql("version"), is_birth)]
            if self.split:
                parts.append(array_of_segments(self.split, is_birth))
            births = sql("arraySort({parts}) AS births", parts=side_by_side(parts))
        return sql(
            "SELECT user, arraySort(groupArray(mark)) AS marks, {births} FROM ({rows}) GROUP BY user"
            " HAVING max(is_birth)",
            births=births,
            rows=rows,
        )

    def _marks_of_first_time(self) -> Fragment:
        """The same where the birth is the first such event ever: of two in one millisecond the one received first.
        Filters look at that event; they do not choose it."""
        start = min(beginning(self.scope), self.later.born.start)
        rows = self.read(
            [
                sql("{user} AS user", user=self.user),
                sql("({named} AND {before}) AS is_named", named=self.birth.named, before=self._before_end),
                sql("({moment} >= {start}) AS is_in_range", moment=_MOMENT, start=_milliseconds(self.later.born.start)),
                sql("({test} AND is_in_range) AS is_return", test=self.back.test),
                sql("{moment} * 4 + multiIf(NOT is_named, 2, is_return, 1, 0) AS mark", moment=_MOMENT),
                # The order of events, and in the last bit whether it can be a birth.
                sql(
                    "toUInt128({moment} - {origin}) * toUInt128('36893488147419103232') + toUInt128(version) * 2"
                    " + (is_in_range AND {counts}) AS place",
                    moment=_MOMENT,
                    origin=_milliseconds(start),
                    counts=self.birth.counts,
                ),
                *self._details(),
            ],
            self.birth.names_with(self.back),
            Window(start, self.later.until),
            sql("(is_named OR is_return)"),
        )
        return sql(
            "SELECT user, arraySort(groupArrayIf(mark, is_return)) AS marks, [argMinIf({birth}, place, is_named)]"
            " AS births FROM ({rows}) GROUP BY user HAVING minIf(place, is_named) % 2 = 1",
            birth=self._birth,
            rows=rows,
        )

    @property
    def _before_end(self) -> Fragment:
        return sql("{moment} < {end}", moment=_MOMENT, end=_milliseconds(self.later.born.end))

    @property
    def _birth(self) -> Fragment:
        """What is kept of a birth."""
        if not self._is_tuple:
            return sql("mark")
        return sql("(mark, version, {segment})", segment=self._segment) if self.split else sql("(mark, version)")

    @property
    def _segment(self) -> Fragment:
        return sql("segments") if self.split is not None and self.split.has_lists else sql("segment")

    def _details(self) -> list[Fragment]:
        wanted = [sql("version")] if self._is_tuple else []
        return [*wanted, self.split.column] if self.split else wanted


def _milliseconds(moment: dt.datetime) -> Fragment:
    return bind("Int64", milliseconds(moment.timestamp()))


def _told_apart() -> Fragment:
    """Of several marks at one moment that may each be the birth itself, all but one are something else."""
    return sql(
        "arrayMap((mark, before) -> mark + (mark = before AND mark % 2 = 0), found, {before})",
        before=_one_before(sql("found")),
    )


def _one_before(array: Fragment) -> Fragment:
    return sql("arrayPopBack(arrayPushFront({array}, toInt64(-9000000000000000)))", array=array)


def _one_after(array: Fragment) -> Fragment:
    return sql("arrayPopFront(arrayPushBack({array}, toInt64(-9000000000000000)))", array=array)
