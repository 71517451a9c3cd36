"""Rejected events of a project: what was refused and why, and trying again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from analytics.clickhouse import rejected as stored
from analytics.clickhouse.client import lease
from analytics.clickhouse.writer import RejectedEvent, write_rejected
from analytics.errors import PayloadError
from analytics.ingest.replay import replayed
from web.ingestion.spooling import keep

MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Replay:
    """How a replay went."""

    stored: int
    refused: int


def newest(project_id: int, *, reason: str, limit: int, offset: int) -> list[RejectedEvent]:
    return stored.rejected_events(settings.CLICKHOUSE_QUERY_URL, project_id, reason=reason, limit=limit, offset=offset)


def reasons(project_id: int) -> list[stored.Reason]:
    return stored.reasons(settings.CLICKHOUSE_QUERY_URL, project_id)


def replay(project_id: int, ids: Sequence[UUID]) -> Replay:
    """Try these again."""
    return _replay(stored.rejected_by_id(settings.CLICKHOUSE_QUERY_URL, project_id, ids[:MOST_AT_ONCE]))


def replay_reason(project_id: int, reason: str) -> Replay:
    """Try again what was refused for this reason, the newest first."""
    waiting = stored.rejected_events(
        settings.CLICKHOUSE_QUERY_URL, project_id, reason=reason, waiting=True, limit=MOST_AT_ONCE
    )
    return _replay(waiting)


def _replay(events: Sequence[RejectedEvent]) -> Replay:
    """What passes now is in the spool before it is marked, so a crash in between leaves it to be replayed again."""
    done = [event for event in events if event.replayed_at is None and _kept(event)]
    if done:
        now = timezone.now()
        with lease(settings.CLICKHOUSE_URL) as client:
            write_rejected(client, [replace(event, replayed_at=now) for event in done])
    return Replay(len(done), len(events) - len(done))


def _kept(event: RejectedEvent) -> bool:
    try:
        outcome = replayed(event)
    except PayloadError:
        return False
    if not outcome.stored:
        return False
    keep(outcome, "replay")
    return True
