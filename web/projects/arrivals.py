"""Which events a project has received: what the page that waits for the first one wants to know."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from analytics.clickhouse.catalogue import EventName, event_names
from analytics.errors import OurError

EVER = date(1970, 1, 1)


def arrived_events(project_id: int) -> list[EventName] | None:
    """The received events, the most frequent first; None when ClickHouse does not answer and nobody can say."""
    try:
        return event_names(settings.CLICKHOUSE_QUERY_URL, project_id, since=EVER)
    except OurError:
        return None
