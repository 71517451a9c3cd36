"""Rejected events: seen by analysts, replayed by admins, stored once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from analytics import ingest
from analytics.clickhouse.client import Client
from analytics.events import TRACK, Moment
from analytics.ingest.drain import Drain
from tests.web.ingestion.conftest import Kept
from web.ingestion import rejected, spooling
from web.projects.models import Project

NOW = 1_700_000_000_000
DAY = 86_400


@pytest.fixture(autouse=True)
def own_ids(db: None, project_id: int) -> None:
    """ClickHouse is shared by all tests, so the projects of this one get ids that nobody else has."""
    Project.objects.create(pk=project_id, name="Far")


def refuse(project: Project, url: str, *events: dict[str, Any]) -> None:
    payload = ingest.events(json.dumps(events).encode())
    outcome = ingest.check(payload, TRACK, Moment(NOW), project.pk)
    assert len(outcome.failures) == len(events)
    spooling.keep(outcome, "track")
    drain_all(url)


def drain_all(url: str) -> None:
    drain = Drain(spooling.spool().folder, url)
    drain.drain()
    drain.close()


def too_old(**properties: Any) -> dict[str, Any]:
    return {"event": "Old", "properties": {"time": NOW // 1000 - 9 * DAY, "distinct_id": "u", **properties}}


def stored(client: Client, project: Project) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = client.execute(
        "SELECT insert_id, properties FROM events FINAL WHERE project_id = {p:UInt32}", {"p": project.pk}
    )
    return rows


def test_who_sees_and_who_replays(clickhouse_url, clickhouse, cast, sign_in):
    refuse(cast.project, clickhouse_url, too_old(note="<b>bold</b>"))
    address = reverse("ingestion:rejected", args=[cast.project.pk])
    assert sign_in(cast.carol).get(address).status_code == 403
    assert sign_in(cast.mallory).get(address).status_code == 404
    page = sign_in(cast.bob).get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert "older than 5 days" in text
    assert "&lt;b&gt;bold" in text
    assert "<b>bold" not in text
    assert "Replay all" not in text
    assert sign_in(cast.bob).post(address, {"reason": "x", "all": "1"}).status_code == 403
    assert sign_in(cast.mallory).post(address, {"reason": "x", "all": "1"}).status_code == 404
    assert "Replay all" in sign_in(cast.anna).get(address).content.decode()


def test_replaying_by_reason_and_one_by_one(clickhouse_url, clickhouse, cast, sign_in):
    project = cast.project
    refuse(project, clickhouse_url, too_old(**{"$insert_id": "kept"}), too_old(), too_old(distinct_id="null", time=NOW))
    (reason,) = [each for each in rejected.reasons(project.pk) if "older" in each.reason]
    assert (reason.waiting, reason.events) == (2, 2)
    anna = sign_in(cast.anna)
    address = reverse("ingestion:rejected", args=[project.pk])
    anna.post(address, {"reason": reason.reason, "all": "1"})
    drain_all(clickhouse_url)
    ids = [insert_id for insert_id, _ in stored(clickhouse, project)]
    assert "kept" in ids
    assert sum(insert_id.startswith("replay-") for insert_id in ids) == len(ids) - 1
    (after,) = [each for each in rejected.reasons(project.pk) if each.reason == reason.reason]
    assert after.waiting == 0
    nobody = next(each for each in rejected.newest(project.pk, reason="", limit=50, offset=0) if "null" in each.reason)
    page = anna.post(address, {"id": str(nobody.id)}, follow=True)
    assert "refused by today" in page.content.decode()
    assert len(stored(clickhouse, project)) == len(ids)


def test_a_replay_that_crashed_before_its_mark_stores_nothing_twice(
    clickhouse_url, clickhouse, project_id, monkeypatch
):
    project = Project.objects.get(pk=project_id)
    refuse(project, clickhouse_url, too_old())
    (event,) = rejected.newest(project.pk, reason="", limit=5, offset=0)
    for _ in range(2):  # as if the first had died between the spool and the mark
        with monkeypatch.context() as patch:
            patch.setattr(rejected, "write_rejected", lambda client, rows: 0)
            assert rejected.replay(project.pk, [event.id]).stored == 1
        drain_all(clickhouse_url)
    assert len(stored(clickhouse, project)) == 1
    assert rejected.replay(project.pk, [event.id]).stored == 1
    assert rejected.replay(project.pk, [event.id]).stored == 0  # marked now


def test_another_projects_events_cannot_be_replayed(clickhouse_url, clickhouse, project_id, cast, kept: Kept):
    project = Project.objects.get(pk=project_id)
    refuse(project, clickhouse_url, too_old())
    (event,) = rejected.newest(project.pk, reason="", limit=5, offset=0)
    assert rejected.replay(cast.other_project.pk, [event.id]) == rejected.Replay(0, 0)


def test_clickhouse_away_is_said(cast, sign_in, settings):
    settings.CLICKHOUSE_QUERY_URL = "clickhouse://default@127.0.0.1:1/default"
    page = sign_in(cast.bob).get(reverse("ingestion:rejected", args=[cast.project.pk]))
    assert page.status_code == 503
