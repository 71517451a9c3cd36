"""The API's description: /api/v1/openapi.json for programs, /api/v1/docs for people. Both say the same document."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from web.accounts.access import EVERYONE, Access, View, declare
from web.api.documentation import page_of
from web.api.errors import plain_error

MAX_AGE = 300  # seconds: it changes with the version only


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document; the same as long as the process lives."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


def readable(view: View) -> View:
    """Open to all, for reading; another method is told so like everywhere in the API."""

    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            error = plain_error("method_not_allowed", f"Method “{request.method}” is not allowed.", 405)
            error["Allow"] = "GET, HEAD"
            return error
        response: HttpResponse = view(request)  # type: ignore[assignment]
        response["Cache-Control"] = f"max-age={MAX_AGE}"
        return response

    declared: View = declare(guarded, Access(EVERYONE))
    return declared


@readable
def openapi(request: HttpRequest) -> JsonResponse:
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@readable
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", page_of(document()))
