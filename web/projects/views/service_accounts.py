"""A project's service accounts. A secret is in exactly one answer: the one to the request that made it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from web.projects import actions
from web.projects.access import project_view
from web.projects.credentials import REMEMBER_SECONDS
from web.projects.forms import RotateForm, ServiceAccountForm
from web.projects.models import Project, Role, ServiceAccount
from web.projects.views.request_user import user_of


@never_cache
@project_view(read=Role.ADMIN, write=Role.ADMIN)
def service_accounts(request: HttpRequest, project: Project) -> HttpResponse:
    form = ServiceAccountForm(request.POST or None, roles=actions.roles_to_hand_out(project))
    if request.method == "POST" and form.is_valid():
        account, secret = actions.create_service_account(
            project=project,
            actor=user_of(request),
            label=form.cleaned_data["label"],
            role=Role(form.cleaned_data["role"]),
            expires_at=_end_of(form.cleaned_data["expires_on"], project),
        )
        return _show_secret(request, project, account, secret)
    accounts = project.service_accounts.order_by("revoked_at", "created_at")
    return render(request, "projects/service_accounts.html", {"project": project, "form": form, "accounts": accounts})


@never_cache
@project_view(read=Role.ADMIN, write=Role.ADMIN)
def rotate_secret(request: HttpRequest, project: Project, account_id: int) -> HttpResponse:
    account = get_object_or_404(ServiceAccount, pk=account_id, project=project)
    form = RotateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grace = timedelta(hours=form.cleaned_data["grace_hours"])
            secret = actions.rotate_secret(account=account, project=project, actor=user_of(request), grace=grace)
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("projects:service_accounts", project.pk)
        return _show_secret(request, project, account, secret)
    return render(request, "projects/secret_rotate.html", {"project": project, "account": account, "form": form})


@project_view(read=Role.ADMIN, write=Role.ADMIN)
def revoke_service_account(request: HttpRequest, project: Project, account_id: int) -> HttpResponse:
    account = get_object_or_404(ServiceAccount, pk=account_id, project=project)
    if request.method == "POST":
        try:
            actions.revoke_service_account(account=account, project=project, actor=user_of(request))
            seconds = int(REMEMBER_SECONDS)
            messages.success(request, f"{account.username} is revoked. It stops working within {seconds} seconds.")
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("projects:service_accounts", project.pk)
    return render(request, "projects/service_account_revoke.html", {"project": project, "account": account})


def _show_secret(request: HttpRequest, project: Project, account: ServiceAccount, secret: str) -> HttpResponse:
    base = request.build_absolute_uri("/").rstrip("/")
    context = {"project": project, "account": account, "secret": secret, "base_url": base}
    return render(request, "projects/secret.html", context)


def _end_of(day: datetime | None, project: Project) -> datetime | None:
    """An account works through the whole of its last day, in the project's zone."""
    if day is None:
        return None
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(project.timezone))
    return midnight.astimezone(UTC)
