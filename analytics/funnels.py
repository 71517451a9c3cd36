"""Mixpanel's question of a funnel, asked and answered at once: a saved funnel, for each bucket in which it was entered.

Whoever asks waits, as with the other questions of Mixpanel's (segmentation.py). Nothing is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from analytics.clickhouse.executor import execute
from analytics.clickhouse.links import with_merges
from analytics.compiler.funnels.numbers import compile_funnel
from analytics.compiler.funnels.segments import Asked, compile_shown
from analytics.queries.funnels import FunnelsQuery, View
from analytics.queries.scope import Scope
from analytics.results.funnel_dates import FunnelByDate
from analytics.segmentation import LONGEST_SECONDS
from analytics.sql.compiled import CompiledQuery

Row = TypeVar("Row")


def by_date(query: FunnelsQuery, scope: Scope, *, url: str) -> FunnelByDate:
    query, scope = replace(query, view=View.TREND, comparison=None), with_merges(query.scope_of(scope), url)
    asked, shown = Asked.of(query, scope), None
    if not asked.is_found_at_once:
        shown = execute(_limited(compile_shown(asked)), url=url).rows
        asked = Asked.of(query, scope, shown)
    rows = execute(_limited(compile_funnel(asked, shown)), url=url).rows
    return FunnelByDate.of(query, scope, rows)


def _limited(compiled: CompiledQuery[Row]) -> CompiledQuery[Row]:
    return replace(compiled, settings={**compiled.settings, "max_execution_time": LONGEST_SECONDS})
