"""Every REST view of a project: the lookup is the permission check, for people and service accounts alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from rest_framework.exceptions import Throttled
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from web.accounts.access import NOBODY, Access, declare
from web.accounts.models import User
from web.api.parameters import only
from web.api.throttle import AskerThrottle, asker_of
from web.projects.access import SAFE_METHODS, get_project
from web.projects.models import Project, Role, ServiceAccount
from web.reports.models import Run

WRITES = ("post", "put", "patch", "delete")


class ProjectView(APIView):
    """A view of an address with `project_id`, open from the role `role` up, and for what changes something from
    `write_role` up. Subclasses find `self.project`."""

    http_method_names: ClassVar[list[str]] = ["get", "head", *WRITES]  # type: ignore[misc]
    permission_classes = [IsAuthenticated]
    throttle_classes = [AskerThrottle]
    role = Role.VIEWER
    write_role: Role | None = None  # None: the same
    project: Project

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = request.method or ""
        self.project = project_of(request, int(kwargs["project_id"]), self._role_for(method))
        possible = getattr(getattr(self, method.lower(), None), "possible", None)
        if possible is not None:
            only(request, possible)

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        most = settings.API_REQUESTS_PER_MINUTE
        raise Throttled(wait, f"There were more than {most:,} requests in this minute.")

    def _role_for(self, method: str) -> Role:
        """A method that does not exist here needs no more than looking: whoever may look is told so."""
        if method in SAFE_METHODS or method not in self.allowed_methods:
            return self.role
        return self.write_role or self.role

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in getattr(request, "rate_headers", {}).items():
            response.headers[name] = value
        return response

    @property
    def actor(self) -> User | ServiceAccount:
        """Who changes something."""
        if isinstance(self.request.auth, ServiceAccount):
            return self.request.auth
        assert isinstance(self.request.user, User)  # IsAuthenticated let them in
        return self.request.user

    @property
    def asker(self) -> str:
        """Who asks, in a word: kept with a run, so that it ends when nobody waits for it any more."""
        return asker_of(self.request)

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
    read = view_class.role if hasattr(view_class, "get") else NOBODY
    writes = any(hasattr(view_class, method) for method in WRITES)
    write = (view_class.write_role or view_class.role) if writes else NOBODY
    declared: Callable[..., HttpResponseBase] = declare(view_class.as_view(), Access(read, write))
    return declared
