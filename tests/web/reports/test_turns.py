"""Whose turn it is: no project can keep another waiting, and none runs more at once than it may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from web.projects.models import Project
from web.reports import runs, turns
from web.reports.models import ProjectLimits, Run, RunState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_at_once(settings):
    settings.PROJECT_MAX_RUNNING = 2


@pytest.fixture
def loud(project_id) -> Project:
    return Project.objects.create(pk=project_id, name="Loud")


@pytest.fixture
def quiet(project_id) -> Project:
    return Project.objects.create(pk=project_id + 1, name="Quiet")


def queue(project: Project, *names: str, ago: float = 0) -> None:
    for number, name in enumerate(names):
        asked = timezone.now() - timedelta(seconds=ago - number / 1000)
        Run.objects.create(project=project, query="{}", key=name, now=asked, requested_at=asked)


def used(project: Project, seconds: float, *, ended: float = 1) -> None:
    """A run of that length that ended a moment ago."""
    end = timezone.now() - timedelta(seconds=ended)
    Run.objects.create(
        project=project, query="another", key=f"used-{Run.objects.count()}", now=end, state=RunState.DONE,
        started_at=end - timedelta(seconds=seconds), finished_at=end,
    )  # fmt: skip


def served(times: int) -> list[str]:
    """The keys of the runs that a worker gets; the first of them never ends."""
    return [run.key if (run := turns.take()) else "" for _ in range(times)]


def test_a_project_runs_as_many_at_once_as_it_may_and_the_rest_waits(loud):
    queue(loud, "a", "b", "c", "d")
    assert served(3) == ["a", "b", ""]
    runs.finish(Run.objects.get(key="a"), "{}")
    assert served(2) == ["c", ""]


def test_its_own_limits_go_before_the_settings(loud):
    ProjectLimits.objects.create(project=loud, max_running=1)
    queue(loud, "a", "b")
    assert served(2) == ["a", ""]
    ProjectLimits.objects.update(max_running=3)
    assert served(2) == ["b", ""]


def test_one_that_comes_late_does_not_wait_behind_a_flood(loud, quiet):
    queue(loud, *(f"a{number}" for number in range(50)), ago=60)
    assert served(1) == ["a0"]
    queue(quiet, "b")
    assert served(3) == ["b", "a1", ""]


def test_with_one_worker_projects_take_turns_though_the_flood_waits_longer(loud, quiet):
    queue(loud, "a1", "a2", "a3", ago=60)
    queue(quiet, "b1", "b2")
    order = []
    for _ in range(5):
        run = turns.take()
        order.append(run.key)
        runs.finish(run, "{}")
    assert order == ["a1", "b1", "a2", "b2", "a3"]


def test_a_run_whose_worker_died_goes_first_in_its_project(loud):
    queue(loud, "a", "b", "c")
    served(1)
    runs.mend(timezone.now() + timedelta(seconds=30))
    assert served(2) == ["a", "b"]


def test_nobody_waits_for_a_project_that_is_gone(loud, quiet):
    queue(loud, "a")
    queue(quiet, "b")
    loud.delete()
    assert served(2) == ["b", ""]


def test_who_ends_a_run_says_so_to_the_next_worker_if_somebody_waits(loud):
    from tests.web.reports.test_runs import waiting_messages

    before = waiting_messages()
    turns.pass_on()
    assert waiting_messages() == before
    queue(loud, "a")
    turns.pass_on()
    assert waiting_messages() == before + 1


class TestPlaceInClickHouse:
    """1 goes first, 2 gives way."""

    def start(self, project: Project) -> Run:
        queue(project, f"now-{project.pk}")
        return runs.claim(Run.objects.get(key=f"now-{project.pk}").pk)

    def ranks(self, *projects: Project) -> list[int]:
        return [turns.place(self.start(project)).rank for project in projects]

    def test_who_asks_short_questions_goes_first_however_many(self, loud, quiet):
        for _ in range(40):
            used(quiet, 0.5)
        used(loud, 30)
        assert self.ranks(loud, quiet) == [2, 1]

    def test_who_asks_for_the_first_time_goes_before_one_that_asks_long_ones(self, loud, quiet):
        used(loud, 30)
        assert self.ranks(quiet) == [1]

    def test_a_flood_gives_way_from_its_first_question_to_who_asks_short_ones(self, loud, quiet):
        used(quiet, 0.5)
        assert self.ranks(loud) == [2]

    def test_of_two_who_used_much_the_one_that_used_most_gives_way(self, loud, quiet):
        used(loud, 30)
        used(quiet, 20)
        assert self.ranks(loud, quiet) == [2, 1]

    def test_what_was_used_longer_ago_is_forgiven(self, loud, quiet):
        used(loud, 30, ended=61)
        used(quiet, 10)
        assert self.ranks(loud, quiet) == [1, 2]

    def test_one_that_still_runs_counts_for_the_time_that_it_took_until_now(self, loud, quiet):
        Run.objects.filter(pk=self.start(loud).pk).update(started_at=timezone.now() - timedelta(seconds=20))
        assert self.ranks(quiet) == [1]

    def test_a_question_that_is_known_to_be_short_goes_first(self, loud):
        run = self.start(loud)
        run.expected_ms = 500
        assert turns.place(run).rank == 1
        run.expected_ms = 20_000
        assert turns.place(run).rank == 2

    def test_who_is_alone_is_not_crowded_and_another_makes_it_so(self, loud, quiet):
        assert not turns.place(self.start(loud)).crowded
        used(quiet, 0.1)
        Run.objects.filter(project=loud).delete()
        assert turns.place(self.start(loud)).crowded
