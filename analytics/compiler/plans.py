"""The statements that answer a question, in order, and how their rows become the result.

A plan is a generator: it yields a statement, is sent its rows, and returns the result. So it stays pure, and whoever
runs it talks to ClickHouse. Most questions are one statement; a breakdown first finds its segments, a comparison asks
once more.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

from analytics.compiler.breakdowns import Key
from analytics.compiler.insights import compile_insights
from analytics.compiler.segments import compile_segments, segments_wanted
from analytics.queries import Query
from analytics.queries.comparisons import compared
from analytics.queries.scope import Scope
from analytics.results import Result
from analytics.results.insights import Asked, insights_result
from analytics.sql.compiled import CompiledQuery


@dataclass(frozen=True, slots=True)
class Step:
    """A statement, and how many are left with it: what a progress bar needs."""

    compiled: CompiledQuery[Any]
    left: int


Plan = Generator[Step, list[Any], Result]


def plan(query: Query, scope: Scope) -> Plan:
    readings = 2 if query.comparison else 1
    shown = yield from segments_shown(query, scope, readings)
    asked = Asked(query, scope, (yield Step(compile_insights(query, scope, shown), readings)))
    if query.comparison is None:
        return insights_result(asked)
    dates, back = compared(query.comparison, query.dates, scope)
    before = replace(query, dates=dates, comparison=None)
    return insights_result(asked, Asked(before, back, (yield Step(compile_insights(before, back, shown), 1))))


def segments_shown(query: Query, scope: Scope, left: int) -> Generator[Step, list[Any], list[Key]]:
    """The keys of the segments that an answer shows, the largest first; `left` readings follow."""
    if not query.breakdowns:
        return []
    shown: list[Key] = yield Step(compile_segments(query, scope, rank_all=False), left + 1)
    if len(shown) < segments_wanted(query) and len(query.metrics) > 1:
        shown = yield Step(compile_segments(query, scope, rank_all=True), left + 1)
    return shown
