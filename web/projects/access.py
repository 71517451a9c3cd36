"""The one way to a project: looking it up is the permission check.

A person who is no member learns nothing (404, as if it did not exist); a member below the role is told so (403).
Being a superuser opens no project: operators make themselves members where they must, and that leaves a trace.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from web.accounts.access import NOBODY, Access, View, ask_to_log_in, declare
from web.accounts.models import User
from web.projects.models import Membership, Project, Role

SAFE_METHODS = ("GET", "HEAD")


def get_project(user: User | AnonymousUser, project_id: int, role: Role = Role.VIEWER) -> Project:
    """The project, for a member with at least `role`; its `member_role` says which one they have."""
    if not user.is_authenticated:
        raise Http404("No such project.")
    try:
        membership = Membership.objects.select_related("project").get(project_id=project_id, user_id=user.pk)
    except (Membership.DoesNotExist, OverflowError):
        raise Http404("No such project.") from None
    member_role = Role(membership.role)
    if not member_role.includes(role):
        raise PermissionDenied(
            f"This needs the role {role.label}; you are {member_role.label} of {membership.project}."
        )
    membership.project.member_role = member_role
    return membership.project


def project_view(
    *, read: Role | None = Role.VIEWER, write: Role | None = None, writing: tuple[str, ...] = ("POST",)
) -> Callable[[View], View]:
    """Turn `view(request, project, …)` into a view of an address with `project_id`, open from `read` or `write` up.

    A method without a role is not allowed (405), so a view that only reads cannot be written to by accident.
    """

    def decorate(view: View) -> View:
        allowed = [*(SAFE_METHODS if read else ()), *(writing if write else ())]

        @wraps(view)
        def guarded(request: HttpRequest, project_id: int, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_log_in(request)
            role = (read if request.method in SAFE_METHODS else write) or read or write or Role.OWNER
            project = get_project(request.user, project_id, role)
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return view(request, project, **kwargs)

        guarded.writing = writing  # type: ignore[attr-defined]  # for whoever tries every address
        declared: View = declare(guarded, Access(read or NOBODY, write or NOBODY))
        return declared

    return decorate
