"""The life of a run: one worker gets it, a dead one loses it, nobody is kept waiting for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as live_settings
from django.utils import timezone

from analytics.errors import LimitReached, Unavailable
from analytics.queries.codec import parse
from tests.web.shop import question
from web import jobs
from web.projects.models import Project
from web.reports import runs
from web.reports.models import Run, RunState

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(project_id) -> Project:
    return Project.objects.create(pk=project_id, name="Shop")


@pytest.fixture
def run(project) -> Run:
    return Run.objects.create(project=project, query=runs.canonical(parse(question())), key="k", now=timezone.now())


def later(**delta):
    return timezone.now() + timedelta(**delta)


def waiting_messages() -> int:
    with jobs.sender().connection_for_read() as connection:
        return connection.default_channel._size("queries")  # the same for a folder and for Redis


def test_only_one_worker_gets_a_run(run):
    first = runs.claim(run.pk)
    assert first is not None
    assert (first.state, first.attempt) == (RunState.RUNNING, 1)
    assert runs.claim(run.pk) is None


def test_progress_never_falls_and_leaves_the_end_to_the_answer(run):
    mine = runs.claim(run.pk)
    for read, total, percent in ((50, 100, 50), (60, 200, 50), (200, 200, 95), (0, 0, 95)):
        assert runs.note_progress(mine, read_rows=read, total_rows=total, read_bytes=read * 10, elapsed=0.1)
        run.refresh_from_db()
        assert run.percent == percent
    assert runs.finish(mine, "{}")
    run.refresh_from_db()
    assert (run.percent, run.state) == (100, RunState.DONE)


def test_a_worker_that_was_given_up_writes_nothing_more(run):
    dead = runs.claim(run.pk)
    assert runs.mend(later(seconds=30)) == [run.pk]
    alive = runs.claim(run.pk)
    assert alive.attempt == 2
    assert alive.query_id != dead.query_id
    assert not runs.beat(dead)
    assert not runs.finish(dead, '{"from": "the dead"}')
    assert runs.finish(alive, '{"from": "the living"}')
    run.refresh_from_db()
    assert run.answer == '{"from": "the living"}'


def test_a_run_is_sent_again_once_and_then_given_up(run):
    before = waiting_messages()
    runs.claim(run.pk)
    runs.mend(later(seconds=30))
    assert waiting_messages() == before + 1
    runs.claim(run.pk)
    assert runs.mend(later(seconds=60)) == []
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "worker_lost")


def test_a_run_whose_worker_lives_is_left_alone(run):
    mine = runs.claim(run.pk)
    assert runs.mend(later(seconds=10)) == []
    assert runs.finish(mine, "{}")
    assert runs.mend(later(hours=1)) == []


def test_a_message_that_got_lost_is_sent_again_until_it_is_too_late(run):
    assert runs.mend(later(seconds=30)) == []
    assert runs.mend(later(seconds=90)) == [run.pk]
    assert runs.mend(later(seconds=100)) == []  # it was sent ten seconds ago
    assert runs.mend(later(minutes=16)) == []
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "no_worker")


def test_an_error_keeps_its_code_and_sentence(run):
    mine = runs.claim(run.pk)
    assert runs.fail(mine, LimitReached("Too slow. Ask for fewer days.", code="time_limit"))
    run.refresh_from_db()
    assert (run.state, run.error_code, run.error_message) == (
        RunState.FAILED, "time_limit", "Too slow. Ask for fewer days.",
    )  # fmt: skip


def test_a_cancelled_run_stays_cancelled_whatever_its_worker_says(run, clickhouse_url):
    mine = runs.claim(run.pk)
    run.askers = ["user:1"]
    run.save()
    assert runs.cancel(run, "user:1").state == RunState.CANCELLED
    assert not runs.note_progress(mine, read_rows=1, total_rows=1, read_bytes=1, elapsed=1)
    assert not runs.finish(mine, "{}")
    assert not runs.fail(mine, Unavailable("too late"))
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_cancelling_works_while_clickhouse_is_away(run):
    runs.claim(run.pk)
    assert runs.cancel(run, "user:1").state == RunState.CANCELLED


def test_a_question_whose_job_cannot_be_sent_fails_at_once(project, clickhouse_url, tmp_path, monkeypatch):
    (tmp_path / "full").write_text("a file where the folder should be")
    sender = jobs.sender()
    if live_settings.REDIS_URL:
        sender.conf.broker_url = "redis://127.0.0.1:1/0"  # where nothing answers
    else:
        options = {**sender.conf.broker_transport_options, "folder": str(tmp_path / "full")}
        sender.conf.broker_transport_options = options
    monkeypatch.setattr(jobs, "_sender", sender)
    query = parse(question())
    with pytest.raises(Unavailable):
        runs.start(
            project=project,
            query=query,
            scope=runs.scope_of(project, timezone.now()),
            key="new",
            asker="user:1",
            user=None,
        )
    assert Run.objects.get().state == RunState.FAILED


def test_old_runs_are_forgotten_but_none_that_is_in_flight(run, project):
    old = Run.objects.create(project=project, query="{}", key="old", now=timezone.now(), state=RunState.DONE)
    assert runs.forget_old(later(hours=23)) == 0
    assert runs.forget_old(later(hours=25)) == 1
    assert list(Run.objects.all()) == [run]
    assert not Run.objects.filter(pk=old.pk).exists()
