"""What can be picked in a question, over REST: event names, properties of events or of users, values."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.errors import QueryError
from analytics.queries.metrics import LONGEST_EVENT_NAME, MOST_EVENTS
from analytics.queries.properties import DEEPEST_PATH, LONGEST_NAME, Property, PropertySource, PropertyType
from web.api.access import ProjectView
from web.api.parameters import (
    LAST_OFFSET,
    LONGEST_SEARCH,
    OFFSET,
    SEARCH,
    limit_parameter,
    next_page,
    read_choice,
    read_text,
    read_texts,
    read_whole,
)
from web.api.schemas.operations import PICKING, Reply, operation, parameter
from web.api.schemas.shapes import choice, many, ref, text
from web.reports import choices

MOST_NAMES = 5000
MOST_VALUES = 1000
USUAL_VALUES = 50
SOURCES = [each.value for each in PropertySource]

EVENT = parameter(
    "event",
    many(text(minLength=1, maxLength=LONGEST_EVENT_NAME), maxItems=MOST_EVENTS),
    "Only of this event; may be repeated. Without it, of all.",
)
PATH = parameter(
    "path",
    many(text(minLength=1, maxLength=LONGEST_NAME), maxItems=DEEPEST_PATH),
    "Keys into an object, the outer one first; repeated for each.",
)
SOURCE = parameter(
    "source",
    choice(PropertySource, default=PropertySource.EVENT.value),
    "Whose: of events, or of the profiles of users.",
)
NAMES_LIMIT = limit_parameter(MOST_NAMES, MOST_NAMES)


class EventsView(ProjectView):
    @operation(
        "listEvents",
        "Names of events",
        group=PICKING,
        parameters=(SEARCH, NAMES_LIMIT, OFFSET),
        replies={200: Reply("The events, the most frequent of the last 30 days first.", ref("EventList"))},
    )
    def get(self, request: Request, project_id: str) -> Response:
        search, limit, offset = _page(request)
        found = choices.events(self.project, search=search, limit=limit + 1, offset=offset)
        return Response({"events": found[:limit], "next": next_page(request, offset, limit, len(found) > limit)})


class PropertiesView(ProjectView):
    @operation(
        "listProperties",
        "Names of properties",
        group=PICKING,
        parameters=(SOURCE, EVENT, SEARCH, NAMES_LIMIT, OFFSET),
        replies={200: Reply("The properties, the most frequent first.", ref("PropertyList"))},
    )
    def get(self, request: Request, project_id: str) -> Response:
        search, limit, offset = _page(request)
        if _of_users(request):
            found = choices.user_properties(self.project, search=search, limit=limit + 1, offset=offset)
        else:
            found = choices.properties(self.project, _events(request), search=search, limit=limit + 1, offset=offset)
        return Response({"properties": found[:limit], "next": next_page(request, offset, limit, len(found) > limit)})


class KeysView(ProjectView):
    @operation(
        "listKeys",
        "Keys inside objects",
        "A sample: what was found within 3 seconds in the latest events that have an object, up to 500 of each of 20 "
        "events; or in 5,000 profiles.",
        group=PICKING,
        parameters=(SOURCE, EVENT),
        replies={200: Reply("The keys, the most frequent first.", ref("KeyList"))},
    )
    def get(self, request: Request, project_id: str) -> Response:
        if _of_users(request):
            keys, looked_at, more = choices.user_keys(self.project)
        else:
            keys, looked_at, more = choices.keys(self.project, _events(request))
        return Response({"keys": keys, "looked_at": looked_at, "more": more})


class ValuesView(ProjectView):
    @operation(
        "listValues",
        "Values of a property",
        "What was found within 3 seconds in the events of the last 30 days.",
        group=PICKING,
        parameters=(
            parameter("property", text(minLength=1, maxLength=LONGEST_NAME), "Its name.", needed=True),
            parameter(
                "type", choice(PropertyType, default=PropertyType.STRING.value), "The type as which it is asked."
            ),
            SOURCE,
            EVENT,
            PATH,
            parameter("search", text(maxLength=LONGEST_SEARCH), "Only values that hold this text, in any case."),
            limit_parameter(MOST_VALUES, USUAL_VALUES),
        ),
        replies={200: Reply("The values, the most frequent first.", ref("ValueList"))},
    )
    def get(self, request: Request, project_id: str) -> Response:
        name = read_text(request, "property", longest=LONGEST_NAME, needed=True)
        type = read_choice(request, "type", list(PropertyType), PropertyType.STRING)
        search = read_text(request, "search", longest=LONGEST_SEARCH)
        limit = read_whole(request, "limit", usual=USUAL_VALUES, lowest=1, highest=MOST_VALUES)
        of_users = _of_users(request)
        source = PropertySource.USER if of_users else PropertySource.EVENT
        path = read_texts(request, "path", most=DEEPEST_PATH, longest=LONGEST_NAME)
        wanted = Property(name, PropertyType(type), source, path)
        if of_users:
            values, more = choices.user_values(self.project, wanted, search, limit)
        else:
            values, more = choices.values(self.project, wanted, _events(request), search, limit)
        return Response({"values": values, "more": more})


class ZonesView(ProjectView):
    @operation(
        "listZones",
        "Time zones",
        "Those that a question can name as its own.",
        group=PICKING,
        replies={200: Reply("The zones by name.", ref("ZoneList"))},
    )
    def get(self, request: Request, project_id: str) -> Response:
        return Response({"zones": choices.zones(timezone.now())})


def _of_users(request: Request) -> bool:
    source = read_choice(request, "source", SOURCES, PropertySource.EVENT)
    if source == PropertySource.USER and _events(request):
        raise QueryError("Users have properties apart from events: leave out event, or source=user.", place="event")
    return source == PropertySource.USER


def _events(request: Request) -> tuple[str, ...]:
    return read_texts(request, "event", most=MOST_EVENTS, longest=LONGEST_EVENT_NAME)


def _page(request: Request) -> tuple[str, int, int]:
    return (
        read_text(request, "search", longest=LONGEST_SEARCH),
        read_whole(request, "limit", usual=MOST_NAMES, lowest=1, highest=MOST_NAMES),
        read_whole(request, "offset", usual=0, lowest=0, highest=LAST_OFFSET),
    )
