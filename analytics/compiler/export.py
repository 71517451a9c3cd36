"""Events as they were received, each once, as SQL. Without a limit nothing is sorted, so that the first rows come at
once and the engine holds few of them."""

from __future__ import annotations

from analytics.compiler import expressions
from analytics.compiler.events import FINAL_SETTINGS
from analytics.compiler.expression_rows import rows
from analytics.queries.buckets import window
from analytics.queries.export import ExportQuery
from analytics.queries.scope import Scope
from analytics.results.export import ExportRow
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import bind, sql

_SETTINGS = {"max_block_size": 8192}


def compile_export(query: ExportQuery, scope: Scope) -> CompiledQuery[ExportRow]:
    columns = "toString(event) AS name, toUnixTimestamp64Milli(time) AS at, distinct_id, insert_id, version, properties"
    found = rows(
        [sql(columns)],
        asked=[query.where],
        conditions=[] if query.where is None else [expressions.condition(query.where, place="where")],
        scope=scope,
        window=window(query.dates, scope),
        names=query.events,
    )
    if query.limit is not None:
        order = sql(" ORDER BY at, name, distinct_id, insert_id LIMIT {limit}", limit=bind("UInt32", query.limit))
        found = sql("SELECT * FROM ({found}){order}", found=found, order=order)
    return CompiledQuery.of(found, lambda line: ExportRow(*line), {**FINAL_SETTINGS, **_SETTINGS})
