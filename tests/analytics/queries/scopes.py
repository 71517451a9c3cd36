"""A scope for tests that do not care which."""

from __future__ import annotations

import datetime as dt

from analytics.queries.scope import Scope


def scope(
    zone: str = "UTC", now: str = "2024-03-20T12:00", week_start: int = 1, retention_days: int | None = None
) -> Scope:
    return Scope(7, zone, week_start, dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC), retention_days)
