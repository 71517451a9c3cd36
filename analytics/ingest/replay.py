"""A rejected event, tried again by today's rules for imports."""

from __future__ import annotations

from dataclasses import replace

from analytics.clickhouse.writer import RejectedEvent
from analytics.errors import PayloadError
from analytics.events import IMPORT, Moment, known_of
from analytics.ingest.checks import Outcome, check
from analytics.ingest.payload import events, line

# An event that never said when it happened, happened when it came.
REPLAY = replace(IMPORT, name="replay", stamps_time=True)


def replayed(rejected: RejectedEvent) -> Outcome:
    """What becomes of it now. Replaying twice stores it once: an id that we must make is made of the refusal's own."""
    payload = rejected.payload.encode() if isinstance(rejected.payload, str) else rejected.payload
    moment = Moment(int(rejected.received_at.timestamp() * 1000))
    outcome = check(events(payload), REPLAY, moment, rejected.project_id)
    made = f"replay-{rejected.id.hex[:29]}"
    for rows in outcome.accepted.values():
        rows[:] = [row if _named_itself(payload) else row._replace(insert_id=made) for row in rows]
    return outcome


def _named_itself(payload: bytes) -> bool:
    try:
        return bool(known_of(bytes(line(payload).properties)).insert_id)
    except PayloadError:
        return False
