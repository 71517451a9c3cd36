"""A project's settings, who changed what, and its end."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from analytics.errors import OurError
from web.projects import actions
from web.projects.access import project_view
from web.projects.deletion import delete_project
from web.projects.forms import DeleteProjectForm, ProjectSettingsForm
from web.projects.models import Project, Role
from web.projects.views.request_user import user_of

log = logging.getLogger(__name__)
AUDIT_PAGE = 50


@project_view(read=Role.VIEWER, write=Role.ADMIN)
def settings(request: HttpRequest, project: Project) -> HttpResponse:
    form = ProjectSettingsForm(request.POST or None, instance=project)
    may_change = project.member_role is not None and project.member_role.includes(Role.ADMIN)
    if request.method == "POST" and form.is_valid():
        actions.change_settings(project=form.instance, actor=user_of(request))
        messages.success(request, "The settings are saved.")
        return redirect("projects:settings", project.pk)
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    saved = Project.objects.get(pk=project.pk)  # the form has written into `project`, right or wrong
    saved.member_role = project.member_role
    context = {"project": saved, "form": form, "may_change": may_change}
    return render(request, "projects/settings.html", context)


@project_view(read=Role.ADMIN)
def audit(request: HttpRequest, project: Project) -> HttpResponse:
    page = Paginator(project.audit_entries.all(), AUDIT_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/audit.html", {"project": project, "page": page})


@project_view(read=Role.OWNER, write=Role.OWNER)
def delete(request: HttpRequest, project: Project) -> HttpResponse:
    form = DeleteProjectForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        name = project.name
        try:
            delete_project(project=project, actor=user_of(request))
        except OurError:
            log.exception("the events of project %s could not be deleted", project.pk)
            messages.error(
                request,
                "The event store does not answer just now. Nothing was deleted but the tokens are revoked. Try again.",
            )
            return redirect("projects:delete", project.pk)
        messages.success(request, f"The project “{name}” and all its events are deleted.")
        return redirect("projects:list")
    return render(request, "projects/delete.html", {"project": project, "form": form})
