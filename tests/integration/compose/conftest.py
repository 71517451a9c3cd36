"""Servers for the deployment: a database of its own in PostgreSQL, an empty one in Redis, an engine without tables."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from tests.conftest import Engine

POSTGRES = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379"


def absent(what: str, error: Exception) -> None:
    sentence = f"{what} does not answer here: {error}"
    pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)


@pytest.fixture
def postgres_database() -> Iterator[str]:
    """user@host:port/name of a database that is gone afterwards."""
    name = f"footfall_compose_{secrets.token_hex(6)}"
    try:
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        absent("PostgreSQL", error)
    with connection:
        connection.execute(f"CREATE DATABASE {name}")
        server = urlsplit(POSTGRES).netloc
        yield f"{server}/{name}"
    with psycopg.connect(POSTGRES, autocommit=True) as again:
        again.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_database() -> Iterator[str]:
    """host:port/number of a database that nobody uses; it is emptied afterwards."""
    server = urlsplit(REDIS).netloc
    for number in range(15, 7, -1):
        client = redis.Redis.from_url(f"redis://{server}/{number}", socket_connect_timeout=3)
        try:
            in_use = client.dbsize()
        except redis.ConnectionError as error:
            absent("Redis", error)
        if not in_use:
            break
    else:
        pytest.fail("no Redis database is free")
    yield f"{server}/{number}"
    client.flushdb()
    client.close()


@pytest.fixture
def clickhouse_server(tmp_path: Path) -> Iterator[str]:
    """user:password@host:port/database of an engine of our own, without a table."""
    (tmp_path / "deployment").mkdir()
    engine = Engine(tmp_path / "clickhouse", password=secrets.token_urlsafe(12)).start()
    yield engine.url.removeprefix("clickhouse://")
    assert engine.stop() == 0
