"""How much one request and one project may send. docs/operations.md explains each setting."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from math import ceil

from django.conf import settings

MAX_BODY_BYTES: int = settings.INGEST_MAX_BODY_BYTES
MAX_ITEMS: int = settings.INGEST_MAX_ITEMS
BURST_SECONDS = 60  # the vendor counts over a rolling minute
TRUSTED_PROXIES: int = settings.TRUSTED_PROXIES


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Rate:
    """A token bucket for each project: `rate` events a second, and a minute's worth at once after a pause."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._buckets: dict[int, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, project_id: int, events: int, now: float | None = None) -> int:
        """0 if the events may come in; otherwise the seconds after which they may, and nothing is taken."""
        now = time.monotonic() if now is None else now
        # A request larger than the whole bucket may pass when the bucket is full, or it never could.
        needed = min(events, self.burst)
        with self._lock:
            bucket = self._buckets.setdefault(project_id, _Bucket(self.burst, now))
            bucket.tokens = min(self.burst, bucket.tokens + (now - bucket.filled_at) * self.rate)
            bucket.filled_at = now
            if bucket.tokens < needed:
                return max(1, ceil((needed - bucket.tokens) / self.rate))
            bucket.tokens -= events
            return 0


rate = Rate(settings.INGEST_EVENTS_PER_SECOND, settings.INGEST_EVENTS_PER_SECOND * BURST_SECONDS)
