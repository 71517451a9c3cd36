"""Reading profiles, and changing them so that updates from several senders at once all count."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from analytics.errors import PayloadError, Unavailable
from web.people.models import USER, Profile
from web.people.operations import Properties, Update, apply

ATTEMPTS = 30
PAUSE = 0.02  # seconds at the most, of a random length, before another attempt
KEYS_PER_STATEMENT = 200  # SQLite bounds how many values one statement may carry
LOST_RACES = ("40P01", "40001")  # PostgreSQL broke a deadlock, or could not put two transactions in order

Key = tuple[str, str]
Locate = Callable[[str | None], Properties]


def read(project_id: int, distinct_id: str, kind: str = USER) -> dict[str, Any] | None:
    """The properties of a profile, or None."""
    found = Profile.objects.filter(project_id=project_id, kind=kind, distinct_id=distinct_id)
    return found.values_list("properties", flat=True).first() or None


def update(project_id: int, updates: Sequence[Update], now: datetime, locate: Locate) -> list[PayloadError | None]:
    """Apply updates in their order, all in one transaction; what could not be applied comes back as its error.

    Rows that are missing are made first, in a transaction of their own, so that the one that changes profiles only ever
    locks rows that exist, in an order that is everybody's: two requests about the same profiles wait for each other.
    """
    keys = sorted({(each.kind, each.distinct_id) for each in updates})
    for attempt in range(ATTEMPTS):
        time.sleep(random.uniform(0, PAUSE) if attempt else 0)  # noqa: S311 - only to part two who collide
        _make_missing(project_id, keys, now)
        try:
            with transaction.atomic():
                profiles = _locked(project_id, keys)
                if len(profiles) == len(keys):
                    return _changed(profiles, updates, now, locate)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in LOST_RACES:
                raise
        # A row was forgotten between making sure of it and locking it: once more.
    raise Unavailable("profiles are being changed and forgotten too fast; try again")


def _changed(
    profiles: dict[Key, Profile], updates: Sequence[Update], now: datetime, locate: Locate
) -> list[PayloadError | None]:
    after: dict[Key, Properties | None] = {key: profile.properties or None for key, profile in profiles.items()}
    faults = [_applied(each, after, locate) for each in updates]
    _save(profiles, after, now)
    return faults


def _applied(each: Update, after: dict[Key, Properties | None], locate: Locate) -> PayloadError | None:
    key = (each.kind, each.distinct_id)
    try:
        after[key] = apply(each, after[key], locate(each.ip))
    except PayloadError as error:
        return error
    return None


def _make_missing(project_id: int, keys: list[Key], now: datetime) -> None:
    present = {key for rows in _rows(project_id, keys) for key in rows.values_list("kind", "distinct_id")}
    missing = [
        Profile(project_id=project_id, kind=kind, distinct_id=distinct_id, updated_at=now, mirrored=True)
        for kind, distinct_id in keys
        if (kind, distinct_id) not in present
    ]
    if missing:
        Profile.objects.bulk_create(missing, ignore_conflicts=True, batch_size=KEYS_PER_STATEMENT)


def _locked(project_id: int, keys: list[Key]) -> dict[Key, Profile]:
    return {
        (profile.kind, profile.distinct_id): profile
        for rows in _rows(project_id, keys)
        for profile in rows.select_for_update().order_by("kind", "distinct_id")
    }


def _rows(project_id: int, keys: list[Key]) -> Iterator[QuerySet[Profile]]:
    """The rows of sorted keys, in as many questions as the database wants."""
    for start in range(0, len(keys), KEYS_PER_STATEMENT):
        kinds: dict[str, list[str]] = {}
        for kind, distinct_id in keys[start : start + KEYS_PER_STATEMENT]:
            kinds.setdefault(kind, []).append(distinct_id)
        wanted = Q()
        for kind, ids in kinds.items():
            wanted |= Q(kind=kind, distinct_id__in=ids)
        yield Profile.objects.filter(wanted, project_id=project_id)


def _save(profiles: dict[Key, Profile], after: dict[Key, Properties | None], now: datetime) -> None:
    """Write what changed. A deleted profile's row stays a while (see forget_deleted), so that its version goes on
    growing and the mirror has something to copy."""
    changed = []
    for key, profile in profiles.items():
        properties = after[key] or {}
        if _differ(properties, profile.properties):
            profile.properties = properties
            changed.append(profile)
    Profile.objects.bulk_update(changed, ["properties"], batch_size=KEYS_PER_STATEMENT)
    version = Greatest(F("version") + 1, int(now.timestamp() * 1_000_000))
    for start in range(0, len(changed), KEYS_PER_STATEMENT):
        rows = Profile.objects.filter(pk__in=[each.pk for each in changed[start : start + KEYS_PER_STATEMENT]])
        rows.update(updated_at=now, version=version, mirrored=False)


def _differ(some: Properties, others: Properties) -> bool:
    """As JSON: Python thinks that true is 1."""
    return some != others or json.dumps(some, sort_keys=True) != json.dumps(others, sort_keys=True)
