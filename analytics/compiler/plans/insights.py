"""Most questions are one statement; a breakdown of users, or of very many segments, first finds those that are shown, a
comparison asks once more. Where buckets may be kept (kept.py), those that are missing are counted and kept first.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from analytics.compiler.breakdowns import Key, split
from analytics.compiler.events import milliseconds
from analytics.compiler.insights import (
    compile_at_once,
    compile_insights,
    compile_pieces,
    is_small_at_once,
    readings,
)
from analytics.compiler.kept import (
    MOST_SEGMENTS,
    Keeping,
    Kept,
    Standing,
    closed_parts,
    compile_keeping,
    compile_standing,
    compile_widest,
    is_keepable,
    pieces_of,
    reading_key,
    resolved,
    standing,
)
from analytics.compiler.pieces import Pieces
from analytics.compiler.plans.steps import Plan, Step
from analytics.compiler.segments import compile_segments, rank_segments, segments_wanted
from analytics.queries.buckets import Bucket
from analytics.queries.comparisons import compared
from analytics.queries.insights import InsightsQuery
from analytics.queries.scope import Scope
from analytics.results.insights import Asked, InsightsRow, insights_result
from analytics.sql.fragment import Fragment, sql


def plan(query: InsightsQuery, scope: Scope, keeping: Keeping | None = None) -> Plan:
    """Without `keeping` everything is counted from events."""
    readings_left = 2 if query.comparison else 1
    shown, rows = yield from _answered(query, scope, None, keeping, readings_left)
    asked = Asked(query, scope, rows)
    if query.comparison is None:
        return insights_result(asked)
    dates, back = compared(query.comparison, query.dates, scope)
    before = replace(query, dates=dates, comparison=None)
    _, rows = yield from _answered(before, back, shown, keeping, 1)
    return insights_result(asked, Asked(before, back, rows))


Answered: TypeAlias = tuple[list[Key], list[InsightsRow]]


def _answered(
    query: InsightsQuery, scope: Scope, shown: list[Key] | None, keeping: Keeping | None, left: int
) -> Generator[Step, Any, Answered]:
    """The segments that are shown, found anew unless they are given, and the rows of the answer."""
    sources = None
    if keeping is not None:
        sources = yield from _gathered(query, scope, keeping, left)
    if sources is not None:
        if shown is None:
            shown = yield from _shown_of_pieces(query, scope, sources)
        return shown, (yield Step(compile_pieces(query, scope, shown, sources)))
    if shown is None and is_small_at_once(query):
        found = yield Step(compile_at_once(query, scope), left, tries=True)
        if found is not None:
            return list({row.key: None for row in found if row.is_shown}), [row.row for row in found]
    if shown is None:
        shown = yield from segments_shown(query, scope, left)
    return shown, (yield Step(compile_insights(query, scope, shown), left))


def segments_shown(query: InsightsQuery, scope: Scope, left: int) -> Generator[Step, Any, list[Key]]:
    """The keys of the segments that an answer shows, the largest first; `left` readings follow."""
    if not query.breakdowns:
        return []
    shown: list[Key] = yield Step(compile_segments(query, scope, rank_all=False), left + 1)
    if len(shown) < segments_wanted(query) and len(query.metrics) > 1:
        shown = yield Step(compile_segments(query, scope, rank_all=True), left + 1)
    return shown


# --- kept buckets -----------------------------------------------------------------------------------------------------

Sources: TypeAlias = list[tuple[Fragment, Fragment]]  # pieces, and how their numbers are put together


def kept_under(query: InsightsQuery, scope: Scope, code: str) -> list[str]:
    """The names that the question's readings are kept under; none if they are not kept. `code` marks what counts."""
    if not is_keepable(query, scope):
        return []
    return [reading_key([metric for _, metric in metrics], query, scope, code) for metrics in readings(query)]


def _gathered(query: InsightsQuery, scope: Scope, keeping: Keeping, left: int) -> Generator[Step, Any, Sources | None]:
    """The pieces of every reading, those that were missing counted and kept; None if that is not worth it,
    or cannot be."""
    names = kept_under(query, scope, keeping.code)
    if not names:
        return None
    closed = closed_parts(query, scope)
    all_pieces = [Pieces(tuple(metrics), name) for metrics, name in zip(readings(query), names, strict=True)]
    now = standing((yield Step(compile_standing([pieces.key for pieces in all_pieces], closed, scope))))
    sources = []
    for pieces in all_pieces:
        found = yield from _completed(pieces, query, scope, keeping, now, now.of(pieces.key), closed, left)
        if found is None:
            return None
        sources.append((pieces_of(pieces, query, scope, found), pieces.together(resolved(now, scope))))
    return sources


def _completed(
    pieces: Pieces,
    query: InsightsQuery,
    scope: Scope,
    keeping: Keeping,
    now: Standing,
    kept: list[Kept],
    closed: Sequence[Bucket],
    left: int,
) -> Generator[Step, Any, list[Kept] | None]:
    """The kept buckets of a reading, with those that were missing."""
    have = {each.bucket for each in kept}
    missing = [each for each in closed if milliseconds(each.start.timestamp()) not in have]
    if missing and query.breakdowns and not kept:
        # How many segments there are is only known once a bucket has been counted.
        kept = yield from _keep(pieces, query, scope, keeping, now, [missing.pop()], left)
        widest = yield Step(compile_widest(pieces, kept[0], scope))
        if widest[0] > MOST_SEGMENTS:
            return None
    if missing:
        kept = kept + (yield from _keep(pieces, query, scope, keeping, now, missing, left))
    return kept


def _keep(
    pieces: Pieces,
    query: InsightsQuery,
    scope: Scope,
    keeping: Keeping,
    now: Standing,
    wanted: Sequence[Bucket],
    left: int,
) -> Generator[Step, Any, list[Kept]]:
    count, mark = compile_keeping(pieces, query, scope, wanted, keeping, now.now)
    yield Step(count, left, keeps=True)
    yield Step(mark, left, keeps=True)
    return [
        Kept(pieces.key, milliseconds(each.start.timestamp()), keeping.number, keeping.version, now.now)
        for each in wanted
    ]


def _shown_of_pieces(query: InsightsQuery, scope: Scope, sources: Sources) -> Generator[Step, Any, list[Key]]:
    if not query.breakdowns:
        return []
    parts = split(query.breakdowns, scope, {})
    ranked: dict[int, Fragment] = {}
    for metrics, (pieces, numbers) in zip(readings(query), sources, strict=True):
        for place, (index, _) in enumerate(metrics, start=1):
            ranked[index] = sql(
                "SELECT segment, tupleElement(arrayElement({numbers}, {place}), 2) AS value FROM ({pieces})"
                " GROUP BY segment",
                numbers=numbers,
                place=Fragment((str(place),)),
                pieces=pieces,
            )
    in_order = [ranked[index] for index in sorted(ranked)]
    shown: list[Key] = yield Step(rank_segments(query, parts, in_order[:1]))
    if len(shown) < segments_wanted(query) and len(in_order) > 1:
        shown = yield Step(rank_segments(query, parts, in_order))
    return shown
