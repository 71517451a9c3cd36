"""Deleting what must not be kept: events past a project's retention, deleted profiles, and everything of a project.

A call returns when the rows are in no active part any more; there is no mark that a later clean-up has to honour.
This file must not know who may delete.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from analytics.clickhouse.writer import bump_data_versions, bump_profile_versions
from analytics.schema.tables import EVENT_NAMES, EVENTS, PROFILES, PROJECT_TABLES, REJECTED_EVENTS
from analytics.sql.fragment import Fragment, bind, identifier, sql

# Wait until the parts are rewritten, on every replica.
_PHYSICAL = {"mutations_sync": 2}
_AT_ONCE = 1000  # profiles
# A day of a project's zone can have begun 25 hours ago: the first day that is kept must stay whole.
_LONGEST_DAY = timedelta(hours=25)


class Executes(Protocol):
    """As much of a client as deletion needs."""

    def execute(self, query: str, params: Any = None, **options: Any) -> Any: ...


def delete_older_than(client: Executes, project_id: int, days: int) -> None:
    """Delete what lies before a project's retention: today and the `days` - 1 days before it stay, in any time zone."""
    if days < 1:
        raise ValueError("at least today is kept")
    edge = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days - 1) - _LONGEST_DAY
    moment = bind("DateTime64(3, 'UTC')", edge)
    _delete(client, EVENTS, project_id, sql(" AND time < {edge}", edge=moment))
    _delete(client, REJECTED_EVENTS, project_id, sql(" AND received_at < {edge}", edge=moment))
    _delete(client, EVENT_NAMES, project_id, sql(" AND day < toDate({edge})", edge=moment))
    bump_data_versions(client, [project_id])


def delete_project_data(client: Executes, project_id: int) -> None:
    """Delete everything of a project. Its versions stay, and grow: no answer may outlive the events."""
    for table in PROJECT_TABLES:
        _delete(client, table, project_id)
    bump_data_versions(client, [project_id])
    bump_profile_versions(client, [project_id])


def delete_profiles(client: Executes, project_id: int, versions: Mapping[str, int]) -> None:
    """Delete profiles by their distinct_id, up to the version given with each: that of the row that says that there is
    none. That row goes last, when nothing that it hides is left. Later versions stay.
    """
    ids = list(versions)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        theirs = sql(
            " AND distinct_id IN {ids} AND version <= transform(distinct_id, {ids}, {versions}, toUInt64(0))",
            ids=bind("Array(String)", some),
            versions=bind("Array(UInt64)", [versions[distinct_id] for distinct_id in some]),
        )
        _delete(client, PROFILES, project_id, theirs + sql(" AND NOT deleted"))
        _delete(client, PROFILES, project_id, theirs + sql(" AND deleted"))


def delete_profiles_before(client: Executes, version: int) -> None:
    """Delete what is older than a version, of every project: for when all there is has been written again."""
    found, params = sql(
        "SELECT DISTINCT project_id FROM {table} WHERE version < {version}",
        table=identifier(PROFILES),
        version=bind("UInt64", version),
    ).render()
    for (project_id,) in client.execute(found, params):
        _delete(client, PROFILES, project_id, sql(" AND version < {version}", version=bind("UInt64", version)))
        bump_profile_versions(client, [project_id])


def _delete(client: Executes, table: str, project_id: int, among: Fragment | None = None) -> None:
    condition = sql("project_id = {project}", project=bind("UInt32", project_id)) + (among or Fragment())
    # Most parts hold nothing of it; asking first spares the table a mutation that would touch none.
    found, params = sql(
        "SELECT 1 FROM {table} WHERE {condition} LIMIT 1", table=identifier(table), condition=condition
    ).render()
    if not client.execute(found, params):
        return
    text, params = sql(
        "ALTER TABLE {table} DELETE WHERE {condition}", table=identifier(table), condition=condition
    ).render()
    client.execute(text, params, settings=_PHYSICAL)
