"""Connections: passwords, pings, many at once, strangers."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit

import clickhouse_driver
import pytest

from tests.integration.clickhouse.conftest import MODERN_SQL


@pytest.mark.parametrize("password", ["wrong", "", "pässwörd"])
def test_a_wrong_password_is_refused(server, password):
    with server.client(password=password) as client, pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute("SELECT 1")
    assert caught.value.code in (516, 193, 194)


def test_an_unknown_user_is_refused(server):
    parts = urlsplit(server.url)
    client = clickhouse_driver.Client(parts.hostname, port=parts.port, user="nobody", password=parts.password)
    with client, pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute("SELECT 1")
    assert caught.value.code in (516, 192, 193)


def test_an_unknown_database_is_refused(server):
    with (
        server.client(database="no_such_database") as client,
        pytest.raises(clickhouse_driver.errors.ServerException) as caught,
    ):
        client.execute("SELECT 1")
    assert caught.value.code == 81


def test_ping_and_many_queries_on_one_connection(client):
    assert client.execute("SELECT 1") == [(1,)]
    port = client.connection.socket.getsockname()
    for n in range(50):
        assert client.connection.ping()
        assert client.execute(f"SELECT {n}") == [(n,)]
    assert client.connection.socket.getsockname() == port, "the connection was replaced"


def test_many_connections_at_once_get_their_own_answers(server):
    failures = []

    def work(number: int) -> None:
        try:
            with server.client(compression=number % 2 == 0) as client:
                for turn in range(10):
                    sql = f"SELECT sum(number) + {number} FROM (SELECT number FROM system.numbers LIMIT {1000 + turn})"
                    expected = sum(range(1000 + turn)) + number
                    assert client.execute(sql, settings={"max_block_size": 100 + number}) == [(expected,)]
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures


def test_temporary_tables_and_use_belong_to_their_session(server, client):
    server.need(MODERN_SQL)
    client.execute("CREATE TEMPORARY TABLE mine (a UInt8) ENGINE = Memory")
    client.execute("INSERT INTO mine VALUES", [(1,)])
    assert client.execute("SELECT a FROM mine") == [(1,)]
    with server.client() as other, pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        other.execute("SELECT a FROM mine")
    assert caught.value.code == 60


@pytest.mark.parametrize("greeting", [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 20, b"\0\x05abc"])
def test_a_stranger_does_no_harm(server, client, greeting):
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port)) as stranger:
        stranger.sendall(greeting)
    assert client.execute("SELECT 1") == [(1,)]


def test_the_server_says_what_it_is(client):
    client.execute("SELECT 1")
    info = client.connection.server_info
    assert client.execute("SELECT timezone()") == [(info.timezone,)]
    assert client.execute("SELECT version()")[0][0].startswith(f"{info.version_major}.{info.version_minor}.")


def test_external_tables_are_refused_in_words_where_they_are_not_supported(server, client):
    tables = [{"name": "ext", "structure": [("x", "UInt8")], "data": [(1,), (2,)]}]
    if server.kind != "the embedded engine":
        assert client.execute("SELECT sum(x) FROM ext", external_tables=tables) == [(3,)]
        return
    with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute("SELECT sum(x) FROM ext", external_tables=tables)
    assert caught.value.code == 48
    assert client.execute("SELECT 1") == [(1,)]


def test_one_id_and_the_same_settings_twice(client):
    """The statements of one question go out under one id, one after the other."""
    for number in (1, 2, 3):
        assert client.execute(f"SELECT {number}", query_id="one question", settings={"max_threads": 1}) == [(number,)]
