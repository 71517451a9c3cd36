"""Addresses of the REST API; docs/api.md describes them. A trailing slash is welcome and not needed."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import re_path

from web.accounts.access import everyone
from web.api.access import view
from web.api.boards import (
    BoardsView,
    DuplicateBoardView,
    OneBoardView,
    OneTileView,
    OrderView,
    RestoreBoardView,
    RunTileView,
    TilesView,
)
from web.api.choices import EventsView, KeysView, PropertiesView, ValuesView, ZonesView
from web.api.drilldowns import QueryEventsView, QueryUsersView
from web.api.errors import plain_error
from web.api.openapi import docs, openapi
from web.api.reports import (
    DifferencesView,
    OneReportView,
    OneVersionView,
    ReportsView,
    RestoreReportView,
    RestoreVersionView,
    RunReportView,
    VersionsView,
)
from web.api.runs import CancelView, QueryView, RunView
from web.api.shares import OneShareView, SharesView

PROJECT = r"^projects/(?P<project_id>[0-9]{1,10})/"
RUN = PROJECT + r"runs/(?P<run_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
REPORT = PROJECT + r"reports/(?P<report_id>[0-9]{1,10})"
BOARD = PROJECT + r"boards/(?P<board_id>[0-9]{1,10})"
TILE = BOARD + r"/tiles/(?P<tile_id>[0-9]{1,10})"
VERSION = REPORT + r"/versions/(?P<number>[0-9]{1,10})"


def nothing_here(request: HttpRequest) -> JsonResponse:
    return plain_error("not_found", f"There is no {request.path} in this API; /api/v1/docs lists what there is.", 404)


app_name = "api"
urlpatterns = [
    re_path(r"^openapi\.json/?$", openapi, name="openapi"),
    re_path(r"^docs/?$", docs, name="docs"),
    re_path(PROJECT + "query/?$", view(QueryView), name="query"),
    re_path(PROJECT + "query/users/?$", view(QueryUsersView), name="query_users"),
    re_path(PROJECT + "query/events/?$", view(QueryEventsView), name="query_events"),
    re_path(RUN + "/?$", view(RunView), name="run"),
    re_path(RUN + "/cancel/?$", view(CancelView), name="cancel"),
    re_path(PROJECT + "reports/?$", view(ReportsView), name="reports"),
    re_path(REPORT + "/?$", view(OneReportView), name="report"),
    re_path(REPORT + "/restore/?$", view(RestoreReportView), name="restore_report"),
    re_path(REPORT + "/run/?$", view(RunReportView), name="run_report"),
    re_path(REPORT + "/differences/?$", view(DifferencesView), name="report_differences"),
    re_path(REPORT + "/versions/?$", view(VersionsView), name="versions"),
    re_path(VERSION + "/?$", view(OneVersionView), name="version"),
    re_path(VERSION + "/restore/?$", view(RestoreVersionView), name="restore_version"),
    re_path(PROJECT + "boards/?$", view(BoardsView), name="boards"),
    re_path(BOARD + "/?$", view(OneBoardView), name="board"),
    re_path(BOARD + "/restore/?$", view(RestoreBoardView), name="restore_board"),
    re_path(BOARD + "/duplicate/?$", view(DuplicateBoardView), name="duplicate_board"),
    re_path(BOARD + "/order/?$", view(OrderView), name="order"),
    re_path(BOARD + "/tiles/?$", view(TilesView), name="tiles"),
    re_path(TILE + "/?$", view(OneTileView), name="tile"),
    re_path(TILE + "/run/?$", view(RunTileView), name="run_tile"),
    re_path(PROJECT + "shares/?$", view(SharesView), name="shares"),
    re_path(PROJECT + r"shares/(?P<share_id>[0-9]{1,10})/?$", view(OneShareView), name="share"),
    re_path(PROJECT + "events/?$", view(EventsView), name="events"),
    re_path(PROJECT + "properties/?$", view(PropertiesView), name="properties"),
    re_path(PROJECT + "keys/?$", view(KeysView), name="keys"),
    re_path(PROJECT + "values/?$", view(ValuesView), name="values"),
    re_path(PROJECT + "zones/?$", view(ZonesView), name="zones"),
    re_path(r"", everyone(nothing_here), name="nothing_here"),
]
