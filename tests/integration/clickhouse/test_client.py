"""Our client, executor and check of the server, against the embedded engine: values, errors, progress, cancel."""

from __future__ import annotations

import gc
import secrets
import threading
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.clickhouse.client import Client, check_server, connect, lease
from analytics.clickhouse.executor import Progress, cancel, execute
from analytics.errors import LimitReached, QueryCancelled, QueryFailed, Unavailable
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import bind, sql
from tests.conftest import Engine
from tests.integration.clickhouse.conftest import TYPED_PARAMETERS, Server, wait_for

ENDLESS = "SELECT count() FROM system.numbers WHERE sin(number) > 2"
together = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Sum(NamedTuple):
    total: int


@given(st.text(st.characters(exclude_categories=["Cs"])))
@together
def test_any_text_arrives_as_it_is(clickhouse: Client, text: str):
    got = clickhouse.execute("SELECT {a:String}, length({a:String}), {b:Array(String)}", {"a": text, "b": [text, text]})
    assert got == [(text, len(text.encode()), [text, text])]


@pytest.mark.parametrize(
    "text", ["'", "\\", "\\'", "\0", "a\0b", "\n\r\t\b\f", "\\N", "NULL", "{x:String}", "%s", "--", "🙂"]
)
def test_the_texts_that_break_escaping_arrive(clickhouse: Client, text: str):
    assert clickhouse.execute("SELECT {a:String}, {b:Nullable(String)}", {"a": text, "b": text}) == [(text, text)]
    assert clickhouse.execute("SELECT {m:Map(String, Array(String))}", {"m": {text: [text]}}) == [({text: [text]},)]
    assert clickhouse.execute("SELECT {t:Tuple(String, UInt8)}", {"t": (text, 1)}) == [((text, 1),)]


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2299, 12, 30)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"]),
)
@together
def test_a_moment_keeps_its_milliseconds_and_its_instant(clickhouse: Client, naive: datetime, zone: str):
    moment = naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=ZoneInfo(zone))
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    got = clickhouse.execute(
        "SELECT toUnixTimestamp64Milli({a:DateTime64(3, 'UTC')}), "
        "arrayMap(x -> toUnixTimestamp64Milli(x), {b:Array(DateTime64(3, 'UTC'))})",
        {"a": moment, "b": [moment]},
    )
    assert got == [(expected, [expected])]


@pytest.mark.parametrize(
    "type, value",
    [
        ("Int64", -(2**63)),
        ("UInt64", 2**64 - 1),
        ("Float64", 0.1),
        ("Float64", float("inf")),
        ("Float64", 5e-324),
        ("Bool", True),
        ("Array(Bool)", [True, False]),
        ("Array(Nullable(String))", [None, "", "NULL"]),
        ("Nullable(String)", None),
        ("Nullable(Int64)", None),
        ("Date", date(2024, 2, 29)),
        ("Array(Date)", [date(2024, 2, 29)]),
        ("UUID", UUID(int=5)),
        ("Array(UUID)", [UUID(int=5)]),
        ("Decimal(38, 10)", Decimal("1234567890123456789012345678.0123456789")),
        ("Array(Array(UInt8))", [[], [1, 2]]),
        ("Map(String, Float64)", {"a": 0.5, "b": 1e300}),
        ("Array(Tuple(String, UInt64))", [("a", 1), ("b", 2)]),
    ],
)
def test_values_of_every_kind_arrive_exactly(clickhouse: Client, type: str, value: object):
    assert clickhouse.execute(f"SELECT {{v:{type}}}", {"v": value}) == [(value,)]


def test_errors_leave_in_our_words(clickhouse: Client, clickhouse_url: str):
    with pytest.raises(QueryFailed) as failed:
        clickhouse.execute("SELECT * FROM nowhere")
    assert failed.value.engine_code == 60
    assert "nowhere" in failed.value.message
    assert "Stack trace" not in failed.value.message
    with pytest.raises(LimitReached) as limit:
        clickhouse.execute(ENDLESS, settings={"max_execution_time": 0.3})
    assert limit.value.code == "time_limit"
    with pytest.raises(QueryFailed) as unknown:
        clickhouse.execute("SELECT 1", settings={"no_such_setting": 1})
    assert unknown.value.engine_code == 115


def test_a_server_that_is_not_there_is_unavailable_in_a_sentence():
    with pytest.raises(Unavailable) as caught:
        connect("clickhouse://default@127.0.0.1:1/default").execute("SELECT 1")
    assert "127.0.0.1:1 does not answer" in caught.value.message


def test_a_wrong_password_is_said_so(clickhouse_url: str):
    at = clickhouse_url.rindex("@")
    with pytest.raises(Unavailable, match="refuses the user or the password"):
        connect("clickhouse://default:wrong" + clickhouse_url[at:]).execute("SELECT 1")


def test_execute_returns_typed_rows_and_what_they_cost(clickhouse_url: str):
    piece = sql("SELECT sum(number) FROM numbers({n})", n=bind("UInt64", 1000))
    rows = execute(CompiledQuery.of(piece, Sum._make), url=clickhouse_url)
    assert rows.rows == [Sum(499500)]
    assert rows.read_rows == 1000
    assert rows.read_bytes == 8000
    assert 0 < rows.elapsed < 10


@pytest.mark.parametrize("sql", ["SELECT 1 AS n WHERE {p:UInt8} = 2", "WITH 1 AS n SELECT n WHERE {p:UInt8} = 2"])
def test_an_answer_without_rows_is_no_rows(clickhouse: Client, sql: str):
    """Ours is spared the columns of nothing, whichever way it asks; other clients get them (test_queries.py)."""
    assert clickhouse.execute(sql, {"p": 1}) == []
    assert list(clickhouse.execute_iter(sql, {"p": 1})) == []
    assert clickhouse.execute_with_progress(sql, {"p": 1}).get_result() == []
    assert clickhouse.execute(sql, {"p": 1}, with_column_types=True) == ([], [])
    assert clickhouse.execute(sql, {"p": 2}, with_column_types=True) == ([(1,)], [("n", "UInt8")])


def test_progress_is_told_while_it_runs(clickhouse_url: str):
    told: list[Progress] = []
    statement = "SELECT count() FROM numbers(60000000) WHERE sin(number) < 2"
    rows = execute(CompiledQuery(statement, {}, Sum._make), url=clickhouse_url, on_progress=told.append)
    assert rows.rows == [Sum(60_000_000)]
    assert len({report.read_rows for report in told}) > 2
    assert {report.total_rows for report in told if report.total_rows} == {60_000_000}
    assert told[-1].read_rows == 60_000_000
    assert told[0].elapsed < rows.elapsed


def test_cancel_from_elsewhere_stops_a_run(clickhouse: Client, clickhouse_url: str):
    query_id = secrets.token_hex(8)
    caught: list[BaseException] = []

    def run() -> None:
        try:
            execute(CompiledQuery(ENDLESS, {}, Sum._make), url=clickhouse_url, query_id=query_id)
        except QueryCancelled as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: cancel(clickhouse_url, query_id), 10)
    thread.join(10)
    assert len(caught) == 1
    assert not cancel(clickhouse_url, query_id), "it still runs"


def test_an_error_in_on_progress_stops_the_query(clickhouse: Client, clickhouse_url: str):
    query_id = secrets.token_hex(8)

    def give_up(_: Progress) -> None:
        raise InterruptedError("enough")

    with pytest.raises(InterruptedError):
        execute(CompiledQuery(ENDLESS, {}, Sum._make), url=clickhouse_url, query_id=query_id, on_progress=give_up)
    running = "SELECT count() FROM system.processes WHERE query_id = {id:String}"
    wait_for(lambda: clickhouse.execute(running, {"id": query_id}) == [(0,)], 5)
    assert execute(CompiledQuery("SELECT 1", {}, Sum._make), url=clickhouse_url).rows == [Sum(1)]


def test_a_leased_connection_is_used_again_and_replaced_when_it_died(clickhouse_url: str):
    with lease(clickhouse_url) as first:
        first.execute("SELECT 1")
        socket = first.connection.socket
    with lease(clickhouse_url) as second:
        second.execute("SELECT 1")
        assert (second, second.connection.socket) == (first, socket)
        socket.shutdown(2)  # the server went away in the meantime
    with lease(clickhouse_url) as third:
        assert third.execute("SELECT 1") == [(1,)]
        assert third.connection.socket is not socket


def test_what_a_thread_leaves_behind_is_closed(clickhouse_url: str):
    sockets = []

    def ask() -> None:
        with lease(clickhouse_url) as client:
            client.execute("SELECT 1")
            sockets.append(client.connection.socket)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(10)
    del thread
    gc.collect()
    assert sockets[0].fileno() == -1


def test_check_server_reports_what_answers(clickhouse_url: str):
    report = check_server(clickhouse_url)
    assert report.version[0] >= 26
    assert report.revision >= 54459


def test_check_server_names_what_an_old_server_lacks(server: Server):
    if TYPED_PARAMETERS in server.capabilities:
        assert check_server(server.url).revision >= 54459
        return
    with pytest.raises(Unavailable, match=r"ClickHouse 18\.16\.\d+ cannot be used: it lacks typed query parameters"):
        check_server(server.url)


def test_check_server_says_that_nothing_answers():
    with pytest.raises(Unavailable, match="does not answer"):
        check_server("clickhouse://default@127.0.0.1:1/default")


def test_a_server_that_stops_in_the_middle_is_unavailable(tmp_path):
    engine = Engine(tmp_path / "data").start()
    with connect(engine.url) as client:
        client.execute("SELECT 1")
        timer = threading.Timer(0.3, lambda: engine.stop(9))
        timer.start()
        started = time.monotonic()
        with pytest.raises(Unavailable):
            client.execute(ENDLESS)
        assert time.monotonic() - started < 5
        timer.join()
