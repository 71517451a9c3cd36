"""What does not fit into half of a question's memory goes to the disk in pieces, and is put together as if it had."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from analytics.compiler.plans import plan
from analytics.queries import FlowsQuery, Query, RetentionQuery
from analytics.queries.breakdowns import Breakdown
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.funnels import Count, Exclusion, FunnelsQuery, StepOrder
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.periods import PeriodUnit
from analytics.queries.properties import Property
from analytics.queries.scope import Merged, Scope
from analytics.queries.steps import Step
from tests.plans import followed

DAYS = FixedDates(date(2024, 3, 1), date(2024, 3, 28))
NOW = datetime(2024, 4, 1, tzinfo=UTC)
BY_BROWSER = (Breakdown(Property("$browser")),)
FUNNEL = FunnelsQuery((Step(("View",)), Step(("Search",)), Step(("Pay",))), DAYS, Interval.DAY, breakdowns=BY_BROWSER)
QUESTIONS: dict[str, Query] = {
    "funnel": FUNNEL,
    "attempts": replace(FUNNEL, count=Count.TOTALS, exclusions=(Exclusion(("Share",)),)),
    "strict": replace(FUNNEL, order=StepOrder.STRICT),
    "any order": replace(FUNNEL, order=StepOrder.ANY),
    "retention": RetentionQuery(
        Step(("View",)), Step(ALL_EVENTS), DAYS, Interval.WEEK, PeriodUnit.DAY, 7, breakdowns=BY_BROWSER
    ),
    "flow": FlowsQuery(Step(("Search",)), DAYS, before=3, after=3),
}
# Some ten events of each of thirty thousand users, seven at each moment, each with a browser of its own.
FILL = """
INSERT INTO events (project_id, event, time, distinct_id, distinct_hash, insert_hash, version, user_id, actor,
    p_browser)
SELECT {p:UInt32}, ['View', 'Search', 'Add', 'Pay', 'Share'][1 + intHash64(number) % 5],
    toDateTime64('2024-03-01', 3, 'UTC') + toIntervalSecond(intDiv(number, 7) * 56), who, sipHash64(who), number,
    number, who, sipHash64({p:UInt32}, who), ['Chrome', 'Safari', 'Firefox', NULL][1 + intHash64(number + 3) % 4]
FROM (SELECT number, toString(intHash64(number + 1) % 30000) AS who FROM numbers(300000))
"""
# The engine looks at what a statement holds block by block, and can part only what it already keeps in several tables.
LITTLE = {
    "max_bytes_before_external_group_by": 2_000_000,
    "max_bytes_before_external_sort": 2_000_000,
    "max_block_size": 8192,
    "max_untracked_memory": 100_000,
    "group_by_two_level_threshold": 1000,
}


def test_what_went_to_the_disk_is_counted_the_same(clickhouse: Any, clickhouse_url: str, project_id: int):
    clickhouse.execute(FILL, {"p": project_id})
    scope = Scope(project_id, "UTC", 1, NOW, merged=Merged())
    for name, query in QUESTIONS.items():
        in_memory, before = followed(plan(query, scope), clickhouse_url, max_threads=2), pieces(clickhouse)
        assert followed(plan(query, scope), clickhouse_url, max_threads=2, **LITTLE) == in_memory, name
        assert pieces(clickhouse) > before, f"{name} was counted in memory"


def pieces(clickhouse: Any) -> int:
    asked = "SELECT sum(value) FROM system.events WHERE event = 'ExternalAggregationWritePart'"
    found: int = clickhouse.execute(asked)[0][0]
    return found
