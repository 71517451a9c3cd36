"""What can be picked in a question, over REST: event names, properties of events or of users, values."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from analytics.errors import QueryError
from analytics.queries.properties import Property, PropertyType
from web.api.access import ProjectView
from web.reports import choices

LONGEST_SEARCH = 200
SOURCES = ("event", "user")


class EventsView(ProjectView):
    def get(self, request: Request, project_id: str) -> Response:
        return Response({"events": choices.events(self.project)})


class PropertiesView(ProjectView):
    """`event` may be given several times; without it the properties of all events. `source=user`: those of users."""

    def get(self, request: Request, project_id: str) -> Response:
        if _of_users(request):
            return Response({"properties": choices.user_properties(self.project)})
        return Response({"properties": choices.properties(self.project, _events(request))})


class ValuesView(ProjectView):
    def get(self, request: Request, project_id: str) -> Response:
        name, type = request.query_params.get("property", ""), request.query_params.get("type", "string")
        if type not in list(PropertyType):
            raise QueryError(f"{type!r} is not a type: {', '.join(PropertyType)}.", place="type")
        wanted = Property(name, PropertyType(type))
        search = request.query_params.get("search", "")[:LONGEST_SEARCH]
        if _of_users(request):
            values, more = choices.user_values(self.project, wanted, search)
        else:
            values, more = choices.values(self.project, wanted, _events(request), search)
        return Response({"values": values, "more": more})


def _of_users(request: Request) -> bool:
    source = request.query_params.get("source", "event")
    if source not in SOURCES:
        raise QueryError(f"{source!r} is not a source: {', '.join(SOURCES)}.", place="source")
    if source == "user" and _events(request):
        raise QueryError("Users have properties apart from events: leave out event, or source=user.", place="event")
    return source == "user"


def _events(request: Request) -> tuple[str, ...]:
    return tuple(request.query_params.getlist("event"))
