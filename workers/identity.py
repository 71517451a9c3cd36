"""Settling old merges, project by project, where it pays."""

from __future__ import annotations

import logging

from django.conf import settings

from analytics.clickhouse.client import lease
from analytics.errors import OurError
from analytics.identity import is_due, settle
from web.projects.models import Project
from workers.celery import app

log = logging.getLogger(__name__)


@app.task
def settle_merges() -> None:
    """One that fails is tried again the next time; until then its links are resolved when questions are asked.

    Two of these at once do each other no harm, so nothing is locked.
    """
    for project in Project.objects.order_by("pk"):
        try:
            with lease(settings.CLICKHOUSE_URL) as client:
                if is_due(client, project.pk):
                    settled = settle(client, project.pk)
                    log.info("project %s: %s", project.pk, settled)
        except OurError:
            log.exception("the merges of project %s were not settled", project.pk)
