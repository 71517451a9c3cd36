"""The page of rejected events."""

from __future__ import annotations

import json
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from analytics.clickhouse.writer import RejectedEvent
from analytics.errors import FootfallError
from web.ingestion import rejected
from web.projects.access import project_view
from web.projects.models import Project, Role

PAGE = 50


@project_view(read=Role.ANALYST, write=Role.ADMIN)
def rejected_events(request: HttpRequest, project: Project) -> HttpResponse:
    """The list; a POST replays one, several, or all of a reason."""
    if request.method == "POST":
        return _replay(request, project)
    reason = request.GET.get("reason", "")[:1000]
    offset = _offset(request)
    context: dict[str, object] = {
        "project": project,
        "reason": reason,
        "may_replay": project.member_role is not None and project.member_role.includes(Role.ADMIN),
    }
    try:
        context["reasons"] = rejected.reasons(project.pk)
        found = rejected.newest(project.pk, reason=reason, limit=PAGE + 1, offset=offset)
    except FootfallError as error:
        context["problem"] = error.message
        return render(request, "ingestion/rejected.html", context, status=503)
    context["events"] = [{"row": event, "payload": _readable(event)} for event in found[:PAGE]]
    context["older"] = _address(project, reason, offset + PAGE) if len(found) > PAGE else ""
    context["newer"] = _address(project, reason, max(0, offset - PAGE)) if offset else ""
    return render(request, "ingestion/rejected.html", context)


def _replay(request: HttpRequest, project: Project) -> HttpResponse:
    reason = request.POST.get("reason", "")
    ids = [each for each in map(_uuid, request.POST.getlist("id")) if each is not None]
    try:
        if ids:
            done = rejected.replay(project.pk, ids)
        elif reason and request.POST.get("all") == "1":
            done = rejected.replay_reason(project.pk, reason)
        else:
            messages.error(request, "Choose what to replay.")
            return redirect(_address(project, reason, 0))
    except FootfallError as error:
        messages.error(request, error.message)
        return redirect(_address(project, reason, 0))
    if done.stored:
        messages.success(request, f"Replayed {done.stored}: they are in the answers within a second.")
    if done.refused:
        messages.error(request, f"{done.refused} are refused by today's rules as well, or were replayed before.")
    return redirect(_address(project, reason, 0))


def _readable(event: RejectedEvent) -> str:
    text = event.payload if isinstance(event.payload, str) else event.payload.decode(errors="replace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("offset", "0")
    return min(int(text), 1_000_000) if text.isdecimal() and text.isascii() else 0


def _address(project: Project, reason: str, offset: int) -> str:
    asked = {name: value for name, value in (("reason", reason), ("offset", offset)) if value}
    return reverse("ingestion:rejected", args=[project.pk]) + (f"?{urlencode(asked)}" if asked else "")
