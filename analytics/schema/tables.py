"""The tables and their columns, by name. Migrations make them; nobody else spells their names.

On one node the table that is written and the table that is read are the same. On a cluster the names here would point
at the Distributed tables, sharded by distinct_hash, and nothing else would change.
"""

from __future__ import annotations

from typing import Final

from analytics.sql.fragment import Fragment, identifier

EVENTS: Final = "events"
EVENTS_INBOX: Final = "events_inbox"
DEVICES: Final = "devices"
ANONYMOUS_DEVICES: Final = "anonymous_devices"
SETTLED_LINKS: Final = "settled_links"
IDENTITY_SETTLINGS: Final = "identity_settlings"
PROFILES: Final = "profiles"
PROFILES_INBOX: Final = "profiles_inbox"
DATA_VERSIONS: Final = "data_versions"
EVENT_NAMES: Final = "event_names"
PROPERTY_NAMES: Final = "property_names"
REJECTED_EVENTS: Final = "rejected_events"
TOUCHED_SLOTS: Final = "touched_slots"
KEPT_BUCKETS: Final = "kept_buckets"

# What the writer sends, in this order.
INBOX_COLUMNS: Final = (
    "project_id",
    "version",
    "event",
    "distinct_id",
    "insert_id",
    "time_ms",
    "user_id",
    "device_id",
    "properties",
)

# What the mirror of profiles sends, in this order.
PROFILE_COLUMNS: Final = ("project_id", "distinct_id", "version", "deleted", "properties")

# Two rows with these equal are one event: the row with the highest version is the event (docs/decisions/0005).
DUPLICATE_KEY: Final = ("project_id", "event", "time", "distinct_hash", "insert_hash")

# Everything of a project lives in these; deleting a project empties them for it.
PROJECT_TABLES: Final = (
    EVENTS,
    DEVICES,
    ANONYMOUS_DEVICES,
    SETTLED_LINKS,
    IDENTITY_SETTLINGS,
    PROFILES,
    EVENT_NAMES,
    PROPERTY_NAMES,
    REJECTED_EVENTS,
    KEPT_BUCKETS,
)


def events_table() -> Fragment:
    """The table to read events from. The compiler's events.py is its only caller: no question can go round it."""
    return identifier(EVENTS)
