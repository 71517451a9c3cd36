"""The values that a property of users has, the most frequent first: what can be picked in a filter. It answers no
question: profiles are counted, whoever's they are by now."""

from __future__ import annotations

from analytics.compiler.values import ValueRow
from analytics.queries.properties import Property, PropertyType
from analytics.queries.scope import Scope
from analytics.schema import profiles
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, sql

# Somebody waits at the keyboard: what was found in this time is shown.
_LIMITS = {"max_execution_time": 3, "timeout_overflow_mode": "break"}


def compile_profile_values(
    wanted: Property, scope: Scope, *, search: str = "", limit: int = 50
) -> CompiledQuery[ValueRow]:
    """Values with the number of their profiles; `search` finds text in them, whatever its case."""
    found = EMPTY
    if search:
        found = sql(" AND positionCaseInsensitiveUTF8(value, {search}) > 0", search=bind("String", search))
    statement = sql(
        "SELECT assumeNotNull(value) AS text, count() AS profiles FROM (SELECT {value} AS value FROM {profiles})"
        " WHERE isNotNull(value){found} GROUP BY text ORDER BY profiles DESC, text LIMIT {limit}",
        value=_text(wanted),
        profiles=profiles.profiles(scope.project_id),
        found=found,
        limit=bind("UInt32", limit),
    )
    return CompiledQuery.of(statement, lambda line: ValueRow(str(line[0]), int(line[1])), _LIMITS)


def _text(wanted: Property) -> Fragment:
    match wanted.type:
        case PropertyType.LIST:
            return sql("arrayJoin({items})", items=profiles.items(wanted.name))
        case PropertyType.OBJECT:
            return profiles.nested(wanted.name)
        case PropertyType.NUMBER:
            return profiles.number_text(wanted.name)
        case PropertyType.BOOLEAN:
            return sql("toString({boolean})", boolean=profiles.boolean(wanted.name))
    return profiles.string(wanted.name)
