"""How to send events: the page of a project without any, word of the first one's arrival, and then what arrived and
what is odd about it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from analytics.compiler.arrivals import DAYS
from web.projects.access import project_view
from web.projects.arrivals import arrived, arrived_events
from web.projects.models import Project
from web.projects.snippets import snippets

SHOWN = 5  # names of events that have arrived; enough to see that they are the right ones


@never_cache
@project_view()
def start(request: HttpRequest, project: Project) -> HttpResponse:
    token = project.tokens.filter(revoked_at=None).order_by("created_at").first()
    state = _state(project)
    context = {
        "project": project,
        "token": token,
        "snippets": snippets(token.token, request.build_absolute_uri("/")) if token else [],
        "arrived": arrived(project, timezone.now()) if state["state"] == "arrived" else None,
        "days": DAYS,
        **state,
    }
    return render(request, "projects/start.html", context)


@never_cache
@project_view()
def start_status(request: HttpRequest, project: Project) -> JsonResponse:
    """Asked by first-event.js every few seconds while the page waits."""
    return JsonResponse(_state(project))


def _state(project: Project) -> dict[str, object]:
    names = arrived_events(project.pk)
    state = "unknown" if names is None else "arrived" if names else "waiting"
    return {"state": state, "events": [each.name for each in (names or [])[:SHOWN]]}
