"""Merges are settled where it pays, in every project, by the job that the schedule names."""

from __future__ import annotations

import pytest

from analytics.clickhouse.writer import EventBatch, write_events
from analytics.errors import QueryFailed
from analytics.identity import WORTH_IT
from tests.conftest import own_engine
from web.projects.models import Project
from workers import identity, schedule

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clickhouse_url(tmp_path_factory):
    yield from own_engine(tmp_path_factory)


def _link_devices(clickhouse, project_id):
    batch = EventBatch()
    for number in range(WORTH_IT):
        row = (project_id, number + 1, "View", "u", f"i{number}", 1_710_000_000_000, "u", f"d{number}", "{}")
        for column, value in zip(batch.columns(), row, strict=True):
            column.append(value)
    write_events(clickhouse, batch)


def _settlings(clickhouse, project_id):
    counted = "SELECT count() FROM identity_settlings WHERE project_id = {p:UInt32}"
    return clickhouse.execute(counted, {"p": project_id})[0][0]


def test_one_projects_failure_is_not_anothers(clickhouse, clickhouse_url, project_id, monkeypatch, settings):
    settings.CLICKHOUSE_URL = clickhouse_url
    for pk in (project_id, project_id + 1, project_id + 2):
        Project.objects.create(pk=pk, name=str(pk))
    _link_devices(clickhouse, project_id)
    _link_devices(clickhouse, project_id + 1)
    settle = identity.settle

    def failing(client, project):
        if project == project_id:
            raise QueryFailed("broken")
        return settle(client, project)

    monkeypatch.setattr(identity, "settle", failing)
    app = schedule.app
    app.tasks[app.conf.beat_schedule["settle merges"]["task"]]()
    assert [_settlings(clickhouse, project_id + n) for n in range(3)] == [0, 1, 0]
