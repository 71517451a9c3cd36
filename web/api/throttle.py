"""How many requests one service account or person may make in a minute (API_REQUESTS_PER_MINUTE).

It stops a loop that ran wild, not work: questions are limited where they cost, in ClickHouse. The count is the same for
all processes: a number in Redis, or without Redis a file to which each request appends one byte, so that its length
after the append is the count. Appending is atomic, so none is lost and none counted twice.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from web.projects.models import ServiceAccount

WINDOW = 60  # seconds, by the clock: 12:00:00 up to 12:01:00

log = logging.getLogger(__name__)


def asker_of(request: Request) -> str:
    """Who asks, in a word, like `account:7`."""
    if isinstance(request.auth, ServiceAccount):
        return f"account:{request.auth.pk}"
    return f"user:{request.user.pk}"


class AskerThrottle(BaseThrottle):
    """Leaves `rate_headers` on the request, for every answer to say how much is left."""

    seconds_left = WINDOW

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit: int = settings.API_REQUESTS_PER_MINUTE
        if not limit:
            return True
        now = time.time()
        self.seconds_left = WINDOW - int(now % WINDOW)
        used = count(asker_of(request), int(now // WINDOW), limit)
        request.rate_headers = {  # type: ignore[attr-defined]
            "RateLimit-Policy": f'"requests";q={limit};w={WINDOW}',
            "RateLimit": f'"requests";r={max(0, limit - used)};t={self.seconds_left}',
        }
        return used <= limit

    def wait(self) -> float:
        return self.seconds_left


def count(asker: str, window: int, limit: int) -> int:
    """Count one request; how many there were in this window with it. Beyond the limit the number stands still."""
    try:
        return _in_redis(asker, window) if settings.REDIS_URL else _in_file(asker, window, limit)
    except Exception:  # whatever keeps the count is away: better no limit than no API
        log.exception("requests cannot be counted")
        return 0


def _in_redis(asker: str, window: int) -> int:
    key = f"requests:{asker}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW)
    return int(cache.incr(key))


def _in_file(asker: str, window: int, limit: int) -> int:
    folder: Path = settings.DATA_DIR / "requests" / asker.replace(":", "-")
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / str(window), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        used = os.fstat(file).st_size
        if used <= limit:
            os.write(file, b".")
            used = os.lseek(file, 0, os.SEEK_CUR)  # where our own byte ends, whoever appended meanwhile
    finally:
        os.close(file)
    if used == 1:
        _forget_before(folder, window)
    return used


def _forget_before(folder: Path, window: int) -> None:
    for old in folder.iterdir():
        if old.name.isdigit() and int(old.name) < window:
            old.unlink(missing_ok=True)
