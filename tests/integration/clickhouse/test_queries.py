"""Queries: settings, ids, headers, errors, progress, cancelling, clients that vanish."""

from __future__ import annotations

import secrets
import socket
import threading
import time

import clickhouse_driver
import pytest

from tests.integration.clickhouse.conftest import KILL_ANSWERS_AT_ONCE, MODERN_SQL, NOTICES_LEAVING, Server, wait_for

ENDLESS = "SELECT count() FROM system.numbers WHERE sin(number) > 2"
SAFE = {"max_execution_time": 60}  # should a test fail to stop it


def running(client: clickhouse_driver.Client, query_id: str) -> bool:
    return client.execute("SELECT query_id FROM system.processes").count((query_id,)) > 0


def test_settings_hold_for_one_query(client):
    sql = "SELECT sum(number) FROM (SELECT number FROM system.numbers LIMIT 100000)"
    with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute(sql, settings={"max_rows_to_read": 10, "max_block_size": 1000})
    assert caught.value.code in (158, 307)
    assert client.execute(sql) == [(4999950000,)]
    assert client.execute("SELECT value FROM system.settings WHERE name = 'max_rows_to_read'") == [("0",)]


def test_a_clients_own_set_outlives_a_querys_settings(client):
    value = "SELECT value FROM system.settings WHERE name = 'max_threads'"
    client.execute("SET max_threads = 3")
    assert client.execute(value) == [("3",)]
    assert client.execute(value, settings={"max_threads": 1}) == [("1",)]
    assert client.execute(value) == [("3",)]


def test_an_important_setting_that_nobody_knows_is_an_error_and_an_unimportant_one_is_not(server):
    server.need(MODERN_SQL)
    with server.client() as client:
        with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
            client.execute("SELECT 1", settings={"no_such_setting": 1})
        assert caught.value.code == 115
    with server.client(settings_is_important=False) as client:
        assert client.execute("SELECT 1", settings={"no_such_setting": 1}) == [(1,)]


def test_a_query_runs_under_the_id_that_the_client_gave_it(client):
    query_id = secrets.token_hex(8)
    assert client.execute("SELECT query_id FROM system.processes", query_id=query_id).count((query_id,)) == 1


def test_statements_of_one_id_may_follow_one_another(client: clickhouse_driver.Client):
    """A question with a breakdown asks twice under its run's id, with the same settings."""
    query_id = secrets.token_hex(8)
    for _ in range(3):
        assert client.execute("SELECT 1", query_id=query_id, settings={"max_threads": 1}) == [(1,)]


def test_columns_and_types_come_with_rows_and_without(client):
    sql = "SELECT number AS n, toString(number) AS s FROM system.numbers WHERE number < {} LIMIT 2"
    columns = [("n", "UInt64"), ("s", "String")]
    assert client.execute(sql.format(2), with_column_types=True) == ([(0, "0"), (1, "1")], columns)
    none = "SELECT number AS n, toString(number) AS s FROM (SELECT number FROM system.numbers LIMIT 5) WHERE number > 9"
    assert client.execute(none, with_column_types=True) == ([], columns)
    assert client.execute(none + "; -- and a comment", with_column_types=True)[0] == []


def test_statements_without_rows_return_none(client, table):
    assert client.execute(f"CREATE TABLE {table} (a UInt8) ENGINE = Memory") == []
    assert client.execute(f"SELECT * FROM {table}") == []
    assert client.execute(f"DROP TABLE {table}") == []


@pytest.mark.parametrize(
    "sql", ["SHOW TABLES", "SHOW CREATE TABLE {table}", "DESCRIBE TABLE {table}", "EXISTS TABLE {table}"]
)
def test_statements_about_tables_return_rows(client, table, sql):
    client.execute(f"CREATE TABLE {table} (a UInt8) ENGINE = Memory")
    assert client.execute(sql.format(table=table))


@pytest.mark.parametrize(
    "sql, code",
    [
        ("SELEC 1", 62),
        ("SELECT nope", 47),
        ("SELECT * FROM no_such_table_here", 60),
        ("SELECT * FROM no_such_database.t", 81),
        ("SELECT no_such_function(1)", 46),
        ("SELECT 'x' + 1", 43),
        ("SELECT toUInt8('x')", (6, 32)),
        ("SELECT throwIf(number = 30000) FROM (SELECT number FROM system.numbers LIMIT 50000)", 395),
    ],
)
def test_errors_have_clickhouses_codes_and_say_why(client, sql, code):
    with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute(sql)
    assert caught.value.code in (code if isinstance(code, tuple) else (code,))
    assert "DB::Exception: " in caught.value.message
    assert client.execute("SELECT 1") == [(1,)]


def test_an_error_after_the_first_rows_is_an_error(client):
    """The first blocks have left when it happens."""
    sql = "SELECT throwIf(number = 900000) FROM system.numbers LIMIT 1000000"
    with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute(sql, settings={"max_block_size": 1000})
    assert caught.value.code == 395


@pytest.mark.parametrize(
    "sql, settings, codes",
    [
        (ENDLESS, {"max_execution_time": 1}, (159,)),
        ("SELECT number, count() FROM system.numbers GROUP BY number", {"max_memory_usage": 30_000_000}, (241,)),
        ("SELECT number FROM system.numbers LIMIT 100000", {"max_result_rows": 10}, (158, 396)),
        ("SELECT count() FROM system.numbers", {"max_rows_to_read": 10}, (158,)),
    ],
)
def test_limits_stop_a_query_with_the_limits_code(client, sql, settings, codes):
    with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute(sql, settings=settings)
    assert caught.value.code in codes


def test_progress_comes_while_the_query_runs_and_adds_up(client):
    sql = "SELECT count() FROM (SELECT number FROM system.numbers LIMIT 20000000) WHERE sin(number) < 2"
    seen = []
    result = client.execute_with_progress(sql, settings={"max_threads": 1, "interactive_delay": 50_000})
    for rows, _ in result:
        seen.append((time.monotonic(), rows))
    assert result.get_result() == [(20_000_000,)]
    assert [rows for _, rows in seen] == sorted(rows for _, rows in seen)
    assert len({rows for _, rows in seen}) > 2, "no progress in between"
    assert 20_000_000 <= seen[-1][1] <= 20_200_000
    assert seen[-1][0] - seen[0][0] > 0.05, "everything came at the end"


def test_what_was_read_is_known_of_quick_queries_too(client, table):
    client.execute(f"CREATE TABLE {table} (a UInt64) ENGINE = MergeTree PARTITION BY tuple() ORDER BY a")
    client.execute(f"INSERT INTO {table} SELECT number FROM system.numbers LIMIT 5000")
    assert client.execute(f"SELECT sum(a) FROM {table}") == [(12497500,)]
    assert client.last_query.progress.rows == 5000
    assert client.last_query.progress.bytes == 40000


def test_cancel_ends_the_query_and_the_connection_goes_on(server, client):
    query_id = secrets.token_hex(8)
    with server.client() as other:
        result = other.execute_with_progress(ENDLESS, query_id=query_id, settings=SAFE)
        next(result)  # it runs
        assert running(client, query_id)
        other.cancel()
        wait_for(lambda: not running(client, query_id), 5)
        assert other.execute("SELECT 1") == [(1,)]


def test_kill_stops_a_query_by_the_clients_id(server, client):
    query_id = secrets.token_hex(8)
    codes = []

    def run() -> None:
        with server.client() as other, pytest.raises(clickhouse_driver.errors.ServerException) as caught:
            other.execute(ENDLESS, query_id=query_id, settings=SAFE)
        codes.append(caught.value.code)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: running(client, query_id), 10)
    suffix = "ASYNC" if KILL_ANSWERS_AT_ONCE in server.capabilities else "SYNC"
    killed = client.execute(f"KILL QUERY WHERE query_id = '{query_id}' {suffix}")
    assert len(killed) == 1
    thread.join(10)
    assert codes == [394]
    assert not running(client, query_id)


@pytest.mark.parametrize("after_some_rows", [False, True])
def test_the_query_of_a_client_that_vanished_stops(server, client, after_some_rows):
    if not after_some_rows:
        server.need(NOTICES_LEAVING)
    query_id = secrets.token_hex(8)
    other = server.client()
    sql = "SELECT number FROM system.numbers" if after_some_rows else ENDLESS
    if after_some_rows:
        next(iter(other.execute_iter(sql, query_id=query_id, settings=SAFE)))
    else:
        next(other.execute_with_progress(sql, query_id=query_id, settings=SAFE))
    assert running(client, query_id)
    other.connection.socket.shutdown(socket.SHUT_RDWR)  # as if its process had died
    other.connection.socket.close()
    wait_for(lambda: not running(client, query_id), 5)


def test_a_killed_client_process_takes_its_query_along(server, client):
    """As above, but with the kernel closing the socket while nothing is being sent."""
    server.need(NOTICES_LEAVING)
    query_id = secrets.token_hex(8)
    other = server.client()
    other.execute("SELECT 1")
    other.connection.send_query(ENDLESS, query_id=query_id)
    other.connection.send_external_tables([])
    wait_for(lambda: running(client, query_id), 10)
    other.disconnect()
    wait_for(lambda: not running(client, query_id), 5)


def test_the_same_id_cannot_run_twice(server: Server, client):
    server.need(MODERN_SQL)
    query_id = secrets.token_hex(8)
    with server.client() as first:
        next(first.execute_with_progress(ENDLESS, query_id=query_id, settings=SAFE))
        with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
            client.execute("SELECT 1", query_id=query_id)
        assert caught.value.code == 216


def test_results_larger_than_memory_are_sent_as_they_are_read(client):
    """The first row of an endless result is here at once."""
    started = time.monotonic()
    rows = client.execute_iter("SELECT number FROM system.numbers", settings={"max_block_size": 1000, **SAFE})
    assert [next(rows) for _ in range(5)] == [(0,), (1,), (2,), (3,), (4,)]
    assert time.monotonic() - started < 5
    client.disconnect()
