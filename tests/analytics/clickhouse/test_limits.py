"""A limit that is hit in the engine names itself, its value and the way out."""

from __future__ import annotations

import pytest

from analytics.clickhouse.client import lease
from analytics.clickhouse.executor import execute, threads
from analytics.clickhouse.limits import Limits
from analytics.errors import LimitReached
from analytics.sql.compiled import CompiledQuery

ENDLESS = "SELECT count() FROM system.numbers WHERE sin(number) > 2"
GREEDY = "SELECT number, count() FROM system.numbers GROUP BY number"
WAY_OUT = "Narrow the dates, add a filter, or ask"


def hit(url: str, sql: str, limits: Limits) -> LimitReached:
    with pytest.raises(LimitReached) as caught:
        execute(CompiledQuery(sql, {}, lambda line: line), url=url, limits=limits)
    return caught.value


@pytest.mark.parametrize(
    "sql, limits, code, what",
    [
        (ENDLESS, Limits(seconds=1), "time_limit", "took longer than 1 s"),
        (GREEDY, Limits(memory_bytes=60_000_000, seconds=60), "memory_limit", "needs more than 60 MB of memory"),
        (ENDLESS, Limits(rows=1_000_000, seconds=60), "row_limit", "reads more than 1,000,000 events"),
    ],
)
def test_each_limit_names_itself_its_value_and_the_way_out(clickhouse_url, sql, limits, code, what):
    error = hit(clickhouse_url, sql, limits)
    assert error.code == code
    assert what in error.message
    assert WAY_OUT in error.message


def test_a_limit_that_is_not_the_questions_own_is_not_given_its_value(clickhouse_url):
    compiled = CompiledQuery(ENDLESS, {}, lambda line: line, {"max_execution_time": 1})
    with pytest.raises(LimitReached) as caught:
        execute(compiled, url=clickhouse_url)
    assert WAY_OUT not in caught.value.message


def test_limits_end_with_their_question(clickhouse_url):
    hit(clickhouse_url, ENDLESS, Limits(rows=10, rank=2))
    sql = "SELECT name, value FROM system.settings WHERE name IN ('max_rows_to_read', 'priority') ORDER BY name"
    with lease(clickhouse_url) as client:
        assert client.execute(sql) == [("max_rows_to_read", "0"), ("priority", "0")]


def test_no_limit_is_not_sent_as_one_as_a_server_may_forbid_that():
    assert Limits().settings() == {}
    assert Limits(seconds=5).settings() == {"max_execution_time": 5}


def test_a_query_gets_a_thread_for_each_core_and_no_more_than_its_limit(clickhouse_url):
    cores = threads(clickhouse_url)
    assert cores >= 1
    compiled = CompiledQuery("SELECT getSetting('max_threads')", {}, lambda line: line[0])
    assert execute(compiled, url=clickhouse_url, limits=Limits(threads=cores + 3)).rows == [cores + 3]
