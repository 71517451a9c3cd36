"""The events that a funnel reads, each with what it can be: steps (bits of `mask`, the first step being 1) and
exclusions (bits of `ended`).

    user | t (milliseconds) | mask, or step | ended | held | segment, or segments | version
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from analytics.compiler.breakdowns import Split
from analytics.compiler.buckets import bucket_column
from analytics.compiler.columns import beside_event, columns_beside
from analytics.compiler.events import events, user
from analytics.compiler.filters import filters
from analytics.compiler.first_time import is_first
from analytics.queries.buckets import Window, buckets, window
from analytics.queries.dates import Interval
from analytics.queries.filters import Group
from analytics.queries.funnels import Exclusion, FunnelsQuery, StepOrder
from analytics.queries.metrics import ALL_EVENTS, AllEvents
from analytics.queries.scope import Scope
from analytics.queries.steps import Step
from analytics.queries.windows import TimeWindow
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql


def time_read(query: FunnelsQuery, scope: Scope) -> Window:
    """From the first entry to the last moment at which somebody who entered can convert."""
    entered = window(query.dates, scope)
    if not isinstance(query.window, TimeWindow):  # a session ends at midnight at the latest, as the range does
        return entered
    end = entered.end + query.window.length
    if scope.until is not None:
        end = max(entered.end, min(end, scope.until))
    return Window(entered.start, end)


def are_apart(query: FunnelsQuery) -> bool:
    """Whether no event can be two steps, or a step and an exclusion: their names tell."""
    exclusions = [names for each in query.exclusions if (names := _names(each)) is not None]
    steps = [_names(each) for each in query.steps]
    if None in steps or len(exclusions) < len(query.exclusions):
        return False
    known = [each for each in steps if each is not None]
    return all(one.isdisjoint(other) for one, other in combinations(known, 2)) and all(
        one.isdisjoint(other) for one in known for other in exclusions
    )


def _all_names(found: Sequence[Step | Exclusion]) -> Sequence[str] | AllEvents:
    names: list[str] = []
    for each in found:
        if isinstance(each.events, AllEvents):
            return ALL_EVENTS
        names += each.events
    return list(dict.fromkeys(names))


def _names(each: Step | Exclusion) -> frozenset[str] | None:
    return None if isinstance(each.events, AllEvents) else frozenset(each.events)


@dataclass(frozen=True, slots=True)
class FunnelRows:
    query: FunnelsQuery
    scope: Scope
    split: Split | None = None

    @property
    def step_names(self) -> Sequence[str] | AllEvents:
        return _all_names(self.query.steps)

    def is_step(self, number: int) -> Fragment:
        """Of a row of `rows`: that it is this step."""
        if are_apart(self.query) and self.query.order is not StepOrder.ANY:
            return sql("step = {number}", number=bind("UInt8", number))
        return sql("bitTest(mask, {bit})", bit=bind("UInt8", number - 1))

    @property
    def is_any_step(self) -> Fragment:
        """Of a row of `rows`: that it is a step, and not only an exclusion."""
        if are_apart(self.query) and self.query.order is not StepOrder.ANY:
            return sql("step > 0")
        return sql("mask > 0")

    def found_where(self, condition: Fragment) -> Fragment:
        """The segments of the events that meet the condition."""
        assert self.split is not None
        return self._events([self.split.column], self.step_names, condition)

    @property
    def who(self) -> list[Fragment]:
        """Whose attempts: the user's, or, where values are held constant, the user's with these values."""
        return [sql("user"), sql("held")] if self.query.hold else [sql("user")]

    @property
    def value(self) -> Fragment:
        """The column of an event's segment."""
        return sql("segments") if self.split is not None and self.split.has_lists else sql("segment")

    def rows(self, more: Sequence[Fragment] = ()) -> Fragment:
        """What is a step or an exclusion, and, where values are held constant, has one of each; with more columns."""
        columns = [self._step() if are_apart(self.query) else self._mask(), *self._columns(), *more]
        names = _all_names((*self.query.steps, *self.query.exclusions))
        return self._events(columns, names, self._where())

    def everything(self) -> Fragment:
        """All events of all users who did anything, for what comes between: mask 0 where an event is no step. With
        the `day` that a session cannot outlive."""
        days = bucket_column(buckets(self.query.dates, Interval.DAY, self.scope))
        is_ours = join(" AND ", [filters(self.query.filters, scope=self.scope), self._has_held()]) or sql("1")
        mask = sql("if({ours}, {mask}, 0)", ours=is_ours, mask=self._bits(self._conditions()))
        ended = sql("if({ours}, {ended}, 0)", ours=is_ours, ended=self._bits(self._endings()))
        columns = [
            sql("toUInt32({mask}) AS mask", mask=mask),
            *self._columns(ended),
            sql("toInt64({day}) AS day", day=days.expression),
        ]
        return self._events(columns, ALL_EVENTS, EMPTY)

    def _events(self, columns: Sequence[Fragment], names: Sequence[str] | AllEvents, where: Fragment) -> Fragment:
        return events(
            join(", ", [sql("{user} AS user", user=user(self.scope)), *columns]),
            scope=self.scope,
            window=time_read(self.query, self.scope),
            names=names,
            where=where,
            beside=columns_beside(each.property for each in self.query.breakdowns) if self.split else None,
        )

    def _columns(self, ended: Fragment | None = None) -> list[Fragment]:
        columns = [sql("toUInt64(toUnixTimestamp64Milli(time)) AS t")]
        if self.query.exclusions:
            columns.append(sql("toUInt32({bits}) AS ended", bits=ended or self._bits(self._endings())))
        if self.query.hold:
            held = join(", ", [sql("ifNull({text}, '')", text=beside_event(each)) for each in self.query.hold])
            columns.append(sql("[{held}] AS held", held=held))
        if self.split:
            columns += [self.split.column, sql("version")]
        return columns

    def _conditions(self) -> list[Fragment]:
        found = [self._is(each.events, each.filters) for each in self.query.steps]
        if self.query.first_time:
            first = is_first(self.query.steps[0].events, time_read(self.query, self.scope), self.scope)
            found[0] = sql("({condition} AND {first})", condition=found[0], first=first)
        return found

    def _endings(self) -> list[Fragment]:
        return [self._is(each.events, each.filters) for each in self.query.exclusions]

    def _is(self, names: Sequence[str] | AllEvents, asked: Group | None) -> Fragment:
        named = EMPTY
        if not isinstance(names, AllEvents):
            named = sql("event IN {names}", names=bind("Array(String)", list(names)))
        return sql("({all})", all=join(" AND ", [named, filters(asked, scope=self.scope)]) or sql("1"))

    def _where(self) -> Fragment:
        parts = [filters(self.query.filters, scope=self.scope), self._has_held()]
        if self.query.first_time or any(self.query.groups[1:]):
            any_of = join(" OR ", [*self._conditions(), *self._endings()])
            parts.append(sql("({any_of})", any_of=any_of))
        return join(" AND ", parts)

    def _has_held(self) -> Fragment:
        return join(" AND ", [sql("isNotNull({text})", text=beside_event(each)) for each in self.query.hold])

    def _bits(self, conditions: Sequence[Fragment]) -> Fragment:
        bits = [
            sql("if({condition}, {bit}, 0)", condition=condition, bit=bind("UInt32", 1 << place))
            for place, condition in enumerate(conditions)
        ]
        return sql("({bits})", bits=join(" + ", bits))

    def _mask(self) -> Fragment:
        return sql("toUInt32({bits}) AS mask", bits=self._bits(self._conditions()))

    def _step(self) -> Fragment:
        """The number of the step, where an event can only be one; with its bit, for what goes by bits."""
        if self.query.order is StepOrder.ANY:
            return sql("{mask} AS mask", mask=self._by_name()) if self._is_by_name else self._mask()
        return sql("{step} AS step", step=self._by_name() if self._is_by_name else self._by_condition())

    @property
    def _is_by_name(self) -> bool:
        return not self.query.first_time and not any(step.filters for step in self.query.steps)

    def _by_name(self) -> Fragment:
        """The step's number, or its bit, by the name alone: looked up once for each name in a block, and not once for
        each event and step."""
        as_bit = self.query.order is StepOrder.ANY
        numbers = {
            name: 1 << place if as_bit else place + 1
            for place, step in enumerate(self.query.steps)
            if not isinstance(step.events, AllEvents)
            for name in step.events
        }
        return sql(
            "CAST(transform(event, {names}, {numbers}, toUInt32(0)) AS UInt32)"
            if as_bit
            else "CAST(transform(event, {names}, {numbers}, toUInt8(0)) AS UInt8)",
            names=bind("Array(String)", list(numbers)),
            numbers=bind("Array(UInt32)" if as_bit else "Array(UInt8)", list(numbers.values())),
        )

    def _by_condition(self) -> Fragment:
        pairs = [
            sql("{condition}, {step}", condition=condition, step=bind("UInt8", number))
            for number, condition in enumerate(self._conditions(), start=1)
        ]
        return sql("toUInt8(multiIf({pairs}, 0))", pairs=join(", ", pairs))
