"""Events out again, as lines of JSON, while they are read: none is kept, and each is there once.

An iterator that ends has given all; one that breaks raises. Whoever passes the lines on must not let the second look
like the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analytics.clickhouse.streaming import stream
from analytics.compiler.export import compile_export
from analytics.queries.export import ExportQuery
from analytics.queries.scope import Scope

# The most that deploy/clickhouse/users.xml lets a question ask for.
LIMITS = {"max_execution_time": 6 * 3600, "max_result_rows": 10**12}


def lines(query: ExportQuery, scope: Scope, *, url: str) -> Iterator[bytes]:
    compiled = compile_export(query, scope)
    compiled = replace(compiled, settings={**compiled.settings, **LIMITS})
    return (row.line(in_milliseconds=query.in_milliseconds) for row in stream(compiled, url=url))
