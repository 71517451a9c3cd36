"""Every type that we store or compute comes through as it went in, in both directions and compressed or not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.integration.clickhouse.conftest import MODERN_SQL, Server

MOMENT = datetime(2024, 3, 31, 1, 59, 59, 123000, tzinfo=UTC)
OLD = [
    ("Int8", [-128, 127]),
    ("Int16", [-(2**15), 2**15 - 1]),
    ("Int32", [-(2**31), 2**31 - 1]),
    ("Int64", [-(2**63), 2**63 - 1]),
    ("UInt8", [0, 255]),
    ("UInt16", [0, 65535]),
    ("UInt32", [0, 2**32 - 1]),
    ("UInt64", [0, 2**64 - 1]),
    ("Float32", [0.5, -1.25]),
    ("Float64", [1e300, float("-inf"), 0.1]),
    ("String", ["", "a\0b", "día 🙂", "x" * 300, "'\\\n\t"]),
    ("FixedString(4)", ["abcd", "éé"]),
    ("Date", [date(1970, 1, 2), date(2024, 2, 29)]),
    ("DateTime('UTC')", [datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)]),
    ("UUID", [UUID(int=0), UUID("0123456789abcdef0123456789abcdef")]),
    ("Enum8('a' = -1, 'b, (c)' = 2)", ["a", "b, (c)"]),
    ("Enum16('a' = 1000)", ["a"]),
    ("Decimal(9, 2)", [Decimal("-1234567.89")]),
    ("Decimal(18, 4)", [Decimal("12345678901234.5678")]),
    ("Decimal(38, 10)", [Decimal("1234567890123456789012345678.0123456789")]),
    ("Nullable(String)", [None, "", "x"]),
    ("Nullable(Int64)", [None, 0, -5]),
    ("Array(String)", [[], ["a", ""], ["b"] * 200]),
    ("Array(Array(Nullable(UInt8)))", [[], [[], [1, None]], [[None]]]),
    ("Tuple(String, UInt8)", [("a", 1), ("", 0)]),
]
NEW = [
    ("Bool", [True, False]),
    ("Int128", [-(2**127), 2**127 - 1]),
    ("UInt256", [0, 2**256 - 1]),
    ("Date32", [date(1900, 1, 1), date(2299, 12, 31)]),
    ("DateTime64(3, 'UTC')", [MOMENT, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)]),
    ("DateTime64(6, 'Europe/Berlin')", [MOMENT]),
    ("Decimal(76, 1)", [Decimal("1" * 70 + ".5")]),
    ("IPv4", None),
    ("IPv6", None),
    ("LowCardinality(String)", ["a", "", "a", "b" * 200]),
    ("LowCardinality(Nullable(String))", ["a", None, "a"]),
    ("Array(LowCardinality(String))", [[], ["a", "b", "a"], []]),
    ("Array(LowCardinality(Nullable(String)))", [[None, "x"], []]),
    ("Map(String, String)", [{}, {"a": "b", "": "c"}]),
    ("Map(LowCardinality(String), Float64)", [{}, {"a": 1.5}, {"a": 2.0, "b": -1.0}]),
    ("Map(LowCardinality(String), Array(Nullable(String)))", [{"a": [None, "x"]}, {}]),
    ("Map(String, Bool)", [{"a": True}, {}]),
    ("Tuple(a String, b Array(UInt8))", [("x", [1, 2]), ("", [])]),
    ("Tuple(LowCardinality(String), Nullable(UInt8))", [("x", None), ("x", 2)]),
    ("SimpleAggregateFunction(max, UInt64)", [1, 2]),
]
IP = {"IPv4": "toIPv4('127.0.0.1')", "IPv6": "toIPv6('::1')"}


def round_trip(server: Server, table: str, type: str, values: list[Any], compression: Any) -> None:
    """Between two other columns, so that a column which ends in the wrong place shows."""
    with server.client(compression=compression) as client:
        client.execute(f"CREATE TABLE {table} (n UInt32, v {type}, after String) ENGINE = Memory")
        rows = [(number, value, f"after {number}") for number, value in enumerate(values * 40)]
        assert client.execute(f"INSERT INTO {table} VALUES", rows) == len(rows)
        got = client.execute(f"SELECT n, v, after FROM {table} ORDER BY n")
        assert [(n, plain(v), after) for n, v, after in got] == rows


def plain(value: Any) -> Any:
    """A moment as an instant: where a server leaves out a DateTime's zone, its own is meant, and that is UTC here."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value


@pytest.mark.parametrize("compression", [False, "lz4"])
@pytest.mark.parametrize("type, values", OLD, ids=[type for type, _ in OLD])
def test_a_type_of_always_comes_back_as_it_was_sent(server, table, type, values, compression):
    round_trip(server, table, type, values, compression)


@pytest.mark.parametrize("compression", [False, "lz4"])
@pytest.mark.parametrize("type, values", NEW, ids=[type for type, _ in NEW])
def test_a_newer_type_comes_back_as_it_was_sent(server, table, type, values, compression):
    server.need(MODERN_SQL)
    if values is None:
        with server.client(compression=compression) as client:
            assert client.execute(f"SELECT {IP[type]} AS a, 'after' AS b, toTypeName(a)")[0][1:] == ("after", type)
        return
    round_trip(server, table, type, values, compression)


def test_json_columns_can_be_read_whole_and_by_path(server, client, table):
    server.need(MODERN_SQL)
    client.execute(f"CREATE TABLE {table} (n UInt8, j JSON, after String) ENGINE = Memory")
    client.execute(f"""INSERT INTO {table} FORMAT JSONEachRow
        {{"n": 1, "j": {{"a": {{"b": "x"}}, "c": 5}}, "after": "1"}} {{"n": 2, "j": {{"c": 7.5}}, "after": "2"}}""")
    assert client.execute(
        f"SELECT n, j.a.b::Nullable(String), j.c::Nullable(Float64), after FROM {table} ORDER BY n"
    ) == [
        (1, "x", 5.0, "1"),
        (2, None, 7.5, "2"),
    ]
    whole = client.execute(f"SELECT n, j, after FROM {table} ORDER BY n")
    assert [(n, after) for n, _, after in whole] == [(1, "1"), (2, "2")]
    assert whole[0][1]["a"] == {"b": "x"}


def test_strings_that_are_not_utf8_come_back_as_bytes(client):
    assert client.execute("SELECT unhex('ff00fe'), 'after'") == [(b"\xff\x00\xfe", "after")]


def test_many_blocks_of_many_columns_come_whole(server):
    """More than one block and more than one network read, with strings long enough for two-byte lengths."""
    with server.client(settings={"max_block_size": 5000}) as client:
        rows = client.execute(
            "SELECT number, toString(number) AS s, concat(s, repeat_me) AS long, [number, number + 1] AS a "
            "FROM (SELECT number, arrayStringConcat(arrayMap(x -> 'abcdefgh', range(20))) AS repeat_me "
            "FROM system.numbers LIMIT 60000) ORDER BY number"
        )
    assert len(rows) == 60000
    assert all(row == (n, str(n), str(n) + "abcdefgh" * 20, [n, n + 1]) for n, row in enumerate(rows))
