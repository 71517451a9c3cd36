"""How many of these endpoints' questions may run at once, of a project and in all: callers wait in a thread of the web
server, and pages and ingestion need threads too. There is no limit per hour."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework.exceptions import Throttled

# In each web process; gunicorn.conf.py reads the same variable.
THREADS = int(os.environ.get("WEB_THREADS", "8"))
MOST_IN_ALL = max(1, THREADS // 2)
MOST_OF_A_PROJECT = max(1, MOST_IN_ALL - 1)


class AtOnce:
    def __init__(self, of_a_project: int, in_all: int) -> None:
        self.of_a_project = of_a_project
        self.in_all = in_all
        self._running: Counter[int] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, project_id: int) -> Iterator[None]:
        """A place for one question until it is answered, or Throttled."""
        with self._lock:
            if self._running[project_id] >= self.of_a_project:
                raise Throttled(
                    detail=f"Query rate limit exceeded for project_id: {project_id}. "
                    f"{self.of_a_project} of its questions are running; ask again when one of them is answered."
                )
            if self._running.total() >= self.in_all:
                raise Throttled(detail="As many questions are running as may at once; ask again in a moment.")
            self._running[project_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[project_id] -= 1

    @property
    def running(self) -> int:
        return self._running.total()


at_once = AtOnce(MOST_OF_A_PROJECT, MOST_IN_ALL)
