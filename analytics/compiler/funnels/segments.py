"""Which segments of a funnel's breakdown are shown: those in which the most (or the fewest) began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.compiler.breakdowns import Key, Split, known_scales, number, split
from analytics.compiler.columns import columns_beside
from analytics.compiler.events import FINAL_SETTINGS, events
from analytics.compiler.filters import filters
from analytics.compiler.funnels.attempts import attempts
from analytics.compiler.funnels.rows import FunnelRows
from analytics.compiler.number_buckets import Scales, measured_scale
from analytics.compiler.segments import is_chosen
from analytics.queries.breakdowns import HIGHEST_LIMIT, AutoBuckets, Order
from analytics.queries.buckets import window
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.scope import Scope
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, sql


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how it is split; `definitions` has to stand before a statement that uses the split."""

    query: FunnelsQuery
    scope: Scope
    split: Split | None
    definitions: Fragment = EMPTY

    @classmethod
    def of(cls, query: FunnelsQuery, scope: Scope, shown: Sequence[Key] | None = None) -> Asked:
        if not query.breakdowns:
            return cls(query, scope, None)
        if shown is not None:
            return cls(query, scope, split(query.breakdowns, scope, known_scales(query.breakdowns, shown)))
        definitions, scales = _scales(query, scope)
        return cls(query, scope, split(query.breakdowns, scope, scales), definitions)

    @property
    def is_found_at_once(self) -> bool:
        """Whether the segments can be found and counted in one statement."""
        return self.split is None or not (self.split.has_lists or self.query.breakdowns[0].values)


def compile_shown(asked: Asked) -> CompiledQuery[Key]:
    """The keys of the segments to show, the largest first."""
    query, parts = asked.query, asked.split
    assert parts is not None
    rows = attempts(query, asked.scope, parts)
    if parts.has_lists:
        rows = sql("SELECT *, arrayJoin(arrayDistinct(segments)) AS segment FROM ({rows})", rows=rows)
    chosen = query.breakdowns[0].values
    statement = sql(
        "{definitions}SELECT segment FROM ({rows}){chosen} GROUP BY segment ORDER BY {order}, {ties} LIMIT {limit}",
        definitions=asked.definitions,
        rows=rows,
        chosen=_chosen(asked, parts) if chosen else EMPTY,
        order=sql("count()") if query.segments.order is Order.BOTTOM else sql("count() DESC"),
        ties=parts.ties,
        limit=bind("UInt32", HIGHEST_LIMIT if chosen else query.segments.limit),
    )
    return CompiledQuery.of(statement, _key, FINAL_SETTINGS)


def _key(line: tuple[Any, ...]) -> Key:
    key: Key = line[0]
    return key


def _chosen(asked: Asked, parts: Split) -> Fragment:
    """That a key is one of the values that the breakdown names, as the events themselves spell them."""
    only_chosen = split(asked.query.breakdowns, asked.scope, {}, only_chosen=True)
    reading = FunnelRows(asked.query, asked.scope, only_chosen)
    found = reading.found_where(is_chosen(asked.query.breakdowns, asked.scope))
    key = sql("arrayJoin(segments)") if parts.has_lists else sql("segment")
    return sql(
        " WHERE ifNull(segment IN (SELECT DISTINCT assumeNotNull({key}) FROM ({found})), 0)", key=key, found=found
    )


def _scales(query: FunnelsQuery, scope: Scope) -> tuple[Fragment, Scales]:
    """The steps of auto buckets, from the least and the greatest number of the steps' events in the range."""
    breakdown = query.breakdowns[0]
    if not isinstance(breakdown.buckets, AutoBuckets):
        return EMPTY, {}
    numbers = events(
        sql("{number} AS number", number=number(breakdown.property)),
        scope=scope,
        window=window(query.dates, scope),
        names=FunnelRows(query, scope).step_names,
        where=filters(query.filters, scope=scope),
        beside=columns_beside([breakdown.property]),
    )
    definition, scale = measured_scale(numbers, "scale0")
    return sql("WITH {definition} ", definition=definition), {0: scale}
