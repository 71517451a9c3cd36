"""The end of a project: first its events, then its rows.

In this order, because a project whose events could not be deleted must stay visible, so that somebody can try again.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from analytics.clickhouse.client import lease
from analytics.clickhouse.deletion import delete_project_data
from web.accounts.models import User
from web.projects import credentials
from web.projects.models import Project, record


def delete_project(*, project: Project, actor: User | None) -> None:
    """Delete everything of a project. Raises analytics.errors.OurError if ClickHouse does not answer; then it stays."""
    # Nothing new is accepted from now on. What is still in the spool arrives under an id that is never used again.
    project.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    credentials.forget()
    with lease(settings.CLICKHOUSE_URL) as client:
        delete_project_data(client, project.pk)
    with transaction.atomic():
        record(project=project, actor=actor, action="project.deleted", subject=project.name, before={"id": project.pk})
        project.delete()
