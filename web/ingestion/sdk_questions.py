"""What SDKs ask besides sending: settings, flags, replays. We have none of these, and say so in their own shapes."""

from __future__ import annotations

from web.ingestion.answers import Answer
from web.ingestion.wire import Environ, Request

NOTHING = "Footfall does not record sessions"


def is_from_sdk(environ: Environ) -> bool:
    """An SDK names its library or its token; a person's browser asks for the page."""
    query = environ.get("QUERY_STRING", "")
    return environ.get("REQUEST_METHOD") == "OPTIONS" or "mp_lib=" in query or "lib_version=" in query


def settings(request: Request) -> Answer:
    return Answer(200, b'{"sdk_config":{"config":{}}}')


def flags(request: Request) -> Answer:
    return Answer(200, b'{"flags":{},"pending_first_time_events":[]}')


def decide(request: Request) -> Answer:
    """Retired by the vendor in 2026; SDKs of before 2022 still ask."""
    return Answer(200, b'{"notifications":[],"config":{}}')


def record(request: Request) -> Answer:
    """A client that is told 404 stops recording, which is honest: we would only throw the recording away."""
    return Answer(404, b'{"code":404,"error":"%b","status":"Not Found"}' % NOTHING.encode())
