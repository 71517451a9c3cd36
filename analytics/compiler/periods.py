"""How much later a return is than the birth, in SQL: which of the buckets after the birth it falls into.

Moments are milliseconds since 1970. Whatever the zone's calendar says comes from queries/periods.py, as the moments at
which units begin or at which the zone's offset changes; the engine only compares and adds them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.compiler.events import milliseconds
from analytics.queries.buckets import Window
from analytics.queries.dates import DateRange
from analytics.queries.periods import LENGTHS, Alignment, Periods, offsets
from analytics.queries.scope import Scope
from analytics.sql.fragment import EMPTY, Fragment, bind, sql

_DAY = 86_400_000
# No two buckets of months begin as close as this.
_SHORTEST_MONTH = 27 * _DAY


@dataclass(frozen=True, slots=True)
class Later:
    """For births in `born` and returns up to `until`."""

    periods: Periods
    dates: DateRange
    born: Window
    until: dt.datetime
    scope: Scope

    @property
    def is_calendar(self) -> bool:
        return self.periods.alignment is Alignment.CALENDAR

    def cell(self, moment: Fragment) -> Fragment:
        """A piece of time in which at most one bucket of any birth begins, as a number that grows: of all returns in
        it, the first and the last tell which buckets have one."""
        if self.is_calendar:
            return self._unit(moment)
        width = LENGTHS.get(self.periods.unit)
        return sql(
            "intDiv({moment} - {start}, {width})",
            moment=moment,
            start=bind("Int64", _ms(self.born.start)),
            width=bind("Int64", _SHORTEST_MONTH if width is None else milliseconds(width.total_seconds())),
        )

    @property
    def beside_birth(self) -> Fragment:
        """A column that stands beside `born` and that `bucket` needs, if any."""
        if self.is_calendar:
            return sql("{unit} AS birth_unit", unit=self._unit(sql("born")))
        return EMPTY if self.periods.unit in LENGTHS else sql("{begins} AS begins", begins=self._months_begin())

    def bucket(self, moment: Fragment) -> Fragment:
        """The number of the bucket after `born` that a moment is in, which is no earlier; beyond the last one it is
        higher."""
        width = LENGTHS.get(self.periods.unit)
        if self.is_calendar:
            units = sql("{unit} - birth_unit", unit=self._unit(moment))
        elif width is None:
            return sql("toInt64(arrayCount(begin -> begin <= {moment}, begins))", moment=moment)
        else:
            length = bind("Int64", milliseconds(width.total_seconds()))
            units = sql("intDiv({moment} - born, {length})", moment=moment, length=length)
        starts = self.periods.starts
        if starts == tuple(range(len(starts))):
            return units
        return sql(
            "transform(roundDown({units}, {starts}), {starts}, {numbers})",
            units=units,
            starts=bind("Array(Int64)", list(starts)),
            numbers=bind("Array(Int64)", list(range(len(starts)))),
        )

    def _unit(self, moment: Fragment) -> Fragment:
        edges = [_ms(edge) for edge in self.periods.calendar_edges(self.dates, self.scope)]
        widths = {high - low for low, high in zip(edges, edges[1:], strict=False)}
        if len(widths) == 1:
            first, width = bind("Int64", edges[0]), bind("Int64", widths.pop())
            return sql("intDiv({moment} - {first}, {width})", moment=moment, first=first, width=width)
        return sql(
            "transform(roundDown({moment}, {edges}), {edges}, {numbers})",
            moment=moment,
            edges=bind("Array(Int64)", edges),
            numbers=bind("Array(Int64)", list(range(len(edges)))),
        )

    def _months_begin(self) -> Fragment:
        """When all buckets but the first begin, and the last one ends: the same time of the same day by the clock, so
        many months later, or of that month's last day. A time that the clock skips is as long after what was before it;
        of one that it shows twice, the first is meant."""
        far = self.born.end + dt.timedelta(days=31 * (self.periods.starts[-1] + 2))
        known = offsets(self.born.start, far, self.scope)
        since = [_ms(each.since) for each in known]
        ahead = [milliseconds(each.ahead.total_seconds()) for each in known]
        by_clock = [since[0] + ahead[0]]
        by_clock += [at + max(before, after) for at, before, after in zip(since[1:], ahead, ahead[1:], strict=False)]
        later = sql(
            "arrayMap(months -> toInt64(toInt32(addMonths(addDays(toDate32('1970-01-01'), intDiv({local}, {day})),"
            " months))) * {day} + {local} % {day}, {months})",
            local=sql("(born + {ahead})", ahead=_looked_up(sql("born"), since, ahead)),
            day=bind("Int64", _DAY),
            months=bind("Array(Int32)", list(self.periods.starts[1:])),
        )
        ahead_then = _looked_up(sql("clock"), by_clock, ahead)
        return sql("arrayMap(clock -> clock - {ahead}, {later})", ahead=ahead_then, later=later)


def _looked_up(moment: Fragment, since: Sequence[int], values: Sequence[int]) -> Fragment:
    """The value that holds from the last of the moments on; before all of them, the first."""
    if len(set(values)) == 1:
        return bind("Int64", values[0])
    return sql(
        "transform(roundDown({moment}, {since}), {since}, {values})",
        moment=moment,
        since=bind("Array(Int64)", list(since)),
        values=bind("Array(Int64)", list(values)),
    )


def _ms(moment: dt.datetime) -> int:
    return milliseconds(moment.timestamp())
