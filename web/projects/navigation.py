"""What the frame of every page shows: the projects of the person, the one the page is about, and what can be asked."""

from __future__ import annotations

import json

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from analytics.queries.sentence import KIND_WORDS
from web.projects.models import Membership, Project, Role


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context for every template: `my_memberships` (lazy), and `nav_project` with `nav_role` on a project's page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"my_memberships": [], "nav_project": None}
    memberships = SimpleLazyObject(
        lambda: list(
            Membership.objects.filter(user_id=user.pk).select_related("project").order_by("project__name", "pk")
        )
    )
    project_id = (request.resolver_match.kwargs if request.resolver_match else {}).get("project_id")
    here = SimpleLazyObject(lambda: next((each for each in memberships if each.project_id == project_id), None))
    if project_id is None or not here:
        return {"my_memberships": memberships, "nav_project": None}
    role = Role(here.role)
    asked = _kind_of(request.GET) if _view(request) == ASK else None
    return {
        "my_memberships": memberships,
        "nav_project": here.project,
        "nav_role": role,
        "nav_is_admin": role.includes(Role.ADMIN),
        "nav_is_analyst": role.includes(Role.ANALYST),
        "nav_kind": KIND_WORDS[asked] if asked else None,
        "nav_kinds": _kinds(here.project, asked),
        "nav_links": _links(request, here.project, role),
    }


ASK = "reports:ask"

# label, the url it opens, the urls that count as "here", the role from which it is shown
LINKS = (
    ("Tour", "reports:tour", "reports:tour", Role.VIEWER),
    ("Boards", "boards:boards", "boards:", Role.VIEWER),
    ("Rejected events", "ingestion:rejected", "ingestion:", Role.ANALYST),
    ("Settings", "projects:settings", "projects:", Role.VIEWER),
)


def _links(request: HttpRequest, project: Project, role: Role) -> list[dict[str, object]]:
    here = _view(request)
    listed = [name for _, name, _, _ in LINKS]
    links: list[dict[str, object]] = []
    for label, name, prefix, lowest in LINKS:
        if role.includes(lowest) and (name != "reports:tour" or project.is_demo):
            # A page that is listed itself does not count as one of its neighbours'.
            current = here == name if here in listed else here.startswith(prefix) and here != "projects:start"
            links.append({"label": label, "url": reverse(name, args=[project.pk]), "current": current})
    return links


def _view(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _kinds(project: Project, asked: str | None) -> list[dict[str, object]]:
    """Where a question of each kind is begun; `current` is the one that the page shows."""
    address = reverse(ASK, args=[project.pk])
    return [
        {"name": name, "words": words, "url": f"{address}?kind={name}", "current": name == asked}
        for name, words in KIND_WORDS.items()
    ]


def _kind_of(params: QueryDict) -> str:
    """The kind of question that an address asks: its document says it, or where a new one begins `kind`."""
    try:
        document = json.loads(params.get("q", ""))
    except (ValueError, RecursionError):  # none, or one that was cut short
        document = params
    kind = document.get("kind") if isinstance(document, dict) else None
    return kind if isinstance(kind, str) and kind in KIND_WORDS else "insights"
