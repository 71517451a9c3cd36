"""The drain of the spool, as a part of the ingest worker. Of two on one machine one drains, the other stands by."""

from __future__ import annotations

import logging
import threading

from django.conf import settings

from analytics.errors import Unavailable
from analytics.ingest.drain import Drain
from workers.celery import app
from workers.threads import IngestThread

TRY_AGAIN = 2.0  # seconds until asking again whether the other drain is gone

log = logging.getLogger(__name__)
# The driver would log each failed attempt with its traceback; the drain says once that ClickHouse is away.
logging.getLogger("clickhouse_driver.connection").setLevel(logging.ERROR)


class SpoolDrain(IngestThread):
    thread_name = "spool-drain"

    def run(self, stop: threading.Event) -> None:
        """Keep a drain running; whatever it dies of is said, and another one takes over where the cursor stands."""
        waiting = False
        while not stop.is_set():
            try:
                drain = Drain(settings.SPOOL_DIR, settings.CLICKHOUSE_URL)
            except Unavailable as error:
                if not waiting:
                    log.info("%s; this worker stands by", error)
                waiting = True
                stop.wait(TRY_AGAIN)
                continue
            waiting = False
            try:
                drain.run(stop)
            except Exception:
                log.exception("the spool's drain broke off; starting it again")
                stop.wait(TRY_AGAIN)
            finally:
                drain.close()


app.steps["worker"].add(SpoolDrain)
