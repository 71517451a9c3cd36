"""The write path: payload → items → accepted and rejected → spool records → ClickHouse.

    events(text) → check(payload, rules, moment, project) → outcome.batches(source) → encode → Spool.append
    Spool → drain.Drain → events_inbox, rejected_events, data_versions

It knows nothing of HTTP. Importers and seeds use the same checks and may write batches straight to ClickHouse
(store.store). What talks to ClickHouse is not imported here: a web process that only acknowledges does without it.
"""

from analytics.ingest.checks import Failure, Outcome, ProjectOf, check, next_version
from analytics.ingest.payload import Payload, events, objects
from analytics.ingest.records import decode, encode

__all__ = [
    "Failure",
    "Outcome",
    "Payload",
    "ProjectOf",
    "check",
    "decode",
    "encode",
    "events",
    "next_version",
    "objects",
]
