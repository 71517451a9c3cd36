"""Random questions about random histories: ClickHouse's answer must be the naive one, number for number.

800 in each run, 1,200 in CI. REFERENCE_CASES and REFERENCE_SEED widen the search; a disagreement prints the question,
so that it can become a test of its own.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.clickhouse.executor import execute
from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.writer import write_events
from analytics.compiler.plans import Step, plan
from analytics.errors import LimitReached
from analytics.identity import redo_merge, undo_merge
from analytics.queries.buckets import buckets
from analytics.queries.codec import canonical, dump, parse
from analytics.queries.comparisons import compared
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import letter
from analytics.queries.scope import Merged, Scope, ToLookUp
from analytics.results.insights import InsightsResult
from tests.reference import chance
from tests.reference.calendar import bucket_of
from tests.reference.cases import SEED, cases
from tests.reference.derived import expected, with_derived
from tests.reference.facts import Fact, batch, owners
from tests.reference.insights import Numbers, Reference

CASES = cases(800, 1200)
QUESTIONS_PER_HISTORY = 20
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
HISTORIES = range(max(1, CASES // QUESTIONS_PER_HISTORY))


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("history", HISTORIES)
def test_answers_equal_the_naive_ones(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"{SEED}-{history}")
    scope = chance.scope(dice, project_id)
    facts = chance.facts(dice, scope, dice.choice([0, 5, 40, 120]))
    undone = store(clickhouse, dice, project_id, facts)
    merged = pending_merges(clickhouse, project_id)
    assert isinstance(merged, Merged)
    ways = [merged] * 4 + [ToLookUp(), ToLookUp(NEVER)]  # nothing was settled, so all are right
    for _ in range(QUESTIONS_PER_HISTORY):
        query = chance.query(dice, scope)
        assert parse(canonical(query)) == query == parse(dump(query))
        around = replace(scope, merged=dice.choice(ways))
        asker = Asker(clickhouse_url, threads=dice.choice([1, 2]), most=dice.choice([None, 2]))
        result = asker.answered(query, around)
        told = f"{canonical(query)} in {scope}"
        here = chance.in_zone(scope, query)
        reference = Reference(query, here, facts, result.buckets, undone)
        shown = reference.shown()
        numbers = reference.numbers(shown)
        assert _close(_numbers(result, query, here), numbers, told)
        if dice.random() < 0.3 and (derived := with_derived(dice, query)):
            _check_derived(derived, around, asker, numbers)
        if query.comparison:
            dates, back = compared(query.comparison, query.dates, here)
            before = replace(query, dates=dates, comparison=None)
            found = buckets(dates, query.interval, back)
            wanted = Reference(before, back, facts, found, undone, reference.extents).numbers(shown)
            beside = {bucket_of(each.start, query.interval, back) for each in found[: len(result.buckets)]} | {None}
            wanted = {key: number for key, number in wanted.items() if key[2] in beside}
            assert _close(_numbers(result, before, back, compared=True), wanted, told)


def _check_derived(query: InsightsQuery, scope: Scope, asker: Asker, numbers: Numbers) -> None:
    """Every line of metrics and formulas, with what is no number and what is zero."""
    result = asker.answered(query, scope)
    assert {series.metric for series in result.series if series.metric.startswith("F")} == {
        f"F{number}" for number, _ in enumerate(query.formulas, start=1)
    }
    here = chance.in_zone(scope, query)
    found = [bucket_of(each.start, query.interval, here) for each in result.buckets]
    scale = _largest(numbers)
    asked = f"{canonical(query)} in {scope}"
    for series in result.series:
        segments = tuple((str(part.kind), part.value, part.upper) for part in series.segment)
        wanted = expected(query, numbers, series.metric, segments, found)
        for ours, naive in zip((*series.values, series.total), wanted, strict=True):
            told = (asked, series.metric, segments, ours, naive)
            assert (ours is None) == (naive is None), told
            # Numbers that cancel out leave what rounding left of them; multiplied, the more.
            assert ours is None or math.isclose(ours, naive, rel_tol=1e-8, abs_tol=1e-5 * scale * max(1, scale)), told


def _close(found: Numbers, wanted: Numbers, told: str) -> bool:
    """Equal to the last digit that an answer has; a sum of floats depends on its order beyond."""
    assert found.keys() == wanted.keys(), told
    least = 1e-6 * _largest(wanted)
    for key, number in found.items():
        assert math.isclose(number, wanted[key], rel_tol=1e-9, abs_tol=least), (key, number, wanted[key], told)
    return True


def _largest(numbers: Numbers) -> float:
    """Numbers that cancel out (1e19 - 1e19) leave what rounding left of them."""
    return max((abs(number) for number in numbers.values()), default=0) * 1e-6 if numbers else 0


def store(clickhouse: Any, dice: random.Random, project_id: int, facts: list[Fact]) -> set[str]:
    """In any order and in one part or several, so that the last received is not always the last written. Returns the
    devices whose merge was taken apart."""
    arrival = list(facts)
    dice.shuffle(arrival)
    parts = dice.choice([1, 1, 3])
    for part in range(parts):
        write_events(clickhouse, batch(arrival[part::parts], project_id))
    if dice.random() < 0.2:
        clickhouse.execute("OPTIMIZE TABLE events FINAL SETTINGS optimize_skip_merged_partitions = 1")
    undone = {device.removeprefix("$device:") for device in sorted(owners(facts)) if dice.random() < 0.3}
    for device in sorted(undone):
        undo_merge(clickhouse, project_id, device)
    again = {device for device in sorted(undone) if dice.random() < 0.3}
    for device in sorted(again):
        redo_merge(clickhouse, project_id, device)
    return undone - again


class Asker:
    """Follows the plans that the runner follows, with so many threads. `most` pieces instead of many make most tries
    fail. What the same statement found before, it finds again: formulas are worked out of the same rows."""

    def __init__(self, url: str, threads: int, most: int | None = None) -> None:
        self.url, self.threads, self.most = url, threads, most
        self.known: dict[str, list[Any] | None] = {}

    def answered(self, query: InsightsQuery, scope: Scope) -> InsightsResult:
        steps = plan(query, scope)
        try:
            step = next(steps)
            while True:
                name = f"{step.compiled.sql} {sorted(step.compiled.params.items())}"
                if name not in self.known:
                    self.known[name] = self._rows(step)
                step = steps.send(self.known[name])
        except StopIteration as over:
            result: InsightsResult = over.value
            return result

    def _rows(self, step: Step) -> list[Any] | None:
        settings = {**step.compiled.settings, "max_threads": self.threads}
        if step.tries and self.most is not None:
            settings["max_rows_to_group_by"] = self.most
        try:
            return execute(replace(step.compiled, settings=settings), url=self.url).rows
        except LimitReached:
            if step.tries:
                return None
            raise


def _numbers(result: InsightsResult, query: InsightsQuery, scope: Scope, *, compared: bool = False) -> Numbers:
    """Every number that is there and no count of nothing, under the naive answer's names."""
    metrics = {letter(index): index for index in range(len(query.metrics))}
    numbers: Numbers = {}
    found = buckets(query.dates, query.interval, scope) if compared else result.buckets
    for series in result.series:
        segments = tuple((str(part.kind), part.value, part.upper) for part in series.segment)
        counted = query.metrics[metrics[series.metric]].measure.is_zero_without_events
        lines = series.compared if compared else series
        values = [(None, lines.total)]
        for bucket, value in zip(found, lines.values, strict=False):
            values.append((bucket_of(bucket.start, query.interval, scope), value))
        numbers |= {
            (metrics[series.metric], segments, bucket): value
            for bucket, value in values
            if value is not None and not (value == 0 and counted)
        }
    return numbers
