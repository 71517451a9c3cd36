"""A project's members, and the invitations that make more of them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from web.accounts.access import everyone
from web.accounts.models import User
from web.projects import actions
from web.projects.access import project_view
from web.projects.forms import InvitationForm, JoinForm, RoleForm
from web.projects.mail import mail_invitation
from web.projects.models import Invitation, Membership, Project, Role
from web.projects.views.request_user import user_of

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105 - a path


@project_view(read=Role.VIEWER)
def members(request: HttpRequest, project: Project) -> HttpResponse:
    return _members_page(request, project, InvitationForm(project=project, roles=actions.roles_to_hand_out(project)))


@never_cache
@project_view(read=None, write=Role.ADMIN)
def invite(request: HttpRequest, project: Project) -> HttpResponse:
    form = InvitationForm(request.POST, project=project, roles=actions.roles_to_hand_out(project))
    if not form.is_valid():
        return _members_page(request, project, form)
    invitation, secret = actions.invite(
        project=project,
        actor=user_of(request),
        email=form.cleaned_data["email"],
        role=Role(form.cleaned_data["role"]),
    )
    link = request.build_absolute_uri(reverse("projects:accept_invitation", args=[secret]))
    context = {"project": project, "invitation": invitation, "link": link, "mailed": mail_invitation(invitation, link)}
    return render(request, "projects/invitation_link.html", context)


@project_view(read=None, write=Role.ADMIN)
def withdraw_invitation(request: HttpRequest, project: Project, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=invitation_id, project=project)
    try:
        actions.withdraw_invitation(invitation=invitation, project=project, actor=user_of(request))
        messages.success(request, f"The invitation for {invitation.email} no longer works.")
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("projects:members", project.pk)


@project_view(read=None, write=Role.ADMIN)
def change_role(request: HttpRequest, project: Project, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=membership_id, project=project)
    form = RoleForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.Refused("There is no such role.")
        role = Role(form.cleaned_data["role"])
        actions.change_role(membership=membership, role=role, project=project, actor=user_of(request))
        messages.success(request, f"{membership.user} is now {role.label.lower()}.")
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("projects:members", project.pk)


@project_view(read=Role.ADMIN, write=Role.ADMIN)
def remove_member(request: HttpRequest, project: Project, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=membership_id, project=project)
    if request.method != "POST":
        return render(request, "projects/member_remove.html", {"project": project, "membership": membership})
    return _remove(request, project, membership)


@project_view(read=Role.VIEWER, write=Role.VIEWER)
def leave(request: HttpRequest, project: Project) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.select_related("user"), user_id=request.user.pk, project=project)
    if request.method != "POST":
        return render(request, "projects/member_remove.html", {"project": project, "membership": membership})
    return _remove(request, project, membership)


@everyone
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What an invitation's link opens: a button for somebody with an account, a form for somebody without."""
    invitation = actions.find_invitation(secret)
    if invitation is None:
        return render(request, "projects/invitation_over.html", status=410)
    invited = User.objects.filter(email=invitation.email).first()
    context: dict[str, object] = {"invitation": invitation, "form": None}
    if request.user.is_authenticated and request.user != invited:
        return render(request, "projects/invitation_not_yours.html", context, status=403)
    if request.user.is_authenticated:
        if request.method == "POST":
            return _join(request, invitation, user_of(request))
        return _ask_to_join(request, context)
    if invited is not None:
        return _ask_to_join(request, context)  # offers to log in and come back
    form = JoinForm(request.POST or None, instance=User(email=invitation.email))
    if request.method == "POST" and form.is_valid():
        user = User.objects.create_user(invitation.email, form.cleaned_data["password"], name=form.cleaned_data["name"])
        login(request, user, backend=PASSWORD_BACKEND)
        return _join(request, invitation, user)
    return _ask_to_join(request, {**context, "form": form})


def _ask_to_join(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, "projects/invitation.html", context)


def _join(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    try:
        actions.accept_invitation(invitation=invitation, user=user)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("projects:home")
    messages.success(request, f"Welcome to {invitation.project}.")
    return redirect("projects:open", invitation.project_id)


def _remove(request: HttpRequest, project: Project, membership: Membership) -> HttpResponse:
    leaving = membership.user_id == request.user.pk
    try:
        actions.remove_member(membership=membership, project=project, actor=user_of(request))
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("projects:members", project.pk)
    messages.success(request, f"You left {project}." if leaving else f"{membership.user} is no longer a member.")
    return redirect("projects:list") if leaving else redirect("projects:members", project.pk)


def _members_page(request: HttpRequest, project: Project, form: InvitationForm) -> HttpResponse:
    open_invitations = project.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    role = project.member_role
    order = {role: index for index, role in enumerate(Role)}
    memberships = sorted(project.memberships.select_related("user"), key=lambda each: (order[Role(each.role)], each.pk))
    context = {
        "project": project,
        "memberships": memberships,
        "invitations": open_invitations.order_by("-created_at"),
        "form": form,
        "roles": actions.roles_to_hand_out(project),
        "may_change": role is not None and role.includes(Role.ADMIN),
    }
    return render(request, "projects/members.html", context)
