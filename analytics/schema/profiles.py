"""What is known of users, in questions: the profile of a row's user, as a set of users or as columns beside the row.

A profile belongs to the user that its distinct_id is by now, by all links of the project: settled ones are in events,
never in profiles. Of several profiles that are one user's, one counts as a whole: the user's own, else that of the
device changed last. Who reads profiles reads them here, of one project. docs/decisions/0020 has the reasoning.
"""

from __future__ import annotations

from collections.abc import Mapping

from analytics.schema.properties import boolean, from_map, items, nested, number, number_text
from analytics.schema.tables import DEVICES, PROFILES
from analytics.sql.fragment import Fragment, bind, identifier, join, sql

# Properties of a profile by type. The maps are called as those of events are, so these are the same expressions.
__all__ = ["beside", "boolean", "items", "joined", "nested", "number", "number_text", "profiles", "string"]
__all__ += ["users_where"]

# Beside what was set: facts of the profile itself.
_COLUMNS = {"$distinct_id": "distinct_id"}


def string(name: str) -> Fragment:
    """The text of a profile's property, NULL where it is not set or not text. None has a column of its own."""
    if name in _COLUMNS:
        return identifier(_COLUMNS[name])
    return from_map("strings", name)


def profiles(project_id: int) -> Fragment:
    """The profiles there are, each once, to stand behind FROM."""
    return sql(
        "(SELECT * FROM {table} FINAL WHERE project_id = {project} AND NOT deleted)",
        table=identifier(PROFILES),
        project=bind("UInt32", project_id),
    )


def users_where(project_id: int, condition: Fragment) -> Fragment:
    """A SELECT of the users (UInt64) whose profile meets a condition on the expressions above.

    For `user IN (…)`. The condition must be positive: who has no profile is in no such set, so what a missing value
    meets has to be asked as NOT IN the users of its opposite.
    """
    return sql(
        "SELECT user FROM (SELECT {owner}, ifNull({condition}, 0) AS met FROM {profiles})"
        " GROUP BY user HAVING argMax(met, rank)",
        owner=_owner(project_id),
        condition=condition,
        profiles=profiles(project_id),
    )


def beside(rows: Fragment, project_id: int, columns: Mapping[str, Fragment]) -> Fragment:
    """The rows of a SELECT that has a column `user`, with columns of that user's profile beside them.

    Without a profile they are NULL where the expression can be NULL, else its type's default (an empty list).
    """
    return sql(
        "SELECT row.*, {kept} FROM ({rows}) AS row{joined}",
        kept=join(", ", [sql("profile.{name} AS {name}", name=identifier(name)) for name in columns]),
        rows=rows,
        joined=joined(sql("row.user"), project_id, columns),
    )


def joined(user: Fragment, project_id: int, columns: Mapping[str, Fragment]) -> Fragment:
    """The same, to stand behind a table itself, whose columns the engine then goes on reading one by one."""
    return sql(
        " ANY LEFT JOIN (SELECT user AS owner, {read} FROM ({counting})) AS profile ON {user} = profile.owner",
        user=user,
        read=join(
            ", ",
            [
                sql("tupleElement(read, {place}) AS {name}", place=bind("UInt8", place), name=identifier(name))
                for place, name in enumerate(columns, start=1)
            ],
        ),
        counting=_counting(project_id, list(columns.values())),
    )


def _counting(project_id: int, values: list[Fragment]) -> Fragment:
    """A SELECT of each user with a tuple of what is read from the profile that counts."""
    return sql(
        "SELECT user, argMax(found, rank) AS read"
        " FROM (SELECT {owner}, tuple({values}) AS found FROM {profiles}) GROUP BY user",
        owner=_owner(project_id),
        values=join(", ", values),
        profiles=profiles(project_id),
    )


def _owner(project_id: int) -> Fragment:
    """Whose a profile is, and its rank among those of the same user: one's own first, then the last changed."""
    return sql(
        "transform(actor, {links}.1, {links}.2, actor) AS user, (actor = user, version, actor) AS rank",
        links=sql(
            "(SELECT (arrayPushFront(groupArray(device_actor), toUInt64(0)),"
            " arrayPushFront(groupArray(user_actor), toUInt64(0))) FROM {table} FINAL"
            " WHERE project_id = {project} AND linked)",
            table=identifier(DEVICES),
            project=bind("UInt32", project_id),
        ),
    )
