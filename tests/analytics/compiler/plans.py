"""A plan walked without an engine: each statement it would send, told rows that could have come back."""

from __future__ import annotations

from typing import Any

from analytics.compiler.breakdowns import Key, encoded
from analytics.compiler.plans import plan
from analytics.queries import Query
from analytics.queries.breakdowns import AutoBuckets, Breakdown, CustomBuckets, DateBuckets, EvenBuckets, Grain
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.sql.compiled import CompiledQuery

_KEYS = {PropertyType.STRING: "a", PropertyType.NUMBER: "5", PropertyType.BOOLEAN: "true", PropertyType.LIST: "a"}


def statements(query: Query, scope: Scope, *, found: int = 2) -> list[CompiledQuery[Any]]:
    """`found` is how many segments there are: 0, 1 or 2 (the second one is "not set")."""
    walked, rows = plan(query, scope), None
    sent: list[CompiledQuery[Any]] = []
    while True:
        try:
            step = walked.send(rows) if rows is not None else next(walked)
        except StopIteration:
            return sent
        sent.append(step.compiled)
        if step.tries:  # too many pieces: then it goes the other way, too
            rows = None
            step = walked.send(None)
            sent.append(step.compiled)
        finds_segments = (
            step.compiled.sql.partition(" FROM ")[0].endswith("SELECT segment") or "WITH (" in (step.compiled.sql[:6])
        )
        rows = keys(query.breakdowns)[:found] if finds_segments else []


def keys(breakdowns: tuple[Breakdown, ...]) -> list[Key]:
    """One with a value and one without, as the engine writes them."""
    values = [_key(breakdown) for breakdown in breakdowns]
    if len(breakdowns) == 1 and breakdowns[0].property.type is not PropertyType.LIST:
        return [*values, None]
    return [encoded(values), encoded([None for _ in values])]


def _key(breakdown: Breakdown) -> str:
    match breakdown.buckets:
        case AutoBuckets():
            return "3|2|-1"
        case EvenBuckets() | CustomBuckets():
            return "1"
        case DateBuckets(Grain.HOUR_OF_DAY | Grain.DAY_OF_WEEK):
            return "3"
        case DateBuckets():
            return "2024-03-01"
    return _KEYS[breakdown.property.type]
