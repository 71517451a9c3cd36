"""The mirror of profiles, as a part of the ingest worker.

Every ingest worker has one. They may copy the same rows, which changes nothing.
"""

from __future__ import annotations

import logging
import threading

from django.conf import settings

from web.people.mirror import Mirror
from workers.celery import app
from workers.threads import IngestThread

TRY_AGAIN = 2.0  # seconds after something that nobody foresaw

log = logging.getLogger(__name__)


class ProfileMirror(IngestThread):
    thread_name = "profile-mirror"

    def run(self, stop: threading.Event) -> None:
        """Keep a mirror running; whatever it dies of is said, and another one takes over: the marks are in the rows."""
        while not stop.is_set():
            try:
                Mirror(settings.CLICKHOUSE_URL).run(stop)
            except Exception:
                log.exception("the mirror of profiles broke off; starting it again")
                stop.wait(TRY_AGAIN)


app.steps["worker"].add(ProfileMirror)
