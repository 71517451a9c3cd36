"""A compiled query ties the statement to its row type."""

from __future__ import annotations

from typing import NamedTuple

from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import bind, sql


class Count(NamedTuple):
    day: str
    events: int


def test_of_renders_the_fragment_and_keeps_the_limits():
    query = CompiledQuery.of(sql("SELECT {d}, 1", d=bind("String", "mon")), Count._make, {"max_execution_time": 30})
    assert (query.sql, query.params) == ("SELECT {p0:String}, 1", {"p0": "mon"})
    assert query.settings == {"max_execution_time": 30}
    assert query.row(("mon", 1)).events == 1


def test_without_limits_there_are_none():
    assert CompiledQuery.of(sql("SELECT 1"), tuple).settings == {}
