"""Two addresses for whoever watches the installation: is the process alive, and does every part answer."""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics.clickhouse.client import lease

Part = Callable[[], None]

WORKERS = ("query worker", "ingest worker", "beat")
BEAT_EVERY = 5.0  # seconds
BEAT_LASTS = 30  # seconds; without another beat the worker counts as gone


def beat(worker: str) -> None:
    """One of WORKERS lives. It says so through the cache, the one place that all processes share."""
    cache.set(_beat_of(worker), time.time(), BEAT_LASTS)


def _beat_of(worker: str) -> str:
    return f"alive:{worker.replace(' ', '-')}"


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing of the parts behind it, so a restart is right when this fails."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Each part's state, 503 when one does not answer. Open to all, so it names parts but never why they fail."""
    parts = {name: _state(probe) for name, probe in PARTS.items()}
    healthy = all(part["ok"] for part in parts.values())
    return JsonResponse({"ok": healthy, "parts": parts}, status=200 if healthy else 503)


def _state(probe: Part) -> dict[str, object]:
    started = time.monotonic()
    try:
        probe()
    except Exception:  # whatever it is, the part does not answer
        return {"ok": False, "ms": _milliseconds(started)}
    return {"ok": True, "ms": _milliseconds(started)}


def _milliseconds(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    nonce = secrets.token_hex(8)
    cache.set("readyz", nonce, 60)
    if cache.get("readyz") is None:
        raise OSError("the cache forgot at once")


def _clickhouse() -> None:
    with lease(settings.CLICKHOUSE_QUERY_URL) as client:
        client.execute("SELECT 1")


def _spool() -> None:
    directory = Path(settings.SPOOL_DIR)
    directory.mkdir(parents=True, exist_ok=True)
    probe = directory / f".readyz-{secrets.token_hex(8)}"
    probe.touch()
    probe.unlink()


def _worker(name: str) -> None:
    if cache.get(_beat_of(name)) is None:
        raise OSError(f"no {name} has given a sign of life for {BEAT_LASTS} s")


PARTS: dict[str, Part] = {
    "database": _database,
    "cache": _cache,
    "clickhouse": _clickhouse,
    "spool": _spool,
    **{name: functools.partial(_worker, name) for name in WORKERS},
}
