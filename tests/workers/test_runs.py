"""What the query worker makes of a run, and what it leaves in the record."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.utils import timezone

from analytics.clickhouse.executor import Progress
from analytics.errors import QueryCancelled
from analytics.queries.codec import canonical, parse
from tests.web.shop import fill, question
from web.projects.models import Project
from web.reports import runs
from web.reports.models import Run, RunState
from workers.runs import _Recorder, run_query

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(project_id, clickhouse) -> Run:
    cache.clear()
    project = Project.objects.create(pk=project_id, name="Shop")
    fill(clickhouse, project_id)
    return Run.objects.create(project=project, query=canonical(parse(question())), key="k", now=timezone.now())


def test_the_answer_is_in_the_record(run):
    run_query(str(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert json.loads(run.answer)["series"][0]["total"] == 3
    assert run.finished_at is not None


def test_a_message_that_comes_twice_changes_nothing(run):
    run_query(str(run.pk))
    first = Run.objects.get()
    run_query(str(run.pk))
    second = Run.objects.get()
    assert (second.attempt, second.finished_at) == (1, first.finished_at)


def test_a_message_of_a_run_that_is_gone_is_let_go(run):
    run_id = str(run.pk)
    run.delete()
    run_query(run_id)


def test_our_failure_is_said_in_our_words(run, settings):
    settings.CLICKHOUSE_QUERY_URL = "clickhouse://default@127.0.0.1:1/default"
    run_query(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "clickhouse_away")
    assert "does not answer" in run.error_message


def test_a_broken_record_fails_instead_of_waiting_for_ever(run, caplog):
    Run.objects.update(query='{"version": 1, "kind": "insights"}')
    run_query(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.error_place) == (RunState.FAILED, "metrics")


def test_progress_is_written_but_not_with_every_packet(run, django_assert_num_queries):
    recorder = _Recorder(runs.claim(run.pk))
    with django_assert_num_queries(1):
        for read in range(1000):
            recorder(Progress(read, 1000, read * 8, 0.1))
    run.refresh_from_db()
    assert run.total_rows == 1000


def test_progress_of_a_cancelled_run_stops_the_query(run):
    recorder = _Recorder(runs.claim(run.pk))
    Run.objects.update(state=RunState.CANCELLED)
    with pytest.raises(QueryCancelled):
        recorder(Progress(1, 1000, 8, 0.1))
