"""Who asks over REST: a service account with its user name and secret, or (settings) a person with a session."""

from __future__ import annotations

import base64
import binascii

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from web.projects.credentials import service_account_for
from web.projects.models import ServiceAccount


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


class ServiceAccountAuthentication(BaseAuthentication):
    """Basic authentication. A request without it goes on to the next kind."""

    def authenticate(self, request: Request) -> tuple[ServiceAccountUser, ServiceAccount] | None:
        scheme, _, encoded = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            username, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise AuthenticationFailed("The Authorization header is not Basic credentials.") from None
        account = service_account_for(username, secret)
        if account is None:
            raise AuthenticationFailed("The service account's user name or secret is wrong, expired or revoked.")
        return ServiceAccountUser(account), account

    def authenticate_header(self, request: Request) -> str:
        # A browser would answer "Basic" with its own password dialog, over a page whose session is over.
        return "Session" if "HTTP_SEC_FETCH_MODE" in request.META else 'Basic realm="Footfall"'
