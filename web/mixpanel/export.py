"""/export: events as they were received, a line of JSON each, while they are read.

An answer that breaks off must not look complete: its connection is aborted, so that a client's HTTP library says so.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from analytics.errors import FootfallError
from analytics.export import lines
from analytics.queries.export import ExportQuery
from analytics.queries.metrics import ALL_EVENTS
from web.mixpanel import limits
from web.mixpanel.access import MixpanelView
from web.projects.models import Role

PIECE = 64 * 1024  # bytes that are sent at once
# HTTP/1.0 ends an answer by closing, as a broken one does; then this line, which is no JSON, tells the two apart.
BROKEN = b"terminated early\n"

log = logging.getLogger(__name__)


class ExportView(MixpanelView):
    """Open from analyst up: it hands out everything that was received, people's ids among it."""

    role = Role.ANALYST
    parameters = ("from_date", "to_date", "event", "where", "limit", "time_in_ms")

    def get(self, request: Request) -> HttpResponseBase:
        query = ExportQuery(
            dates=self.params.dates(),
            events=self.params.names("event") if "event" in self.params.values else ALL_EVENTS,
            where=self.params.expression("where"),
            limit=self.params.whole_number("limit") if "limit" in self.params.values else None,
            in_milliseconds=self.params.truth("time_in_ms"),
        )
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        old = request.META.get("SERVER_PROTOCOL") == "HTTP/1.0"
        found = lines(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL)
        body = Body(_pieces(found, self.project.pk, packed=packed, old=old))
        response = StreamingHttpResponse(body, content_type="text/plain; charset=utf-8")
        response["Vary"] = "Accept-Encoding"
        if packed:
            response["Content-Encoding"] = "gzip"
        return response


class Body:
    """The pieces, of which the first is read at once: what fails before it is still answered with a status."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._first: bytes | None = next(pieces, b"")

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._pieces)

    def close(self) -> None:
        """Called when the answer is over, whether or not the client has stayed to its end."""
        self._pieces.close()  # type: ignore[attr-defined]  # a generator


def _pieces(found: Iterator[bytes], project_id: int, *, packed: bool, old: bool) -> Iterator[bytes]:
    packer = zlib.compressobj(6, wbits=31) if packed else None
    begun = False
    with limits.at_once.slot(project_id):
        try:
            for piece in _gathered(found):
                ready = packer.compress(piece) if packer else piece
                if ready:
                    yield ready
                    begun = True
        except FootfallError as error:
            if begun:
                log.error("an export of project %s broke off: %s", project_id, error)
                if old and not packer:
                    yield BROKEN
            raise
        if packer:
            yield packer.flush()


def _gathered(found: Iterator[bytes]) -> Iterator[bytes]:
    gathered: list[bytes] = []
    size = 0
    for line in found:
        gathered.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)
