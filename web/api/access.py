"""Every REST view of a project: the lookup is the permission check, for people and service accounts alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from web.accounts.access import Access, declare
from web.accounts.models import User
from web.projects.access import get_project
from web.projects.models import Project, Role, ServiceAccount
from web.reports.models import Run


class ProjectView(APIView):
    """A view of an address with `project_id`, open from the role `role` up. Subclasses find `self.project`."""

    permission_classes = [IsAuthenticated]
    role = Role.VIEWER
    project: Project

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.project = project_of(request, int(kwargs["project_id"]), self.role)

    @property
    def asker(self) -> str:
        """Who asks, in a word: kept with a run, so that it ends when nobody waits for it any more."""
        if isinstance(self.request.auth, ServiceAccount):
            return f"account:{self.request.auth.pk}"
        return f"user:{self.request.user.pk}"

    @property
    def person(self) -> User | None:
        return self.request.user if isinstance(self.request.user, User) else None

    def run(self, run_id: str) -> Run:
        try:
            return self.project.runs.get(pk=run_id)
        except Run.DoesNotExist:
            raise Http404("No such run; runs are kept for a day.") from None


def project_of(request: Request, project_id: int, role: Role) -> Project:
    account = request.auth
    if not isinstance(account, ServiceAccount):
        return get_project(request.user, project_id, role)
    if account.project_id != project_id:
        raise Http404("No such project.")
    if not Role(account.role).includes(role):
        raise PermissionDenied(f"This needs the role {role.label}; this service account is {Role(account.role).label}.")
    return account.project


def view(view_class: type[ProjectView]) -> Callable[..., HttpResponseBase]:
    """The view for the urlconf, with its rule declared on it."""
    read = view_class.role if hasattr(view_class, "get") else "-"
    write = view_class.role if hasattr(view_class, "post") else "-"
    declared: Callable[..., HttpResponseBase] = declare(view_class.as_view(), Access(read, write))
    return declared
