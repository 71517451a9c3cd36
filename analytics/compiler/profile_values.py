"""The values that a property of users has, the most frequent first: what can be picked in a filter. It answers no
question: profiles are counted, whoever's they are by now."""

from __future__ import annotations

from analytics.compiler.values import ValueRow, value_text
from analytics.queries.properties import Property
from analytics.queries.scope import Scope
from analytics.schema import profiles
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, bind, sql

# Somebody waits at the keyboard: what was found in this time is shown.
_LIMITS = {"max_execution_time": 3, "timeout_overflow_mode": "break"}


def compile_profile_values(
    wanted: Property, scope: Scope, *, search: str = "", limit: int = 50
) -> CompiledQuery[ValueRow]:
    """Values of a property of users, with the number of their profiles; `search` finds text, whatever its case."""
    found = EMPTY
    if search:
        found = sql(" AND positionCaseInsensitiveUTF8(value, {search}) > 0", search=bind("String", search))
    statement = sql(
        "SELECT assumeNotNull(value) AS text, count() AS profiles FROM (SELECT {value} AS value FROM {profiles})"
        " WHERE isNotNull(value){found} GROUP BY text ORDER BY profiles DESC, text LIMIT {limit}",
        value=value_text(wanted),
        profiles=profiles.profiles(scope.project_id),
        found=found,
        limit=bind("UInt32", limit),
    )
    return CompiledQuery.of(statement, lambda line: ValueRow(str(line[0]), int(line[1])), _LIMITS)
