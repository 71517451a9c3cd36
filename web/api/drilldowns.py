"""The users and the events behind a number of an answer. Asked and answered in one request: a page is found in moments
or, past a time limit, not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import drilldowns
from analytics.errors import QueryError
from analytics.queries.codec import parse
from analytics.queries.drilldowns import DEFAULT_LIMIT, parse_paging, parse_point
from analytics.queries.text import listed, shown
from analytics.results.drilldowns import Page
from web.api.access import ProjectView
from web.api.schemas.drilldowns import EXAMPLE_NUMBER
from web.api.schemas.operations import BEHIND, Reply, operation
from web.api.schemas.shapes import ref
from web.reports.runs import scope_of

_KEYS = ("query", "at", "limit", "cursor")


class DrilldownView(ProjectView):
    """POST a question and which of its numbers; subclasses say what of it is listed."""

    find: Callable[..., Page]

    def page(self, request: Request) -> Response:
        fields = _fields(request.data)
        point = parse_point(parse(fields.get("query")), fields.get("at"))
        paging = parse_paging(fields.get("limit", DEFAULT_LIMIT), fields.get("cursor"))
        scope = scope_of(self.project, timezone.now())
        return Response(type(self).find(point, scope, paging, url=settings.CLICKHOUSE_QUERY_URL).to_json())


class QueryUsersView(DrilldownView):
    find = staticmethod(drilldowns.users)

    @operation(
        "listUsersBehind",
        "Users behind a number",
        "Their count is the number, where it counts users or sessions.",
        group=BEHIND,
        body="NumberOfAnswer",
        example=EXAMPLE_NUMBER,
        replies={200: Reply("A page of users.", ref("UserPage"))},
    )
    def post(self, request: Request, project_id: str) -> Response:
        return self.page(request)


class QueryEventsView(DrilldownView):
    find = staticmethod(drilldowns.events)

    @operation(
        "listEventsBehind",
        "Events behind a number",
        "Their count is the number, where it counts events.",
        group=BEHIND,
        body="NumberOfAnswer",
        example=EXAMPLE_NUMBER,
        replies={200: Reply("A page of events.", ref("EventPage"))},
    )
    def post(self, request: Request, project_id: str) -> Response:
        return self.page(request)


def _fields(body: object) -> Mapping[str, object]:
    if not isinstance(body, Mapping):
        raise QueryError(f"An object with {listed(_KEYS, 'and')} is needed, not {shown(body)}.")
    if unknown := [key for key in body if key not in _KEYS]:
        raise QueryError(f"{shown(unknown[0])} is unknown here; there are {listed(_KEYS, 'and')}.", place=unknown[0])
    return body
