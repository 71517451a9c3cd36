"""The keys inside the objects that properties hold, with the type of what lies there: what can be picked beside the
properties' own names. It answers no question: a sample of recent events, or of profiles, is looked at.

    property | path               | type   | events
    cart     | ["total"]          | number | 498
    cart     | ["coupon", "code"] | string | 12
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analytics.compiler.events import FINAL_SETTINGS, events
from analytics.compiler.values import LOOKED_AT
from analytics.queries.buckets import Window, window
from analytics.queries.properties import DEEPEST_PATH, LONGEST_NAME, PropertyType
from analytics.queries.scope import Scope
from analytics.schema.profiles import profiles
from analytics.schema.properties import DATE_TEXT
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import Fragment, bind, identifier, join, sql

EVENTS_OF_NAME = 5000  # looked through, and the rest of the first day; of them so many with an object are looked at:
OBJECTS_OF_EVENT = 500
OBJECTS_OF_USERS = 5000  # profiles
MOST_KEYS = 1000
SECONDS = 3  # somebody waits at the keyboard: what is read until then is looked at
_LIMITS = {"max_execution_time": SECONDS, "timeout_overflow_mode": "break"}
_OPENING = bind("String", "{")


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key, by how many of the events (or profiles) have it; without a property it is how many were looked at."""

    property: str
    path: tuple[str, ...]
    type: PropertyType | None
    count: int


def compile_keys(volumes: Mapping[str, Mapping[dt.date, int]], scope: Scope) -> CompiledQuery[KeyRow]:
    """`volumes` are the events to look at, each with how many came on which day (UTC): the latest of them are read,
    until there are enough with an object."""
    rows = [
        sql(
            "SELECT nested FROM ({rows}) LIMIT {limit}",
            rows=events(
                sql("nested"), scope=scope, window=recent(days, scope), names=(name,), where=_has_object()
            ),
            limit=bind("UInt32", OBJECTS_OF_EVENT),
        )
        for name, days in volumes.items()
    ]  # fmt: skip
    return _keys(join(" UNION ALL ", rows), {**FINAL_SETTINGS, **_LIMITS})


def recent(volumes: Mapping[dt.date, int], scope: Scope) -> Window:
    """From the latest days on which there were enough events together; of the last 30 days at most."""
    whole, left = window(LOOKED_AT, scope), EVENTS_OF_NAME
    start = whole.end
    for day in sorted(volumes, reverse=True):
        if left <= 0:
            break
        left -= volumes[day]
        start = min(start, dt.datetime.combine(day, dt.time(), dt.UTC))
    return Window(max(start, whole.start), whole.end)


def _has_object() -> Fragment:
    return sql("arrayExists(text -> startsWith(ifNull(text, ''), {opening}), mapValues(nested))", opening=_OPENING)


def compile_profile_keys(project_id: int) -> CompiledQuery[KeyRow]:
    rows = sql(
        "SELECT nested FROM {profiles} WHERE {has_object} LIMIT {limit}",
        profiles=profiles(project_id),
        has_object=_has_object(),
        limit=bind("UInt32", OBJECTS_OF_USERS),
    )
    return _keys(rows, _LIMITS)


def _keys(rows: Fragment, settings: dict[str, object]) -> CompiledQuery[KeyRow]:
    """Each level's pairs of path and JSON text come from the objects of the level above."""
    levels = [identifier(f"level_{depth}") for depth in range(DEEPEST_PATH + 1)]
    found = sql(
        "SELECT arrayMap((name, text) -> ([name], ifNull(text, '')), mapKeys(nested), mapValues(nested)) AS {level}"
        " FROM ({rows})",
        level=levels[0],
        rows=rows,
    )
    for above, level in zip(levels, levels[1:], strict=False):
        found = sql(
            "SELECT *, arrayFlatten(arrayMap(pair -> arrayMap(inner -> (arrayPushBack(pair.1, inner.1), inner.2),"
            " JSONExtractKeysAndValuesRaw(pair.2)), arrayFilter(pair -> startsWith(pair.2, {opening}), {above})))"
            " AS {level} FROM ({found})",
            above=above,
            opening=_OPENING,
            level=level,
            found=found,
        )
    statement = sql(
        "SELECT key.1 AS path, key.2 AS type, count() AS events FROM (SELECT arrayJoin(arrayPushBack(arrayDistinct("
        "arrayMap(pair -> (pair.1, {type}), arrayConcat({levels}))), (CAST([] AS Array(String)), 'all'))) AS key"
        " FROM ({found})) WHERE type != '' AND arrayAll(name -> lengthUTF8(name) BETWEEN 1 AND {longest}, path)"
        " GROUP BY path, type ORDER BY type != 'all', events DESC, path, type LIMIT {limit}",
        type=_type(sql("pair.2")),
        levels=join(", ", levels[1:]),
        found=found,
        longest=bind("UInt32", LONGEST_NAME),
        limit=bind("UInt32", MOST_KEYS + 2),
    )
    return CompiledQuery.of(statement, _row, settings)


def _type(text: Fragment) -> Fragment:
    """Of JSON text; '' of null, which is not set."""
    return sql(
        "multiIf(startsWith({text}, '\"'), if(match(JSONExtractString({text}), {date}), 'date', 'string'),"
        " startsWith({text}, '['), 'list', startsWith({text}, {opening}), 'object', {text} IN ('true', 'false'),"
        " 'boolean', {text} = 'null', '', 'number')",
        text=text,
        date=bind("String", DATE_TEXT),
        opening=_OPENING,
    )


def _row(line: tuple[Any, ...]) -> KeyRow:
    path, type, count = line
    if not path:
        return KeyRow("", (), None, int(count))
    return KeyRow(path[0], tuple(path[1:]), PropertyType(type), int(count))
