"""A project's public tokens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from web.projects import actions
from web.projects.access import project_view
from web.projects.credentials import REMEMBER_SECONDS
from web.projects.forms import LabelForm
from web.projects.models import Project, ProjectToken, Role
from web.projects.views.request_user import user_of


@project_view(read=Role.ANALYST, write=Role.ADMIN)
def tokens(request: HttpRequest, project: Project) -> HttpResponse:
    form = LabelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.create_token(project=project, actor=user_of(request), label=form.cleaned_data["label"])
        messages.success(request, "The token is ready to use.")
        return redirect("projects:tokens", project.pk)
    context = {
        "project": project,
        "form": form,
        "active": project.tokens.filter(revoked_at=None).order_by("created_at"),
        "revoked": project.tokens.exclude(revoked_at=None).order_by("-revoked_at"),
        "may_change": project.member_role is not None and project.member_role.includes(Role.ADMIN),
    }
    return render(request, "projects/tokens.html", context)


@project_view(read=Role.ADMIN, write=Role.ADMIN)
def revoke_token(request: HttpRequest, project: Project, token_id: int) -> HttpResponse:
    token = get_object_or_404(ProjectToken.objects.select_related("project"), pk=token_id, project=project)
    if request.method == "POST":
        actions.revoke_token(token=token, actor=user_of(request))
        seconds = int(REMEMBER_SECONDS)
        messages.success(request, f"“{token.label}” is revoked. It stops working everywhere within {seconds} seconds.")
        return redirect("projects:tokens", project.pk)
    last = project.tokens.filter(revoked_at=None).count() == 1
    return render(request, "projects/token_revoke.html", {"project": project, "token": token, "is_last": last})
