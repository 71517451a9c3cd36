"""What can be picked in a question of a project: events, properties, values.

Read anew each time; nothing is remembered.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from analytics.clickhouse import catalogue
from analytics.clickhouse.executor import execute
from analytics.compiler.keys import MOST_KEYS, KeyRow, compile_keys, compile_profile_keys
from analytics.compiler.profile_values import compile_profile_values
from analytics.compiler.values import compile_values
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.properties import Property
from analytics.queries.zones import offered_zones, zone_named
from analytics.sql.compiled import CompiledQuery
from web.projects.models import Project
from web.reports.documents import moment
from web.reports.runs import scope_of

VOLUME_OF = timedelta(days=30)
MOST_NAMES = catalogue.MOST_NAMES
MOST_WITH_OBJECTS = 20  # events whose objects are looked into

Rows = list[dict[str, object]]


def events(project: Project, *, search: str = "", limit: int = MOST_NAMES, offset: int = 0) -> Rows:
    """Event names with their volume of the last 30 days, the most frequent first."""
    since = scope_of(project, timezone.now()).today - VOLUME_OF
    return [
        {"name": each.name, "events": each.events, "last_seen": moment(each.last_seen)}
        for each in catalogue.event_names(
            settings.CLICKHOUSE_QUERY_URL, project.pk, since=since, search=search, limit=limit, offset=offset
        )
    ]


def properties(
    project: Project, names: tuple[str, ...], *, search: str = "", limit: int = MOST_NAMES, offset: int = 0
) -> Rows:
    """Properties of these events, or of all, with the type they come with."""
    return [
        {"name": each.name, "type": each.type, "events": each.events}
        for each in catalogue.property_names(
            settings.CLICKHOUSE_QUERY_URL, project.pk, names, search=search, limit=limit, offset=offset
        )
    ]


def user_properties(project: Project, *, search: str, limit: int, offset: int) -> Rows:
    """Properties of users, with the type they come with and how many profiles have them."""
    return [
        {"name": each.name, "type": each.type, "profiles": each.events}
        for each in catalogue.profile_property_names(
            settings.CLICKHOUSE_QUERY_URL, project.pk, search=search, limit=limit, offset=offset
        )
    ]


def keys(project: Project, names: tuple[str, ...]) -> tuple[Rows, int, bool]:
    """Keys inside the objects of recent events, how many events were looked at, and whether there are more keys."""
    scope = scope_of(project, timezone.now())
    volumes = catalogue.volumes_with_objects(
        settings.CLICKHOUSE_QUERY_URL, project.pk, names, since=scope.today - VOLUME_OF, limit=MOST_WITH_OBJECTS
    )
    return _keys(compile_keys(volumes, scope), "events") if volumes else ([], 0, False)


def user_keys(project: Project) -> tuple[Rows, int, bool]:
    """The same of users' profiles."""
    return _keys(compile_profile_keys(project.pk), "profiles")


def _keys(compiled: CompiledQuery[KeyRow], counted: str) -> tuple[Rows, int, bool]:
    rows = execute(compiled, url=settings.CLICKHOUSE_QUERY_URL).rows
    looked_at = sum(row.count for row in rows if row.type is None)
    found = [row for row in rows if row.type is not None]
    keys: Rows = [
        {"property": row.property, "path": list(row.path), "type": str(row.type), counted: row.count}
        for row in found[:MOST_KEYS]
    ]
    return keys, looked_at, len(found) > MOST_KEYS


def zones(now: datetime) -> Rows:
    """Time zones by name, with the minutes that their clocks are ahead of UTC now."""
    found: Rows = []
    for name in offered_zones():
        ahead = now.astimezone(zone_named(name)).utcoffset() or timedelta()
        found.append({"name": name, "offset": round(ahead.total_seconds() / 60)})
    return found


def values(project: Project, wanted: Property, names: tuple[str, ...], search: str, limit: int) -> tuple[Rows, bool]:
    """The most frequent values of the last 30 days, and whether there are more."""
    compiled = compile_values(
        wanted, names or ALL_EVENTS, scope_of(project, timezone.now()), search=search, limit=limit + 1
    )
    found = execute(compiled, url=settings.CLICKHOUSE_QUERY_URL).rows
    return [{"value": each.value, "events": each.events} for each in found[:limit]], len(found) > limit


def user_values(project: Project, wanted: Property, search: str, limit: int) -> tuple[Rows, bool]:
    """The values that most profiles have, and whether there are more."""
    compiled = compile_profile_values(wanted, scope_of(project, timezone.now()), search=search, limit=limit + 1)
    found = execute(compiled, url=settings.CLICKHOUSE_QUERY_URL).rows
    return [{"value": each.value, "profiles": each.events} for each in found[:limit]], len(found) > limit
