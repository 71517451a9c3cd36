"""Each background job by name. The jobs are in workers, which web never imports; broker.py carries their messages."""

from __future__ import annotations

from celery import Celery
from kombu.exceptions import OperationalError

from analytics.errors import Unavailable


def sender() -> Celery:
    """An application that only sends: the one that works is workers.celery.app."""
    app = Celery("web", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    return app


_sender = sender()


def run_query() -> None:
    """Somebody waits for an answer; whose turn it is, the worker finds in the records. Safe to send too often."""
    try:
        _sender.send_task("workers.runs.run_query", queue="queries", retry=False)
    except (OSError, OperationalError) as error:
        raise Unavailable(f"The job queue does not answer ({type(error).__name__}). Try again in a moment.") from error
