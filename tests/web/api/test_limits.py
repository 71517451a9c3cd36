"""Over REST: a full queue is said so, a question takes the place of another, and the end can be foreseen."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.web.shop import question
from web.reports import runs
from web.reports.models import ProjectLimits, Run, RunState

pytestmark = pytest.mark.django_db

OTHER = {"interval": "week"}


def test_a_full_queue_is_refused_with_when_to_retry(shop, robot):
    ProjectLimits.objects.create(project=shop.project, max_waiting=1)
    first = robot.post(f"{shop.url}/query", question(), format="json")
    refused = robot.post(f"{shop.url}/query", question(**OTHER), format="json")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json()["error"]["code"] == "queue_full"
    assert refused.json()["error"]["message"].startswith("1 questions of this project are waiting")
    same = robot.post(f"{shop.url}/query", question(), format="json")  # costs nothing: it is the run that waits
    assert same.json()["run_id"] == first.json()["run_id"]


def test_a_question_takes_the_place_of_another(shop, robot):
    ProjectLimits.objects.create(project=shop.project, max_waiting=1)  # so its place must be free first
    before = robot.post(f"{shop.url}/query", question(), format="json").json()
    after = robot.post(f"{shop.url}/query?supersedes={before['run_id']}", question(**OTHER), format="json")
    assert after.status_code == 202
    assert Run.objects.get(pk=before["run_id"]).state == RunState.CANCELLED
    assert Run.objects.get(pk=after.json()["run_id"]).state == RunState.QUEUED


def test_the_same_question_drawn_differently_goes_on(shop, robot):
    before = robot.post(f"{shop.url}/query?chart=line", question(), format="json").json()
    after = robot.post(f"{shop.url}/query?chart=column&supersedes={before['run_id']}", question(), format="json").json()
    assert after["run_id"] == before["run_id"]
    assert Run.objects.get().state == RunState.QUEUED


def test_a_known_answer_takes_its_place_as_well(shop, robot, answered):
    answered(question())
    before = robot.post(f"{shop.url}/query", question(**OTHER), format="json").json()
    after = robot.post(f"{shop.url}/query?supersedes={before['run_id']}", question(), format="json")
    assert after.status_code == 200
    assert Run.objects.get(pk=before["run_id"]).state == RunState.CANCELLED


def test_what_somebody_else_waits_for_goes_on(shop, robot, sign_in):
    before = robot.post(f"{shop.url}/query", question(), format="json").json()
    person = sign_in(shop.analyst)
    person.post(f"{shop.url}/query", question(), content_type="application/json")
    robot.post(f"{shop.url}/query?supersedes={before['run_id']}", question(**OTHER), format="json")
    assert Run.objects.get(pk=before["run_id"]).state == RunState.QUEUED


def test_a_run_that_is_forgotten_is_no_error_and_nonsense_is(shop, robot):
    assert robot.post(f"{shop.url}/query?supersedes={uuid4()}", question(), format="json").status_code == 202
    refused = robot.post(f"{shop.url}/query?supersedes=first", question(), format="json")
    assert (refused.status_code, refused.json()["error"]["place"]) == (400, "supersedes")


def test_the_end_is_foreseen_once_there_is_something_to_go_by(shop, robot):
    waiting = robot.post(f"{shop.url}/query", question(), format="json").json()
    assert (waiting["expected_ms"], waiting["remaining_ms"]) == (None, None)
    run = runs.claim(Run.objects.get().pk)
    runs.note_progress(run, read_rows=10, total_rows=100, read_bytes=1, elapsed=60.0)
    running = robot.get(waiting["urls"]["run"]).json()
    assert running["expected_ms"] >= 600_000
    assert running["remaining_ms"] == running["expected_ms"] - running["elapsed_ms"]
