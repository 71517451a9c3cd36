"""A profile update that was acknowledged can be asked about within a second, and survives processes that die."""

from __future__ import annotations

import http.client
import json
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stack import Stack, wait_until

SECONDS = 8.0


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path) as running:
        yield running


def engage(stack: Stack, token: str, *updates: dict[str, Any]) -> bool:
    """Whether they were acknowledged."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=5)
    try:
        body = json.dumps([{"$token": token, "$ignore_time": True, **each} for each in updates])
        connection.request("POST", "/engage", body)
        reply = connection.getresponse()
        return reply.status == 200 and reply.read() == b"1"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def mirrored(stack: Stack, project_id: int) -> dict[str, float]:
    sql = (
        "SELECT distinct_id, ifNull(numbers['n'], 0) FROM profiles FINAL WHERE project_id = {p:UInt32} AND NOT deleted"
    )
    return dict(stack.ask(sql, p=project_id))


def test_an_update_can_be_asked_about_within_a_second(stack: Stack):
    project = stack.make_project()
    here = (stack, project["project_id"])
    assert engage(stack, project["token"], {"$distinct_id": "warm", "$set": {"n": 1}})
    wait_until(lambda: mirrored(*here) == {"warm": 1}, "the first profile", 15)  # the worker may still be starting
    for number in range(5):
        assert engage(stack, project["token"], {"$distinct_id": "u", "$set": {"n": number}})
        wait_until(lambda n=number: mirrored(*here).get("u") == n, "a changed profile", 1)
    assert engage(stack, project["token"], {"$distinct_id": "u", "$delete": ""})
    wait_until(lambda: "u" not in mirrored(*here), "a deleted profile", 1)


@pytest.mark.timeout(180)
def test_kill_9_of_web_mirror_and_engine_at_random(stack: Stack):
    seed = random.randrange(10**9)
    dice = random.Random(seed)
    project = stack.make_project()
    acknowledged: dict[str, int] = {}
    killed = {"web": 0, "ingest": 0, "engine": 0}
    until, next_kill, number = time.monotonic() + SECONDS, time.monotonic() + 1, 0
    while time.monotonic() < until or not all(killed.values()):
        number += 1
        names = [f"u{dice.randrange(40)}" for _ in range(5)]
        if engage(stack, project["token"], *[{"$distinct_id": name, "$set": {"n": number}} for name in names]):
            acknowledged |= dict.fromkeys(names, number)
        if time.monotonic() > next_kill:
            name = min(killed, key=killed.__getitem__)
            killed[name] += 1
            if name == "engine":
                stack.engine.stop(signal.SIGKILL)
                stack.engine.start()
            else:
                stack.kill(name)
                stack.start(name)
            next_kill = time.monotonic() + dice.uniform(0.3, 1.5)
    stack.wait_for_web()
    told = f"seed {seed}, killed {killed}, logs in {stack.folder}"
    assert len(acknowledged) > 10, told

    def rows() -> dict[str, float]:
        found: dict[str, float] = stack.django(
            """
            from web.people.models import Profile
            rows = Profile.objects.filter(project_id=int(arguments[0]))
            answer = {each.distinct_id: each.properties.get("n") for each in rows if each.properties}
            """,
            project["project_id"],
        )
        return found

    expected = rows()
    assert all(expected[name] >= n for name, n in acknowledged.items()), told
    wait_until(lambda: mirrored(stack, project["project_id"]) == expected, f"every profile; {told}", 40)
