"""The merges that a question still has to resolve, read before it is compiled.

Most projects have none or few (docs/decisions/0019), and a statement that names them is far shorter than one that looks
at everything itself: planning that took 60 ms, and forty readings in one were more than the engine takes. Where there
are many, or where rows cannot be trusted, that is what the statement is told, and it looks up the links alone.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Any, Protocol

from analytics.clickhouse.client import lease
from analytics.clickhouse.versions import data_version
from analytics.queries.scope import Merged, Scope, ToLookUp
from analytics.schema.identity import is_pending, mistrusted, settled_until
from analytics.schema.tables import DEVICES
from analytics.sql.fragment import Fragment, bind, identifier, sql

MOST_NAMED = 20_000
# Every change of a link makes a new version, so what was read for a version stays right; only how old links may be
# (schema/identity.py) moves with the clock, and that by the minute.
SECONDS_KEPT = 20.0
_MOST_KEPT = 1000


class Reads(Protocol):
    """As much of a client as reading needs."""

    def execute(self, query: str, params: Any = None, **options: Any) -> Any: ...


def pending_merges(client: Reads, project_id: int, since: dt.datetime | None = None) -> Merged | ToLookUp:
    """The links to resolve, or which ones the statement has to look up. `since` is what `last_settled` gave a moment
    ago, if it was asked: an older moment only makes more of them."""
    since = since or last_settled(client, project_id)
    known = bind("DateTime64(6, 'UTC')", since)
    [(found, any_changed)] = _rows(
        client,
        # One row whatever there is: of no rows the embedded engine would have to be asked what they would have been.
        sql(
            "SELECT groupArrayIf({limit})((device_actor, user_actor), linked AND {pending}),"
            " countIf(changed >= {known}) FROM {devices} FINAL WHERE project_id = {project}",
            limit=Fragment((str(MOST_NAMED + 1),)),
            pending=is_pending(project_id, known),
            known=known,
            devices=identifier(DEVICES),
            project=bind("UInt32", project_id),
        ),
    )
    if any_changed and _rows(client, sql("SELECT {broken}", broken=mistrusted(project_id, known)))[0][0]:
        return ToLookUp()
    if len(found) > MOST_NAMED:
        return ToLookUp(since)
    found = sorted(found)
    return Merged(tuple(device for device, _ in found), tuple(user for _, user in found))


def last_settled(client: Reads, project_id: int) -> dt.datetime:
    """Links that changed before this moment are in the rows."""
    moment: dt.datetime = _rows(client, sql("SELECT {until}", until=settled_until(project_id)))[0][0]
    return moment


def _rows(client: Reads, statement: Fragment) -> Any:
    text, params = statement.render()
    return client.execute(text, params)


class _Kept:
    """What was read a moment ago for this version of a project's data."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[str, int, int], tuple[float, Merged | ToLookUp]] = OrderedDict()
        self._settled: dict[tuple[str, int], tuple[float, dt.datetime]] = {}

    def get(self, client: Reads, url: str, project_id: int, version: int) -> Merged | ToLookUp:
        key = (url, project_id, version)
        with self._lock:
            kept = self._found.get(key)
        if kept is not None and time.monotonic() - kept[0] < SECONDS_KEPT:
            return kept[1]
        found = pending_merges(client, project_id, self._last_settled(client, url, project_id))
        with self._lock:
            self._found[key] = (time.monotonic(), found)
            while len(self._found) > _MOST_KEPT:
                self._found.popitem(last=False)
        return found

    def _last_settled(self, client: Reads, url: str, project_id: int) -> dt.datetime:
        """Settling is rare, and questions after new data are not."""
        key = (url, project_id)
        with self._lock:
            kept = self._settled.get(key)
        if kept is not None and time.monotonic() - kept[0] < SECONDS_KEPT:
            return kept[1]
        moment = last_settled(client, project_id)
        with self._lock:
            self._settled[key] = (time.monotonic(), moment)
        return moment


_kept = _Kept()


def merges_of_version(client: Reads, url: str, project_id: int, version: int) -> Merged | ToLookUp:
    """`pending_merges` for data of this version, which the caller has read before."""
    return _kept.get(client, url, project_id, version)


def with_merges(scope: Scope, url: str) -> Scope:
    """The scope with the merges that its questions have to resolve."""
    with lease(url) as client:
        version = data_version(client, scope.project_id)
        return replace(scope, merged=merges_of_version(client, url, scope.project_id, version))
