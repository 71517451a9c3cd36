"""The WSGI callable that stands before Django: what SDKs send goes in here, everything else goes on to the pages.

Django's middleware (sessions, CSRF, CSP) is for people in browsers; for an event it would cost several times what the
event costs (docs/decisions/0012). Every answer allows any page to send: a token is public, and no cookie is read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, close_old_connections

from analytics.errors import LimitReached, PayloadError, Unavailable
from web.ingestion import sdk_questions, sending, updating
from web.ingestion.answers import Answer, refused, told
from web.ingestion.wire import BadBody, Environ, Request, TooLarge

log = logging.getLogger(__name__)

StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

RETRY_AFTER = 5
ENDPOINTS: dict[str, sending.Endpoint] = {
    "/track": sending.track,
    "/import": sending.bulk,
    "/engage": updating.engage,
    "/groups": updating.groups,
    "/record": sdk_questions.record,
    "/decide": sdk_questions.decide,
}
# These names may be pages too, so only a call that an SDK makes is ours.
SDK_ENDPOINTS: dict[str, sending.Endpoint] = {
    "/flags": sdk_questions.flags,
    "/settings": sdk_questions.settings,
}


def with_ingestion(pages: Application) -> Application:
    """The whole site: ingestion in front, `pages` behind."""

    def site(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "").rstrip("/")
        endpoint = ENDPOINTS.get(path)
        if endpoint is None and path in SDK_ENDPOINTS and sdk_questions.is_from_sdk(environ):
            endpoint = SDK_ENDPOINTS[path]
        if endpoint is None:
            return pages(environ, start_response)
        answer = answer_to(environ, endpoint, numbered=path == "/import")
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body))), *answer.headers]
        start_response(answer.status_line, [*headers, *_permissions(environ)])
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [answer.body]

    return site


def answer_to(environ: Environ, endpoint: sending.Endpoint, *, numbered: bool) -> Answer:
    """Always an answer: whatever goes wrong is told in the shape that this endpoint's callers read."""
    request = Request.of(environ)
    if request.method == "OPTIONS":
        return Answer(204, b"", "text/plain")
    if request.method not in ("GET", "POST"):
        return refused(405, "use POST", numbered=numbered)
    try:
        return endpoint(request)
    except PayloadError as error:
        if numbered and request.asks("strict"):
            return refused(400, error.message, numbered=True)
        return told(request, error.message)
    except TooLarge as error:
        return refused(413, str(error), numbered=numbered)
    except BadBody as error:
        return refused(400, str(error), numbered=numbered)
    except (Unavailable, LimitReached) as error:
        log.warning("a request was turned away: %s", error)
        return refused(503, error.message, numbered=numbered, retry_after=getattr(error, "retry_after", RETRY_AFTER))
    except DatabaseError:
        log.exception("the database did not answer an SDK")
        return refused(503, "try again later", numbered=numbered, retry_after=RETRY_AFTER)
    except Exception:
        log.exception("an SDK's request failed")
        return refused(500, "internal error", numbered=numbered)
    finally:
        close_old_connections()


def _permissions(environ: Environ) -> list[tuple[str, str]]:
    """CORS with credentials: browsers' SDKs send cookies along, which forbids answering with a star."""
    headers = [("X-Content-Type-Options", "nosniff")]
    origin = environ.get("HTTP_ORIGIN")
    if not origin:
        return [*headers, ("Vary", "Origin")]
    headers += [
        ("Vary", "Origin"),
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Expose-Headers", "Retry-After"),
    ]
    if environ.get("REQUEST_METHOD") == "OPTIONS":
        asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS") or "Content-Type, Authorization, Content-Encoding"
        headers += [
            ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
            ("Access-Control-Allow-Headers", asked),
            ("Access-Control-Max-Age", "86400"),
        ]
    return headers
