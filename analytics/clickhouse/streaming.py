"""Answers that need not fit in memory: the rows of a compiled query as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from analytics.clickhouse.client import connect
from analytics.sql.compiled import CompiledQuery

Row = TypeVar("Row")


def stream(compiled: CompiledQuery[Row], *, url: str) -> Iterator[Row]:
    """Over a connection of its own: whoever stops reading closes it, and with it the query."""
    client = connect(url)
    try:
        for line in client.execute_iter(compiled.sql, dict(compiled.params), settings=dict(compiled.settings)):
            yield compiled.row(line)
    finally:
        client.disconnect()
