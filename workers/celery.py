"""The Celery application; every task lives in a sibling module, every schedule in schedule.py."""

from __future__ import annotations

import os
import sys

from celery import Celery, signals
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import close_old_connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

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
# Celery would close a thread's connection to the database before and after each task; Django keeps one that is good.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize


@signals.task_prerun.connect
@signals.task_postrun.connect
def keep_good_connections(**_: object) -> None:
    close_old_connections()


@signals.worker_init.connect
def write_without_haste(**_: object) -> None:
    """What a worker writes into SQLite must survive its death, not a power cut: its runs are run again then. So it does
    not wait for the disk at each progress of a run, while everybody else waits for SQLite's one writer."""
    connection_created.connect(_synchronous_normal)


def _synchronous_normal(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_what_is_set_wrong(**_: object) -> None:
    """Django's own checks end a process that they fault, as they do for the web server; Celery only runs them."""
    try:
        call_command("check")
    except SystemCheckError as error:
        raise SystemExit(str(error)) from None
