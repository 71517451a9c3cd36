"""Random questions about random histories: ClickHouse's answer must be the naive one, number for number.

REFERENCE_CASES and REFERENCE_SEED widen the search; a disagreement prints the question, so that it can become a test
of its own.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from typing import Any

import pytest

from analytics.clickhouse.executor import execute
from analytics.clickhouse.writer import write_events
from analytics.compiler import compile
from analytics.identity import redo_merge, undo_merge
from analytics.queries.codec import canonical, dump, parse
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import letter
from analytics.queries.scope import Scope
from analytics.results.insights import InsightsResult, insights_result
from tests.reference import chance
from tests.reference import insights as naive
from tests.reference.facts import Fact, batch

CASES = int(os.environ.get("REFERENCE_CASES", "300"))
SEED = int(os.environ.get("REFERENCE_SEED", "20240229"))
QUESTIONS_PER_HISTORY = 20
HISTORIES = range(max(1, CASES // QUESTIONS_PER_HISTORY))


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("history", HISTORIES)
def test_answers_equal_the_naive_ones(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"{SEED}-{history}")
    scope = chance.scope(dice, project_id)
    facts = chance.facts(dice, scope, dice.choice([0, 5, 40, 120]))
    undone = _store(clickhouse, dice, project_id, facts)
    for _ in range(QUESTIONS_PER_HISTORY):
        query = chance.query(dice, scope)
        assert parse(canonical(query)) == query == parse(dump(query))
        found = _asked(query, scope, clickhouse_url, threads=dice.choice([1, 2]))
        wanted = naive.answer(query, scope, facts, undone)
        assert _numbers(found, query, scope) == wanted, f"{canonical(query)} in {scope}"


def _store(clickhouse: Any, dice: random.Random, project_id: int, facts: list[Fact]) -> set[str]:
    """In any order and in one part or several, so that the last received is not always the last written. Returns the
    devices whose merge was taken apart."""
    arrival = list(facts)
    dice.shuffle(arrival)
    parts = dice.choice([1, 1, 3])
    for part in range(parts):
        write_events(clickhouse, batch(arrival[part::parts], project_id))
    if dice.random() < 0.2:
        clickhouse.execute("OPTIMIZE TABLE events FINAL")
    undone = {device.removeprefix("$device:") for device in sorted(naive.owners(facts)) if dice.random() < 0.3}
    for device in sorted(undone):
        undo_merge(clickhouse, project_id, device)
    again = {device for device in sorted(undone) if dice.random() < 0.3}
    for device in sorted(again):
        redo_merge(clickhouse, project_id, device)
    return undone - again


def _asked(query: InsightsQuery, scope: Scope, url: str, threads: int) -> InsightsResult:
    compiled = compile(query, scope)
    compiled = replace(compiled, settings={**compiled.settings, "max_threads": threads})
    return insights_result(query, scope, execute(compiled, url=url).rows)


def _numbers(result: InsightsResult, query: InsightsQuery, scope: Scope) -> naive.Numbers:
    """Every number that is not zero, under the naive answer's names."""
    metrics = {letter(index): index for index in range(len(query.metrics))}
    numbers: naive.Numbers = {}
    for series in result.series:
        segment = tuple((str(part.kind), part.value) for part in series.segment)
        values = [(None, series.total)]
        for bucket, value in zip(result.buckets, series.values, strict=True):
            values.append((naive.bucket_of(bucket.start, query.interval, scope), value))
        numbers |= {(metrics[series.metric], segment, bucket): value for bucket, value in values if value}
    return numbers
