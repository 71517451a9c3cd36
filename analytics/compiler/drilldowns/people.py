"""A page of users and how many there are in all: the same for the numbers of every kind of question."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

from analytics.compiler.events import FINAL_SETTINGS
from analytics.compiler.plans.steps import Step
from analytics.queries.drilldowns.paging import Paging
from analytics.queries.scope import Scope
from analytics.results.drilldowns import Page, UserRow
from analytics.schema.tables import DEVICES
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, identifier, sql

ListPlan = Generator[Step, list[Any], Page]


def named_users(rows: Fragment, *, by_session: bool = False, y: Fragment | None = None) -> Fragment:
    """SELECT of each user (or session) of the rows: who, how to call them, how often, when; `y` is their number.

    `rows` have user, time, version, distinct_id and user_id, and `session` where sessions are listed.
    """
    return sql(
        "SELECT user, {began} AS began,"
        # Whoever has an id of their own is called by it, else by the device that was seen last.
        " if(max(user_id) != '', max(user_id), argMax(distinct_id, (time, version))) AS name,"
        " max(user_id) != '' AS is_named, count() AS events,"
        " toUnixTimestamp64Milli(min(time)) AS first, toUnixTimestamp64Milli(max(time)) AS last,"
        " CAST({y} AS Nullable(Float64)) AS y FROM ({rows}) GROUP BY {keys}",
        began=sql("session") if by_session else sql("toInt64(0)"),
        y=y or sql("NULL"),
        rows=rows,
        keys=sql("user, session") if by_session else sql("user"),
    )


def people(users: Fragment, scope: Scope, paging: Paging) -> ListPlan:
    """`users` is what `named_users` gives, or some of it. The one last seen comes first."""
    counted = CompiledQuery.of(sql("SELECT count() FROM ({users})", users=users), count_of, FINAL_SETTINGS)
    [count] = yield Step(counted, 2)
    page = sql(
        "SELECT user, began, name, is_named, events, first, last, y FROM ({users}){after}"
        " ORDER BY last DESC, user DESC, began DESC LIMIT {limit}",
        users=users,
        after=after(sql("(last, user, began)"), paging),
        limit=bind("UInt32", paging.limit + 1),
    )
    found: list[UserRow] = yield Step(CompiledQuery.of(page, _user_row, FINAL_SETTINGS), 1)
    if unnamed := [row.user for row in found if not row.is_named]:
        ids = dict((yield Step(_ids_of_merged(unnamed, scope), 1)))
        found = [row if row.is_named or row.user not in ids else replace(row, name=ids[row.user]) for row in found]
    return Page.of(count, found, paging, scope.tzinfo)


def _ids_of_merged(users: Sequence[int], scope: Scope) -> CompiledQuery[tuple[int, str]]:
    """The ids of users of whom all that is listed came from their devices, before these had an id."""
    statement = sql(
        "SELECT user_actor, any(user_id) FROM {devices} FINAL WHERE project_id = {project} AND linked"
        " AND user_actor IN {users} GROUP BY user_actor",
        devices=identifier(DEVICES),
        project=bind("UInt32", scope.project_id),
        users=bind("Array(UInt64)", list(users)),
    )
    return CompiledQuery.of(statement, lambda line: (line[0], line[1]))


def after(place: Fragment, paging: Paging) -> Fragment:
    """A WHERE that leaves out the pages before."""
    if paging.after is None:
        return EMPTY
    time, one, two = paging.after
    return sql(
        " WHERE {place} < ({time}, {one}, {two})",
        place=place,
        time=bind("Int64", time),
        one=bind("UInt64", one),
        two=bind("UInt64", two),
    )


def _user_row(line: tuple[Any, ...]) -> UserRow:
    user, began, name, is_named, *numbers = line
    return UserRow(user, began, name, bool(is_named), *numbers)


def count_of(line: tuple[Any, ...]) -> int:
    return int(line[0])
