"""When a run will be over: from what it has read, before that from the last times, and else nothing is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from analytics import runner
from analytics.clickhouse.client import connect
from analytics.queries.codec import parse
from tests.web.shop import NOON, fill, open_shop, question
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


@pytest.mark.django_db
class TestBeforeAsking:
    """On the shop's seven events; the catalogue counts them by the day."""

    @pytest.fixture
    def shop(self, clickhouse, project_id):
        return open_shop(project_id, clickhouse)

    def rows(self, shop, **changes) -> int:
        query = parse(question(**changes))
        return estimates.before_asking(query, runs.scope_of(shop.project, timezone.now())).rows

    def test_it_is_the_volume_of_these_events_in_these_days(self, shop):
        assert self.rows(shop) == 5
        assert self.rows(shop, dates={"kind": "last", "count": 2, "unit": "day"}) == 3
        everything = {"events": {"all": True}, "measure": {"kind": "total"}}
        assert self.rows(shop, metrics=[everything]) == 7

    def test_today_is_that_of_the_question(self, shop):
        today = {"kind": "last", "count": 1, "unit": "day"}
        scope = runs.scope_of(shop.project, NOON)
        rows = [
            estimates.before_asking(parse(question(dates=today, zone=zone)), scope).rows
            for zone in ("UTC", "Pacific/Auckland")
        ]
        assert rows == [3, 0]  # there it is tomorrow

    def test_each_reading_counts_and_so_does_what_it_is_compared_with(self, shop):
        total, users = ({"events": ["Purchase"], "measure": {"kind": kind}} for kind in ("total", "unique"))
        sign_up = {"events": ["Sign Up"], "measure": {"kind": "total"}}
        assert self.rows(shop, metrics=[total, users]) == 5  # one look at each event is enough
        assert self.rows(shop, metrics=[total, sign_up]) == 6
        two = {"kind": "last", "count": 2, "unit": "day"}
        assert self.rows(shop, dates=two, comparison={"kind": "previous"}) == 5

    def test_first_times_read_everything_and_active_users_the_days_before(self, shop):
        two = {"kind": "last", "count": 2, "unit": "day"}
        first = {"events": ["Purchase"], "measure": {"kind": "total"}, "first_time": True}
        assert self.rows(shop, metrics=[first], dates=two) == 5
        assert self.rows(shop, metrics=[{"events": ["Purchase"], "measure": {"kind": "wau"}}], dates=two) == 5

    def test_flows_of_a_funnels_number_read_what_the_funnel_reads_too(self, shop):
        around = {"version": 1, "dates": {"kind": "last", "count": 7, "unit": "day"}}
        funnel = around | {"kind": "funnels", "steps": [{"events": ["Purchase"]}, {"events": ["Sign Up"]}]}
        flows = around | {"kind": "flows", "anchor": {"events": ["Purchase"]}}
        number = {"query": funnel | {"interval": "day"}, "at": {"step": 2, "outcome": "dropped"}}
        scope = runs.scope_of(shop.project, timezone.now())
        assert estimates.before_asking(parse(flows), scope).rows == 7
        assert estimates.before_asking(parse(flows | {"of": number}), scope).rows == 7 + 6

    def test_what_is_kept_is_not_read(self, shop):
        query, scope = parse(question()), runs.scope_of(shop.project, timezone.now())
        kept = {"url": settings.CLICKHOUSE_QUERY_URL, "keep_url": settings.CLICKHOUSE_URL, "cache": None}
        runner.run(query, scope, **kept)
        assert estimates.before_asking(query, scope).rows == 0  # all of it is days that are over
        fill(connect(settings.CLICKHOUSE_URL), shop.project.pk, [("mia", "Purchase", 1, {})])
        assert estimates.before_asking(query, scope).rows == 1  # that day is counted anew

    def test_the_speed_is_that_of_the_projects_own_runs(self, shop, project_id):
        query, scope = parse(question()), runs.scope_of(shop.project, timezone.now())
        assert estimates.before_asking(query, scope).learned_from == 0
        now = timezone.now()

        def ran(project, rows, seconds, state=RunState.DONE):
            times = {"started_at": now - timedelta(seconds=seconds), "finished_at": now}
            Run.objects.create(
                project=project, query="{}", key=str(Run.objects.count()), now=now, state=state, read_rows=rows, **times
            )

        other = Project.objects.create(pk=project_id + 1, name="Other")
        ran(other, estimates.ENOUGH, 100_000_000)
        ran(shop.project, 5, 1000)  # too little to say anything
        ran(shop.project, estimates.ENOUGH, 1000, RunState.FAILED)
        assert estimates.before_asking(query, scope).expected_ms == 0
        for seconds in (1, 2000, 3_000_000):
            ran(shop.project, 1_000_000, seconds)
        found = estimates.before_asking(query, scope)
        assert (found.rows, found.expected_ms, found.learned_from) == (5, 10, 3)
