"""/healthz says that the process lives; /readyz asks every part."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from web import health


@pytest.fixture
def workers():
    """Every worker gave a sign of life a moment ago."""
    for name in health.WORKERS:
        health.beat(name)


def test_alive_asks_nobody(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_every_part_answers(client, clickhouse_url, workers):
    response = client.get("/readyz")
    report = response.json()
    assert {name: part["ok"] for name, part in report["parts"].items()} == dict.fromkeys(health.PARTS, True)
    assert (response.status_code, report["ok"]) == (200, True)


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["clickhouse", "spool", "cache"])
def test_not_ready_when_one_part_is_away(client, clickhouse_url, workers, settings, tmp_path, part):
    in_the_way = tmp_path / "a file, not a folder"
    in_the_way.touch()
    if part == "clickhouse":
        settings.CLICKHOUSE_QUERY_URL = "clickhouse://default@127.0.0.1:1/default"
    elif part == "spool":
        settings.SPOOL_DIR = in_the_way / "spool"
    else:
        location = str(in_the_way / "cache")
        backend = "django.core.cache.backends.filebased.FileBasedCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": location}}
    response = client.get("/readyz")
    parts = response.json()["parts"]
    assert response.status_code == 503
    gone = [part, *health.WORKERS] if part == "cache" else [part]  # nothing is heard of workers without the cache
    assert [name for name, state in parts.items() if not state["ok"]] == gone


@pytest.mark.django_db
@pytest.mark.parametrize("worker", health.WORKERS)
def test_not_ready_when_a_worker_is_silent(client, clickhouse_url, workers, worker):
    cache.delete(health._beat_of(worker))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert [name for name, state in response.json()["parts"].items() if not state["ok"]] == [worker]


@pytest.mark.django_db
def test_the_report_does_not_say_why(client, settings):
    settings.CLICKHOUSE_QUERY_URL = "clickhouse://secretuser:secretpassword@127.0.0.1:1/default"
    page = client.get("/readyz").content.decode()
    assert "secret" not in page
    assert "127.0.0.1" not in page
