"""An answer put together from kept buckets is the answer counted anew, whatever was written, merged, taken back or
settled in between; and what was not touched is not read again."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from analytics.clickhouse.writer import write_events
from analytics.compiler.kept import is_keepable
from analytics.identity import redo_merge, settle, undo_merge
from analytics.queries.codec import canonical
from analytics.queries.insights import InsightsQuery
from analytics.queries.scope import Merged, Scope
from analytics.runner import run
from tests.conftest import own_engine
from tests.reference import chance
from tests.reference.cases import SEED
from tests.reference.facts import Fact, batch, owners

CASES = int(os.environ.get("KEPT_CASES", "3"))
AT_ONCE = dt.timedelta(0)


@pytest.fixture(scope="module")
def clickhouse_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from own_engine(tmp_path_factory)


@pytest.mark.timeout(0 if CASES > 100 else 300)
@pytest.mark.parametrize("history", range(CASES))
def test_kept_and_counted_anew_are_the_same(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"kept-{SEED}-{history}")
    scope = replace(chance.scope(dice, project_id), retention_days=None)
    facts = chance.facts(dice, scope, 60)
    questions = _questions(dice, scope)
    while facts:
        arrived = [facts.pop() for _ in range(min(len(facts), dice.choice([1, 2, 20])))]
        write_events(clickhouse, batch(arrived, project_id))
        _meddle(clickhouse, dice, project_id, arrived)
        for query in dice.sample(questions, 2):
            anew = run(query, scope, url=clickhouse_url, cache=None)
            kept = run(query, scope, url=clickhouse_url, cache=None, keep_url=clickhouse_url)
            assert kept.result == anew.result, f"{canonical(query)} in {scope}"


def _questions(dice: random.Random, scope: Scope) -> list[InsightsQuery]:
    found: list[InsightsQuery] = []
    around = replace(scope, merged=Merged())
    while len(found) < 4:
        query = chance.query(dice, scope)
        if is_keepable(query, query.scope_of(around)):
            found.append(query)
    return found


def _meddle(client: Any, dice: random.Random, project_id: int, arrived: list[Fact]) -> None:
    roll = dice.random()
    devices = sorted(device.removeprefix("$device:") for device in owners(arrived))
    if roll < 0.2 and devices:
        undo_merge(client, project_id, dice.choice(devices))
    elif roll < 0.3 and devices:
        redo_merge(client, project_id, dice.choice(devices))
    elif roll < 0.5:
        settle(client, project_id, margin=AT_ONCE, grace=AT_ONCE)
    elif roll < 0.6:
        client.execute("OPTIMIZE TABLE events FINAL SETTINGS optimize_skip_merged_partitions = 1")
