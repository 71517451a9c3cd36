"""Which devices became which users, and taking a merge back."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from analytics.clickhouse.client import lease
from analytics.errors import AskerError, OurError
from analytics.identity import list_merges, redo_merge, undo_merge
from web.projects.access import project_view
from web.projects.models import Project, Role, record
from web.projects.views.request_user import user_of

log = logging.getLogger(__name__)
PAGE = 50
AWAY = "The event store does not answer just now. Try again in a minute."  # its address is for the log


@project_view(read=Role.ANALYST)
def merges(request: HttpRequest, project: Project) -> HttpResponse:
    search = request.GET.get("search", "").strip()[:200]
    offset = _offset(request)
    context: dict[str, object] = {
        "project": project,
        "search": search,
        "may_change": project.member_role is not None and project.member_role.includes(Role.ADMIN),
    }
    try:
        with lease(settings.CLICKHOUSE_QUERY_URL) as client:
            found = list_merges(client, project.pk, search=search, limit=PAGE + 1, offset=offset)
    except OurError:
        log.exception("the merges of project %s could not be read", project.pk)
        context["problem"] = AWAY
        return render(request, "projects/identity.html", context, status=503)
    context["merges"] = found[:PAGE]
    context["older"] = _address(project, search, offset + PAGE) if len(found) > PAGE else ""
    context["newer"] = _address(project, search, max(0, offset - PAGE)) if offset else ""
    return render(request, "projects/identity.html", context)


@project_view(read=None, write=Role.ADMIN)
def change_merge(request: HttpRequest, project: Project) -> HttpResponse:
    """Undo a merge or make it again; both are only a mark on the device, so both can be taken back."""
    device = request.POST.get("device_id", "")
    change, action, told = {
        "undo": (undo_merge, "merge.undone", "is a user of its own again."),
        "redo": (redo_merge, "merge.redone", "belongs to its user again."),
    }.get(request.POST.get("change", ""), (None, "", ""))
    back = _address(project, request.POST.get("search", "")[:200], 0)
    if change is None or not device:
        messages.error(request, "Choose a device, and whether to undo or to merge again.")
        return redirect(back)
    try:
        with lease(settings.CLICKHOUSE_URL) as client:
            change(client, project.pk, device)
    except AskerError as error:
        messages.error(request, error.message)
        return redirect(back)
    except OurError:
        log.exception("a merge of project %s could not be changed", project.pk)
        messages.error(request, AWAY)
        return redirect(back)
    record(project=project, actor=user_of(request), action=action, subject=device)
    messages.success(request, f"The device {device} {told}")
    return redirect(back)


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("offset", "0")
    return min(int(text), 1_000_000) if text.isdecimal() and text.isascii() else 0


def _address(project: Project, search: str, offset: int) -> str:
    asked = {name: value for name, value in (("search", search), ("offset", offset)) if value}
    return reverse("projects:identity", args=[project.pk]) + (f"?{urlencode(asked)}" if asked else "")
