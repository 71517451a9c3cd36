"""Random funnels about random histories: ClickHouse's answer must be the naive one, number for number.

REFERENCE_CASES and REFERENCE_SEED widen the search; a disagreement prints the question, so that it can become a test
of its own.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.writer import write_events
from analytics.compiler.drilldowns import users_plan
from analytics.compiler.plans import plan
from analytics.queries.buckets import buckets
from analytics.queries.codec import canonical, dump, parse
from analytics.queries.comparisons import compared
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.drilldowns import Paging, parse_point
from analytics.queries.funnels import FunnelsQuery, StepOrder, View
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.scope import Scope, ToLookUp
from analytics.queries.steps import Step
from analytics.results.drilldowns import UserRow
from analytics.results.funnel_numbers import Numbers, Spread
from analytics.results.funnels import FunnelsResult
from tests.plans import followed
from tests.reference import chance, funnel_chance
from tests.reference.calendar import bucket_of
from tests.reference.cases import SEED, cases
from tests.reference.facts import Fact, actors, batch
from tests.reference.funnels import Attempt, Reference, Shown
from tests.reference.test_insights import store

CASES = cases(120, 300)
QUESTIONS_PER_HISTORY = 20
HISTORIES = range(max(1, CASES // QUESTIONS_PER_HISTORY))


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("history", HISTORIES)
def test_answers_equal_the_naive_ones(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"{SEED}-funnels-{history}")
    scope = chance.scope(dice, project_id)
    facts = funnel_chance.facts(dice, scope, dice.choice([0, 12, 40, 90]))
    undone = store(clickhouse, dice, project_id, facts)
    merged = pending_merges(clickhouse, project_id)
    for _ in range(QUESTIONS_PER_HISTORY):
        query = funnel_chance.query(dice, scope, facts)
        assert parse(canonical(query)) == query == parse(dump(query))
        around = replace(scope, merged=dice.choice([merged, merged, merged, ToLookUp()]))
        told = f"{canonical(query)} in {scope}"
        try:
            result = followed(plan(query, around), clickhouse_url, max_threads=dice.choice([1, 2]))
        except Exception as error:
            error.add_note(told)
            raise
        assert FunnelsResult.from_json(result.to_json()) == result
        here = chance.in_zone(scope, query)
        reference = Reference(query, here, facts, undone)
        attempts = reference.attempts()
        shown = reference.shown(attempts)
        check(result, reference, attempts, shown, told)
        if query.comparison:
            dates, back = compared(query.comparison, query.dates, here)
            before = replace(query, dates=dates, comparison=None)
            earlier = Reference(before, back, facts, undone, reference.extents)
            check(result, earlier, earlier.attempts(), shown, told, is_compared=True)


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("history", range(max(1, CASES // 60)))
def test_behind_each_number_are_as_many(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    """Users, or where attempts or sessions are counted one line for each; and the right ones."""
    dice = random.Random(f"{SEED}-funnels-behind-{history}")
    scope = chance.scope(dice, project_id)
    facts = funnel_chance.facts(dice, scope, dice.choice([40, 90]))
    undone = store(clickhouse, dice, project_id, facts)
    around = replace(scope, merged=pending_merges(clickhouse, project_id))
    for _ in range(QUESTIONS_PER_HISTORY // 2):
        query = funnel_chance.query(dice, scope, facts)
        here = chance.in_zone(scope, query)
        reference = Reference(query, here, facts, undone)
        attempts = reference.attempts()
        told = f"{canonical(query)} in {scope}"
        divided = reference.divided(attempts, reference.shown(attempts))
        name, theirs = dice.choice(list(divided.items()))
        outcome = dice.choice(["converted", "dropped"])
        step = dice.randint(1 if outcome == "converted" else 2, len(query.steps))
        at: dict[str, Any] = {"step": step, "outcome": outcome, "segment": [_part(each) for each in name]}
        if theirs and dice.random() < 0.4:
            start = next(
                each.start
                for each in _edges(reference)
                if bucket_of(each.start, query.interval, here) == bucket_of(theirs[0].entered, query.interval, here)
            )
            at["bucket"] = start.isoformat()
            key = bucket_of(theirs[0].entered, query.interval, here)
            theirs = [each for each in theirs if bucket_of(each.entered, query.interval, here) == key]
        wanted = [
            each
            for each in theirs
            if (len(each.times) >= step if outcome == "converted" else len(each.times) == step - 1)
        ]
        page = followed(users_plan(parse_point(query, at), around, Paging(200)), clickhouse_url)
        assert page.count == len(wanted) == len(page.rows), (at, told)
        numbers = actors(clickhouse, project_id, {each.user for each in wanted})
        named = sorted(numbers[each.user] for each in wanted)
        assert sorted(row.user for row in page.rows if isinstance(row, UserRow)) == named, (at, told)


def test_as_often_as_a_funnel_has_steps_in_any_order(clickhouse: Any, clickhouse_url: str, project_id: int):
    """Twenty steps that ask for the same, which can be which events in more ways than there is memory for."""
    start = datetime(2024, 2, 29, 12, tzinfo=UTC)
    counts = {"ana": 40, "ben": 20, "cem": 7}
    everyone = [(user, minute) for user, count in counts.items() for minute in range(count)]
    facts = [
        Fact("Buy", start + timedelta(minutes=minute), number, user_id=user)
        for number, (user, minute) in enumerate(everyone, start=1)
    ]
    write_events(clickhouse, batch(facts, project_id))
    today = FixedDates(start.date(), start.date())
    scope = Scope(project_id, "UTC", 1, start + timedelta(days=60))
    for step in (Step(("Buy",)), Step(ALL_EVENTS)):
        query = FunnelsQuery((step,) * 20, today, Interval.DAY, order=StepOrder.ANY)
        result = followed(plan(query, scope), clickhouse_url, max_threads=2)
        steps = result.segments[0].numbers.steps
        assert [each.count for each in steps] == [
            sum(done >= times for done in counts.values()) for times in range(1, 21)
        ]
        assert {each.median_from_previous for each in steps[1:]} == {60.0}


def _part(segment: tuple[str, Any, Any]) -> dict[str, Any]:
    kind, value, upper = segment
    return {"kind": kind, "value": value} | ({"upper": upper} if kind in ("range", "count") else {})


def check(
    result: FunnelsResult,
    reference: Reference,
    attempts: list[Attempt],
    shown: Shown,
    told: str,
    *,
    is_compared: bool = False,
) -> None:
    query = reference.query
    wanted = reference.divided(attempts, shown)
    found = {tuple((str(p.kind), p.value, p.upper) for p in each.segment): each for each in result.segments}
    assert found.keys() >= wanted.keys(), told
    assert is_compared or query.comparison or found.keys() == wanted.keys(), told
    for name, segment in found.items():
        numbers = segment.compared if is_compared else segment.numbers
        assert numbers is not None
        theirs = wanted.get(name, [])
        told_here = f"{name} {told}"
        assert_close([asdict(step) for step in numbers.steps], reference.steps(theirs), told_here)
        _check_view(numbers, reference, theirs, told_here)
        if query.view is View.TREND:
            assert numbers.trend is not None
            edges = [bucket_of(each.start, query.interval, reference.scope) for each in _edges(reference)]
            counted = reference.trend(theirs)
            assert [*zip(numbers.trend.entered, numbers.trend.converted, strict=True)] == [
                counted.get(edge, (0, 0)) for edge in edges
            ], told_here
            assert set(counted) <= set(edges), told_here


def _edges(reference: Reference) -> Sequence[Any]:
    return buckets(reference.query.dates, reference.query.interval, reference.scope)


def _check_view(numbers: Numbers, reference: Reference, attempts: list[Attempt], told: str) -> None:
    if reference.query.view in (View.TIMES, View.FREQUENCY):
        spread = numbers.times or numbers.frequency
        assert spread is not None
        _check_spread(spread, reference.numbers_between(attempts), reference.query.view is View.TIMES, told)
    if reference.query.view is View.PATHS:
        assert numbers.paths is not None
        wanted = reference.paths(attempts)
        counts = {path.events: path.count for path in numbers.paths}
        assert len(counts) == min(20, len(wanted)), told
        assert counts.items() <= wanted.items(), told
        assert sorted(counts.values(), reverse=True) == sorted(wanted.values(), reverse=True)[:20], told


def _check_spread(spread: Spread, values: list[float], is_time: bool, told: str) -> None:
    assert spread.count == len(values) == sum(bin.count for bin in spread.bins), told
    if not values:
        return
    is_one = len(values) == 1
    twentieths = [values[0]] * 19 if is_one else statistics.quantiles(values, n=20, method="inclusive")
    numbers = [statistics.fmean(values), statistics.median(values), twentieths[4], twentieths[14], twentieths[17]]
    found = [spread.average, spread.median, spread.p25, spread.p75, spread.p90, spread.min, spread.max]
    assert_close(found, [*numbers, min(values), max(values)], told)
    for bin in spread.bins:
        below = math.inf if bin.high is None else bin.high if is_time else bin.high + 1
        assert bin.count == sum(bin.low <= value < below for value in values), told


def assert_close(ours: Any, naive: Any, told: str) -> None:
    """Equal to the last digit that an answer has."""
    if isinstance(naive, list):
        assert len(ours) == len(naive), told
        for one, other in zip(ours, naive, strict=True):
            assert_close(one, other, told)
    elif isinstance(naive, dict):
        assert ours.keys() == naive.keys(), told
        for key in naive:
            assert_close(ours[key], naive[key], f"{key}: {ours} {naive} {told}")
    elif naive is None or ours is None:
        assert ours is naive, told
    else:
        assert math.isclose(ours, naive, rel_tol=1e-9, abs_tol=1e-9), (ours, naive, told)
