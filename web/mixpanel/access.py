"""Every view of Mixpanel's query endpoints: a service account asks about its project, with the parameters of an address
or of a form. docs/mixpanel.md describes the surface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.queries.scope import Scope
from web.accounts.access import SERVICE_ACCOUNT, Access, declare
from web.api.access import project_of
from web.api.authentication import ServiceAccountAuthentication
from web.mixpanel import limits
from web.mixpanel.errors import answer_error
from web.mixpanel.params import Params
from web.projects.models import Project, Role, ServiceAccount
from web.reports.runs import scope_of


class OwnFormat(BaseContentNegotiation):
    """Each endpoint has one format, whatever a client says that it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next((parser for parser in parsers if request.content_type.startswith(parser.media_type)), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class MixpanelView(APIView):
    """Subclasses name their `parameters` and answer in `answer`, with `self.project`, `self.params`, `self.scope`."""

    authentication_classes = [ServiceAccountAuthentication]
    permission_classes = [IsAuthenticated]
    parser_classes = [FormParser, MultiPartParser]
    content_negotiation_class = OwnFormat
    role: ClassVar[Role] = Role.VIEWER
    parameters: ClassVar[tuple[str, ...]] = ()
    project: Project
    params: Params
    scope: Scope

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.params = Params.of(request, self.parameters)
        account = cast(ServiceAccount, request.auth)
        project_id = self.params.whole_number("project_id", account.project_id)
        self.project = project_of(request, project_id, self.role)
        self.scope = scope_of(self.project, timezone.now())

    def get_exception_handler(self) -> Any:
        return answer_error

    def get(self, request: Request) -> HttpResponseBase:
        with limits.at_once.slot(self.project.pk):
            return self.answer(request)

    def post(self, request: Request) -> HttpResponseBase:
        return self.get(request)

    def answer(self, request: Request) -> HttpResponseBase:
        raise NotImplementedError


def view(view_class: type[MixpanelView]) -> Callable[..., HttpResponseBase]:
    """The view for the urlconf, with its rule declared on it. The role is the account's, so it stands in the view."""
    declared: Callable[..., HttpResponseBase] = declare(view_class.as_view(), Access(SERVICE_ACCOUNT, SERVICE_ACCOUNT))
    return declared
