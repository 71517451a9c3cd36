"""What a project's questions may take, and that nobody waits for what nobody looks at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from web.projects.models import Project
from web.reports import runs
from web.reports.limits import allowance
from web.reports.models import ProjectLimits, Run, RunState

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(project_id) -> Project:
    return Project.objects.create(pk=project_id, name="Shop")


@pytest.fixture
def run(project) -> Run:
    return Run.objects.create(project=project, query="{}", key="k", now=timezone.now())


def later(**delta):
    return timezone.now() + timedelta(**delta)


def test_a_project_has_what_the_settings_say_but_for_what_was_set_for_it(project, settings):
    settings.QUESTION_MAX_SECONDS, settings.QUESTION_MAX_ROWS, settings.PROJECT_MAX_WAITING = 60, 1000, 7
    ProjectLimits.objects.create(project=project, max_seconds=30, max_rows=0)
    allowed = allowance(project)
    assert (allowed.question.seconds, allowed.question.rows, allowed.waiting) == (30, 0, 7)


def test_limits_beyond_what_clickhouse_grants_are_refused_where_they_are_set(project):
    with pytest.raises(ValidationError) as caught:
        ProjectLimits(project=project, max_seconds=601, max_memory_bytes=9_000_000_000).full_clean()
    assert set(caught.value.message_dict) == {"max_seconds", "max_memory_bytes"}


def test_a_run_that_nobody_looks_at_is_stopped(run, settings):
    settings.RUN_ABANDONED_AFTER = 600
    runs.mend(later(seconds=590))
    assert Run.objects.get().is_in_flight
    runs.mend(later(seconds=610))
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.CANCELLED, "abandoned")


def test_looking_keeps_it(run, settings):
    settings.RUN_ABANDONED_AFTER = 600
    Run.objects.update(looked_at=later(seconds=-590))
    run.refresh_from_db()
    runs.note_look(run)
    runs.mend(later(seconds=20))
    assert Run.objects.get().is_in_flight


def test_looking_each_second_is_not_written_each_second(run, django_assert_num_queries):
    with django_assert_num_queries(0):
        runs.note_look(run)


def test_abandoning_can_be_switched_off(run, settings):
    settings.RUN_ABANDONED_AFTER = 0
    runs.mend(later(minutes=14))
    assert Run.objects.get().is_in_flight


def test_who_waited_too_long_behind_others_is_not_told_that_the_worker_is_gone(run, project):
    now = later(minutes=16)
    Run.objects.create(project=project, query="{}", key="other", now=now, state=RunState.DONE, started_at=now)
    runs.mend(now)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "no_turn")
