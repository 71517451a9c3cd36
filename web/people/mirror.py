"""The copy of users' profiles in ClickHouse: changed rows are copied, and only then marked as mirrored.

A row is marked only if it still has the version that was copied, so a change that comes meanwhile is copied as well. A
crash at any point copies rows again, and the highest version of a profile counts, so nothing goes back, whoever copies
when: two mirrors at once do each other no harm. docs/decisions/0020.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from analytics.clickhouse.client import lease
from analytics.clickhouse.deletion import delete_profiles, delete_profiles_before
from analytics.clickhouse.writer import ProfileRow, write_profiles
from analytics.errors import FootfallError, QueryFailed, Unavailable
from analytics.ingest.drain import BAD_VALUES, DATA_CODES
from web.people.models import USER, Profile
from web.people.profiles import KEYS_PER_STATEMENT

BATCH_ROWS, BATCH_BYTES = 2000, 16 * 1024 * 1024
PAUSE = 0.25  # seconds between two batches, for which changes gather: each batch makes a file in ClickHouse
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0
MOST_REFUSED = 50  # when more cannot be stored, the fault is ours and not the profiles'
REFUSED_FOR = 60.0  # seconds until they are tried again
# Kept for longer than any mirror can hold on to an old version.
DELETED_KEPT = timedelta(days=1)

log = logging.getLogger(__name__)


class Mirror:
    """Not for several threads; `run` is the thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._refused: set[int] = set()
        self._refused_since = 0.0
        self.is_stuck = False

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; the batch in hand is finished first."""
        wait = FIRST_WAIT
        try:
            while not stop.is_set():
                try:
                    copied = self.step()
                except (FootfallError, DatabaseError) as error:
                    self._note_stuck(error)
                    stop.wait(wait)
                    wait = min(wait * 2, LONGEST_WAIT)
                else:
                    wait = FIRST_WAIT
                    self._note_well()
                    stop.wait(PAUSE if copied < BATCH_ROWS else 0)
        finally:
            connection.close()

    def step(self) -> int:
        """Copy what changed first, as much as a batch holds; returns how many rows it held."""
        if time.monotonic() - self._refused_since > REFUSED_FOR:
            self._refused.clear()
            self._refused_since = time.monotonic()
        batch = self._batch()
        refused = {id(row) for row in self._store(list(batch.values()))}
        self._refused |= {pk for pk, row in batch.items() if id(row) in refused}
        _mark({pk: row.version for pk, row in batch.items() if id(row) not in refused})
        return len(batch)

    def _batch(self) -> dict[int, ProfileRow]:
        waiting = Profile.objects.filter(kind=USER, mirrored=False).exclude(pk__in=self._refused).order_by("version")
        batch: dict[int, ProfileRow] = {}
        size = 0
        for profile in waiting[:BATCH_ROWS].iterator(chunk_size=100):
            # Half a surrogate pair is no text, and no reason to stop.
            text = json.dumps(profile.properties, ensure_ascii=False).encode("utf-8", "replace")
            deleted = not profile.properties
            batch[profile.pk] = ProfileRow(profile.project_id, profile.distinct_id, profile.version, deleted, text)
            size += len(text)
            if size >= BATCH_BYTES:
                break
        return batch

    def _store(self, rows: list[ProfileRow]) -> list[ProfileRow]:
        """Store rows; what ClickHouse cannot take is found by halving and returned, the rest is stored."""
        if not rows:
            return []
        try:
            with lease(self._url) as client:
                write_profiles(client, rows)
        except QueryFailed as error:
            if error.engine_code not in DATA_CODES:
                raise
            reason = error.message
        except BAD_VALUES as error:
            reason = str(error)
        else:
            return []
        if len(rows) > 1:
            half = len(rows) // 2
            refused = self._store(rows[:half]) + self._store(rows[half:])
        else:
            log.error("a profile of project %s cannot be stored in ClickHouse: %s", rows[0].project_id, reason)
            refused = rows
        if len(refused) + len(self._refused) > MOST_REFUSED:
            raise Unavailable(f"it refuses more than {MOST_REFUSED} of them: {reason}")
        return refused

    def _note_stuck(self, error: Exception) -> None:
        connection.close()  # a lost one would be used again
        if not self.is_stuck:
            self.is_stuck = True
            log.error("profiles cannot be copied to ClickHouse: %s. They wait; trying again.", error)

    def _note_well(self) -> None:
        if self.is_stuck:
            self.is_stuck = False
            log.warning("profiles are copied to ClickHouse again")


def _mark(copied: dict[int, int]) -> None:
    """Mark rows that still have the version that was copied.

    A row that somebody is changing is passed over: it will have to be copied again, and nobody waits for nobody.
    """
    keys = list(copied)
    for start in range(0, len(keys), KEYS_PER_STATEMENT):
        with transaction.atomic():
            here = Profile.objects.select_for_update(skip_locked=True).filter(
                pk__in=keys[start : start + KEYS_PER_STATEMENT]
            )
            same = [pk for pk, version in here.values_list("pk", "version") if copied[pk] == version]
            Profile.objects.filter(pk__in=same).update(mirrored=True)


def mirror_anew(url: str) -> int:
    """Make the copy again from nothing but the rows, as after restoring a backup; returns how many were copied.

    Questions are answered meanwhile: a profile is replaced by its copy, and what has no row goes at the end.
    """
    started = int(datetime.now(UTC).timestamp() * 1_000_000)
    everybody = Profile.objects.filter(kind=USER)
    count = everybody.update(mirrored=False, version=Greatest(F("version") + 1, started))
    mirror = Mirror(url)
    while mirror.step():
        pass
    with lease(url) as client:
        delete_profiles_before(client, started)
    return count


def forget_deleted(url: str, now: datetime) -> int:
    """Take deleted profiles off the disk, here and in ClickHouse; returns how many. Safe to break off and to repeat."""
    nothing = Profile.objects.filter(~Q(kind=USER) | Q(mirrored=True), properties={}, updated_at__lt=now - DELETED_KEPT)
    rows = list(nothing.values_list("pk", "kind", "project_id", "distinct_id", "version"))
    users: dict[int, dict[str, int]] = {}
    for _, kind, project_id, distinct_id, version in rows:
        if kind == USER:
            users.setdefault(project_id, {})[distinct_id] = version
    with lease(url) as client:
        for project_id, versions in users.items():
            delete_profiles(client, project_id, versions)
    keys: Sequence[int] = [row[0] for row in rows]
    for start in range(0, len(keys), KEYS_PER_STATEMENT):
        # Only those that are still nothing: somebody may have set one again.
        nothing.filter(pk__in=keys[start : start + KEYS_PER_STATEMENT]).delete()
    return len(rows)
