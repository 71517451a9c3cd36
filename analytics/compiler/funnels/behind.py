"""The attempts behind a number of a funnel: the same that made it, so that whatever is asked of them agrees with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.compiler.breakdowns import OTHER, Key
from analytics.compiler.events import milliseconds
from analytics.compiler.funnels.attempts import attempts
from analytics.compiler.funnels.rows import FunnelRows
from analytics.compiler.funnels.segments import Asked
from analytics.errors import QueryError
from analytics.queries.buckets import buckets
from analytics.queries.comparisons import compared
from analytics.queries.funnel_numbers import FunnelNumber, Outcome
from analytics.queries.scope import Scope
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql


@dataclass(frozen=True, slots=True)
class Behind:
    """`attempts` is a SELECT of theirs (compiler/funnels/attempts.py), `reading` reads the events that they are of."""

    reading: FunnelRows
    attempts: Fragment

    @classmethod
    def of(cls, number: FunnelNumber, scope: Scope, shown: Sequence[Key]) -> Behind:
        """`scope` and `shown` are the question's; a compared number is of another time, but of the same segments."""
        query, around = number.query, scope
        if number.compared and query.comparison is not None:
            dates, around = compared(query.comparison, query.dates, scope)
            query = replace(query, dates=dates, comparison=None)
        if number.is_whole:
            query = replace(query, breakdowns=())  # nobody needs to know what breaks them down
        number = replace(number, query=query, segment=number.segment if query.breakdowns else (), compared=False)
        asked = Asked.of(query, around, shown)
        found = attempts(query, around, asked.split)
        if asked.split is not None:
            found = asked.split.places(found, shown)
        conditions = [_outcome(number), *_in_bucket(number, around), *_in_segment(number, asked, shown)]
        those = sql("SELECT * FROM ({found}) WHERE {conditions}", found=found, conditions=join(" AND ", conditions))
        return cls(FunnelRows(query, around), those)

    @property
    def held(self) -> Fragment:
        """Beside the columns of a SELECT, where values are held constant."""
        return sql(", held") if self.reading.query.hold else EMPTY


def _outcome(number: FunnelNumber) -> Fragment:
    if number.outcome is Outcome.CONVERTED:
        return sql("length(times) >= {step}", step=bind("UInt8", number.step))
    return sql("length(times) = {step}", step=bind("UInt8", number.step - 1))


def _in_bucket(number: FunnelNumber, scope: Scope) -> list[Fragment]:
    if number.bucket is None:
        return []
    for each in buckets(number.query.dates, number.query.interval, scope):
        if each.start == number.bucket:
            edges = (bind("UInt64", milliseconds(edge.timestamp())) for edge in (each.start, each.end))
            return [sql("entered >= {start} AND entered < {end}", start=next(edges), end=next(edges))]
    raise QueryError(
        f"No bucket of the answer begins at {number.bucket.isoformat()} (any more): ask the question again.",
        place="at.bucket",
    )


def _in_segment(number: FunnelNumber, asked: Asked, shown: Sequence[Key]) -> list[Fragment]:
    if asked.split is None:
        return []
    if all(part.kind == "other" for part in number.segment):
        return [sql("place = {other}", other=bind("UInt16", OTHER))]
    for place, key in enumerate(shown, start=1):
        parts = [(str(part.kind), part.value, part.upper) for part in asked.split.read(key)]
        if parts == [(part.kind, part.value, part.upper) for part in number.segment]:
            return [sql("place = {place}", place=bind("UInt16", place))]
    raise QueryError(
        "There is no such segment among those that the answer shows (any more): ask the question again.",
        place="at.segment",
    )
