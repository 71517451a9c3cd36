"""Which events a project has received, and what is odd about them: what somebody who has just begun to send wants to
know."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from analytics.clickhouse.catalogue import EventName, PropertyName, event_names, property_names
from analytics.clickhouse.executor import execute
from analytics.clickhouse.rejected import Reason, reasons
from analytics.compiler.arrivals import Arrival, compile_arrivals
from analytics.errors import OurError
from analytics.queries.scope import Scope
from web.projects.models import Project

EVER = date(1970, 1, 1)
MANY_NAMES = 150  # of events; more are made by code most often
FEW_USERS_OF = 20  # events; of fewer nobody can say that they are of too few users
SELDOM = 0.02  # a type that so few of a property's values have is somebody's slip, and said as one
SHOWN = 3  # examples of one kind


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd, and what to do about it. `link` names the page that shows more, if there is one."""

    title: str
    advice: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The events of the last days by name, and what is odd about them."""

    events: list[Arrival]
    oddities: list[Oddity]


def arrived_events(project_id: int) -> list[EventName] | None:
    """The received events, the most frequent first; None when ClickHouse does not answer and nobody can say."""
    try:
        return event_names(settings.CLICKHOUSE_QUERY_URL, project_id, since=EVER)
    except OurError:
        return None


def arrived(project: Project, now: datetime) -> Arrived | None:
    """None when ClickHouse does not answer."""
    url = settings.CLICKHOUSE_QUERY_URL
    scope = Scope(project.pk, project.timezone, project.week_start, now, project.retention_days)
    try:
        found = execute(compile_arrivals(scope), url=url).rows
        return Arrived(found, oddities(found, property_names(url, project.pk), reasons(url, project.pk)))
    except OurError:
        return None


def oddities(events: Sequence[Arrival], properties: Sequence[PropertyName], refused: Sequence[Reason]) -> list[Oddity]:
    """The gravest first. Pure, so that each can be tested."""
    return [*_refused(refused), *_users(events), *_times(events), *_names(events), *_types(properties)]


def _refused(refused: Sequence[Reason]) -> Iterable[Oddity]:
    waiting = sum(each.waiting for each in refused)
    if waiting:
        first = max(refused, key=lambda each: each.waiting)
        yield Oddity(
            f"{waiting:,} event{'s were' if waiting != 1 else ' was'} refused, most often because: {first.reason}",
            "They are kept with the reason, and can be replayed once the cause is mended.",
            "ingestion:rejected",
        )


def _users(events: Sequence[Arrival]) -> Iterable[Oddity]:
    total = sum(each.events for each in events)
    nobody = sum(each.of_placeholders for each in events)
    if nobody:
        yield Oddity(
            f"{nobody:,} of {total:,} events are of a user called “undefined”, “null” or the like",
            "They all count as one user. Send events of people whom you do not know yet without an id: then the SDK"
            " names the device.",
        )
    elif total >= FEW_USERS_OF and max(each.users for each in events) == 1:
        yield Oddity(
            f"All {total:,} events are of one user each",
            "Is distinct_id the same for everybody? It should be the id of the person, or left to the SDK.",
        )


def _times(events: Sequence[Arrival]) -> Iterable[Oddity]:
    ahead = [each for each in events if each.in_future]
    if ahead:
        count = sum(each.in_future for each in ahead)
        yield Oddity(
            f"{count:,} event{'s are' if count != 1 else ' is'} dated more than a day ahead: "
            + _listed(each.event for each in ahead),
            "time is seconds or milliseconds since 1970 in UTC. Questions about the past leave them out.",
        )


def _names(events: Sequence[Arrival]) -> Iterable[Oddity]:
    alike: dict[str, list[str]] = defaultdict(list)
    for each in events:
        alike[re.sub(r"[\W_]+", "", each.event).casefold()].append(each.event)
    for names in [names for names in alike.values() if len(names) > 1][:SHOWN]:
        yield Oddity(
            f"{_listed(names)} look like one event",
            "They count apart. Settle on one spelling; a question can take both as one meanwhile (“or event”).",
        )
    if len(events) >= MANY_NAMES:
        yield Oddity(
            f"{len(events):,} or more kinds of events",
            "If names hold ids or addresses, send those as properties: then one event can be broken down by them.",
        )


def _types(properties: Sequence[PropertyName]) -> Iterable[Oddity]:
    by_name: dict[str, dict[str, int]] = defaultdict(dict)
    for each in properties:
        by_name[each.name][each.type] = each.events
    mixed = [(name, types) for name, types in by_name.items() if len(types) > 1 and set(types) != {"string", "date"}]
    for name, types in mixed[:SHOWN]:
        usual, *others = sorted(types, key=lambda type: -types[type])
        seldom = sum(types[other] for other in others) < SELDOM * sum(types.values())
        yield Oddity(
            f"“{name}” is a {usual} in {types[usual]:,} events and a {' or a '.join(others)} in "
            f"{sum(types[other] for other in others):,}" + (", a slip perhaps" if seldom else ""),
            "A value counts as the type that it came with. Send one type, or read it as another in the question.",
        )


def _listed(names: Iterable[str]) -> str:
    """The first few, in words."""
    found = [f"“{name}”" for name in names]
    more = len(found) - SHOWN
    return ", ".join(found[:SHOWN]) + (f" and {more} more" if more > 0 else "")
