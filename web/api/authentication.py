"""Who asks over REST: a service account with its user name and secret, or (settings) a person with a session."""

from __future__ import annotations

import base64
import binascii
import re

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from web.projects.credentials import service_account_for
from web.projects.models import ServiceAccount

_PROJECT_TOKEN = re.compile(r"[0-9a-f]{32}")  # their shape: whether there is such a token is nobody's business here


class ServiceAccountUser:
    """Stands where a person would: signed in, but a member of nothing."""

    is_authenticated = True
    is_active = True
    is_anonymous = False
    pk = None

    def __init__(self, account: ServiceAccount) -> None:
        self.account = account

    def __str__(self) -> str:
        return self.account.username


class ProjectTokenRefused(AuthenticationFailed):
    default_code = "project_token"
    default_detail = (
        "A project token sends events and opens nothing here. Use a service account (Settings → Service accounts): "
        "its user name and secret, with HTTP Basic."
    )


class ServiceAccountAuthentication(BaseAuthentication):
    """Basic authentication. A request without it goes on to the next kind."""

    def authenticate(self, request: Request) -> tuple[ServiceAccountUser, ServiceAccount] | None:
        scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if not scheme:
            if _PROJECT_TOKEN.fullmatch(request.query_params.get("token", "")):
                raise ProjectTokenRefused()
            return None
        if scheme.lower() != "basic":
            if _PROJECT_TOKEN.fullmatch(credentials.strip()):
                raise ProjectTokenRefused()
            raise AuthenticationFailed(
                "The Authorization header is not Basic: send a service account's user name and secret."
            )
        return self._account(credentials)

    def _account(self, encoded: str) -> tuple[ServiceAccountUser, ServiceAccount]:
        try:
            username, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):  # not base64, not ASCII, not UTF-8
            raise AuthenticationFailed("The Authorization header is not Basic credentials.") from None
        if _PROJECT_TOKEN.fullmatch(username):
            raise ProjectTokenRefused()
        account = service_account_for(username, secret)
        if account is None:
            raise AuthenticationFailed("The service account's user name or secret is wrong, expired or revoked.")
        return ServiceAccountUser(account), account

    def authenticate_header(self, request: Request) -> str:
        # A browser would answer "Basic" with its own password dialog, over a page whose session is over.
        return "Session" if "HTTP_SEC_FETCH_MODE" in request.META else 'Basic realm="Footfall"'
