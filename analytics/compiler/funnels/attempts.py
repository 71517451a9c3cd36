"""Which attempts count, and how far each got.

    user | held | entered | times (one moment for each step reached) | ended | session | segment, or segments

Uniques are a user's best attempt: the furthest, of equal ones the first to begin, then the first at each step (and then
the smallest value held). Totals are all that begin after the one before has ended.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.compiler.breakdowns import Split, encoded
from analytics.compiler.funnels.moments import by_moments
from analytics.compiler.funnels.nodes import Node, layer
from analytics.compiler.funnels.rows import FunnelRows, are_apart
from analytics.compiler.funnels.straight import best_of_straight, straight
from analytics.queries.funnels import AttributionKind, Count, FunnelsQuery, StepOrder
from analytics.queries.scope import Scope
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql


def attempts(query: FunnelsQuery, scope: Scope, split: Split | None) -> Fragment:
    """SELECT of the attempts that count."""
    node, reading = Node.of(query, split), FunnelRows(query, scope, split)
    is_straight = query.order is StepOrder.SPECIFIC and are_apart(query) and not query.needs_sessions
    if is_straight and query.count is Count.UNIQUES and not query.exclusions:
        return _Attempts(reading, node).known(best_of_straight(reading, node))
    entries = (straight if is_straight else by_moments)(reading, node)
    return _Attempts(reading, node).chosen(entries)


@dataclass(frozen=True, slots=True)
class _Attempts:
    reading: FunnelRows
    node: Node

    @property
    def query(self) -> FunnelsQuery:
        return self.reading.query

    def known(self, best: Fragment) -> Fragment:
        """Of users (with each value held) whose best attempt is found: `a` is when it began and its nodes, `values`
        are those of the steps reached, as the third of three."""
        each = sql(
            "SELECT {who}, a.1 AS entered, arrayMap(n -> n.1, a.2) AS times, toUInt64(0) AS ended,"
            " toUInt64(0) AS session{value} FROM ({best})",
            who=join(", ", self.reading.who),
            value=self._named(self._value(sql("values"), sql("n.3"))) if self.node.has("value") else EMPTY,
            best=best,
        )
        return self._best(each) if self.query.hold else each

    def chosen(self, entries: Fragment) -> Fragment:
        count, who = self.query.count, self.reading.who
        tried = layer([*who, sql("{tried} AS tried", tried=self._tried())], entries)
        if count is Count.TOTALS:
            one_by_one = sql(
                "arrayFold((acc, a) -> if(a.1 > acc.1, (a.3, arrayPushBack(acc.2, 1)),"
                " (acc.1, arrayPushBack(acc.2, 0))), tried, (toUInt64(0), CAST([], 'Array(UInt8)'))).2"
            )
            kept = sql("arrayFilter((a, f) -> f, tried, {flags})", flags=one_by_one)
        elif count is Count.UNIQUES:
            # Moments are turned round, so that the largest is the best.
            kept = sql("arraySlice(arraySort(a -> (-length(a.2), a.2), tried), 1, 1)")
        else:
            kept = sql("tried")
        each = sql(
            "SELECT {who}, a.1 AS entered, a.2 AS times, a.3 AS ended, a.4 AS session{value}"
            " FROM (SELECT {who}, arrayJoin({kept}) AS a FROM ({tried}))",
            who=join(", ", who),
            kept=kept,
            tried=tried,
            value=self._named(sql("a.5")),
        )
        if count is Count.SESSIONS or (count is Count.UNIQUES and self.query.hold):
            return self._best(each)
        return each

    def _named(self, value: Fragment) -> Fragment:
        if not self.node.has("value"):
            return EMPTY
        return sql(", {value} AS {name}", value=value, name=self.reading.value)

    def _best(self, each: Fragment) -> Fragment:
        held = sql("held") if self.query.hold else sql("CAST([], 'Array(String)')")
        value = sql(", {value}", value=self.reading.value) if self.node.has("value") else EMPTY
        return sql(
            "SELECT user{held}, best.1 AS entered, best.2 AS times, best.3 AS ended, session{value} FROM"
            " (SELECT user, session, argMin((entered, times, ended, {held_value}{named}),"
            " (-length(times), times, {held_value})) AS best FROM ({each}) GROUP BY user, session)",
            held=sql(", best.4 AS held") if self.query.hold else EMPTY,
            held_value=held,
            named=value,
            value=self._named(sql("best.5")),
            each=each,
        )

    def _tried(self) -> Fragment:
        """Of each entry: (entered, times, ended, session, segment)."""
        # (entered, chain, until, session) → with `stopped`, when an exclusion ended it, or the end of all time
        stopped = sql("arrayMap(a -> (a.1, a.2, a.3, a.4, {stopped}), entries)", stopped=self._stopped())
        reached = sql(
            "arrayMap(a -> (a.1, arrayFilter(n -> n.1 <= least(a.3, a.5), a.2), a.3, a.4, a.5), {stopped})",
            stopped=stopped,
        )
        value = EMPTY
        if self.node.has("value"):
            value = sql(", {value}", value=self._value(sql("a.2"), self.node.get(sql("n"), "value")))
        session = sql("a.4") if self.query.count is Count.SESSIONS else sql("toUInt64(0)")
        return sql(
            "arrayMap(a -> (a.1, arrayMap(n -> n.1, a.2), {ended}, {session}{value}), {reached})",
            ended=self._ended(),
            session=session,
            value=value,
            reached=reached,
        )

    def _stopped(self) -> Fragment:
        """The first exclusion that comes after one step and before another, if that is before time runs out."""
        never = bind("UInt64", 2**64 - 1)
        found = []
        for place, exclusion in enumerate(self.query.exclusions, start=1):
            before = len(self.query.steps) if exclusion.before is None else exclusion.before
            found.append(
                sql(
                    "arrayMap(x -> if(length(a.2) >= {after} AND a.2[{after}].1 <= a.3 AND x != 0 AND x <= a.3"
                    " AND (length(a.2) < {before} OR x < a.2[{before}].1), x, {never}), [{ending}[{place}]])[1]",
                    after=bind("UInt8", exclusion.after),
                    before=bind("UInt8", before),
                    never=never,
                    ending=self.node.get(sql("a.2[{after}]", after=bind("UInt8", exclusion.after)), "endings"),
                    place=bind("UInt8", place),
                )
            )
        return sql("arrayMin([{found}])", found=join(", ", [never, *found]))

    def _ended(self) -> Fragment:
        """The moment after which another attempt may begin."""
        last = sql("a.2[-1].1")
        ended = sql("least(a.3, a.5)")
        if self.node.has("next"):
            # What came between may itself be where the next attempt begins.
            broken = self.node.get(sql("a.2[-1]"), "next")
            ended = sql(
                "least({ended}, if({broken} != 0 AND {broken} <= a.3, toUInt64({broken} - 1), a.3))",
                ended=ended,
                broken=broken,
            )
        return sql(
            "if(length(a.2) = {count}, {last}, {ended})",
            count=bind("UInt8", len(self.query.steps)),
            last=last,
            ended=ended,
        )

    def _value(self, steps: Fragment, value: Fragment) -> Fragment:
        """The segment, of the array of steps that an attempt reached; `value` is that of one of them, `n`."""
        asked, has_lists = self.query.attribution, self.node.fields["value"].startswith("Array")
        missing = sql("[{missing}]", missing=bind("String", encoded([None]))) if has_lists else sql("NULL")
        is_set = (
            sql("{value} != {missing}", value=value, missing=missing)
            if has_lists
            else sql("isNotNull({value})", value=value)
        )
        known = sql(
            "arrayMap(n -> {value}, arrayFilter(n -> {is_set}, {steps}))", value=value, is_set=is_set, steps=steps
        )
        all_of_them = sql("arrayMap(n -> {value}, {steps})", value=value, steps=steps)
        chosen = {
            AttributionKind.FIRST: sql("{known}[1]", known=known),
            AttributionKind.LAST: sql("{known}[-1]", known=known),
            AttributionKind.STEP: sql("{all}[{step}]", all=all_of_them, step=bind("UInt8", asked.step or 1)),
        }[asked.kind]
        # Beyond an array's end stands the type's own nothing.
        return sql("if(empty({value}), {missing}, {value})", value=chosen, missing=missing) if has_lists else chosen
