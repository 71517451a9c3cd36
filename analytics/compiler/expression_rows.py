"""The events that expressions are about: with their users' profiles beside them where an expression asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analytics.compiler.events import events, user
from analytics.compiler.expressions import profile_columns
from analytics.queries.buckets import Window
from analytics.queries.expressions import Expression, UserProperty, parts_of
from analytics.queries.metrics import AllEvents
from analytics.queries.scope import Scope
from analytics.schema import profiles
from analytics.sql.fragment import Fragment, join, sql


def rows(
    columns: Sequence[Fragment],
    *,
    asked: Sequence[Expression | None],
    conditions: Sequence[Fragment],
    scope: Scope,
    window: Window,
    names: Sequence[str] | AllEvents,
) -> Fragment:
    """A SELECT of the columns over the events that meet all conditions; both may read whatever `asked` read."""
    where = join(" AND ", [sql("({condition})", condition=each) for each in conditions if each])
    wanted = sorted({name for expression in asked if expression for name in _users_properties(expression)})
    if not wanted:
        return events(join(", ", columns), scope=scope, window=window, names=names, where=where)
    # What nobody reads of the star is not read by the engine either.
    everything = sql("*, {user} AS user", user=user(scope))
    known = profiles.beside(
        events(everything, scope=scope, window=window, names=names),
        scope.project_id,
        {column: value for name in wanted for column, value in profile_columns(name).items()},
    )
    selected = sql("SELECT {columns} FROM ({known})", columns=join(", ", columns), known=known)
    return sql("{selected} WHERE {where}", selected=selected, where=where) if where else selected


def _users_properties(expression: Expression) -> Iterator[str]:
    if isinstance(expression, UserProperty):
        yield expression.name
    for part in parts_of(expression):
        yield from _users_properties(part)
