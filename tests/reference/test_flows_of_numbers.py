"""Random flows of those behind random numbers of funnels: ClickHouse's answer must be the naive one; and where it
begins at the step that the number tells of, it must have as many flows as the number says.

FLOWS_CASES (or REFERENCE_CASES) and REFERENCE_SEED widen the search.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from analytics.clickhouse.links import pending_merges
from analytics.compiler.plans import plan
from analytics.errors import QueryError
from analytics.queries.buckets import buckets
from analytics.queries.codec import canonical, dump, parse
from analytics.queries.comparisons import compared
from analytics.queries.dates import FixedDates
from analytics.queries.flows import FlowsCount, FlowsQuery
from analytics.queries.funnel_numbers import FunnelNumber, Outcome
from analytics.queries.funnels import Count
from analytics.queries.scope import Scope, ToLookUp
from analytics.queries.segments import ALL, Part
from analytics.results.flows import FlowsResult
from analytics.results.funnels import FunnelsResult
from tests.plans import followed
from tests.reference import chance, flow_chance, funnel_chance
from tests.reference.cases import SEED, cases
from tests.reference.facts import Fact
from tests.reference.flows import Begun, Reference
from tests.reference.test_flows import check, check_users
from tests.reference.test_insights import store

CASES = cases(40, 40, "FLOWS_CASES")
QUESTIONS_PER_HISTORY = 10
HISTORIES = range(max(1, CASES // QUESTIONS_PER_HISTORY))


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("history", HISTORIES)
def test_answers_equal_the_naive_ones(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"flows-of-numbers-{SEED}-{history}")
    scope = chance.scope(dice, project_id)
    facts = funnel_chance.facts(dice, scope, dice.choice([12, 40, 90]))
    undone = store(clickhouse, dice, project_id, facts)
    merged = pending_merges(clickhouse, project_id)
    for _ in range(QUESTIONS_PER_HISTORY):
        around = replace(scope, merged=dice.choice([merged, merged, merged, ToLookUp()]))
        funnel = funnel_chance.query(dice, scope)
        answer = followed(plan(funnel, around), clickhouse_url, max_threads=dice.choice([1, 2]))
        number, shown = _number(dice, funnel, answer)
        query = flow_chance.query_of(dice, scope, number)
        if number.compared and funnel.comparison is not None:
            query = replace(query, dates=compared(funnel.comparison, funnel.dates, chance.in_zone(scope, funnel))[0])
        assert parse(canonical(query)) == query == parse(dump(query))
        told = f"{canonical(query)} in {scope}"
        try:
            result = followed(plan(query, around), clickhouse_url, max_threads=dice.choice([1, 2]))
        except Exception as error:
            error.add_note(told)
            raise
        here = chance.in_zone(scope, query)
        reference = Reference(query, here, facts, undone)
        check(result, reference, told)
        _check_number(query, here, result, shown, facts, undone, told)
        if result.nodes and dice.random() < 0.3:
            check_users(dice, query, around, result, reference, clickhouse_url)


def _number(dice: random.Random, funnel: Any, answer: FunnelsResult) -> tuple[FunnelNumber, int | None]:
    """One that somebody is behind, if there is any; and what the answer says, which is not known of a bucket."""
    found: list[tuple[FunnelNumber, int | None]] = []
    for segment in answer.segments:
        parts = tuple(Part(part.kind, part.value, part.upper) for part in segment.segment)
        for is_compared, numbers in ((False, segment.numbers), (True, segment.compared)):
            for place, step in enumerate(numbers.steps if numbers else ()):
                reached = FunnelNumber(funnel, place + 1, Outcome.CONVERTED, parts, None, is_compared)
                found.append((reached, step.count))
                if place:
                    found.append((replace(reached, outcome=Outcome.DROPPED), step.dropped))
    number, count = dice.choice([each for each in found if each[1]] or found)
    edges = answer.compared if number.compared else answer.buckets
    if edges and dice.random() < 0.2:
        return replace(number, bucket=dice.choice(edges).start), None
    return number, count


def _check_number(
    query: FlowsQuery,
    scope: Scope,
    result: FlowsResult,
    shown: int | None,
    facts: list[Fact],
    undone: list[str],
    told: str,
) -> None:
    """As many flows as the number says, where all of them can begin."""
    number = query.of
    assert number is not None
    theirs = query.dates == number.query.dates or number.compared
    if not theirs or query.anchor != flow_chance.reached(number) or query.filters or query.hidden:
        return
    attempts = Begun(query, scope, facts, undone).attempts
    if shown is not None:
        assert shown == len(attempts), told
    if query.count is FlowsCount.TOTALS or number.query.count is Count.UNIQUES:
        assert result.total == len(attempts), told
    else:
        assert result.total == len({attempt.user for attempt in attempts}), told


def test_a_flow_of_a_number_says_which_segment_or_bucket_is_gone(clickhouse_url: str, project_id: int):
    dice = random.Random(3)
    scope = chance.scope(dice, project_id)
    today = FixedDates(scope.today, scope.today)
    funnel = replace(funnel_chance.query(dice, scope), breakdowns=(chance.breakdown(dice),), dates=today)
    number = FunnelNumber(funnel, 1, Outcome.CONVERTED, (Part("value", "never heard of"),))
    first = buckets(funnel.dates, funnel.interval, chance.in_zone(scope, funnel))[0].start
    gone = replace(number, segment=(ALL,), bucket=first.replace(year=1990))
    for each, place in ((number, "of.at.segment"), (gone, "of.at.bucket")):
        query = flow_chance.query_of(dice, scope, each)
        with pytest.raises(QueryError) as refused:
            followed(plan(query, scope), clickhouse_url, max_threads=1)
        assert refused.value.place == place
