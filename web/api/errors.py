"""Every failure over REST has one shape: {"error": {"code", "message", "place"}}. The codes are in docs/api.md."""

from __future__ import annotations

import logging
import math
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, JsonResponse
from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, ParseError
from rest_framework.response import Response
from rest_framework.views import set_rollback

from analytics.errors import (
    AskerError,
    FootfallError,
    LimitReached,
    QueryCancelled,
    QueryError,
    Unavailable,
)
from web.reports.actions import Outdated
from web.reports.limits import RETRY_AFTER, QueueFull

log = logging.getLogger(__name__)

_STATUS: dict[type[FootfallError], int] = {
    AskerError: status.HTTP_400_BAD_REQUEST,
    Outdated: status.HTTP_409_CONFLICT,
    QueryCancelled: status.HTTP_409_CONFLICT,
    LimitReached: status.HTTP_422_UNPROCESSABLE_ENTITY,
    QueueFull: status.HTTP_429_TOO_MANY_REQUESTS,
    Unavailable: status.HTTP_503_SERVICE_UNAVAILABLE,
}


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """REST framework's exception handler."""
    set_rollback()
    if isinstance(error, FootfallError):
        return _footfall(error)
    if isinstance(error, APIException):
        return _framework(error)
    for kind, (code, words, status_code) in _DJANGO.items():
        if isinstance(error, kind):
            return _respond(code, (str(error) if status_code != 400 else "") or words, status_code)
    log.error("%s broke", context["request"].path, exc_info=error)
    return _respond("internal", "Something broke on our side; the server's log has it.", 500)


# The first that fits.
_DJANGO: dict[type[Exception], tuple[str, str, int]] = {
    Http404: ("not_found", "There is nothing here.", status.HTTP_404_NOT_FOUND),
    PermissionDenied: ("forbidden", "You may not do this.", status.HTTP_403_FORBIDDEN),
    RequestDataTooBig: ("too_large", "The body is too large.", status.HTTP_413_REQUEST_ENTITY_TOO_LARGE),
    SuspiciousOperation: ("bad_request", "The request cannot be read.", status.HTTP_400_BAD_REQUEST),
}


def _footfall(error: FootfallError) -> Response:
    code = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    if code == status.HTTP_500_INTERNAL_SERVER_ERROR:
        log.error("%s", error, exc_info=error)
    headers = {"Retry-After": str(RETRY_AFTER)} if isinstance(error, Unavailable | QueueFull) else {}
    return _respond(error.code, error.message, code, error.place if isinstance(error, QueryError) else "", headers)


_CODES: dict[type[APIException], str] = {
    NotAuthenticated: "signed_out",
    AuthenticationFailed: "wrong_credentials",
    ParseError: "invalid_json",
}


def _framework(error: APIException) -> Response:
    headers = {"WWW-Authenticate": header} if (header := getattr(error, "auth_header", None)) else {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    code = _CODES.get(type(error), str(error.default_code))
    return _respond(code, str(error.detail), error.status_code, headers=headers)


def _respond(
    code: str, message: str, status_code: int, place: str = "", headers: dict[str, str] | None = None
) -> Response:
    return Response(_document(code, message, place), status_code, headers=headers)


def plain_error(code: str, message: str, status_code: int) -> JsonResponse:
    """The same outside REST framework's views."""
    return JsonResponse(_document(code, message), status=status_code)


def _document(code: str, message: str, place: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "message": _writable(message), "place": _writable(place)}}


def _writable(text: str) -> str:
    """Half of a surrogate pair, which a question's key can hold, is not UTF-8: spell it out."""
    return text.encode("utf-8", "backslashreplace").decode()
