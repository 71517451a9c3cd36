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
from web.reports.runs import scope_of

_KEYS = ("query", "at", "limit", "cursor")


class DrilldownView(ProjectView):
    """POST a question and which of its numbers; subclasses say what of it is listed."""

    find: Callable[..., Page]

    def post(self, request: Request, project_id: str) -> Response:
        fields = _fields(request.data)
        point = parse_point(parse(fields.get("query")), fields.get("at"))
        paging = parse_paging(fields.get("limit", DEFAULT_LIMIT), fields.get("cursor"))
        scope = scope_of(self.project, timezone.now())
        return Response(type(self).find(point, scope, paging, url=settings.CLICKHOUSE_QUERY_URL).to_json())


class QueryUsersView(DrilldownView):
    find = staticmethod(drilldowns.users)


class QueryEventsView(DrilldownView):
    find = staticmethod(drilldowns.events)


def _fields(body: object) -> Mapping[str, object]:
    if not isinstance(body, Mapping):
        raise QueryError(f"An object with {listed(_KEYS, 'and')} is needed, not {shown(body)}.")
    if unknown := [key for key in body if key not in _KEYS]:
        raise QueryError(f"{shown(unknown[0])} is unknown here; there are {listed(_KEYS, 'and')}.", place=unknown[0])
    return body
