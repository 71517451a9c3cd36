"""Choosing a project and creating one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from web.accounts.access import signed_in
from web.projects import actions
from web.projects.access import project_view
from web.projects.arrivals import arrived_events
from web.projects.forms import ProjectForm
from web.projects.models import Membership, Project
from web.projects.views.request_user import user_of

LAST_PROJECT = "last_project"


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the project looked at last, or to the only one; otherwise to the list."""
    mine = list(Membership.objects.filter(user=user_of(request)).values_list("project_id", flat=True))
    last = request.session.get(LAST_PROJECT)
    if last in mine:
        return redirect("projects:open", last)
    return redirect("projects:open", mine[0]) if len(mine) == 1 else redirect("projects:list")


@signed_in
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    return render(request, "projects/list.html")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        project = actions.create_project(owner=user_of(request), **form.cleaned_data)
        return redirect("projects:start", project.pk)
    return render(request, "projects/create.html", {"form": form})


@project_view()
def open_project(request: HttpRequest, project: Project) -> HttpResponse:
    """A project's front door: questions where there are events, the first steps where there are none."""
    request.session[LAST_PROJECT] = project.pk
    return redirect("projects:start" if arrived_events(project.pk) == [] else "reports:ask", project.pk)
