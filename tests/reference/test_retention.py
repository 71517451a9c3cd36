"""Random questions about retention, lifecycle and frequency of random histories: ClickHouse's answer must be the naive
one, number for number. REFERENCE_CASES and REFERENCE_SEED widen the search."""

from __future__ import annotations

import math
import os
import random
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import pytest

from analytics.clickhouse.links import pending_merges
from analytics.compiler.drilldowns import users_plan
from analytics.queries import Query
from analytics.queries.buckets import buckets
from analytics.queries.codec import canonical, dump, parse
from analytics.queries.comparisons import compared
from analytics.queries.drilldowns import parse_point
from analytics.queries.retention import RetentionQuery
from analytics.queries.scope import Scope, ToLookUp
from analytics.results import Result, result_from_json
from analytics.results.retention import RetentionResult
from tests.reference import chance, chance_retention
from tests.reference.activity import FrequencyReference, LifecycleReference
from tests.reference.behind import NUMBERS
from tests.reference.calendar import bucket_of
from tests.reference.cases import SEED, cases
from tests.reference.facts import Fact
from tests.reference.retention import RetentionReference
from tests.reference.test_drilldowns import Engine
from tests.reference.test_insights import Asker, store

CASES = cases(120, 400)
QUESTIONS_PER_HISTORY = 20
BEHIND = float(os.environ.get("REFERENCE_BEHIND", "0.2"))  # of so many questions a number is opened
HISTORIES = range(max(1, CASES // 2 // QUESTIONS_PER_HISTORY))


def history(dice: random.Random, clickhouse: Any, project_id: int) -> tuple[Scope, list[Fact], set[str]]:
    scope = chance.scope(dice, project_id)
    facts = chance.facts(dice, scope, dice.choice([0, 5, 40, 120]))
    undone = store(clickhouse, dice, project_id, facts)
    merged = pending_merges(clickhouse, project_id)
    return replace(scope, merged=merged), facts, undone


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("number", HISTORIES)
def test_retention_equals_the_naive_one(clickhouse: Any, clickhouse_url: str, project_id: int, number: int):
    dice = random.Random(f"{SEED}-retention-{number}")
    scope, facts, undone = history(dice, clickhouse, project_id)
    for _ in range(QUESTIONS_PER_HISTORY):
        query = chance_retention.retention(dice, scope)
        assert parse(canonical(query)) == query == parse(dump(query))
        around = replace(scope, merged=dice.choice([scope.merged, scope.merged, ToLookUp()]))
        result: Any = Asker(clickhouse_url, threads=dice.choice([1, 2])).answered(query, around)  # type: ignore[arg-type]
        assert result_from_json(result.to_json()) == result
        check_behind(dice, query, scope, result, clickhouse_url)
        here = chance.in_zone(scope, query)
        naive = RetentionReference(query, here, facts, undone)
        compare(query, here, result, naive)
        if query.comparison:
            dates, back = compared(query.comparison, query.dates, here)
            before, back = replace(query, dates=dates, comparison=None), replace(back, until=back.now)
            compare_before(before, back, result, RetentionReference(before, back, facts, undone, naive))


def check_behind(dice: random.Random, query: Query, scope: Scope, result: Result, url: str) -> None:
    """Behind numbers of the answer stand as many users as they say."""
    if dice.random() > BEHIND:
        return
    named = list(NUMBERS[query.kind](result.to_json()))
    chosen = dice.sample([each for each in named if each[1]] or named[:1], 1) if named else []
    for at, number in chosen:
        limit = dice.choice([3, 200])
        rows = Engine(url).walked(users_plan, parse_point(query, at), scope, limit)
        assert len(rows) == number, (canonical(query), str(scope), at)


def compare(query: RetentionQuery, scope: Scope, result: RetentionResult, naive: RetentionReference) -> None:
    told = f"{canonical(query)} in {scope}"
    segments = [tuple((str(part.kind), part.value, part.upper) for part in each.segment) for each in result.series]
    assert segments == naive.segments(), told
    count = len(naive.starts) - 1
    assert [(each.start, each.end) for each in result.buckets] == list(
        zip(naive.starts, naive.starts[1:], strict=False)
    ), told
    for cohort in result.cohorts:
        assert list(cohort.complete) == [naive.is_complete(cohort.start, cohort.end, at) for at in range(count)], (
            told,
            cohort,
        )
    for segment, series in zip(segments, result.series, strict=True):
        whole: list[list[tuple[int, int, float | None]]] = [[] for _ in range(count)]
        for cohort, row in zip(result.cohorts, series.rows, strict=True):
            key = bucket_of(cohort.start, query.interval, scope)
            size, users, values = naive.row(segment, key)
            possible = [naive.can_return(cohort.start, at) for at in range(count)]
            at_all = [value if can else None for value, can in zip(values, possible, strict=True)]
            about = (told, segment, str(cohort.start), row, size, users, values)
            assert row.size == size, about
            assert list(row.users) == [each if can else None for each, can in zip(users, possible, strict=True)], about
            assert all(map(close, row.values, at_all)), about
            for at in range(count):
                if cohort.complete[at]:
                    whole[at].append((size, users[at], at_all[at]))
        assert series.size == sum(row.size for row in series.rows)
        for at, rows in enumerate(whole):
            weight = sum(size for size, _, value in rows if value is not None)
            average = sum(size * value for size, _, value in rows if value is not None) / weight if weight else None
            assert series.average.sizes[at] == sum(size for size, _, _ in rows), told
            assert series.average.users[at] == sum(users for _, users, _ in rows), told
            assert close(series.average.values[at], average), (told, at, rows, series.average)


def compare_before(query: RetentionQuery, scope: Scope, result: RetentionResult, naive: RetentionReference) -> None:
    """The averages of the earlier time, over its cohorts whose bucket is over."""
    told = f"{canonical(query)} in {scope}"
    for series in result.series:
        assert series.compared is not None
        segment: Any = tuple((str(part.kind), part.value, part.upper) for part in series.segment)
        sizes, weighted, users, total = Counter[int](), Counter[int](), Counter[int](), 0
        sums: dict[int, list[float]] = defaultdict(list)
        for cohort in buckets(query.dates, query.interval, scope):
            size, came, values = naive.row(segment, bucket_of(cohort.start, query.interval, scope))
            total += size
            for at, (count, value) in enumerate(zip(came, values, strict=True)):
                if naive.is_complete(cohort.start, cohort.end, at):
                    sizes[at], users[at] = sizes[at] + size, users[at] + count
                    if value is not None:
                        weighted[at] += size
                        sums[at].append(size * value)
        found = series.compared
        assert found.size == total, told
        for at, value in enumerate(found.average.values):
            average = math.fsum(sums[at]) / weighted[at] if weighted[at] else None
            assert (found.average.sizes[at], found.average.users[at]) == (sizes[at], users[at]), (told, segment, at)
            assert close(value, average), (told, segment, at, value, average)
            ours = series.average.values[at]
            more = None if ours is None or average is None else ours - average
            assert close(found.differences[at], more), (told, segment, at)


def close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("number", range(max(1, CASES // 4 // QUESTIONS_PER_HISTORY)))
def test_lifecycle_equals_the_naive_one(clickhouse: Any, clickhouse_url: str, project_id: int, number: int):
    dice = random.Random(f"{SEED}-lifecycle-{number}")
    scope, facts, undone = history(dice, clickhouse, project_id)
    for _ in range(QUESTIONS_PER_HISTORY):
        query = chance_retention.lifecycle(dice, scope)
        assert parse(canonical(query)) == query == parse(dump(query))
        result: Any = Asker(clickhouse_url, threads=dice.choice([1, 2])).answered(query, scope)  # type: ignore[arg-type]
        assert result_from_json(result.to_json()) == result
        check_behind(dice, query, scope, result, clickhouse_url)
        naive = LifecycleReference(query, chance.in_zone(scope, query), facts, undone)
        told = f"{canonical(query)} in {scope}"
        starts = [bucket.start.date() for bucket in result.buckets]
        assert [naive.unit(start) for start in starts] == naive.units, told
        for at, (bucket, unit, start) in enumerate(zip(result.buckets, naive.units, starts, strict=True)):
            numbers = {str(series.status): series.values[at] for series in result.series}
            assert numbers == naive.statuses(unit, start), (told, bucket)
            assert bucket.complete == naive.is_complete(unit, start), (told, bucket)


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("number", range(max(1, CASES // 4 // QUESTIONS_PER_HISTORY)))
def test_frequency_equals_the_naive_one(clickhouse: Any, clickhouse_url: str, project_id: int, number: int):
    dice = random.Random(f"{SEED}-frequency-{number}")
    scope, facts, undone = history(dice, clickhouse, project_id)
    for _ in range(QUESTIONS_PER_HISTORY):
        query = chance_retention.frequency(dice, scope)
        assert parse(canonical(query)) == query == parse(dump(query))
        result: Any = Asker(clickhouse_url, threads=dice.choice([1, 2])).answered(query, scope)  # type: ignore[arg-type]
        assert result_from_json(result.to_json()) == result
        check_behind(dice, query, scope, result, clickhouse_url)
        here = chance.in_zone(scope, query)
        naive, told = FrequencyReference(query, here, facts, undone), f"{canonical(query)} in {scope}"
        segments = [tuple((str(part.kind), part.value, part.upper) for part in each.segment) for each in result.series]
        assert segments == naive.segments(), told
        periods = [bucket_of(bucket.start, query.per, here) for bucket in result.buckets]
        most = {period: naive.units_in(period) for period in (None, *periods)}
        for segment, series in zip(segments, result.series, strict=True):
            for period, found in zip((None, *periods), (series.total, *series.periods), strict=True):
                users = naive.users(segment, period)
                about = (told, segment, period, found, users)
                assert found.users == len(users), about
                assert len(found.exactly) == most[period], about
                for units, (exactly, more) in enumerate(zip(found.exactly, found.at_least, strict=True), start=1):
                    assert exactly == sum(each == units for each in users.values()), about
                    assert more == sum(each >= units for each in users.values()), about
                assert close(found.average, sum(users.values()) / len(users) if users else None), about
