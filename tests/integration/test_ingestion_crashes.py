"""Processes die at random under load: nothing acknowledged is lost, nothing is counted twice, nothing is made up."""

from __future__ import annotations

import http.client
import json
import random
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.stack import Stack, wait_until

SECONDS = 14.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("crashes") / "stack") as running:
        yield running


@pytest.fixture(autouse=True)
def _drains(stack: Stack) -> Iterator[None]:
    yield
    if "ingest" not in stack.running:
        stack.start("ingest")


class Ledger:
    """What was sent, and what of it was acknowledged."""

    def __init__(self) -> None:
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.stop = threading.Event()

    def send(self, stack: Stack, token: str, sender: int) -> None:
        """Batches of ten, each repeated until it is acknowledged, as an SDK would."""
        number = 0
        batch: list[str] = []
        while not self.stop.is_set():
            if not batch:
                batch = [f"{sender}-{number + n}" for n in range(10)]
                number += 10
                self.sent.update(batch)
            now = int(time.time())
            events = [
                {
                    "event": "e",
                    "properties": {"token": token, "distinct_id": "u", "time": now - now % 3600, "$insert_id": each},
                }
                for each in batch
            ]
            try:
                connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=5)
                connection.request("POST", "/track", json.dumps(events))
                reply = connection.getresponse()
                if reply.status == 200 and reply.read() == b"1":
                    self.acknowledged.update(batch)
                    batch = []
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            finally:
                connection.close()


@pytest.mark.timeout(180)
def test_kill_9_of_web_drain_and_engine_at_random(stack: Stack):
    seed = random.randrange(10**9)
    dice = random.Random(seed)
    project: dict[str, Any] = stack.make_project()
    ledger = Ledger()
    senders = [threading.Thread(target=ledger.send, args=(stack, project["token"], n)) for n in range(3)]
    for sender in senders:
        sender.start()
    until = time.monotonic() + SECONDS
    killed = {"web": 0, "ingest": 0, "engine": 0}
    while time.monotonic() < until or not all(killed.values()):
        time.sleep(dice.uniform(0.3, 1.5))
        name = dice.choice(sorted(killed, key=killed.__getitem__)[:2])
        killed[name] += 1
        if name == "engine":
            stack.engine.stop(signal.SIGKILL)
            stack.engine.start()
        else:
            stack.kill(name)
            stack.start(name)
    stack.wait_for_web()
    ledger.stop.set()
    for sender in senders:
        sender.join()

    def found() -> list[str]:
        sql = "SELECT insert_id FROM events FINAL WHERE project_id = {p:UInt32}"
        return [row[0] for row in stack.ask(sql, p=project["project_id"])]

    told = f"seed {seed}, killed {killed}, {len(ledger.acknowledged)} acknowledged, logs in {stack.folder}"
    assert len(ledger.acknowledged) > 100, told
    wait_until(lambda: ledger.acknowledged <= set(found()), f"every acknowledged event; {told}", 60)
    stored = found()
    assert len(stored) == len(set(stored)), told  # nothing twice
    assert set(stored) <= ledger.sent, told  # nothing made up


@pytest.mark.timeout(120)
def test_clickhouse_away_and_back(stack: Stack):
    project = stack.make_project()
    said = (stack.folder / "ingest.log").stat().st_size
    stack.engine.stop(signal.SIGKILL)
    events = [{"event": "e", "properties": {"token": project["token"], "distinct_id": "u", "n": n}} for n in range(50)]
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=5)
    for event in events:
        connection.request("POST", "/track", json.dumps(event))
        reply = connection.getresponse()
        assert (reply.status, reply.read()) == (200, b"1")
    connection.close()
    time.sleep(1)
    stack.engine.start()
    assert sorted(each["properties"]["n"] for each in stack.wait_for_events(project["project_id"], 50, 30)) == list(
        range(50)
    )
    # The events can be read a moment before the drain has moved its cursor and says so; a gentle end waits for that.
    assert stack.stop_gently("ingest") == 0
    log = (stack.folder / "ingest.log").read_bytes()[said:].decode()
    assert log.count("ClickHouse does not take events") == 1
    assert log.count("ClickHouse takes events again") == 1
