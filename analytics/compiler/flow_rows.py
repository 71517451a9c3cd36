"""The flows of users, one row each: which node stands at each step.

    user | k0 | p0 | p1 | …        p: from the first step before the anchor to the last one after it

All that matters of an event is one number of 128 bits, its key: milliseconds since the reading began, when it was
received (of one millisecond the event received first is first), and in the lowest bits whether a flow begins here and
which node it is. So the events of a user are put in order by sorting plain numbers, whatever threads read them.

Where flows begin that are of a number of a funnel is told by the attempts (compiler/flow_anchors.py): each is a mark
among the keys, which has no node and so stands right before its event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from analytics.compiler.buckets import bucket_column
from analytics.compiler.columns import columns_beside
from analytics.compiler.events import events, milliseconds, user
from analytics.compiler.filters import filters
from analytics.compiler.flow_names import FlowNames, not_hidden
from analytics.compiler.sessions import day_column, with_sessions
from analytics.queries.buckets import Window, beginning, buckets, window
from analytics.queries.dates import FixedDates, Interval, days
from analytics.queries.flows import FlowsCount, FlowsQuery
from analytics.queries.funnels import Count
from analytics.queries.metrics import ALL_EVENTS, AllEvents
from analytics.queries.scope import Scope
from analytics.queries.windows import TimeWindow
from analytics.results.flow_rows import EDGE_NUMBER, NOTHING
from analytics.sql.fragment import EMPTY, Fragment, bind, identifier, join, sql

_ANCHOR_BIT = sql("65536")
_TIME_AT_BIT = sql("87")


def time_read(query: FlowsQuery, scope: Scope) -> Window:
    """The range, and as much around it as flows may reach; a session never goes beyond a day."""
    whole = query.anchored(scope)
    if not isinstance(query.window, TimeWindow):
        return Window(whole.start, query.over_at(scope))
    start = whole.start - query.window.length if query.before else whole.start
    end = query.over_at(scope) if query.after else whole.end
    return Window(min(max(start, beginning(scope)), whole.start), end)


def places(query: FlowsQuery) -> list[Fragment]:
    """The columns of nodes, step by step."""
    return [identifier(f"p{index}") for index, _ in enumerate(query.steps)]


@dataclass(frozen=True, slots=True)
class FlowRows:
    """`begun` is where the flows begin of those behind a funnel's number (compiler/flow_anchors.py)."""

    query: FlowsQuery
    scope: Scope
    names: FlowNames
    begun: Fragment | None = None

    def flows(self) -> Fragment:
        keys = self._first_of_user(self._keys())
        if isinstance(self.query.window, TimeWindow):
            keys = sql("SELECT *, {bounds} FROM ({keys})", bounds=self._bounds(self.query.window), keys=keys)
        found = sql(
            "SELECT user, {anchor} AS k0, {places}{times} FROM ({keys})",
            anchor=_key(self.query.before),
            places=join(", ", self._places()),
            times=sql(", n") if self.may_repeat else EMPTY,
            keys=keys,
        )
        return sql("SELECT * EXCEPT (n) FROM ({found}) ARRAY JOIN range(n)", found=found) if self.may_repeat else found

    @property
    def may_repeat(self) -> bool:
        """Whether several flows may begin at one event: attempts of two sessions may have come to the same."""
        number = self.query.of
        return (
            number is not None
            and self.query.count is FlowsCount.TOTALS
            and number.query.count is Count.SESSIONS
            and isinstance(number.query.window, TimeWindow)
        )

    def anchors(self, columns: Sequence[Fragment]) -> Fragment:
        """SELECT of the columns, with user and k0, over the events at which flows could begin."""
        return events(
            join(", ", [*columns, sql("{user} AS user, {key} AS k0", user=user(self.scope), key=self._key())]),
            scope=self.scope,
            window=self.query.anchored(self.scope),
            names=self.query.anchor.events,
            where=self._condition(True),
            beside=self._known(),
        )

    # --- events -------------------------------------------------------------------------------------------------------

    def _events(self) -> Fragment:
        """user, key (and session) of every event that may be in a flow."""
        columns = sql("{user} AS user, {key} AS key", user=user(self.scope), key=self._key())
        if isinstance(self.query.window, TimeWindow):
            found = events(
                columns,
                scope=self.scope,
                window=time_read(self.query, self.scope),
                names=ALL_EVENTS,
                where=join(" AND ", [self._condition(False), self._of_anchors()]),
                beside=self._known(),
            )
            return self._with_marks(found)
        beside = sql("toUnixTimestamp64Milli(time) AS moment, {day} AS day_of_session", day=self._day())
        everything = events(
            sql(
                "{columns}, {beside}, ({shown}) AS is_shown",
                columns=columns,
                beside=beside,
                shown=self._condition(False) or sql("1"),
            ),
            scope=self.scope,
            window=time_read(self.query, self.scope),
            names=ALL_EVENTS,
            where=self._of_anchors(),
            beside=self._known(),
        )
        everything = self._with_marks(everything, sql(", {beside}, 1 AS is_shown", beside=beside))
        return sql("SELECT user, session, key FROM ({rows}) WHERE is_shown", rows=with_sessions(everything, self.scope))

    def _with_marks(self, rows: Fragment, beside: Fragment = EMPTY) -> Fragment:
        """With a row for each flow that begins at an event of a funnel's number: the event's key without a node."""
        if self.begun is None:
            return rows
        return sql(
            "{rows} UNION ALL SELECT user, {mark} AS key{beside} FROM ({begun})",
            rows=rows,
            mark=self._packed(sql("0")),
            beside=beside,
            begun=self.begun,
        )

    def _day(self) -> Fragment:
        """The day of an event, also of those that lie beyond the range because an anchor may."""
        (_, last), end = days(self.query.dates, self.scope), self.query.over_at(self.scope)
        over = (end - dt.timedelta(milliseconds=1)).astimezone(self.scope.tzinfo).date()
        if over <= last:
            return day_column(self.query.dates, self.scope)
        beyond = FixedDates(last + dt.timedelta(days=1), over)
        found = (buckets(dates, Interval.DAY, self.scope) for dates in (self.query.dates, beyond))
        return bucket_column(tuple(chain.from_iterable(found))).expression

    def _known(self) -> dict[str, Fragment]:
        return columns_beside(each.property for each in self.query.split)

    def _condition(self, of_anchor: bool) -> Fragment:
        """What any event of a flow meets, and what its anchor does."""
        of_its_own = self.query.anchor.filters if of_anchor else None
        return join(" AND ", [not_hidden(self.query), filters(self.query.filters, of_its_own, scope=self.scope)])

    def _of_anchors(self) -> Fragment:
        """That the user has an anchor at all: nobody else's events are put in order."""
        if isinstance(self.query.anchor.events, AllEvents) and self.query.anchor.filters is None:
            return EMPTY
        found = self._anchors_as(sql("{user} AS user", user=user(self.scope)))
        return sql("{user} IN ({found})", user=user(self.scope), found=found)

    def _anchors_as(self, columns: Fragment) -> Fragment:
        return events(
            columns,
            scope=self.scope,
            window=self.query.anchored(self.scope),
            names=self.query.anchor.events,
            where=self._condition(True),
        )

    def _is_anchor(self) -> Fragment:
        """That a flow begins at an event. What the anchor's own filters look at is read of events of its names alone:
        the properties of all that a user did are most of what is stored."""
        whole, anchor = window(self.query.dates, self.scope), self.query.anchor
        start, end = milliseconds(whole.start.timestamp()), milliseconds(whole.end.timestamp())
        tests = [
            sql(
                "toUnixTimestamp64Milli(time) >= {start} AND toUnixTimestamp64Milli(time) < {end}",
                start=bind("Int64", start),
                end=bind("Int64", end),
            )
        ]
        if not isinstance(anchor.events, AllEvents):
            tests.append(sql("event IN {names}", names=bind("Array(String)", list(anchor.events))))
        if anchor.filters is not None:
            found = self._anchors_as(sql("{user} AS user, time, version", user=user(self.scope)))
            tests.append(sql("({user}, time, version) IN ({found})", user=user(self.scope), found=found))
        return join(" AND ", tests)

    def _key(self) -> Fragment:
        number = self.names.number()
        if self.begun is not None:
            return self._packed(number)
        return self._packed(
            sql(
                "if({is_anchor}, bitOr(toUInt32({number}), {anchor}), {number})",
                is_anchor=self._is_anchor(),
                number=number,
                anchor=_ANCHOR_BIT,
            )
        )

    def _packed(self, node: Fragment) -> Fragment:
        # The upper half and the lower one are put together of 64 bits each: larger numbers take longer.
        return sql(
            "toUInt128(bitOr(bitShiftLeft(toUInt64(toUnixTimestamp64Milli(time) - {start}), 23),"
            " bitShiftRight(version, 41))) * toUInt128('18446744073709551616')"
            " + bitOr(bitShiftLeft(version, 23), {node})",
            start=bind("Int64", milliseconds(time_read(self.query, self.scope).start.timestamp())),
            node=node,
        )

    # --- flows --------------------------------------------------------------------------------------------------------

    def _keys(self) -> Fragment:
        """user and the keys of the flow's events, those that are not there 0."""
        in_order, begins, at = self._in_order(), self._anchor_bit(), sql("indexOf(keys, first)")
        if self.begun is not None:
            in_order, begins, at = _counted(in_order), sql("n > 0"), sql("arrayFirstIndex(n -> n > 0, begun)")
        before, columns = self.query.before, list(enumerate(self.query.steps))
        if self.query.count is FlowsCount.TOTALS:
            # Beside the keys the same keys moved by a step, and so on: each line is then an event with its neighbours.
            moved = [sql("{keys} AS {key}", keys=_moved(step), key=_key(index)) for index, step in columns]
            return sql(
                "SELECT user, {columns}{times} FROM ({in_order}) ARRAY JOIN {moved} WHERE {begins}",
                columns=join(", ", [_key(index) for index, _ in columns]),
                times=sql(", n") if self.may_repeat else EMPTY,
                in_order=in_order,
                moved=join(", ", [*moved, *([] if self.begun is None else [sql("begun AS n")])]),
                begins=begins,
            )
        return sql(
            "SELECT user, {columns} FROM (SELECT user, keys, {at} AS at FROM ({in_order})) WHERE {anchor} != 0",
            columns=join(", ", [sql("{key} AS {name}", key=_at(step), name=_key(i)) for i, step in columns]),
            at=at,
            in_order=in_order,
            anchor=_key(before),
        )

    def _in_order(self) -> Fragment:
        """user and `keys` of their events (in each session) in order, and the `first` that is an anchor."""
        first = sql(", minIf(key, bitAnd(toUInt32(key), {anchor}) != 0) AS first", anchor=_ANCHOR_BIT)
        return sql(
            "SELECT user, arraySort(groupArray(key)) AS keys{first} FROM ({events}) GROUP BY {by}{marked}",
            first=first if self.begun is None else EMPTY,
            events=self._events(),
            by=sql("user") if isinstance(self.query.window, TimeWindow) else sql("user, session"),
            # Nobody else's events are put in order.
            marked=EMPTY if self.begun is None else sql(" HAVING countIf(toUInt16(key) = 0) > 0"),
        )

    def _anchor_bit(self) -> Fragment:
        return sql("bitAnd(toUInt32({anchor}), {bit}) != 0", anchor=_key(self.query.before), bit=_ANCHOR_BIT)

    def _first_of_user(self, keys: Fragment) -> Fragment:
        """Of several sessions the first that has an anchor, where users are counted."""
        if isinstance(self.query.window, TimeWindow) or self.query.count is FlowsCount.TOTALS:
            return keys
        return sql(
            "SELECT * FROM ({keys}) ORDER BY {anchor} LIMIT 1 BY user", keys=keys, anchor=_key(self.query.before)
        )

    def _places(self) -> list[Fragment]:
        """Of each step the node's number; where the flow is over EDGE_NUMBER, and beyond that NOTHING."""
        found = []
        for index, step in enumerate(self.query.steps):
            if step == 0:
                found.append(_node(index))
                continue
            inner = index - 1 if step > 0 else index + 1
            edge = bind("UInt16", EDGE_NUMBER)
            if abs(step) > 1:
                edge = sql("if({inner}, {edge}, {nothing})", inner=self._is_there(inner), edge=edge,
                           nothing=bind("UInt16", NOTHING))  # fmt: skip
            found.append(sql("if({there}, {node}, {edge})", there=self._is_there(index), node=_node(index), edge=edge))
        return [
            sql("{node} AS {name}", node=each, name=name) for each, name in zip(found, places(self.query), strict=True)
        ]

    def _bounds(self, length: TimeWindow) -> Fragment:
        """The least key that is in the window before the anchor, and the least beyond the window after it."""
        return sql(
            "bitShiftRight({anchor}, {bits}) AS begun,"
            " greatest(bitShiftLeft(toUInt128(if(begun > {length}, begun - {length}, 0)), {bits}), 1) AS low,"
            " bitShiftLeft(begun + {length} + 1, {bits}) AS high",
            anchor=_key(self.query.before),
            bits=_TIME_AT_BIT,
            length=sql("toUInt128({length})", length=bind("UInt64", milliseconds(length.length.total_seconds()))),
        )

    def _is_there(self, index: int) -> Fragment:
        """Whether the flow has an event at this step, in the window."""
        key = _key(index)
        if not isinstance(self.query.window, TimeWindow):
            return sql("{key} != 0", key=key)
        return sql("({key} != 0 AND {key} < high)" if index > self.query.before else "{key} >= low", key=key)


def _counted(in_order: Fragment) -> Fragment:
    """SELECT of user, `keys` without the marks, and beside each how many flows begin there, `begun`. A mark stands
    right before its event, so these are the marks between an event and the one before."""
    passed = sql(
        "SELECT user, arrayFilter(key -> toUInt16(key) != 0, keys) AS events,"
        " arrayFilter((n, key) -> toUInt16(key) != 0, arrayCumSum(key -> toUInt16(key) = 0, keys), keys) AS passed"
        " FROM ({in_order})",
        in_order=in_order,
    )
    return sql(
        "SELECT user, events AS keys, arrayPopFront(arrayDifference(arrayPushFront(passed, 0))) AS begun"
        " FROM ({passed})",
        passed=passed,
    )


def _key(index: int) -> Fragment:
    return identifier(f"key{index}")


def _node(index: int) -> Fragment:
    return sql("toUInt16({key})", key=_key(index))


def _moved(step: int) -> Fragment:
    if step == 0:
        return sql("keys")
    count = bind("UInt8", abs(step))
    if step > 0:
        return sql("arrayShiftLeft(keys, {count}, toUInt128(0))", count=count)
    return sql("arrayShiftRight(keys, {count}, toUInt128(0))", count=count)


def _at(step: int) -> Fragment:
    """Beyond the ends there is 0."""
    count = bind("UInt8", abs(step))
    if step >= 0:
        return sql("keys[at + {count}]", count=count)
    return sql("keys[if(at > {count}, at - {count}, 0)]", count=count)
