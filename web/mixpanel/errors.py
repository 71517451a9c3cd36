"""Failures in the shape that Mixpanel's callers read: {"error": the sentence, "request": what was asked}."""

from __future__ import annotations

import logging
import math
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from analytics.errors import AskerError, FootfallError, LimitReached, QueryError, Unavailable

RETRY_AFTER = 5
LONGEST_SHOWN = 2000

log = logging.getLogger(__name__)


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """REST framework's exception handler."""
    set_rollback()
    request = context["request"]
    headers: dict[str, str] = {}
    if isinstance(error, FootfallError):
        code, sentence = _footfall(error)
    elif isinstance(error, Http404):
        code, sentence = status.HTTP_404_NOT_FOUND, str(error) or "There is nothing here."
    elif isinstance(error, PermissionDenied):
        code, sentence = status.HTTP_403_FORBIDDEN, str(error) or "You may not do this."
    elif isinstance(error, APIException):
        code, sentence = error.status_code, str(error.detail)
        if header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = header
    else:
        log.error("%s broke", request.path, exc_info=error)
        code, sentence = 500, "Something broke on our side; the server's log has it."
    if code in (status.HTTP_429_TOO_MANY_REQUESTS, status.HTTP_503_SERVICE_UNAVAILABLE):
        headers["Retry-After"] = str(math.ceil(getattr(error, "wait", None) or RETRY_AFTER))
    return Response({"error": sentence, "request": asked(request)}, code, headers=headers)


def nothing_here(request: HttpRequest) -> JsonResponse:
    """The end of the urlconf. A client that asks for what we do not have reads it in the shape it knows."""
    sentence = f"There is no {request.path} here; docs/mixpanel.md lists what there is."
    return JsonResponse({"error": sentence, "request": asked(request)}, status=status.HTTP_404_NOT_FOUND)


def asked(request: Request | HttpRequest) -> str:
    return request.get_full_path()[:LONGEST_SHOWN]


def _footfall(error: FootfallError) -> tuple[int, str]:
    if isinstance(error, QueryError) and error.place:
        return status.HTTP_400_BAD_REQUEST, f"{error.place}: {error.message}"
    if isinstance(error, Unavailable) or error.code == "disk_full":
        return status.HTTP_503_SERVICE_UNAVAILABLE, error.message
    # A limit of time or memory: the same request would hit it again, so clients must not be told to repeat it.
    if isinstance(error, AskerError | LimitReached):
        return status.HTTP_400_BAD_REQUEST, error.message
    log.error("%s", error, exc_info=error)
    return status.HTTP_500_INTERNAL_SERVER_ERROR, error.message
