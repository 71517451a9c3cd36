"""The Celery application; every task lives in a sibling module, every schedule in schedule.py."""

from __future__ import annotations

import os

from celery import Celery, signals
from django.core.management import call_command
from django.core.management.base import SystemCheckError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")

app = Celery(
    "workers",
    include=[
        "workers.runs",
        "workers.ingestion",
        "workers.profiles",
        "workers.identity",
        "workers.schedule",
        "workers.heartbeat",
    ],
)
app.config_from_object("django.conf:settings", namespace="CELERY")


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_what_is_set_wrong(**_: object) -> None:
    """Django's own checks end a process that they fault, as they do for the web server; Celery only runs them."""
    try:
        call_command("check")
    except SystemCheckError as error:
        raise SystemExit(str(error)) from None
