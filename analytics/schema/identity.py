"""Who did an event: the actor of its row, or the user that the actor's device belongs to by now.

Links are read when a question is asked, so a merge and its undoing are seen at once by every answer, for all of the
past. Old links have been written into the rows (analytics/identity.py settles them), so only these are resolved here:
links that changed since, links of devices that were anonymous since, and those that are never settled.
Where a settled link has changed since, its rows cannot be trusted: then the ids that every event came with are read.
This file must not know questions or how links are made. docs/decisions/0006 and 0019 have the reasoning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from analytics.schema.tables import ANONYMOUS_DEVICES, DEVICES, IDENTITY_SETTLINGS, SETTLED_LINKS
from analytics.sql.fragment import EMPTY, Fragment, bind, identifier, sql

# Older knowledge is not used, because anonymous_devices forgets after 30 days.
_LONGEST_AGO = sql("INTERVAL 20 DAY")


def user_of_named(devices: Sequence[int], users: Sequence[int]) -> Fragment:
    """The user of a row of events, as UInt64: an expression that may stand wherever a column may. Here of known devices
    to resolve and their users (clickhouse/links.py)."""
    if not devices:
        return sql("`actor`")
    return sql(
        "transform(`actor`, {devices}, {users}, `actor`)",
        devices=bind("Array(UInt64)", list(devices)),
        users=bind("Array(UInt64)", list(users)),
    )


def user_looked_up(project_id: int, since: dt.datetime | None) -> Fragment:
    """The same, by the links pending since that moment or, without one, by the ids that rows came with and all links:
    right whatever was settled. The statement looks the links up, as there are too many of them to name."""
    if since is None:
        return sql(
            "transform({original}, {links}.1, {links}.2, {original})",
            original=original_actor(),
            links=_links(project_id),
        )
    pending = sql(" AND {pending}", pending=is_pending(project_id, bind("DateTime64(6, 'UTC')", since)))
    return sql("transform(`actor`, {links}.1, {links}.2, `actor`)", links=_links(project_id, pending))


def original_actor() -> Fragment:
    """The actor that a row had when it came, whatever has been settled since; as the view in migration 0001 has it."""
    return sql(
        "sipHash64(project_id, multiIf(user_id != '', user_id, device_id != '', concat('$device:', device_id),"
        " distinct_id))"
    )


def _links(project_id: int, among: Fragment = EMPTY) -> Fragment:
    """The pair in front keeps the arrays from being empty, which transform refuses; it maps an actor to itself."""
    return sql(
        "(SELECT (arrayPushFront(groupArray(device_actor), toUInt64(0)),"
        " arrayPushFront(groupArray(user_actor), toUInt64(0))) FROM {table} FINAL"
        " WHERE project_id = {project} AND linked{among})",
        table=identifier(DEVICES),
        project=bind("UInt32", project_id),
        among=among,
    )


def is_pending(project_id: int, since: Fragment) -> Fragment:
    """Whether a row of devices may have events that carry the device as their actor.

    A user who is called like a device may be somebody else's device: that link is never settled. `since` is
    `settled_until`, where it is known.
    """
    return sql(
        "(changed >= {since} OR startsWith(user_id, '$device:') OR device_actor IN ("
        "SELECT device_actor FROM {anonymous} WHERE project_id = {project}"
        # With nothing settled every link is pending anyway.
        " AND inserted >= if({since} = 0, toDateTime('2100-01-01', 'UTC'), toStartOfTenMinutes({since}))))",
        since=since,
        anonymous=identifier(ANONYMOUS_DEVICES),
        project=bind("UInt32", project_id),
    )


def mistrusted(project_id: int, since: Fragment) -> Fragment:
    """Whether rows may carry a user that their device does not belong to (any more)."""
    return sql(
        "(SELECT count() > 0 FROM {settled} AS settled FINAL INNER JOIN"
        " (SELECT device_actor, if(linked, user_actor, 0) AS owner FROM {devices} FINAL"
        " WHERE project_id = {project} AND changed >= {since}) AS device USING device_actor"
        " WHERE settled.project_id = {project}"
        # The set spares the join all the settled links that have not changed.
        " AND settled.device_actor IN (SELECT device_actor FROM {devices}"
        " WHERE project_id = {project} AND changed >= {since})"
        " AND (settled.user_actor NOT IN (0, owner) OR settled.exact_until > now64(6)))",
        settled=identifier(SETTLED_LINKS),
        devices=identifier(DEVICES),
        project=bind("UInt32", project_id),
        since=since,
    )


def settled_until(project_id: int) -> Fragment:
    """Links that changed before this moment are in the rows; the epoch if none are."""
    return sql(
        "(SELECT max(settled_until) FROM {settlings} WHERE project_id = {project}"
        " AND effective_from <= now64(6) AND settled_until > now64(6) - {longest})",
        settlings=identifier(IDENTITY_SETTLINGS),
        project=bind("UInt32", project_id),
        longest=_LONGEST_AGO,
    )
