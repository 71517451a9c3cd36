"""When a run will be over: from what it has read, before that from the last times, and else nothing is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from web.projects.models import Project
from web.reports import estimates, runs
from web.reports.models import Run, RunState


@pytest.mark.parametrize(
    "before, elapsed, read, total, expected",
    [
        (None, 1.0, 0, 0, None),  # ClickHouse has not said yet how much there is
        (None, 0.1, 4, 100, None),  # too early
        (9000, 0.1, 4, 100, 9000),
        (None, 1.0, 25, 100, 4000),
        (9000, 1.0, 10, 100, 9300),  # the past still counts most
        (9000, 9.0, 90, 100, 9900),  # now what is read does
        (9000, 10.0, 120, 100, 10000),  # more was read than was announced
    ],
)
def test_the_more_is_read_the_more_it_counts(before, elapsed, read, total, expected):
    assert estimates.refined(before, elapsed=elapsed, read=read, total=total) == expected


@pytest.mark.django_db
class TestOfARun:
    @pytest.fixture
    def project(self, project_id) -> Project:
        return Project.objects.create(pk=project_id, name="Shop")

    def ask(self, project, query="{}", **fields) -> Run:
        return Run.objects.create(
            project=project, query=query, key=f"k{Run.objects.count()}", now=timezone.now(), **fields
        )

    def took(self, project, seconds: float, **fields) -> None:
        end = timezone.now()
        self.ask(
            project, started_at=end - timedelta(seconds=seconds), finished_at=end, **{"state": RunState.DONE, **fields}
        )

    def test_nothing_is_said_while_it_waits(self, project):
        self.took(project, 3)
        assert estimates.expected_ms(self.ask(project)) is None

    def test_the_last_times_of_the_same_question_by_the_middle_one(self, project):
        for seconds in (2, 3, 100):
            self.took(project, seconds)
        self.took(project, 50, query='{"another": "question"}')
        self.took(project, 50, state=RunState.FAILED)
        assert runs.claim(self.ask(project).pk).expected_ms == 3000

    def test_nobody_learns_from_another_projects_runs(self, project, project_id):
        self.took(Project.objects.create(pk=project_id + 1, name="Other"), 3)
        assert runs.claim(self.ask(project).pk).expected_ms is None

    def test_waiting_for_a_worker_counts_and_it_is_never_less_than_what_has_passed(self, project):
        now = timezone.now()
        run = self.ask(
            project, state=RunState.RUNNING, requested_at=now - timedelta(seconds=5),
            started_at=now - timedelta(seconds=2), expected_ms=4000,
        )  # fmt: skip
        assert estimates.expected_ms(run) == 7000
        run.expected_ms = 100
        assert 5000 <= estimates.expected_ms(run) < 6000

    def test_progress_mends_the_estimate_in_the_record(self, project):
        run = runs.claim(self.ask(project).pk)
        runs.note_progress(run, read_rows=50, total_rows=100, read_bytes=1, elapsed=2.0)
        assert Run.objects.get(pk=run.pk).expected_ms == 4000
