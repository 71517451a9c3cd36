"""Random histories, resent and merged: the export has as many lines as an answer counts events, of as many users as it
counts users, and they are the events and the users that the lists behind the answer have.

Lines say who did an event as it was received; merges are not in them (docs/mixpanel.md, "Export"). Whose a device is
comes from the whole history here.

EXPORT_HISTORIES and REFERENCE_SEED widen the search.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.reference import chance
from tests.reference.facts import Fact, last_received, owners
from tests.reference.test_insights import SEED, store
from web.projects.models import Project
from workers.runs import run_query

pytestmark = pytest.mark.django_db

HISTORIES = range(int(os.environ.get("EXPORT_HISTORIES", "4")))
RANGES = 2  # of each history, each for all events and for some


def as_received(fact: Fact) -> Fact:
    """As SDKs send it: who did it stands in the properties, too; acknowledged in a millisecond of its own."""
    who = {"$user_id": fact.user_id, "$device_id": fact.device_id}
    properties = fact.properties | {name: value for name, value in who.items() if value}
    return replace(fact, version=fact.version * 1000 << 12, properties=properties)


@pytest.fixture
def exported(analyst):
    def export(**params: Any) -> list[dict[str, Any]]:
        response = analyst.get("/api/2.0/export", {"time_in_ms": "true", **params})
        assert response.status_code == 200, response.content
        return [json.loads(line) for line in b"".join(response.streaming_content).decode().splitlines()]

    return export


@pytest.fixture
def counted(shop, analyst):
    """The answer to a question over REST."""

    def count(question: dict[str, Any]) -> Any:
        response = analyst.post(f"{shop.url}/query", question, format="json")
        if response.status_code == 202:
            run_query(response.json()["run_id"])
            response = analyst.get(response.json()["urls"]["run"])
        assert response.json().get("state") == "done", response.content
        return response.json()

    return count


@pytest.fixture
def behind(shop, analyst):
    """The rows behind a number, on one page."""

    def ask(of: str, question: dict[str, Any], metric: str) -> list[dict[str, Any]]:
        body = {"query": question, "at": {"metric": metric}, "limit": 200}
        response = analyst.post(f"{shop.url}/query/{of}", body, format="json")
        assert response.status_code == 200, response.content
        assert response.json()["next"] is None
        return list(response.json()["results"])

    return ask


@pytest.mark.parametrize("history", HISTORIES)
def test_the_export_has_what_answers_count(shop, clickhouse, exported, counted, behind, history):
    dice = random.Random(f"{SEED}-export-{history}")
    scope = replace(chance.scope(dice, shop.project.pk), retention_days=None)
    Project.objects.filter(pk=shop.project.pk).update(timezone=scope.zone)
    facts = [as_received(fact) for fact in chance.facts(dice, scope, dice.choice([40, 120]))]
    owner = owners(facts, store(clickhouse, dice, shop.project.pk, facts))
    assert len(last_received(facts)) < len(facts), "some were sent again"
    handed_out = 0
    for _ in range(RANGES):
        first = scope.today - dt.timedelta(days=dice.choice([0, 1, 3, 10, 100]))
        last = first + dt.timedelta(days=dice.choice([0, 1, 3, 10, 130]))
        names = dice.sample(chance.EVENTS, dice.choice([1, 2]))
        for events, wanted in (({"all": True}, {}), (names, {"event": json.dumps(names)})):
            lines = exported(from_date=first, to_date=last, **wanted)
            question = {
                "version": 1,
                "kind": "insights",
                "metrics": [{"events": events, "measure": {"kind": kind}} for kind in ("total", "unique")],
                "dates": {"kind": "fixed", "from": f"{first}", "to": f"{last}"},
                "interval": "day",
            }
            total, unique = counted(question)["series"]
            handed_out += len(lines)
            told = f"{events} of {first} to {last} in {scope}"
            of_users = Counter(user_of(line, owner) for line in lines)
            assert len(lines) == total["total"] == sum(total["values"]), told
            assert len(of_users) == unique["total"], told
            listed = behind("events", question, "A")
            assert sorted(map(event_of_line, lines)) == sorted(map(event_of_row, listed)), told
            users = behind("users", question, "B")
            assert sorted(of_users.values()) == sorted(user["events"] for user in users), told
    assert handed_out


def user_of(line: Mapping[str, Any], owner: Mapping[str, str]) -> str:
    properties = line["properties"]
    if "$user_id" in properties:
        return str(properties["$user_id"])
    who = f"$device:{properties['$device_id']}" if "$device_id" in properties else str(properties["distinct_id"])
    return owner.get(who, who)


def event_of_line(line: Mapping[str, Any]) -> tuple[Any, ...]:
    """Enough to tell any two apart, its last content included."""
    properties = line["properties"]
    return line["event"], properties["time"], properties["distinct_id"], json.dumps(kept(properties), sort_keys=True)


def event_of_row(row: Mapping[str, Any]) -> tuple[Any, ...]:
    moment = round(dt.datetime.fromisoformat(row["time"]).timestamp() * 1000)
    return row["event"], moment, row["distinct_id"], json.dumps(kept(row["properties"]), sort_keys=True)


def kept(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Without what each side says in its own way."""
    own = ("time", "distinct_id", "$insert_id", "mp_processing_time_ms")
    return {name: value for name, value in properties.items() if name not in own}
