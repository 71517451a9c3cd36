"""Whose turn it is: which waiting run a free worker takes, and whether ClickHouse lets it go first.

A message only says that somebody waits; who is served follows from the records. Every worker that ends a run passes the
turn on, so that a run which found its project at its limit is taken when there is room. It must not know what a
question is.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from analytics.errors import Unavailable
from web import jobs
from web.projects.models import Project
from web.reports import runs
from web.reports.limits import Allowance, allowance
from web.reports.models import IN_FLIGHT, Run, RunState

RECENT = timedelta(minutes=1)
SHORT = 1.0  # seconds: questions that take no longer, on the average, are what people wait for at a screen
MUCH = 5.0  # seconds of questions in a minute; less is nothing to give way for
FIRST, GIVES_WAY = 1, 2

log = logging.getLogger(__name__)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """How a run stands to others in ClickHouse: its rank (analytics.clickhouse.limits), and if there are others."""

    rank: int
    crowded: bool


@dataclass(slots=True)
class Use:
    """What a project asked in the last minute. Two at once count twice."""

    seconds: float = 0.0
    runs: int = 0

    def add(self, seconds: float) -> None:
        if seconds > 0:
            self.seconds += seconds
            self.runs += 1

    @property
    def is_short(self) -> bool:
        return self.runs > 0 and self.seconds <= SHORT * self.runs

    @property
    def is_long(self) -> bool:
        return self.seconds > MUCH and not self.is_short


def take() -> Run | None:
    """A run for the worker that asks; None if nobody waits, or only projects that run as many as they may."""
    for project_id, running in _order():
        if (run := _take_of(project_id, running)) is not None:
            return run
    return None


def pass_on() -> None:
    """A worker is free again: say so if somebody waits."""
    if not Run.objects.filter(state=RunState.QUEUED).exists():
        return
    try:
        jobs.run_query()
    except Unavailable as error:
        log.warning("the turn was not passed on, mend will: %s", error)


def place(run: Run, now: datetime | None = None) -> Place:
    """The place of a run that starts, by what its project and the others used of late.

    Projects that ask short questions go first, and so does whoever used less than one that asks long ones. Nobody knows
    how long a new question takes, so who has asked nothing yet gives way, unless somebody asks long ones. It is a
    comparison rather than a fixed share, so that a project that is alone loses nothing.
    """
    used = _used(now or timezone.now(), run)
    mine = used.pop(run.project_id)
    first = mine.is_short or any(other.is_long and other.seconds > mine.seconds for other in used.values())
    return Place(FIRST if first else GIVES_WAY, crowded=bool(used))


def _order() -> list[tuple[int, int]]:
    """The projects that wait, and how many runs each has: first who runs the fewest, then who was served longest ago,
    then who waits longest."""
    waiting = list(
        Run.objects.filter(state__in=IN_FLIGHT)
        .values("project_id")
        .annotate(
            running=Count("pk", filter=Q(state=RunState.RUNNING)),
            since=Min("requested_at", filter=Q(state=RunState.QUEUED)),
        )
        .filter(since__isnull=False)
    )
    if len(waiting) == 1:
        return [(waiting[0]["project_id"], waiting[0]["running"])]
    served = dict(
        Run.objects.filter(started_at__gt=timezone.now() - RECENT)
        .values_list("project_id")
        .annotate(Max("started_at"))
        .order_by()
    )
    found = [
        (each["running"], served.get(each["project_id"], _NEVER), each["since"], each["project_id"]) for each in waiting
    ]
    return [(project_id, running) for running, *_, project_id in sorted(found)]


def _take_of(project_id: int, running: int) -> Run | None:
    """`running` is how many the project ran a moment ago."""
    project = Project.objects.select_related("limits").filter(pk=project_id).first()
    if project is None:
        return None
    allowed = allowance(project)
    if allowed.running and running >= allowed.running:
        return None
    with transaction.atomic():
        # One claim of a project at a time, or two workers would both find room for one more. SQLite has one writer
        # anyway. Waiting for the lock rather than skipping it: who skips would drop the message that another needs.
        if connection.features.has_select_for_update:
            list(Project.objects.select_for_update(no_key=True).filter(pk=project_id).values_list("pk"))
        if not _has_room(project, allowed):
            return None
        oldest = project.runs.filter(state=RunState.QUEUED).order_by("requested_at").first()
        return runs.claim(oldest.pk) if oldest is not None else None


def _has_room(project: Project, allowed: Allowance) -> bool:
    return not allowed.running or project.runs.filter(state=RunState.RUNNING).count() < allowed.running


def _used(now: datetime, starting: Run) -> dict[int, Use]:
    """What ran in the last minute, by project. Of the one that starts counts what is expected, if anything is."""
    since = now - RECENT
    used: dict[int, Use] = defaultdict(Use)
    used[starting.project_id].add((starting.expected_ms or 0) / 1000)
    lately = Run.objects.filter(Q(state=RunState.RUNNING) | Q(finished_at__gt=since), started_at__isnull=False)
    others = lately.exclude(pk=starting.pk)
    for project_id, started, finished in others.values_list("project_id", "started_at", "finished_at"):
        assert started is not None, "filtered"
        used[project_id].add(((finished or now) - max(started, since)).total_seconds())
    return used
