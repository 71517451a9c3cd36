"""The same question, asked of Insights and of Mixpanel's endpoints, has the same numbers, over random histories."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from analytics import segmentation
from analytics.clickhouse.writer import write_events
from analytics.queries.codec import parse as parse_question
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.expression_text import parse
from analytics.queries.scope import Scope
from analytics.queries.segmentation import Count, Period, SegmentationQuery
from analytics.runner import run
from tests.reference import chance
from tests.reference.facts import batch

HISTORIES = 6
OTHER = "(what is left over)"
QUESTIONS = 12
COUNTS = {Count.GENERAL: "total", Count.UNIQUE: "unique"}
BREAKDOWNS = {"plan": "string", "amount": "number", "paid": "boolean", "tags": "list"}
FILTERS: list[tuple[str, list[Any]]] = [
    ('properties["plan"] == "ab"', ["plan", "string", "is", "ab"]),
    ('properties["plan"] != "ab"', ["plan", "string", "is_not", "ab"]),
    ('"b" in properties["plan"]', ["plan", "string", "contains", "b"]),
    ('properties["amount"] > 2', ["amount", "number", "greater_than", 2]),
    ('properties["amount"] in [5, -3, 2.5]', ["amount", "number", "is", 5, -3, 2.5]),
    ('properties["paid"]', ["paid", "boolean", "is_true"]),
    ('properties["paid"] == false', ["paid", "boolean", "is_false"]),
    ('defined(properties["mixed"] + "")', ["mixed", "string", "is_set"]),
    ('not defined(list(properties["tags"]))', ["tags", "list", "is_not_set"]),
    ('"a" in properties["tags"]', ["tags", "list", "any_item_is", "a"]),
]


@pytest.mark.parametrize("history", range(HISTORIES))
def test_the_numbers_are_those_of_insights(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"segmentation-{history}")
    scope = chance.scope(dice, project_id)
    facts = chance.facts(dice, scope, 80)
    write_events(clickhouse, batch(facts[::2], project_id))
    write_events(clickhouse, batch(facts[1::2], project_id))
    something = 0
    for _ in range(QUESTIONS):
        interval = dice.choice([Interval.HOUR, Interval.DAY, Interval.DAY, Interval.WEEK, Interval.MONTH])
        first = scope.today - dt.timedelta(days=dice.choice([0, 2, 7]))
        dates = FixedDates(first, first + dt.timedelta(days=dice.choice([0, 3, 9])))
        event, count = dice.choice(chance.EVENTS), dice.choice(list(COUNTS))
        name = dice.choice([None, *BREAKDOWNS])
        where, condition = dice.choice([(None, []), *FILTERS])
        query = SegmentationQuery(
            events=(event,),
            period=Period(interval, dates=dates),
            count=count,
            where=parse(where, "where") if where else None,
            on=parse(f'properties["{name}"]', "on") if name else None,
            limit=1000,
        )
        question = insights(event, COUNTS[count], dates, interval, name, condition)
        found = segmentation.segmentation(query, scope, url=clickhouse_url).values
        wanted = numbers(run(parse_question(question), scope, url=clickhouse_url, cache=None).result, event, name)
        ours = {segment: list(days.values()) for segment, days in found.items() if any(days.values())}
        if wanted.pop(OTHER, None):  # Insights shows the largest alone
            assert len(ours) > len(wanted)
            ours = {segment: days for segment, days in ours.items() if segment in wanted}
        assert ours == wanted, f"{query} in {scope}"
        something += len(wanted)
    assert something, "a history in which something happened"


def insights(
    event: str, measure: str, dates: FixedDates, interval: Interval, name: str | None, condition: list[Any]
) -> dict[str, Any]:
    question: dict[str, Any] = {
        "version": 1,
        "kind": "insights",
        "metrics": [{"events": [event], "measure": {"kind": measure}}],
        "dates": {"kind": "fixed", "from": str(dates.first), "to": str(dates.last)},
        "interval": str(interval),
    }
    if name:
        question["breakdowns"] = [{"property": {"name": name, "type": BREAKDOWNS[name]}}]
    if condition:
        asked, type, operator, *values = condition
        tests = [{"property": {"name": asked, "type": type}, "operator": operator, "values": values}]
        question["filters"] = {"match": "all", "conditions": tests}
    return question


def numbers(result: Any, event: str, name: str | None) -> dict[str, list[int]]:
    """Every segment that is not all zero, under the name that Mixpanel's endpoints have for it."""
    found = {}
    for series in result.series:
        if any(series.values) and (name is None or not series.is_whole):
            found[named(series) if name else event] = list(series.values)
    return found


def named(series: Any) -> str:
    (segment,) = series.segment
    return {"empty": "", "not_set": "undefined", "other": OTHER}.get(str(segment.kind), segment.label)


def test_users_that_merge_are_one(clickhouse: Any, clickhouse_url: str, project_id: int):
    from tests.reference.facts import Fact

    noon = dt.datetime(2024, 3, 5, 12, tzinfo=dt.UTC)
    facts = [
        Fact("Buy", noon, 1, device_id="d1", distinct_id="$device:d1"),
        Fact("Buy", noon, 2, user_id="U1", device_id="d1", distinct_id="U1"),
        Fact("Buy", noon, 3, device_id="d2", distinct_id="$device:d2"),
    ]
    write_events(clickhouse, batch(facts, project_id))
    scope = Scope(project_id, "UTC", 1, noon)
    day = dt.date(2024, 3, 5)
    query = SegmentationQuery(("Buy",), Period(Interval.DAY, dates=FixedDates(day, day)), Count.UNIQUE)
    assert segmentation.segmentation(query, scope, url=clickhouse_url).values == {"Buy": {"2024-03-05": 2}}
