"""What a project has sent: event names with their volume, property names with their type. It fills lists to pick from.

The catalogue tables are summed at insert and count received events, repeated ones again: they answer no question.
Properties of users are read from the profiles there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from analytics.clickhouse.executor import execute
from analytics.schema.profiles import profiles
from analytics.schema.properties import DATE_TEXT
from analytics.schema.tables import EVENT_NAMES, PROPERTY_NAMES
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, identifier, sql

MOST_NAMES = 5000  # on one page
# Of very many profiles, those read in this time are looked at.
_PROFILE_LIMITS = {"max_execution_time": 3, "timeout_overflow_mode": "break"}


@dataclass(frozen=True, slots=True)
class EventName:
    name: str
    events: int  # since the day asked for
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class PropertyName:
    name: str
    type: str  # as analytics.queries.properties has it
    events: int  # or profiles, for a property of users


def event_names(
    url: str, project_id: int, *, since: date, search: str = "", limit: int = MOST_NAMES, offset: int = 0
) -> list[EventName]:
    """Every event that was ever received, the most frequent since that day first; `search` finds text in any case."""
    statement = sql(
        "SELECT event, sumIf(events, day >= {since}) AS volume, max(last_seen) AS seen FROM {table}"
        " WHERE project_id = {project}{found} GROUP BY event ORDER BY volume DESC, event LIMIT {limit} OFFSET {offset}",
        table=identifier(EVENT_NAMES),
        since=bind("Date", since),
        project=bind("UInt32", project_id),
        found=_found("event", search),
        limit=bind("UInt32", limit),
        offset=bind("UInt32", offset),
    )
    return execute(CompiledQuery.of(statement, lambda line: EventName(*line)), url=url).rows


def daily_volumes(
    url: str, project_id: int, events: tuple[str, ...] = (), *, first: date, last: date
) -> dict[date, int]:
    """How many of these events (of all, without any) were received for each day, in UTC."""
    among = sql(" AND event IN {events}", events=bind("Array(String)", list(events))) if events else EMPTY
    statement = sql(
        "SELECT day, sum(events) FROM {table} WHERE project_id = {project} AND day BETWEEN {first} AND {last}{among}"
        " GROUP BY day",
        table=identifier(EVENT_NAMES),
        project=bind("UInt32", project_id),
        first=bind("Date", first),
        last=bind("Date", last),
        among=among,
    )
    return dict(execute(CompiledQuery.of(statement, lambda line: line), url=url).rows)


def volumes_with_objects(
    url: str, project_id: int, events: tuple[str, ...] = (), *, since: date, limit: int
) -> dict[str, dict[date, int]]:
    """Which of these events (of all, without any) ever came with an object, those with the most first; and how many of
    each were received for each day, in UTC."""
    among = sql(" AND event IN {events}", events=bind("Array(String)", list(events))) if events else EMPTY
    statement = sql(
        "SELECT event, day, sum(events) AS volume FROM {names} WHERE project_id = {project} AND day >= {since}"
        " AND event IN (SELECT event FROM {properties} WHERE project_id = {project} AND type = 'object'{among}"
        " GROUP BY event ORDER BY sum(events) DESC, event LIMIT {limit}) GROUP BY event, day ORDER BY event, day",
        names=identifier(EVENT_NAMES),
        properties=identifier(PROPERTY_NAMES),
        project=bind("UInt32", project_id),
        since=bind("Date", since),
        among=among,
        limit=bind("UInt32", limit),
    )
    found: dict[str, dict[date, int]] = {}
    for event, day, volume in execute(CompiledQuery.of(statement, lambda line: line), url=url).rows:
        found.setdefault(event, {})[day] = volume
    return found


def property_names(
    url: str,
    project_id: int,
    events: tuple[str, ...] = (),
    *,
    search: str = "",
    limit: int = MOST_NAMES,
    offset: int = 0,
) -> list[PropertyName]:
    """The properties of these events (of all, without any), the most frequent first; once for each type that they
    come with."""
    among = sql(" AND event IN {events}", events=bind("Array(String)", list(events))) if events else EMPTY
    statement = sql(
        "SELECT property, type, sum(events) AS volume FROM {table} WHERE project_id = {project}{among}{found}"
        " GROUP BY property, type ORDER BY volume DESC, property, type LIMIT {limit} OFFSET {offset}",
        table=identifier(PROPERTY_NAMES),
        project=bind("UInt32", project_id),
        among=among,
        found=_found("property", search),
        limit=bind("UInt32", limit),
        offset=bind("UInt32", offset),
    )
    return execute(CompiledQuery.of(statement, _property), url=url).rows


def _found(column: str, search: str) -> Fragment:
    if not search:
        return EMPTY
    return sql(
        " AND positionCaseInsensitiveUTF8({column}, {search}) > 0",
        column=identifier(column),
        search=bind("String", search),
    )


def profile_property_names(
    url: str, project_id: int, *, search: str = "", limit: int = MOST_NAMES, offset: int = 0
) -> list[PropertyName]:
    """The properties of users with the number of profiles that have them; once for each type that they come with."""
    statement = sql(
        "SELECT found.1 AS property, found.2 AS type, count() AS volume FROM (SELECT arrayJoin(arrayConcat("
        "arrayMap((name, value) -> (name, if(match(value, {date}), 'datetime', 'string')),"
        " mapKeys(strings), mapValues(strings)),"
        " arrayMap(name -> (name, 'number'), mapKeys(numbers)),"
        " arrayMap(name -> (name, 'boolean'), mapKeys(booleans)),"
        " arrayMap((name, value) -> (name, if(startsWith(value, '['), 'list', 'object')),"
        " mapKeys(nested), mapValues(nested)))) AS found FROM {profiles}) WHERE 1{found}"
        " GROUP BY property, type ORDER BY volume DESC, property, type LIMIT {limit} OFFSET {offset}",
        found=_found("property", search),
        date=bind("String", DATE_TEXT),
        profiles=profiles(project_id),
        limit=bind("UInt32", limit),
        offset=bind("UInt32", offset),
    )
    return execute(CompiledQuery.of(statement, _property, _PROFILE_LIMITS), url=url).rows


def _property(line: tuple[Any, ...]) -> PropertyName:
    name, type, events = line
    return PropertyName(name, "date" if type == "datetime" else type, events)
