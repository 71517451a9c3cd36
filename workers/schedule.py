"""What happens by the clock: runs whose worker died, old runs, data past its retention, profiles deleted, merges."""

from __future__ import annotations

import logging

from celery.schedules import crontab
from django.conf import settings
from django.utils import timezone

from analytics.clickhouse.client import lease
from analytics.clickhouse.deletion import delete_older_than
from analytics.errors import OurError
from web.people import mirror
from web.projects.models import Project
from web.reports import runs
from workers.celery import app

log = logging.getLogger(__name__)


@app.task
def mend_runs() -> None:
    if again := runs.mend():
        log.warning("sent again: %s", ", ".join(map(str, again)))


@app.task
def forget_old_runs() -> None:
    runs.forget_old()


@app.task
def keep_retention() -> None:
    """Delete what projects no longer keep. One that fails is tried again tomorrow; no question sees past its days."""
    for project in Project.objects.exclude(retention_days=None):
        try:
            with lease(settings.CLICKHOUSE_URL) as client:
                delete_older_than(client, project.pk, project.retention_days or 1)
        except OurError:
            log.exception("the retention of project %s was not kept", project.pk)


@app.task
def forget_deleted_profiles() -> None:
    """Tried again tomorrow if ClickHouse does not answer; no question sees them any more."""
    try:
        mirror.forget_deleted(settings.CLICKHOUSE_URL, timezone.now())
    except OurError:
        log.exception("deleted profiles are still on the disk")


app.conf.beat_schedule = {
    "mend runs": {"task": "workers.schedule.mend_runs", "schedule": 10.0, "options": {"expires": 10}},
    "forget old runs": {"task": "workers.schedule.forget_old_runs", "schedule": crontab(minute="7")},
    "keep retention": {"task": "workers.schedule.keep_retention", "schedule": crontab(hour="3", minute="17")},
    "forget deleted profiles": {
        "task": "workers.schedule.forget_deleted_profiles",
        "schedule": crontab(hour="3", minute="47"),
    },
    # Often, because after an undo questions are slower until it ran; it does little where nothing is due.
    "settle merges": {
        "task": "workers.identity.settle_merges",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 540},
    },
}
