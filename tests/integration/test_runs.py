"""What becomes of a question's query in ClickHouse when nobody wants it any more, or its worker dies; and that leaving
alone ends nothing. Real processes; the engine's own list of what runs is the witness.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.integration.stack import Stack, wait_until
from tests.web.shop import question

MANY = 6_000_000
RUNNING = "SELECT count() FROM system.processes WHERE query_id LIKE 'run-%'"


class Asker:
    def __init__(self, stack: Stack, project: dict[str, Any]) -> None:
        self.url = f"{stack.url}/api/v1/projects/{project['project_id']}"
        self.session = requests.Session()
        credentials = base64.b64encode(f"{project['username']}:{project['secret']}".encode()).decode()
        self.session.headers["Authorization"] = f"Basic {credentials}"
        self.root = stack.url

    def ask(self, document: dict[str, Any], **params: Any) -> dict[str, Any]:
        return self._json(self.session.post(f"{self.url}/query", json=document, params=params))

    def look(self, run: dict[str, Any], **params: Any) -> dict[str, Any]:
        return self._json(self.session.get(self.root + run["urls"]["run"], params=params))

    def cancel(self, run: dict[str, Any]) -> dict[str, Any]:
        return self._json(self.session.post(self.root + run["urls"]["cancel"]))

    @staticmethod
    def _json(reply: requests.Response) -> dict[str, Any]:
        assert reply.ok, reply.text
        document: dict[str, Any] = reply.json()
        return document


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("runs"), queries=True) as stack:
        yield stack


@pytest.fixture(scope="module")
def project(stack) -> dict[str, Any]:
    """With enough users of one event that counting them takes seconds."""
    made = stack.make_project()
    for view in ("event_names_from_events", "property_names_from_events"):
        stack.ask(f"DROP VIEW IF EXISTS {view}")
    stack.ask(
        "INSERT INTO events (project_id, event, time, distinct_id, distinct_hash, insert_hash, version, actor)"
        " SELECT {project:UInt32}, 'Slow', now64(3) - toIntervalSecond(number % 500000), toString(number), number,"
        " number, 1, sipHash64(number) FROM numbers({many:UInt64})",
        project=made["project_id"],
        many=MANY,
    )
    return made


@pytest.fixture
def asker(stack, project) -> Iterator[Asker]:
    yield Asker(stack, project)
    wait_until(lambda: not running(stack), "an engine at rest for the next test")


def running(stack: Stack) -> int:
    count: int = stack.ask(RUNNING)[0][0]
    return count


DISTINCT_ID = {"name": "distinct_id", "type": "string"}


def slow(number: int) -> dict[str, Any]:
    """Another slow question for each number, so that none is known already. It is one long statement: distinct values
    are not put together from kept buckets."""
    condition = {"property": {"name": "$os", "source": "event", "type": "string"}, "operator": "is_not"}
    return question(
        metrics=[{"events": ["Slow"], "measure": {"kind": "distinct", "property": DISTINCT_ID}}],
        filters={"match": "all", "conditions": [{**condition, "values": [f"os {number}"]}]},
        dates={"kind": "last", "count": 7, "unit": "day"},
        interval="hour",
    )


def begun(stack: Stack, asker: Asker, number: int) -> dict[str, Any]:
    run = asker.ask(slow(number))
    wait_until(lambda: running(stack) == 1, "the query in ClickHouse", every=0.02)
    return run


def test_cancel_stops_the_query(stack, asker):
    run = begun(stack, asker, 1)
    assert asker.cancel(run)["state"] == "cancelled"
    wait_until(lambda: running(stack) == 0, "its end", timeout=5, every=0.02)


def test_a_question_that_takes_its_place_stops_the_query(stack, asker):
    run = begun(stack, asker, 2)
    quick = question(metrics=[{"events": ["Never"], "measure": {"kind": "total"}}])
    after = asker.ask(quick, supersedes=run["run_id"], wait=30)
    assert after["state"] == "done"
    wait_until(lambda: running(stack) == 0, "its end", timeout=5, every=0.02)
    assert asker.look(run)["state"] == "cancelled"


def test_a_query_that_nobody_looks_at_any_more_is_stopped(stack, asker):
    """What beat does each ten seconds, by a process that stands ready: it starts more slowly than a query ends."""
    ready = stack.folder / "ready"
    with ThreadPoolExecutor(1) as pool:
        mended = pool.submit(
            stack.django,
            """
            import time
            from datetime import timedelta
            from pathlib import Path
            from web.reports import runs
            from web.reports.models import Run
            Path(arguments[0]).touch()
            long_ago = runs.timezone.now() - timedelta(seconds=601)
            while not (answer := Run.objects.filter(state="running").update(looked_at=long_ago)):
                time.sleep(0.02)
            runs.mend()
            """,
            ready,
        )
        wait_until(ready.exists, "the process")
        run = asker.ask(slow(3))
        assert mended.result() == 1
    wait_until(lambda: running(stack) == 0, "its end", timeout=5, every=0.02)
    over = asker.look(run)
    assert (over["state"], over["error"]["code"]) == ("cancelled", "abandoned")


def test_the_same_question_runs_once_and_its_asker_may_leave_and_come_back(stack, asker, project):
    run = begun(stack, asker, 4)
    assert Asker(stack, project).ask(slow(4))["run_id"] == run["run_id"]
    assert running(stack) == 1
    asker.session.close()
    wait_until(lambda: running(stack) == 0, "its answer", timeout=60)
    back = Asker(stack, project).look(run, wait=10)
    assert back["state"] == "done"
    assert back["series"][0]["total"] == MANY


def test_a_killed_workers_query_stops_and_its_run_is_run_again_once(stack, asker):
    run = begun(stack, asker, 5)
    stack.kill("queries")
    wait_until(lambda: running(stack) == 0, "the end of the dead worker's query", timeout=5, every=0.02)
    stack.start("queries")
    assert asker.look(run)["state"] == "running"  # until it is noticed
    again = stack.django(
        """
        from datetime import timedelta
        from web.reports import runs
        answer = [str(each) for each in runs.mend(runs.timezone.now() + timedelta(seconds=30))]
        """
    )
    assert again == [run["run_id"]]
    over = asker.look(run, wait=30)
    assert over["state"] == "done"
    attempt = stack.django(
        "from web.reports.models import Run; answer = Run.objects.get(pk=arguments[0]).attempt", run["run_id"]
    )
    assert attempt == 2
