"""Migrations apply once, in order, again after an interruption, and beside one another; history cannot be rewritten."""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace

import pytest

from analytics.clickhouse.client import connect
from analytics.clickhouse.migrate import SINGLE_NODE, Migration, apply, load, migrate
from analytics.errors import QueryFailed


@pytest.fixture
def empty(clickhouse, clickhouse_url):
    """The address of an empty database on the shared engine."""
    name = f"migrations_{secrets.token_hex(4)}"
    clickhouse.execute(f"CREATE DATABASE {name}")
    yield clickhouse_url.rpartition("/")[0] + "/" + name
    clickhouse.execute(f"DROP DATABASE {name}")


@pytest.fixture
def client(empty):
    client = connect(empty)
    yield client
    client.disconnect()


def tables(client):
    return [
        name
        for (name,) in client.execute("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name")
    ]


def test_everything_is_made_once(empty, client):
    names = [migration.name for migration in load()]
    assert names[0] == "0001_events"
    assert migrate(empty) == names
    assert migrate(empty) == []
    assert {"events", "events_inbox", "devices", "data_versions", "rejected_events"} <= set(tables(client))


def test_an_interrupted_file_is_run_again(client):
    whole = Migration(
        "0001_two",
        "CREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = Log;\nCREATE TABLE IF NOT EXISTS b (x UInt8) ENGINE = Log;\n",
    )
    with pytest.raises(QueryFailed):
        apply(client, [replace(whole, text=whole.text + "SELEKT;\n")])
    assert tables(client) == ["a", "b", "schema_migrations"]
    assert apply(client, [whole]) == ["0001_two"]
    assert apply(client, [whole]) == []


def test_two_processes_at_once_agree(empty, client):
    failures: list[BaseException] = []

    def run() -> None:
        try:
            migrate(empty)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert migrate(empty) == []


def test_an_edited_migration_is_refused_by_name(client):
    first = Migration("0001_a", "CREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = Log;\n")
    apply(client, [first])
    with pytest.raises(QueryFailed, match="0001_a was edited"):
        apply(client, [replace(first, text=first.text + "-- harmless\n"), Migration("0002_b", "SELECT 1;")])


def test_a_database_from_the_future_is_refused(client):
    apply(client, [Migration("0001_a", "SELECT 1;")])
    with pytest.raises(QueryFailed, match="does not know"):
        apply(client, [])


def test_numbers_leave_no_gap(tmp_path):
    (tmp_path / "0001_a.sql").write_text("SELECT 1;")
    (tmp_path / "0003_c.sql").write_text("SELECT 1;")
    with pytest.raises(QueryFailed, match="0002_what_it_does"):
        load(tmp_path)


def test_a_cluster_fills_the_placeholders(client):
    """Every statement that makes something names the cluster and the replicated engine; nothing is left unfilled."""
    cluster = {**SINGLE_NODE, "@ON_CLUSTER@": "ON CLUSTER 'c'", "@REPLICATED@": "Replicated"}
    for migration in load():
        for statement in migration.statements(cluster):
            assert "@" not in statement
            assert ("ON CLUSTER" in statement) == statement.startswith(("CREATE", "ALTER"))
            assert "MergeTree" not in statement or "= Replicated" in statement
    with pytest.raises(QueryFailed, match="@UNKNOWN@"):
        apply(client, [Migration("0001_a", "SELECT '@UNKNOWN@';")])
