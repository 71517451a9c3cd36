"""What is deleted is gone from the disk when the call returns, and nothing else is."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from analytics.clickhouse.deletion import delete_older_than, delete_project_data
from analytics.clickhouse.versions import data_version, profile_version
from analytics.clickhouse.writer import ProfileRow, RejectedEvent, write_profiles, write_rejected
from analytics.identity import settle
from analytics.schema.tables import PROJECT_TABLES
from tests.conftest import own_engine

DAY = 86_400_000


@pytest.fixture(scope="module")
def clickhouse_url(tmp_path_factory):
    yield from own_engine(tmp_path_factory)


def ids(clickhouse, project_id):
    rows = clickhouse.execute(
        "SELECT insert_id FROM events WHERE project_id = {p:UInt32} ORDER BY time DESC", {"p": project_id}
    )
    return [insert_id for (insert_id,) in rows]


def test_retention_deletes_what_no_zone_still_shows(clickhouse, project_id, write):
    now = int(time.time() * 1000)
    ages = {"now": 0, "yesterday": DAY, "edge": 30 * DAY - 60_000, "old": 31 * DAY + 120_000, "older": 400 * DAY}
    for name, age in ages.items():
        write({"insert_id": name, "time_ms": now - age})
        write({"insert_id": name, "time_ms": now - age}, project=project_id + 1)
    version = data_version(clickhouse, project_id)
    delete_older_than(clickhouse, project_id, 30)
    assert ids(clickhouse, project_id) == ["now", "yesterday", "edge"]
    assert ids(clickhouse, project_id + 1) == list(ages)
    assert data_version(clickhouse, project_id) > version


def test_a_deleted_project_leaves_no_row_and_touches_no_other(clickhouse, project_id, write):
    rejected = RejectedEvent(
        project_id, uuid.uuid4(), datetime.now(UTC), "track", "event", "is missing", "missing", "{}"
    )
    write_rejected(clickhouse, [rejected])
    for project in (project_id, project_id + 1):
        write({"user_id": "u", "device_id": "d", "properties": '{"plan": "pro"}'}, {"device_id": "d"}, project=project)
        settle(clickhouse, project, margin=timedelta(0))
        write_profiles(clickhouse, [ProfileRow(project, "u", 1, False, '{"plan": "pro"}')])
        clickhouse.execute("INSERT INTO kept_buckets (project_id, reading) VALUES", [(project, "a reading")])

    def rows(project):
        return {
            table: clickhouse.execute(f"SELECT count() FROM {table} WHERE project_id = {{p:UInt32}}", {"p": project})[
                0
            ][0]
            for table in PROJECT_TABLES
        }

    assert all(rows(project_id).values())
    others = rows(project_id + 1)
    version, of_profiles = data_version(clickhouse, project_id), profile_version(clickhouse, project_id)
    delete_project_data(clickhouse, project_id)
    assert not any(rows(project_id).values())
    assert rows(project_id + 1) == others
    assert data_version(clickhouse, project_id) > version
    assert profile_version(clickhouse, project_id) > of_profiles
