"""A funnel is one statement; a breakdown by lists or by chosen values first finds the segments that are shown, paths
are one statement more, a comparison asks once more."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from analytics.compiler.breakdowns import Key
from analytics.compiler.funnels.between import compile_paths
from analytics.compiler.funnels.numbers import compile_funnel, segment_at
from analytics.compiler.funnels.segments import Asked, compile_shown
from analytics.compiler.kept import Keeping
from analytics.compiler.plans.steps import Plan, Step
from analytics.queries.comparisons import compared
from analytics.queries.funnel_numbers import FunnelNumber
from analytics.queries.funnels import FunnelsQuery, View
from analytics.queries.scope import Scope
from analytics.results.funnel_rows import FunnelRow, PathRow
from analytics.results.funnels import Asked as Answered
from analytics.results.funnels import funnels_result

Keys: TypeAlias = list[Key]


def plan(query: FunnelsQuery, scope: Scope, keeping: Keeping | None = None) -> Plan:
    """Nothing of a funnel is kept: an attempt lies in no bucket alone."""
    shown, ours = yield from _answered(query, scope, None, 2 if query.comparison else 1)
    if query.comparison is None:
        return funnels_result(ours)
    dates, back = compared(query.comparison, query.dates, scope)
    before = replace(query, dates=dates, comparison=None)
    _, theirs = yield from _answered(before, back, shown, 1)
    return funnels_result(ours, theirs)


def _answered(
    query: FunnelsQuery, scope: Scope, shown: Keys | None, left: int
) -> Generator[Step, Any, tuple[Keys, Answered]]:
    """The segments that are shown, found anew unless they are given, and the rows of the answer."""
    asked = Asked.of(query, scope, shown)
    more = query.view is View.PATHS
    if shown is None and not asked.is_found_at_once:
        shown = yield from segments_shown(query, scope, left + more)
    if shown is not None:
        asked = Asked.of(query, scope, shown)
    rows: list[FunnelRow] = yield Step(compile_funnel(asked, shown), left + more)
    if shown is None:
        places = {row.place: row.key for row in rows if row.is_shown}
        shown = [places[place] for place in sorted(places)]
    paths: Sequence[PathRow] = ()
    if more:
        asked = Asked.of(query, scope, shown)
        found = yield Step(compile_paths(asked, shown), left)
        paths = [PathRow(segment_at(asked, at, shown, None), *numbers) for at, *numbers in found]
    return shown, Answered(query, scope, rows, paths)


def segments_shown(query: FunnelsQuery, scope: Scope, left: int) -> Generator[Step, Any, Keys]:
    """The keys of the segments that an answer shows, the largest first; `left` readings follow."""
    if not query.breakdowns:
        return []
    shown: Keys = yield Step(compile_shown(Asked.of(query, scope)), left + 1)
    return shown


def segments_of(number: FunnelNumber, scope: Scope, left: int) -> Generator[Step, Any, Keys]:
    """Those that its answer shows, if the number is of one of them."""
    return [] if number.is_whole else (yield from segments_shown(number.query, scope, left))
