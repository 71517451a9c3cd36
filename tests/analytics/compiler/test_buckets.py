"""The engine puts every moment around every edge into the bucket that the calendar says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.compiler.buckets import bucket_column
from analytics.queries.buckets import buckets
from analytics.queries.dates import FixedDates, Interval
from analytics.sql.fragment import bind, sql
from tests.analytics.queries.scopes import scope

CASES = [
    ("UTC", "2024-03-01", "2024-03-03"),
    ("Europe/Berlin", "2024-03-30", "2024-04-01"),
    ("Australia/Lord_Howe", "2024-04-06", "2024-04-08"),
    ("America/Sao_Paulo", "2017-10-14", "2017-10-16"),
    ("Asia/Beirut", "2023-03-25", "2023-03-27"),
    ("Pacific/Apia", "2011-12-29", "2012-01-01"),
    ("Asia/Kathmandu", "1985-12-31", "1986-01-02"),
    ("America/St_Johns", "2010-11-06", "2010-11-08"),
]


@pytest.mark.parametrize("interval", [Interval.HOUR, Interval.DAY, Interval.WEEK, Interval.MONTH])
@pytest.mark.parametrize("zone, first, last", CASES)
def test_moments_around_edges(clickhouse: Any, zone: str, first: str, last: str, interval: Interval):
    dates = FixedDates(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    found = buckets(dates, interval, scope(zone))
    column = bucket_column(found)
    wanted = {}
    for bucket in found:
        start, end = (int(edge.timestamp() * 1000) for edge in (bucket.start, bucket.end))
        wanted |= dict.fromkeys((start, start + 1, (start + end) // 2, end - 1), bucket.start)
    text, params = sql(
        "SELECT moment, {bucket} FROM (SELECT arrayJoin({moments}) AS moment,"
        " fromUnixTimestamp64Milli(moment, 'UTC') AS time)",
        bucket=column.expression,
        moments=bind("Array(Int64)", sorted(wanted)),
    ).render()
    rows = clickhouse.execute(text, params)
    assert {moment: column.start(number) for moment, number in rows} == wanted
