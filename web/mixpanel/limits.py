"""How many of these endpoints' questions a project may have running at once: callers wait in a thread of the web
server, and pages and ingestion need threads too. There is no limit per hour."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework.exceptions import Throttled

MOST_AT_ONCE = 4  # in each web process, which has 8 threads (gunicorn.conf.py)


class AtOnce:
    def __init__(self, most: int) -> None:
        self.most = most
        self._running: Counter[int] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, project_id: int) -> Iterator[None]:
        """A place for one question until it is answered, or Throttled."""
        with self._lock:
            if self._running[project_id] >= self.most:
                raise Throttled(
                    detail=f"Query rate limit exceeded for project_id: {project_id}. "
                    f"{self.most} questions of it are running; ask again when one of them is answered."
                )
            self._running[project_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[project_id] -= 1
                if not self._running[project_id]:
                    del self._running[project_id]


at_once = AtOnce(MOST_AT_ONCE)
