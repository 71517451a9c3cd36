"""How much the questions of one project may take: the settings, or what was set for this project."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from analytics.clickhouse.limits import Limits
from analytics.errors import LimitReached
from web.projects.models import Project
from web.reports.models import ProjectLimits

RETRY_AFTER = 5  # seconds


class QueueFull(LimitReached):
    """Too many questions of the project wait already."""

    code = "queue_full"


@dataclass(frozen=True, slots=True)
class Allowance:
    """`question` is for each single one; `running` and `waiting` are how many there may be at once, 0 without end."""

    question: Limits
    running: int
    waiting: int


def allowance(project: Project) -> Allowance:
    try:
        own = project.limits
    except ProjectLimits.DoesNotExist:
        own = ProjectLimits()
    return Allowance(
        Limits(
            seconds=_first(own.max_seconds, settings.QUESTION_MAX_SECONDS),
            memory_bytes=_first(own.max_memory_bytes, settings.QUESTION_MAX_MEMORY_BYTES),
            rows=_first(own.max_rows, settings.QUESTION_MAX_ROWS),
        ),
        running=_first(own.max_running, settings.PROJECT_MAX_RUNNING),
        waiting=_first(own.max_waiting, settings.PROJECT_MAX_WAITING),
    )


def _first(own: int | None, usual: int) -> int:
    return usual if own is None else own
