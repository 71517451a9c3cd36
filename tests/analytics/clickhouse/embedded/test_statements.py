"""What the server must read out of a statement: INSERTs whose rows follow, formats, and the ids of running queries."""

from __future__ import annotations

import pytest

from analytics.clickhouse.embedded.statements import first_word, insert_from_client, with_ids_of_clients, without_format


@pytest.mark.parametrize(
    "sql, target, columns, statement",
    [
        ("INSERT INTO t VALUES", "t", None, "INSERT INTO t"),
        ("insert into t (a, b) values;", "t", ("a", "b"), "insert into t (a, b)"),
        ("INSERT INTO t (a, b)", "t", ("a", "b"), "INSERT INTO t (a, b)"),
        ("INSERT INTO TABLE db.t FORMAT Native", "db.t", None, "INSERT INTO TABLE db.t"),
        ('INSERT INTO `a (b`.`c d` (`x, y`, "z""") VALUES', "`a (b`.`c d`", None, None),
        ("/* c (x */ INSERT -- y\n INTO t(a)VALUES", "t", ("a",), "/* c (x */ INSERT -- y\n INTO t(a)"),
        ("INSERT INTO t (a) SETTINGS async_insert = 0, x = 'VALUES' VALUES", "t", ("a",), None),
        ("INSERT INTO FUNCTION null('a UInt8') VALUES", "FUNCTION null('a UInt8')", None, None),
        ("INSERT INTO FUNCTION file('x', 'Native') (a) VALUES", "FUNCTION file('x', 'Native')", ("a",), None),
        ("INSERT INTO t VALUES -- nothing more", "t", None, "INSERT INTO t"),
        ("INSERT INTO values_of_mine VALUES", "values_of_mine", None, None),
    ],
)
def test_inserts_whose_rows_the_client_sends(
    sql: str, target: str, columns: tuple[str, ...] | None, statement: str | None
):
    insert = insert_from_client(sql)
    assert insert is not None
    assert insert.target == target
    if columns is not None:
        assert insert.columns == columns
    if statement is not None:
        assert insert.statement == statement


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t SELECT 1",
        "INSERT INTO t (a) SELECT 'VALUES'",
        "INSERT INTO t (SELECT 1)",
        "INSERT INTO t (a) (SELECT 1)",
        "INSERT INTO t WITH 1 AS x SELECT x",
        "INSERT INTO t SETTINGS a = 1 SELECT 1",
        "INSERT INTO t VALUES (1)",
        "INSERT INTO t FORMAT JSONEachRow {}",
        "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
        "SELECT 'INSERT INTO t VALUES'",
        "INSERT",
        "",
        "--",
    ],
)
def test_everything_else_is_a_statement_like_others(sql: str):
    assert insert_from_client(sql) is None


def test_a_long_list_of_inline_rows_is_not_read_through():
    assert insert_from_client("INSERT INTO t VALUES (" + "1" * 50_000_000 + ")") is None


@pytest.mark.parametrize(
    "sql, plain",
    [
        ("SELECT 1 FORMAT JSON", "SELECT 1 "),
        ("SELECT 1\nformat TSV ;\n", "SELECT 1\n"),
        ("SELECT format('x', 1)", "SELECT format('x', 1)"),
        ("SELECT 'a FORMAT JSON'", "SELECT 'a FORMAT JSON'"),
        ("SELECT 1", "SELECT 1"),
    ],
)
def test_a_format_is_the_clients_business(sql: str, plain: str):
    assert without_format(sql) == plain


@pytest.mark.parametrize(
    "sql, rewritten",
    [
        (
            "KILL QUERY WHERE query_id = 'query_id' SYNC",
            "KILL QUERY WHERE Settings['log_comment'] = 'query_id' SYNC",
        ),
        (
            "SELECT 'system.processes' FROM System . processes",
            "SELECT 'system.processes' FROM System . processes",
        ),
        (
            "SELECT 'system.processes', query_id FROM system.processes p",
            "SELECT 'system.processes', query_id FROM (SELECT * REPLACE (Settings['log_comment'] AS query_id) "
            "FROM system.processes) p",
        ),
        ("SELECT processes FROM t", "SELECT processes FROM t"),
        ("SELECT query_id FROM t", "SELECT query_id FROM t"),
    ],
)
def test_query_ids_are_the_clients(sql: str, rewritten: str):
    assert with_ids_of_clients(sql) == rewritten


@pytest.mark.parametrize(
    "sql, word",
    [
        ("select 1", "SELECT"),
        (" -- x\n/* y */ WITH 1 AS a SELECT a", "WITH"),
        ("(SELECT 1)", "SELECT"),
        ("", ""),
        ("--", ""),
    ],
)
def test_the_first_word(sql: str, word: str):
    assert first_word(sql) == word
