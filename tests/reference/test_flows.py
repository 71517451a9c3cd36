"""Random flows through random histories: ClickHouse's answer must be the naive one, number for number; its nodes must
add up; and behind its numbers there must be as many users.

FLOWS_CASES (or REFERENCE_CASES) and REFERENCE_SEED widen the search.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.writer import write_events
from analytics.compiler import flow_names
from analytics.compiler.drilldowns import users_plan
from analytics.compiler.plans import plan
from analytics.queries.codec import canonical, dump, parse
from analytics.queries.dates import FixedDates
from analytics.queries.drilldowns import Paging, parse_point
from analytics.queries.flows import FlowsCount, FlowsQuery
from analytics.queries.scope import Merged, Scope, ToLookUp
from analytics.queries.steps import Step as Anchor
from analytics.results import result_from_json
from analytics.results.drilldowns import Page, UserRow
from analytics.results.flows import FlowsResult, NodeKind, Place
from tests.plans import followed
from tests.reference import flow_chance
from tests.reference.cases import SEED, cases
from tests.reference.facts import Fact, batch
from tests.reference.flows import Node, Reference
from tests.reference.test_insights import store

CASES = cases(80, 160, "FLOWS_CASES")
QUESTIONS_PER_HISTORY = 20
HISTORIES = range(max(1, CASES // QUESTIONS_PER_HISTORY))


@pytest.mark.timeout(0 if CASES > 2000 else 120)
@pytest.mark.parametrize("history", HISTORIES)
def test_answers_equal_the_naive_ones(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"flows-{SEED}-{history}")
    scope = flow_chance.chance.scope(dice, project_id)
    facts = flow_chance.facts(dice, scope, dice.choice([0, 5, 40, 120, 120]))
    undone = store(clickhouse, dice, project_id, facts)
    merged = pending_merges(clickhouse, project_id)
    for _ in range(QUESTIONS_PER_HISTORY):
        query = flow_chance.query(dice, scope)
        assert parse(canonical(query)) == query == parse(dump(query))
        around = replace(scope, merged=dice.choice([merged, merged, merged, ToLookUp()]))
        told = f"{canonical(query)} in {scope}"
        reference = Reference(query, flow_chance.chance.in_zone(scope, query), facts, undone)
        result = followed(plan(query, around), clickhouse_url, max_threads=dice.choice([1, 2]))
        assert isinstance(result, FlowsResult)
        check(result, reference, told)
        assert result_from_json(result.to_json()) == result
        if result.nodes and dice.random() < 0.15:
            check_users(dice, query, around, result, reference, clickhouse_url)


def check(result: FlowsResult, reference: Reference, told: str) -> None:
    at = {node.place.id: (node.place.step, _node(node.place)) for node in result.nodes}
    assert {at[node.place.id]: node.count for node in result.nodes} == reference.nodes(), told
    links = {(*at[link.source], at[link.target][1]): link.count for link in result.links}
    assert links == reference.links(), told
    assert result.total == len(reference.flows), told
    paths = [(tuple((place.step, _node(place)) for place in path.places), path.count) for path in result.paths]
    assert paths == reference.paths(), told
    incoming, outgoing = Counter[str](), Counter[str]()
    for link in result.links:
        incoming[link.target] += link.count
        outgoing[link.source] += link.count
    for node in result.nodes:
        id, place = node.place.id, node.place
        assert node.share == pytest.approx(node.count / result.total)
        if place.step > -result.before and place.kind is not NodeKind.START:
            assert incoming[id] == node.count, told
        if place.step < result.after and place.kind is not NodeKind.END:
            assert outgoing[id] == node.count, told


def check_users(
    dice: random.Random, query: FlowsQuery, scope: Scope, result: FlowsResult, reference: Reference, url: str
) -> None:
    node, link = dice.choice(result.nodes), dice.choice(result.links)
    ends = {node.place.id: (node.place.step, _node(node.place)) for node in result.nodes}
    asked: list[tuple[dict[str, Any], int, list[tuple[int, Node]]]] = [
        ({"step": node.place.step, "node": node.place.id}, node.count, [ends[node.place.id]]),
        ({"from": link.source, "to": link.target}, link.count, [ends[link.source], ends[link.target]]),
    ]
    for fields, count, wanted in asked:
        told = (canonical(query), str(scope), fields)
        page = followed(
            users_plan(parse_point(query, fields), scope, Paging(200)), url, max_threads=dice.choice([1, 2])
        )
        assert isinstance(page, Page)
        users = reference.users(*wanted)
        rows = [row for row in page.rows if isinstance(row, UserRow)]
        assert page.count == len(rows) == len(users), told
        assert sorted(row.events for row in rows) == sorted(users.values()), told
        if query.count is FlowsCount.UNIQUES:
            assert page.count == count, told
            assert {row.value for row in rows} <= {None}, told
        else:
            assert sum(row.value or 0 for row in rows) == count, told


def _node(place: Place) -> Node:
    return (str(place.kind), place.name, place.split, place.value)


@pytest.mark.parametrize("most", [2, 10_000])
def test_where_names_are_very_many_the_commonest_have_nodes(
    clickhouse: Any, clickhouse_url: str, project_id: int, monkeypatch: pytest.MonkeyPatch, most: int
):
    """As many as have a number; it is tried with two. What is rarer is in (other)."""
    monkeypatch.setattr(flow_names, "MOST_NAMES", most)
    start = datetime(2024, 3, 1, 10, tzinfo=UTC)
    names = ["Sign Up", "View", "View", "View", "Buy", "Sign Up"]
    facts = [Fact(name, start + timedelta(minutes=at), at + 1) for at, name in enumerate(names)]
    write_events(clickhouse, batch(facts, project_id))
    query = FlowsQuery(Anchor(("Sign Up",)), FixedDates(start.date(), start.date()), after=5, top=5)
    scope = Scope(project_id, "UTC", 1, start + timedelta(days=60), merged=Merged())
    result = followed(plan(query, scope), clickhouse_url, max_threads=1)
    last_but_one = "(other)" if most == 2 else "Buy"
    assert [node.place.label for node in result.nodes] == ["Sign Up", "View", "View", "View", last_but_one, "Sign Up"]
