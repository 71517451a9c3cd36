"""Random questions about random histories: behind every number of the answer lie as many users, sessions or events as
it says, on however many pages; and what is listed makes the number again.

DRILLDOWN_QUESTIONS, DRILLDOWN_NUMBERS and REFERENCE_SEED widen the search.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from analytics.clickhouse.executor import execute
from analytics.clickhouse.links import pending_merges
from analytics.compiler.drilldowns import events_plan, users_plan
from analytics.queries.buckets import buckets
from analytics.queries.codec import canonical
from analytics.queries.comparisons import compared
from analytics.queries.drilldowns import Paging, Point, parse_paging, parse_point
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import letter
from analytics.queries.scope import Merged, Scope, ToLookUp
from analytics.results.drilldowns import EventRow, Page, UserRow
from analytics.results.insights import InsightsResult
from analytics.results.series import Number, Series
from tests.reference import chance
from tests.reference.cases import SEED
from tests.reference.facts import Fact, last_received, owners
from tests.reference.insights import Reference
from tests.reference.measures import across, average, percentile
from tests.reference.test_insights import Asker, store

QUESTIONS = int(os.environ.get("DRILLDOWN_QUESTIONS", "80"))
QUESTIONS_PER_HISTORY = 10
NUMBERS_PER_QUESTION = int(os.environ.get("DRILLDOWN_NUMBERS", "2"))  # at most; which ones is chance
HISTORIES = range(max(1, QUESTIONS // QUESTIONS_PER_HISTORY))

IDS = ("U1", "U2", "U3")  # of users who logged in
OF_USERS = (
    MeasureKind.UNIQUE, MeasureKind.DAU, MeasureKind.WAU, MeasureKind.MAU, MeasureKind.CUMULATIVE_UNIQUE,
    MeasureKind.SESSIONS,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A number of an answer and where it stands."""

    point: Point
    number: Number

    @property
    def measure(self) -> Measure:
        return self.point.asked.measure


@pytest.mark.timeout(0 if QUESTIONS > 500 else 120)
@pytest.mark.parametrize("history", HISTORIES)
def test_behind_each_number_lies_what_it_counts(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"{SEED}-drill-{history}")
    scope = chance.scope(dice, project_id)
    facts = chance.facts(dice, scope, dice.choice([0, 5, 40, 120]))
    undone = store(clickhouse, dice, project_id, facts)
    merged = pending_merges(clickhouse, project_id)
    assert isinstance(merged, Merged)
    for _ in range(QUESTIONS_PER_HISTORY):
        query = chance.query(dice, scope)
        around = replace(scope, merged=dice.choice([merged, merged, merged, ToLookUp()]))
        result = Asker(clickhouse_url, threads=2).answered(query, around)
        numbers = list(_numbers(query, result))
        dice.shuffle(numbers)
        engine = Engine(clickhouse_url)
        chosen = [each for each in numbers if each.number][:NUMBERS_PER_QUESTION] or numbers[:1]
        for asked in chosen:
            told = f"{asked.point.metric} {asked.point.segment} {asked.point.bucket} {asked.point.compared} is "
            told += f"{asked.number} in {canonical(query)} in {scope}"
            limit = dice.choice([3, 200, 200, 200]) if (asked.number or 0) < 12 else dice.choice([30, 200, 200])
            users = engine.walked(users_plan, asked.point, around, limit)
            events = engine.walked(events_plan, asked.point, around, limit)
            _check_number(asked, users, events, told)
            _check_events(asked, users, events, Naive(query, chance.in_zone(scope, query), facts, undone), told)


def _numbers(query: InsightsQuery, result: InsightsResult) -> Iterator[Asked]:
    """All of the answer: every metric, segment and bucket, the totals, and the same of the earlier time."""
    metrics = {letter(index): index for index in range(len(query.metrics))}
    for series in result.series:
        if series.metric in metrics:
            yield from _of_series(query, series, result, compared=False)
            if series.compared:
                yield from _of_series(query, series, result, compared=True)


def _of_series(query: InsightsQuery, series: Series, result: InsightsResult, *, compared: bool) -> Iterator[Asked]:
    lines = series.compared if compared else series
    assert lines is not None
    found = (result.compared if compared else result.buckets) or ()
    document = series.to_json()

    def at(bucket: dt.datetime | None, number: Number) -> Asked:
        named = {"metric": document["metric"], "segment": document["segment"], "compared": compared}
        named["bucket"] = None if bucket is None else bucket.isoformat()
        return Asked(parse_point(query, named), number)

    yield at(None, lines.total)
    for bucket, number in zip(found, lines.values, strict=False):
        yield at(bucket.start, number)


class Engine:
    """Follows plans about one question. What the same statement found before, it finds again: pages differ only in
    their last steps."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.known: dict[str, list[Any]] = {}

    def walked(self, plan: Any, point: Point, scope: Scope, limit: int) -> list[Any]:
        """All pages; each says the same count, which is that of all of them together."""
        rows: list[Any] = []
        counts = set()
        paging = Paging(limit)
        while True:
            page = self.followed(plan(point, scope, paging))
            counts.add(page.count)
            rows += page.rows
            assert len(page.rows) == limit or page.next is None
            if page.next is None:
                break
            paging = parse_paging(limit, page.next)
        assert counts == {len(rows)}
        assert len({row.place for row in rows}) == len(rows), "a row is on two pages"
        assert rows == sorted(rows, key=lambda row: row.place, reverse=True)
        return rows

    def followed(self, steps: Any) -> Page:
        try:
            step = next(steps)
            while True:
                step = steps.send(self.rows(step.compiled))
        except StopIteration as over:
            page: Page = over.value
            return page

    def rows(self, compiled: Any) -> list[Any]:
        name = f"{compiled.sql} {sorted(compiled.params.items())}"
        if name not in self.known:
            self.known[name] = execute(compiled, url=self.url).rows
        return self.known[name]


def _check_number(asked: Asked, users: list[UserRow], events: list[EventRow], told: str) -> None:
    """The number, worked out again from what is listed."""
    measure = asked.measure
    if measure.kind in OF_USERS or measure.is_distribution:
        again: float | None = len(users)
    elif measure.kind is MeasureKind.TOTAL:
        again = len(events)
    elif measure.per_user is not None:
        again = across(measure.per_user, [user.value for user in users if user.value is not None])
    else:
        again = _of_values(measure, [event.value for event in events])
    if again is None or asked.number is None or measure.counts:
        assert again == asked.number, told
    else:
        largest = max((abs(float(row.value or 0)) for row in [*users, *events] if _is_number(row.value)), default=0)
        assert math.isclose(again, asked.number, rel_tol=1e-9, abs_tol=largest * 1e-9), told


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _of_values(measure: Measure, values: list[Any]) -> float | None:
    assert None not in values
    if measure.kind is MeasureKind.DISTINCT:
        return len({(type(value) is bool, value) for value in values})
    if measure.kind is MeasureKind.SUM:
        return math.fsum(values)
    if not values:
        return None
    levels = {MeasureKind.MEDIAN: 50, MeasureKind.PERCENTILE: measure.percentile}
    if measure.kind in levels:
        return percentile(values, levels[measure.kind])
    return {MeasureKind.AVERAGE: average, MeasureKind.MIN: min, MeasureKind.MAX: max}[measure.kind](values)


class Naive:
    """Whose an event is and which events a metric has, without a statement."""

    def __init__(self, query: InsightsQuery, scope: Scope, facts: list[Fact], undone: set[str]) -> None:
        self.query, self.scope, self.facts, self.undone = query, scope, facts, undone
        self.owner = owners(facts, undone)
        self.by_key = {
            (fact.event, fact.version): self.owner.get(fact.canonical, fact.canonical) for fact in last_received(facts)
        }

    def events(self, point: Point) -> set[tuple[str, int]]:
        """All events of the metric in the range of the number, whatever the segment or the bucket."""
        query, scope = self.query, self.scope
        if point.compared and query.comparison is not None:
            dates, scope = compared(query.comparison, query.dates, scope)
            query = replace(query, dates=dates, comparison=None)
        reference = Reference(query, scope, self.facts, buckets(query.dates, query.interval, scope), self.undone)
        rolling = point.asked.measure.is_rolling
        return {(fact.event, fact.version) for fact in reference.events(point.asked, everything=rolling)}


def _check_events(asked: Asked, users: list[UserRow], events: list[EventRow], naive: Naive, told: str) -> None:
    """They are the metric's, and they are the listed users' own: as many, the first and the last."""
    of_metric = naive.events(asked.point)
    listed = {(event.event, event.version) for event in events}
    assert listed <= of_metric, told
    measure = asked.measure
    whole = asked.point.bucket is None and all(part.kind == "all" for part in asked.point.segment)
    if (
        whole
        and not measure.is_rolling
        and measure.of is None
        and (measure.per_user is None or not measure.per_user.of)
    ):
        assert listed == of_metric, told
    assert sum(user.events for user in users) == len(events), told
    theirs: dict[str, list[int]] = {}
    for event in events:
        theirs.setdefault(naive.by_key[event.event, event.version], []).append(event.time_ms)
    spans = sorted((len(moments), min(moments), max(moments)) for moments in theirs.values())
    assert {who for who in theirs if who in IDS} <= {user.name for user in users}, told
    by_user: dict[int, list[UserRow]] = {}
    for user in users:
        by_user.setdefault(user.user, []).append(user)
    assert spans == sorted(
        (
            sum(each.events for each in sessions),
            min(each.first_ms for each in sessions),
            max(each.last_ms for each in sessions),
        )
        for sessions in by_user.values()
    ), told
