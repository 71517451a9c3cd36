"""The values that a property has, the most frequent first: what can be picked in a filter. It answers no question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.compiler.columns import column, items, number_text
from analytics.compiler.events import FINAL_SETTINGS, events
from analytics.queries.buckets import window
from analytics.queries.dates import DateUnit, LastDates
from analytics.queries.metrics import AllEvents
from analytics.queries.properties import Property, PropertyType
from analytics.queries.scope import Scope
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, sql

LOOKED_AT = LastDates(30, DateUnit.DAY)
# Somebody waits at the keyboard: what was found in this time is shown.
_LIMITS = {"max_execution_time": 3, "timeout_overflow_mode": "break"}


@dataclass(frozen=True, slots=True)
class ValueRow:
    value: str
    events: int


def compile_values(
    wanted: Property, names: tuple[str, ...] | AllEvents, scope: Scope, *, search: str = "", limit: int = 50
) -> CompiledQuery[ValueRow]:
    """Values with the number of their events in the last 30 days; `search` finds text in them, whatever its case."""
    rows = events(
        sql("{value} AS value", value=value_text(wanted)), scope=scope, window=window(LOOKED_AT, scope), names=names
    )
    found = EMPTY
    if search:
        found = sql(" AND positionCaseInsensitiveUTF8(value, {search}) > 0", search=bind("String", search))
    statement = sql(
        "SELECT assumeNotNull(value) AS text, count() AS events FROM ({rows}) WHERE isNotNull(value){found}"
        " GROUP BY text ORDER BY events DESC, text LIMIT {limit}",
        rows=rows,
        found=found,
        limit=bind("UInt32", limit),
    )
    return CompiledQuery.of(statement, _row, {**FINAL_SETTINGS, **_LIMITS})


def value_text(wanted: Property) -> Fragment:
    """A value as text, for each item of a list a row."""
    match wanted.type:
        case PropertyType.LIST:
            return sql("arrayJoin({items})", items=items(wanted))
        case PropertyType.NUMBER:
            return number_text(wanted)
        case PropertyType.BOOLEAN:
            return sql("toString({boolean})", boolean=column(wanted))
    return column(wanted)


def _row(line: tuple[Any, ...]) -> ValueRow:
    return ValueRow(str(line[0]), int(line[1]))
