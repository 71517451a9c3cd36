"""The page of a project without events: how to send the first one, and word of its arrival."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from web.projects.access import project_view
from web.projects.arrivals import arrived_events
from web.projects.models import Project
from web.projects.snippets import snippets

SHOWN = 5  # names of events that have arrived; enough to see that they are the right ones


@never_cache
@project_view()
def start(request: HttpRequest, project: Project) -> HttpResponse:
    token = project.tokens.filter(revoked_at=None).order_by("created_at").first()
    context = {
        "project": project,
        "token": token,
        "snippets": snippets(token.token, request.build_absolute_uri("/")) if token else [],
        **_state(project),
    }
    return render(request, "projects/start.html", context)


@never_cache
@project_view()
def start_status(request: HttpRequest, project: Project) -> JsonResponse:
    """Asked by first-event.js every few seconds while the page waits."""
    return JsonResponse(_state(project))


def _state(project: Project) -> dict[str, object]:
    arrived = arrived_events(project.pk)
    state = "unknown" if arrived is None else "arrived" if arrived else "waiting"
    return {"state": state, "events": [each.name for each in (arrived or [])[:SHOWN]]}
