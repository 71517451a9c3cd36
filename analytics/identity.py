"""Merges as people see them: which devices became which users, taking that back, and settling old ones.

Undoing a merge gives a device its anonymous events back. Events that carry $user_id themselves stay that user's: they
say so. A later event that links the device again changes nothing; only redoing the merge does. Answers resolve links by
themselves (schema/identity.py); settling writes old links into the rows so that they need not, and changes no answer.
This file must not know questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from analytics.clickhouse.writer import bump_data_versions
from analytics.errors import AskerError
from analytics.schema.identity import is_pending, mistrusted, original_actor, settled_until
from analytics.schema.tables import DEVICES, EVENTS, IDENTITY_SETTLINGS, SETTLED_LINKS
from analytics.sql.fragment import EMPTY, Fragment, bind, identifier, sql

ADMIN_RANK = 1 << 63  # from here upwards an administrator decided; below, events did
# No block of events takes as long from the reading of the clock to being visible.
MARGIN = timedelta(minutes=10)
# No question takes as long from looking at the events to looking at the links.
GRACE = timedelta(minutes=1)
WORTH_IT = 200  # links: fewer cost a question less than settling costs
OFTEN_ENOUGH, AT_LEAST = timedelta(hours=1), timedelta(days=1)
_TAKEN_BACK_AT_ONCE = 10_000
_WHOLE = {"mutations_sync": 2}  # wait until every part is rewritten, on every replica


class Executes(Protocol):
    """As much of a client as merges need."""

    def execute(self, query: str, params: Any = None, **options: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Merge:
    """A device and the first user it was seen with. `linked` is when they were first seen together, in UTC."""

    device_id: str
    user_id: str
    linked: datetime
    undone: bool


def list_merges(client: Executes, project_id: int, search: str = "", limit: int = 50, offset: int = 0) -> list[Merge]:
    """Merges, undone ones too, the latest first; with `search`, those whose device or user begins with it."""
    among = EMPTY
    if search:
        among = sql(
            " AND (startsWith(device_id, {search}) OR startsWith(user_id, {search}))", search=bind("String", search)
        )
    text, params = sql(
        "SELECT device_id, user_id, since, NOT linked FROM {table} FINAL WHERE project_id = {project}{among}"
        " ORDER BY since DESC, device_id LIMIT {limit} OFFSET {offset}",
        table=identifier(DEVICES),
        project=bind("UInt32", project_id),
        among=among,
        limit=bind("UInt32", limit),
        offset=bind("UInt32", offset),
    ).render()
    return [
        Merge(device_id, user_id, since.replace(tzinfo=UTC), bool(undone))
        for device_id, user_id, since, undone in client.execute(text, params)
    ]


def undo_merge(client: Executes, project_id: int, device_id: str) -> None:
    """Make the device an anonymous user of its own again, in every answer from now on."""
    _decide(client, project_id, device_id, linked=False)


def redo_merge(client: Executes, project_id: int, device_id: str) -> None:
    """Give the device back to the user it belonged to."""
    _decide(client, project_id, device_id, linked=True)


def _decide(client: Executes, project_id: int, device_id: str, *, linked: bool) -> None:
    device = sql(
        "project_id = {project} AND device_actor = sipHash64({project}, concat('$device:', {device}))",
        project=bind("UInt32", project_id),
        device=bind("String", device_id),
    )
    if not _rows(client, sql("SELECT 1 FROM {table} WHERE {device} LIMIT 1", table=_DEVICES, device=device)):
        raise AskerError(f"the device {device_id!r} has never been merged with a user", code="unknown_device")
    # The later decision outranks the earlier one even where the clock stood still. One statement, so that no time can
    # pass between reading the clock and the row being there.
    decision = sql(
        "INSERT INTO {table} (project_id, device_actor, device_id, user_id, user_actor, since, rank, linked, changed)"
        " SELECT project_id, device_actor, device_id, user_id, user_actor, since,"
        " greatest({admin} + toUInt64(toUnixTimestamp64Micro(now64(6))), rank + 1), {linked}, now64(6)"
        " FROM {table} FINAL WHERE {device}",
        table=_DEVICES,
        admin=bind("UInt64", ADMIN_RANK),
        linked=bind("Bool", linked),
        device=device,
    )
    _run(client, decision, {"async_insert": 0})
    bump_data_versions(client, [project_id])


@dataclass(frozen=True, slots=True)
class Settling:
    """What one settling did: links written into rows for the first time, rows that it changed, devices given back."""

    links: int
    rows: int
    given_back: int


def is_due(client: Executes, project_id: int) -> bool:
    """Whether settling pays: links changed that were settled, many are pending, or the last time is a day ago."""
    since = settled_until(project_id)
    [(broken, pending, last, now)] = _rows(
        client,
        sql(
            "SELECT {mistrusted}, (SELECT count() FROM {table} FINAL WHERE project_id = {project} AND linked"
            " AND {pending}), {since}, now64(6, 'UTC')",
            mistrusted=mistrusted(project_id, since),
            table=_DEVICES,
            project=bind("UInt32", project_id),
            pending=is_pending(project_id, since),
            since=since,
        ),
    )
    never, age = last.timestamp() == 0, now - last
    return bool(broken or (pending >= WORTH_IT and age >= OFTEN_ENOUGH) or (not never and age >= AT_LEAST))


def settle(client: Executes, project_id: int, margin: timedelta = MARGIN, grace: timedelta = GRACE) -> Settling:
    """Write old links into events, so that questions need not resolve them. No answer changes, before, while or after.

    It may be broken off anywhere and run again, also twice at once: until the last step questions go on resolving, and
    every statement reads the links as they then are. docs/decisions/0019 goes through the cases.
    """
    [(started,)] = _rows(client, sql("SELECT now64(6, 'UTC')"))
    until = bind("DateTime64(6, 'UTC')", started - margin)
    given_back = _give_back(client, project_id, grace)
    links = _note(client, project_id, until)
    rows = _write_users(client, project_id)
    marked = sql(
        "INSERT INTO {table} (project_id, settled_until, effective_from) SELECT {project}, {until}, {effective}",
        table=identifier(IDENTITY_SETTLINGS),
        project=bind("UInt32", project_id),
        until=until,
        effective=_from_now(grace),
    )
    _run(client, marked)
    return Settling(links, rows, given_back)


def _give_back(client: Executes, project_id: int, grace: timedelta) -> int:
    """Give devices whose settled link does not hold any more their events back, as they came. Returns how many.

    By the ids of the events and not by the user noted, so that it is right whatever had been written into them.
    """
    project = bind("UInt32", project_id)
    changed = sql(
        "SELECT device_actor FROM {settled} FINAL WHERE project_id = {project} AND user_actor != 0"
        " AND (device_actor, user_actor) NOT IN"
        " (SELECT device_actor, user_actor FROM {devices} FINAL WHERE project_id = {project} AND linked) LIMIT {limit}",
        settled=_SETTLED,
        devices=_DEVICES,
        project=project,
        limit=bind("UInt32", _TAKEN_BACK_AT_ONCE),
    )
    total = 0
    while found := _rows(client, changed):
        devices = bind("Array(UInt64)", [device for (device,) in found])
        theirs = sql(
            "project_id = {project} AND {original} IN {devices} AND actor != {original}",
            project=project,
            original=original_actor(),
            devices=devices,
        )
        _rewrite(client, original_actor(), theirs)
        noted = sql(
            "INSERT INTO {settled} (project_id, device_actor, user_actor, exact_until, written)"
            " SELECT {project}, given.device_actor, if(linked AND NOT startsWith(user_id, '$device:'), user_actor, 0),"
            " {exact_until}, now64(6) FROM (SELECT arrayJoin({devices}) AS device_actor) AS given LEFT JOIN"
            " (SELECT device_actor, user_id, user_actor, linked FROM {table} FINAL WHERE project_id = {project})"
            " AS device ON device.device_actor = given.device_actor",
            settled=_SETTLED,
            project=project,
            exact_until=_from_now(grace),
            devices=devices,
            table=_DEVICES,
        )
        _run(client, noted)
        total += len(found)
    return total


def _note(client: Executes, project_id: int, until: Fragment) -> int:
    """Note which links are about to be in the events. Returns how many were not yet."""
    fresh = sql(
        "FROM {devices} FINAL WHERE project_id = {project} AND linked AND NOT startsWith(user_id, '$device:')"
        " AND changed <= {until} AND (device_actor, user_actor) NOT IN"
        " (SELECT device_actor, user_actor FROM {settled} FINAL WHERE project_id = {project})",
        devices=_DEVICES,
        settled=_SETTLED,
        project=bind("UInt32", project_id),
        until=until,
    )
    [(count,)] = _rows(client, sql("SELECT count() {fresh}", fresh=fresh))
    if count:
        noted = sql(
            "INSERT INTO {settled} (project_id, device_actor, user_actor, exact_until, written)"
            " SELECT project_id, device_actor, user_actor, toDateTime64(0, 6, 'UTC'), now64(6) {fresh}",
            settled=_SETTLED,
            fresh=fresh,
        )
        _run(client, noted)
    return int(count)


def _write_users(client: Executes, project_id: int) -> int:
    """Write every noted link that holds into the events. Returns how many rows that changed.

    All of them and not only new ones: it finds the rows that came since, and heals whatever was missed.
    """
    links = sql(
        "FROM {devices} FINAL WHERE project_id = {project} AND linked AND (device_actor, user_actor) IN"
        " (SELECT device_actor, user_actor FROM {settled} FINAL WHERE project_id = {project} AND user_actor != 0)",
        devices=_DEVICES,
        settled=_SETTLED,
        project=bind("UInt32", project_id),
    )
    # A mutation runs its subqueries when it comes to a part: an undo that was faster than it is honoured, even where
    # the mutation lies there since a crash. Both arrays come from one constant, so that they belong together.
    arrays = sql(
        "(SELECT (arrayPushFront(groupArray(device_actor), toUInt64(0)),"
        " arrayPushFront(groupArray(user_actor), toUInt64(0))) {links})",
        links=links,
    )
    users = sql("transform(actor, {arrays}.1, {arrays}.2, actor)", arrays=arrays)
    theirs = sql(
        "project_id = {project} AND actor IN (SELECT device_actor {links})",
        project=bind("UInt32", project_id),
        links=links,
    )
    return _rewrite(client, users, theirs)


def _rewrite(client: Executes, actor: Fragment, among: Fragment) -> int:
    """Give these rows another actor, in one column of the parts that have such rows; returns how many there were."""
    table = identifier(EVENTS)
    [(count,)] = _rows(client, sql("SELECT count() FROM {table} WHERE {among}", table=table, among=among))
    if count:
        _run(client, sql("ALTER TABLE {t} UPDATE actor = {a} WHERE {w}", t=table, a=actor, w=among), _WHOLE)
    return int(count)


def _from_now(time: timedelta) -> Fragment:
    return sql("now64(6) + toIntervalSecond({seconds})", seconds=bind("UInt32", int(time.total_seconds())))


def _rows(client: Executes, statement: Fragment) -> Any:
    text, params = statement.render()
    return client.execute(text, params)


def _run(client: Executes, statement: Fragment, settings: dict[str, Any] | None = None) -> None:
    text, params = statement.render()
    client.execute(text, params, settings=settings)


_DEVICES, _SETTLED = identifier(DEVICES), identifier(SETTLED_LINKS)
