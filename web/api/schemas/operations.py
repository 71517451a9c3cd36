"""Puts a description on a view, and turns the described views into one OpenAPI document.

`operation` is the only way in, so that every operation has the errors that all have, and who may ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse, extend_schema

from web.api.schemas import all_schemas
from web.api.schemas.answers import EXAMPLE_ERROR
from web.api.schemas.shapes import Schema, ref, text, whole

Method = TypeVar("Method", bound=Callable[..., Any])

ROOT = "/api/v1/"
JSON = "application/json"
ASKING, BEHIND, PICKING, REPORTS = "Asking", "What is behind a number", "What can be picked", "Saved reports"
BOARDS, SHARES = "Boards", "Public links"
TAGS = {
    ASKING: "A question goes in; its answer comes back, or the run that is finding it.",
    BEHIND: "The users and the events that an answer's number is made of, a page at a time.",
    PICKING: "Names of events and properties, and values, for whoever writes a question.",
    REPORTS: "Questions kept under a name.",
    BOARDS: "Saved reports and texts beside each other, with dates and filters for all of them.",
    SHARES: "Links that show one board or report to whoever has them, without a login.",
}

ERRORS = {
    400: "The request makes no sense; `place` says where.",
    401: "Nobody, or wrong credentials.",
    403: "The role is too low, or the CSRF token is missing.",
    404: "No such project, or no such thing in it.",
    406: "The answer is JSON, and `Accept` does not take it.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
    422: "A limit of ClickHouse was hit; the message names it and the way out.",
    429: "Too many requests in this minute; `Retry-After` says when the next one is taken.",
    503: "A part does not answer; `Retry-After` says when to try again.",
}
_OF_BODIES = (413, 415)
_RATE = {
    "RateLimit": 'How many requests are left in this minute, and the seconds to its end: `"requests";r=599;t=42`.',
    "RateLimit-Policy": 'How many there are in each: `"requests";q=600;w=60`.',
}

SECURITY = {
    "serviceAccount": {
        "type": "http",
        "scheme": "basic",
        "description": "A service account's user name and secret (Settings → Service accounts).",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "A person who is logged in.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "Django's CSRF token; with a session, for what changes something.",
    },
}


@dataclass(frozen=True)
class Reply:
    """One way in which a request can end well."""

    about: str
    schema: Schema | None = None
    example: Any = None
    located: bool = False  # has a Location header


def parameter(
    name: str, schema: Schema, about: str, *, needed: bool = False, where: Literal["query", "path"] = "query"
) -> OpenApiParameter:
    """A parameter with its bounds; one whose schema is a list may be repeated."""
    is_list = schema.get("type") == "array"
    return OpenApiParameter(name, schema, where, required=needed, description=about, explode=True if is_list else None)


def _header(name: str, schema: Schema, about: str, statuses: Sequence[int], *, needed: bool = True) -> OpenApiParameter:
    return OpenApiParameter(
        name, schema, OpenApiParameter.HEADER, required=needed, response=list(statuses), description=about
    )


_RETRY_AFTER = _header("Retry-After", whole(minimum=1), "Seconds.", (429, 503))
PROJECT = parameter("project_id", whole(minimum=1, maximum=9_999_999_999), "The project.", where="path")
RUN = parameter("run_id", text(format="uuid"), "The run.", where="path")
VERSION = parameter("number", whole(minimum=1, maximum=2_147_483_647), "The version.", where="path")
REPORT = parameter("report_id", whole(minimum=1, maximum=9_999_999_999), "The report.", where="path")
BOARD = parameter("board_id", whole(minimum=1, maximum=9_999_999_999), "The board.", where="path")
TILE = parameter("tile_id", whole(minimum=1, maximum=9_999_999_999), "The tile.", where="path")
SHARE = parameter("share_id", whole(minimum=1, maximum=9_999_999_999), "The public link.", where="path")


def operation(
    name: str,
    summary: str,
    about: str = "",
    *,
    group: str,
    replies: Mapping[int, Reply],
    parameters: Sequence[OpenApiParameter] = (),
    body: str = "",
    example: Any = None,
) -> Callable[[Method], Method]:
    """Describe a method of a view. `body` is the name of its schema in `all_schemas`. The view refuses parameters that
    are not named here."""
    errors = {status: words for status, words in ERRORS.items() if body or status not in _OF_BODIES}
    located = [status for status, reply in replies.items() if reply.located]
    rated = [status for status in (*replies, *errors) if status != HTTPStatus.UNAUTHORIZED]
    headers = [
        *([_header("Location", text(), "Where it is.", located)] if located else []),
        _RETRY_AFTER,
        *(_header(name, text(), about, rated, needed=False) for name, about in _RATE.items()),
    ]
    schema = extend_schema(
        operation_id=name,
        summary=summary,
        description=about,
        tags=[group],
        parameters=[PROJECT, *parameters, *headers],
        request={JSON: OpenApiRequest(ref(body), examples=_examples(example))} if body else None,
        responses={
            **{(status, JSON): _reply(reply) for status, reply in replies.items()},
            **{(status, JSON): _error(status, words) for status, words in errors.items()},
        },
    )

    def described(method: Method) -> Method:
        method.possible = [each.name for each in parameters if each.location == "query"]  # type: ignore[attr-defined]
        return schema(method)

    return described


def _reply(reply: Reply) -> OpenApiResponse:
    return OpenApiResponse(reply.schema, reply.about, _examples(reply.example))


def _error(status: int, words: str) -> OpenApiResponse:
    return OpenApiResponse(ref("Error"), words, _examples(EXAMPLE_ERROR if status == HTTPStatus.BAD_REQUEST else None))


def _examples(value: Any) -> list[OpenApiExample]:
    return [] if value is None else [OpenApiExample("Example", value)]


# --- what drf-spectacular calls (settings.SPECTACULAR_SETTINGS, REST_FRAMEWORK) ---------------------------------------


class Described(AutoSchema):
    """The schema class of every view: who may ask is the same for all."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        session: dict[str, list[str]] = {"session": []} if self.method == "GET" else {"session": [], "csrf": []}
        return [{"serviceAccount": []}, session]


Endpoint = tuple[str, str, str, Callable[..., Any]]


def ours(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The addresses of this API, as docs/api.md writes them: the trailing slash is welcome, but not part of their
    name. Addresses that speak another product's language have documents of their own."""
    return [
        (re.sub(r"/\??$", "", path), regex, method, view)
        for path, regex, method, view in endpoints
        if path.startswith(ROOT)
    ]


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add what does not belong to one operation."""
    result["components"] = {"schemas": all_schemas(), "securitySchemes": SECURITY}
    result["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    result["servers"] = [{"url": "/", "description": "This installation."}]
    return result
