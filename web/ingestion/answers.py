"""What we say back, in the shapes that the SDKs read: 1 or 0, verbose JSON, a pixel, a callback, the import's JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

from analytics.ingest import Failure
from web.ingestion.wire import Request

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
CALLBACK = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.]{0,127}")
# The vendor's words, which its SDKs' users search for.
PHRASES = {413: "Request Entity Too Large"}


@dataclass(slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def status_line(self) -> str:
        return f"{self.status} {_phrase(self.status)}"


def told(request: Request, fault: str = "") -> Answer:
    """/track, /engage, /groups: taken (1), or not (0) and why."""
    if request.asks("img"):
        return Answer(200, PIXEL, "image/gif", [("Cache-Control", "no-store")])
    body = b"0" if fault else b"1"
    if request.asks("verbose"):
        body = msgspec.json.encode({"status": 0 if fault else 1, "error": fault})
    callback = request.flags.get("callback", "")
    if callback and CALLBACK.fullmatch(callback):
        return Answer(200, b"/**/%b(%b);" % (callback.encode(), body), "text/javascript; charset=utf-8")
    if request.asks("verbose"):
        return Answer(200, body)
    return Answer(200, body, "text/plain; charset=utf-8")


def imported(count: int, failures: Sequence[Failure]) -> Answer:
    """/import?strict=1: how many were stored, and each that was not."""
    if not failures:
        return _numbered(200, {"num_records_imported": count, "status": "OK"})
    failed = [
        {
            "index": each.index,
            "insert_id": each.insert_id,
            "$insert_id": each.insert_id,
            "field": each.field,
            "message": each.message,
        }
        for each in failures
    ]
    return _numbered(
        400,
        {
            "error": "some data points in the request failed validation",
            "status": _phrase(400),
            "num_records_imported": count,
            "failed_records": failed,
        },
    )


def refused(status: int, error: str, *, numbered: bool, retry_after: int = 0) -> Answer:
    """A whole request refused. `numbered` is the import's shape; the other is what /track's callers know."""
    answer = (
        _numbered(status, {"error": error, "status": _phrase(status)})
        if numbered
        else Answer(status, msgspec.json.encode({"status": "error", "error": error}))
    )
    if retry_after:
        answer.headers.append(("Retry-After", str(retry_after)))
    if status == 401:
        answer.headers.append(("WWW-Authenticate", 'Basic realm="Footfall"'))
    return answer


def _numbered(status: int, members: dict[str, object]) -> Answer:
    return Answer(status, msgspec.json.encode({"code": status, **members}))


def _phrase(status: int) -> str:
    return PHRASES.get(status) or HTTPStatus(status).phrase
