"""Addresses of the boards, of the saved reports' list and history, and of the public links that were made."""

from __future__ import annotations

from django.urls import path

from web.boards.views import boards, reports, shares

app_name = "boards"
_BOARD = "projects/<int:project_id>/boards/<int:board_id>/"
_REPORT = "projects/<int:project_id>/reports/<int:report_id>/"

urlpatterns = [
    path("projects/<int:project_id>/boards/", boards.listed, name="boards"),
    path("projects/<int:project_id>/boards/make/", boards.make, name="make"),
    path("projects/<int:project_id>/boards/starter/", boards.starter, name="starter"),
    path(_BOARD, boards.board, name="board"),
    path(f"{_BOARD}duplicate/", boards.duplicate, name="duplicate"),
    path(f"{_BOARD}delete/", boards.delete, name="delete"),
    path(f"{_BOARD}restore/", boards.restore, name="restore"),
    path(_REPORT, reports.report, name="report"),
    path(f"{_REPORT}delete/", reports.delete, name="delete_report"),
    path(f"{_REPORT}restore/", reports.restore, name="restore_report"),
    path(f"{_REPORT}versions/<int:number>/restore/", reports.restore_version, name="restore_version"),
    path("projects/<int:project_id>/shares/", shares.shares, name="shares"),
    path("projects/<int:project_id>/shares/<int:share_id>/revoke/", shares.revoke, name="revoke_share"),
]
