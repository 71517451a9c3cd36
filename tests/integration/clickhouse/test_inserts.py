"""INSERTs: blocks of rows, no rows, chosen columns, defaults, INSERT … SELECT, and what is refused."""

from __future__ import annotations

import time

import clickhouse_driver
import pytest
from clickhouse_driver.block import RowOrientedBlock

from tests.integration.clickhouse.conftest import MODERN_SQL, Server


def test_rows_can_come_in_many_blocks(server, table):
    with server.client(settings={"insert_block_size": 1000}) as client:
        client.execute(f"CREATE TABLE {table} (a UInt64, b String) ENGINE = Memory")
        assert client.execute(f"INSERT INTO {table} VALUES", ((n, str(n)) for n in range(25_500))) == 25_500
        assert client.execute(f"SELECT count(), sum(a), sum(length(b)) FROM {table}") == [
            (25_500, sum(range(25_500)), sum(len(str(n)) for n in range(25_500)))
        ]


@pytest.mark.parametrize("byte", [3, 4])
def test_rows_that_look_like_packets_are_rows(server, table, byte):
    """3 is Cancel and 4 is Ping where a packet may begin; in the middle of a block they are data, also a slow one."""
    with server.client() as client:
        client.execute(f"CREATE TABLE {table} (a UInt8) ENGINE = Null")
        client.connection.send_query(f"INSERT INTO {table} VALUES")
        client.connection.send_external_tables([])
        client.receive_sample_block()
        head = bytes([2, 0, 1, 0, 2, 255, 255, 255, 255, 0, 1]) + b"\xc8\x01" + b"\x01a\x05UInt8"
        flag = b"\0" if client.connection.server_info.used_revision >= 54454 else b""
        whole = head + flag + bytes([byte]) * 200
        for start in range(0, len(whole), 40):
            client.connection.socket.sendall(whole[start : start + 40])
            time.sleep(0.12)
        client.receive_profile_events()
        client.connection.send_data(RowOrientedBlock())
        client.receive_profile_events()
        client.receive_end_of_insert_query()
        assert client.execute("SELECT 1") == [(1,)]


def test_no_rows_is_no_error(client, table):
    client.execute(f"CREATE TABLE {table} (a UInt64) ENGINE = Memory")
    assert client.execute(f"INSERT INTO {table} VALUES", []) == 0
    assert client.execute(f"SELECT count() FROM {table}") == [(0,)]


def test_columns_can_be_chosen_and_the_others_take_their_defaults(client, table):
    client.execute(
        f"CREATE TABLE {table} (a UInt64, b String DEFAULT concat('n', toString(a)), "
        "c UInt64 MATERIALIZED a * 2, d UInt64 ALIAS a * 3) ENGINE = Memory"
    )
    client.execute(f"INSERT INTO {table} (`a`) VALUES", [(1,)])
    client.execute(f"INSERT INTO {table} (b, a) VALUES", [("x", 2)])
    client.execute(f"INSERT INTO {table} VALUES", [(3, "y")])
    assert client.execute(f"SELECT a, b, c, d FROM {table} ORDER BY a") == [
        (1, "n1", 2, 3),
        (2, "x", 4, 6),
        (3, "y", 6, 9),
    ]


def test_columns_can_be_sent_by_column_and_as_dicts(client, table):
    client.execute(f"CREATE TABLE {table} (a UInt64, b String) ENGINE = Memory")
    client.execute(f"INSERT INTO {table} (a, b) VALUES", [[1, 2], ["x", b"y"]], columnar=True)
    client.execute(f"INSERT INTO {table} (a, b) VALUES", [{"a": 3, "b": "z"}])
    assert client.execute(f"SELECT a, b FROM {table} ORDER BY a") == [(1, "x"), (2, "y"), (3, "z")]


def test_insert_select(client, table):
    client.execute(f"CREATE TABLE {table} (a UInt64, b String) ENGINE = Memory")
    client.execute(f"INSERT INTO {table} SELECT number, toString(number) FROM system.numbers LIMIT 100")
    client.execute(f"INSERT INTO {table} (a) SELECT 1000")
    assert client.execute(f"SELECT count(), max(a) FROM {table}") == [(101, 1000)]


def test_a_materialized_view_is_fed(client, table):
    client.execute(f"CREATE TABLE {table} (a UInt64) ENGINE = Null")
    client.execute(
        f"CREATE MATERIALIZED VIEW {table}_view ENGINE = MergeTree ORDER BY b AS SELECT a * 2 AS b FROM {table}"
        if client.connection.server_info.version_major >= 26
        else f"CREATE MATERIALIZED VIEW {table}_view ENGINE = Memory AS SELECT a * 2 AS b FROM {table}"
    )
    try:
        client.execute(f"INSERT INTO {table} VALUES", [(1,), (2,)])
        assert client.execute(f"SELECT b FROM {table}_view ORDER BY b") == [(2,), (4,)]
    finally:
        client.execute(f"DROP TABLE {table}_view")


@pytest.mark.parametrize(
    "insert, rows, code",
    [
        ("INSERT INTO {table}_nowhere VALUES", [(1,)], 60),
        ("INSERT INTO {table} (nope) VALUES", [(1,)], 16),
    ],
)
def test_what_cannot_be_inserted_has_its_code_and_the_client_goes_on(server, client, table, insert, rows, code):
    client.execute(f"CREATE TABLE {table} (a UInt64) ENGINE = Memory")
    with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute(insert.format(table=table), rows)
    assert caught.value.code == code
    assert client.execute("SELECT 1") == [(1,)]


def test_a_row_that_the_engine_refuses_inserts_nothing(server, client, table):
    server.need(MODERN_SQL)
    client.execute(f"CREATE TABLE {table} (a UInt64, CONSTRAINT small CHECK a < 10) ENGINE = MergeTree ORDER BY a")
    with pytest.raises(clickhouse_driver.errors.ServerException) as caught:
        client.execute(f"INSERT INTO {table} VALUES", [(1,), (100,)])
    assert caught.value.code == 469  # VIOLATED_CONSTRAINT
    assert client.execute(f"SELECT count() FROM {table}") == [(0,)]


def test_a_value_of_the_wrong_python_type_leaves_the_server_usable(client, table):
    client.execute(f"CREATE TABLE {table} (a UInt64) ENGINE = Memory")
    with pytest.raises(clickhouse_driver.errors.TypeMismatchError):
        client.execute(f"INSERT INTO {table} VALUES", [("not a number",)])
    client.execute(f"INSERT INTO {table} VALUES", [(1,)])
    assert client.execute(f"SELECT a FROM {table}") == [(1,)]


def test_what_is_inserted_is_visible_at_once(server: Server, table: str):
    """No queue between the acknowledgement and the next question."""
    with server.client() as writer, server.client() as reader:
        writer.execute(f"CREATE TABLE {table} (a UInt64) ENGINE = MergeTree ORDER BY a")
        for n in range(1, 21):
            writer.execute(f"INSERT INTO {table} VALUES", [(n,)])
            assert reader.execute(f"SELECT count() FROM {table}") == [(n,)]
