"""Addresses of the REST API; docs/api.md describes them. A trailing slash is welcome and not needed."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import re_path

from web.accounts.access import everyone
from web.api.access import view
from web.api.choices import EventsView, PropertiesView, ValuesView
from web.api.drilldowns import QueryEventsView, QueryUsersView
from web.api.runs import CancelView, QueryView, RunView

PROJECT = r"^projects/(?P<project_id>[0-9]{1,10})/"
RUN = PROJECT + r"runs/(?P<run_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


def nothing_here(request: HttpRequest) -> JsonResponse:
    error = {"code": "not_found", "message": f"There is no {request.path} in this API; see docs/api.md.", "place": ""}
    return JsonResponse({"error": error}, status=404)


app_name = "api"
urlpatterns = [
    re_path(PROJECT + "query/?$", view(QueryView), name="query"),
    re_path(PROJECT + "query/users/?$", view(QueryUsersView), name="query_users"),
    re_path(PROJECT + "query/events/?$", view(QueryEventsView), name="query_events"),
    re_path(RUN + "/?$", view(RunView), name="run"),
    re_path(RUN + "/cancel/?$", view(CancelView), name="cancel"),
    re_path(PROJECT + "events/?$", view(EventsView), name="events"),
    re_path(PROJECT + "properties/?$", view(PropertiesView), name="properties"),
    re_path(PROJECT + "values/?$", view(ValuesView), name="values"),
    re_path(r"", everyone(nothing_here), name="nothing_here"),
]
