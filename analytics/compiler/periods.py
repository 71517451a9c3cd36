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
from analytics.sql.fragment import Fragment, bind, sql

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

    def units(self, birth: Fragment, moment: Fragment) -> Fragment:
        """How many whole units a moment is after the birth; none before it."""
        if self.is_calendar:
            return sql("(toInt64({moment}) - toInt64({birth}))", moment=self._unit(moment), birth=self._unit(birth))
        width = LENGTHS.get(self.periods.unit)
        if width is None:
            return self._months(birth, moment)
        return sql(
            "intDiv({moment} - {birth}, {width})",
            moment=moment,
            birth=birth,
            width=bind("Int64", milliseconds(width.total_seconds())),
        )

    def bucket(self, units: Fragment) -> Fragment:
        """The bucket that so many units after the birth are in; that behind the last one, and more, are beyond."""
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

    # --- months later -------------------------------------------------------------------------------------------------

    def _months(self, birth: Fragment, moment: Fragment) -> Fragment:
        """How many of the later months have begun. Only those at which buckets begin are looked at, as nobody asks for
        the others."""
        begins = sql(
            "arrayMap(months -> {begins}, {starts})",
            begins=self._months_later(birth),
            starts=bind("Array(Int32)", list(self.periods.starts[1:])),
        )
        return sql(
            "{starts}[1 + arrayCount(edge -> edge <= {moment}, {begins})]",
            starts=bind("Array(Int64)", list(self.periods.starts)),
            moment=moment,
            begins=begins,
        )

    def _months_later(self, birth: Fragment) -> Fragment:
        """The moment `months` later: the same time of the same day by the clock, or of the month's last day. A time
        that the clock skips is as long after what was before it; of one that it shows twice, the first is meant."""
        far = self.born.end + dt.timedelta(days=31 * (self.periods.starts[-1] + 2))
        known = offsets(self.born.start, far, self.scope)
        since = [_ms(each.since) for each in known]
        ahead = [milliseconds(each.ahead.total_seconds()) for each in known]
        by_clock = [since[0] + ahead[0]]
        by_clock += [at + max(before, after) for at, before, after in zip(since[1:], ahead, ahead[1:], strict=False)]
        local = sql("({birth} + {ahead})", birth=birth, ahead=_looked_up(birth, since, ahead))
        later = sql(
            "(toInt64(toInt32(addMonths(addDays(toDate32('1970-01-01'), intDiv({local}, {day})), months))) * {day}"
            " + {local} % {day})",
            local=local,
            day=bind("Int64", _DAY),
        )
        return sql("{later} - {ahead}", later=later, ahead=_looked_up(later, by_clock, ahead))


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
