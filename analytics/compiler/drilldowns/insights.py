"""The users and the events behind one number of an answer, as plans of statements like the answer's own.

They are made of the same pieces that made the number: the metric's reading (rows.py), the split (breakdowns.py), the
windows (rolling.py), the buckets. So their count is the number: of users for unique, for active users and for the bins
of a distribution; of sessions for sessions; of events for total. For a measure of a property the events are those that
have it, each with its value.

Which segments are shown, and so what "other" is, is found here as the answer found it, and not taken from whoever
asks: a list that came from elsewhere could be cut, reordered or written otherwise, and then "other" would be of other
events than the number. What remains is that events may have come since. Then the page carries another `data_version`
than the answer, and a fresh answer agrees with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics.compiler.breakdowns import Key, Split, known_scales, split
from analytics.compiler.drilldowns.people import ListPlan, after, count_of, named_users, people
from analytics.compiler.drilldowns.segments import place_of, unknown_bucket, unknown_segment
from analytics.compiler.events import FINAL_SETTINGS, milliseconds, user
from analytics.compiler.insights import has_whole_bins
from analytics.compiler.measures import input_of, of_each_user
from analytics.compiler.plans.insights import segments_shown
from analytics.compiler.plans.steps import Step
from analytics.compiler.rolling import windows
from analytics.compiler.rows import Reading
from analytics.queries.buckets import Window, buckets, window
from analytics.queries.comparisons import compared
from analytics.queries.drilldowns.insights import Point
from analytics.queries.drilldowns.paging import Paging
from analytics.queries.measures import Measure, MeasureKind, PerUser
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.queries.segments import ALL
from analytics.results.distribution import EDGES, bin_segment
from analytics.results.drilldowns import EventRow, Page
from analytics.results.segments import number_value
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql


def users_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    shown = yield from segments_shown(point.query, scope, 2)
    behind = _behind(point, scope, shown)
    return (yield from people(behind.users(), scope, paging))


def events_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    shown = yield from segments_shown(point.query, scope, 3)
    behind = _behind(point, scope, shown)
    [count] = yield Step(behind.event_count(), 3)
    # When the page's events happened is found without their properties, which are most of what is stored.
    moments = yield Step(behind.moments(paging), 2)
    if not moments:
        return Page.of(count, [], paging, scope.tzinfo)
    near = replace(behind, page=_both(_around(moments), behind.window))
    return Page.of(count, (yield Step(near.events(paging), 1)), paging, scope.tzinfo)


def _behind(point: Point, scope: Scope, shown: Sequence[Key]) -> _Behind:
    """`scope` and `shown` are the question's; a compared number is of another time, but of the same segments."""
    query = point.query
    if point.compared and query.comparison is not None:
        dates, scope = compared(query.comparison, query.dates, scope)
        query = replace(query, dates=dates, comparison=None)
    point = replace(point, query=query, compared=False)
    parts = None
    if any(part != ALL for part in point.values):
        parts = split(query.breakdowns, scope, known_scales(query.breakdowns, shown))
    return _Behind(point, scope, _window(point, scope), parts, shown)


# --- when -------------------------------------------------------------------------------------------------------------


def _window(point: Point, scope: Scope) -> Window:
    """The time whose events the number is of."""
    query, measure = point.query, point.asked.measure
    whole, found = window(query.dates, scope), buckets(query.dates, query.interval, scope)
    at = None
    if point.bucket is not None:
        at = next((index for index, each in enumerate(found) if each.start == point.bucket), None)
        if at is None:
            raise unknown_bucket(point.bucket.isoformat())
    if measure.is_rolling:
        if not found:
            return Window(whole.end, whole.end)
        cut = windows(measure, query, scope, found)
        last = len(found) - 1 if at is None else at  # the range's number is its last bucket's
        return _both(Window(cut.starts[last], cut.ends[last]), cut.read)
    return whole if at is None else _both(Window(found[at].start, found[at].end), whole)


def _both(one: Window, other: Window) -> Window:
    start = max(one.start, other.start)
    return Window(start, max(start, min(one.end, other.end)))


def _around(moments: Sequence[int]) -> Window:
    """Whole seconds, as all windows are."""
    first, last = min(moments) // 1000, max(moments) // 1000 + 1
    return Window(dt.datetime.fromtimestamp(first, dt.UTC), dt.datetime.fromtimestamp(last, dt.UTC))


# --- which ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Behind:
    """`window` is the number's time; `page`, where it is known, that of the events to list."""

    point: Point
    scope: Scope
    window: Window
    split: Split | None
    shown: Sequence[Key]
    page: Window | None = None

    def event_count(self) -> CompiledQuery[int]:
        return CompiledQuery.of(sql("SELECT count() FROM ({rows})", rows=self._events([])), count_of, FINAL_SETTINGS)

    def moments(self, paging: Paging) -> CompiledQuery[int]:
        return CompiledQuery.of(self._page(sql("at"), [], paging), lambda line: int(line[0]), FINAL_SETTINGS)

    def events(self, paging: Paging) -> CompiledQuery[EventRow]:
        """The newest first."""
        columns = sql("name, at, version, number, distinct_id, x0, properties")
        statement = self._page(columns, [sql("toString(event) AS name"), sql("properties")], paging)
        return CompiledQuery.of(statement, self._event_row, FINAL_SETTINGS)

    def _event_row(self, line: tuple[Any, ...]) -> EventRow:
        name, at, version, number, distinct_id, value, properties = line
        asked = self._measured.of
        if isinstance(value, str) and asked is not None and asked.type is PropertyType.NUMBER:
            value = number_value(value)
        return EventRow(name, at, version, number, distinct_id, value, properties)

    @property
    def _measured(self) -> Measure | PerUser:
        return self.point.asked.measure.per_user or self.point.asked.measure

    def _page(self, wanted: Fragment, columns: list[Fragment], paging: Paging) -> Fragment:
        ids = [
            sql("toUnixTimestamp64Milli(time) AS at"),
            sql("sipHash64(event, distinct_hash, insert_hash) AS number"),
            sql("version"),
            sql("distinct_id"),
        ]
        return sql(
            "SELECT {wanted} FROM ({rows}){after} ORDER BY at DESC, version DESC, number DESC LIMIT {limit}",
            wanted=wanted,
            rows=self._events([*ids, *columns]),
            after=after(sql("(at, version, number)"), paging),
            limit=bind("UInt32", paging.limit + 1),
        )

    def _events(self, columns: list[Fragment]) -> Fragment:
        """The events behind the number; of a bin, those of its users."""
        rows = self._rows(columns, self.page or self.window)
        if self.point.bin is None:
            return rows
        return sql("SELECT * FROM ({rows}) WHERE user IN (SELECT user FROM ({users}))", rows=rows, users=self.users())

    def users(self) -> Fragment:
        """SELECT of each user (or session): who, how to call them, how often and when; `y` is the user's number."""
        asked = self.point.asked.measure
        # Of all the number's time, whatever page is asked for: a user's number is of all of it.
        rows = self._rows([sql("time"), sql("version"), sql("distinct_id"), sql("user_id")], self.window)
        by_session = asked.kind is MeasureKind.SESSIONS
        users = named_users(
            rows,
            by_session=by_session,
            y=None if asked.per_user is None else of_each_user(asked.per_user, sql("x0")),
        )
        if asked.per_user is None:
            return users
        return sql("SELECT * FROM ({users}) WHERE {counted}", users=users, counted=self._has_number())

    def _has_number(self) -> Fragment:
        """That a user has a number, and one in the bin, if a bin is asked for."""
        bin = self.point.bin
        if bin is None:
            return sql("isNotNull(y)")
        whole = has_whole_bins(self.point.asked.measure)
        for edge in EDGES:
            found = bin_segment(edge, whole=whole)
            if (found.kind, found.value, found.upper) == (bin.kind, bin.value, bin.upper):
                return sql(
                    "isNotNull(y) AND roundDown(assumeNotNull(y), {edges}) = {edge}",
                    edges=bind("Array(Float64)", list(EDGES)),
                    edge=bind("Float64", edge),
                )
        raise unknown_segment()

    def _rows(self, columns: list[Fragment], time: Window) -> Fragment:
        """SELECT of the columns, `user` and `x0`, what the measure reads, over the events that the number is of."""
        measure = self.point.asked.measure
        distinct = "distinct" in (measure.kind, measure.per_user and measure.per_user.each)
        read = input_of(self._measured.of, distinct=distinct)
        wanted = [*columns, sql("{read} AS x0", read=read or sql("NULL"))]
        if self.split:
            wanted.append(self.split.column)
        conditions = [sql("isNotNull(x0)") if read else EMPTY, self._in_segment()]
        # Of all segments together, nobody needs to know what breaks them down.
        query = self.point.query if self.split else replace(self.point.query, breakdowns=())
        reading = Reading(query, self.scope, self.point.asked, time)
        if measure.kind is MeasureKind.SESSIONS:
            # Where a session begins depends on what came before: all of the range is read, and cut afterwards.
            rows = replace(reading, time=None).rows_with_sessions(wanted)
            conditions.append(_inside(time))
        else:
            rows = reading.rows([*wanted, sql("{user} AS user", user=user(self.scope))])
        if self.split:
            rows = self.split.places(rows, self.shown)
        return sql("SELECT * FROM ({rows}) WHERE {all}", rows=rows, all=join(" AND ", conditions) or sql("1"))

    def _in_segment(self) -> Fragment:
        if self.split is None:
            return EMPTY
        place = place_of(self.point.values, self.split, self.shown)
        return sql("place = {place}", place=bind("UInt16", place))


def _inside(time: Window) -> Fragment:
    return sql(
        "moment >= {start} AND moment < {end}",
        start=bind("Int64", milliseconds(time.start.timestamp())),
        end=bind("Int64", milliseconds(time.end.timestamp())),
    )
