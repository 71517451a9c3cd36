"""What wakes a request that waits for its run: without Redis, a bell of its own that the run's end rings. Through Redis
the processes may be on several machines; there it looks again and again.

It must not know what a run is, but for its id.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from web.broker import Bell

# Seconds between two looks: after a twentieth of what it has waited, or, where it will be told, now and then.
SOONEST, LATEST = 0.002, 0.05
TOLD = 0.5


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "bells"
    return folder


@contextmanager
def listening(run_id: UUID) -> Iterator[Callable[[float], None]]:
    """Gives what sleeps until the run's end is rung or it is time to look, at most so many seconds. Look once before
    the first sleep: what ended earlier rings no more."""
    started = time.monotonic()
    if settings.REDIS_URL:
        yield lambda most: time.sleep(min(most, max(SOONEST, (time.monotonic() - started) / 20), LATEST))
        return
    _folder().mkdir(parents=True, exist_ok=True)
    path = _folder() / f"{run_id}.{uuid4().hex}"
    bell = Bell(path)
    try:
        yield lambda most: _sleep(bell, min(most, TOLD))
    finally:
        bell.close()
        path.unlink(missing_ok=True)


def _sleep(bell: Bell, seconds: float) -> None:
    if select.select([bell.descriptor], [], [], seconds)[0]:
        bell.silence()


def ring(run_id: UUID) -> None:
    """The run is over: wake all who wait for it, and clear away the bells of those who died waiting."""
    if settings.REDIS_URL:
        return
    for path in _folder().glob(f"{run_id}.*"):
        Bell.ring(path)
        path.unlink(missing_ok=True)
