"""A run: one execution of a question. This record is the truth about it, for the page, the API and the worker alike.
A report: a question kept under a name, with each of its versions. A draft: a question that is not saved yet.
Beside it: what a project's questions may take, where it is not what the settings say.

What a question means is not known here.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from web.projects.models import Project


class RunState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


IN_FLIGHT = (RunState.QUEUED, RunState.RUNNING)


class Run(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="runs")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    askers = models.JSONField(default=list)  # who waits for it, like "user:7": the last one who cancels stops it

    query = models.TextField()  # the canonical document
    key = models.CharField(max_length=100)  # equal for equal questions to equal data: those in flight are one run
    now = models.DateTimeField()  # what "today" means in it

    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)  # a worker that was given up must not write any more
    requested_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(default=timezone.now)  # when somebody last asked how far it is, about

    read_rows = models.BigIntegerField(default=0)
    total_rows = models.BigIntegerField(default=0)
    read_bytes = models.BigIntegerField(default=0)
    elapsed_ms = models.PositiveIntegerField(default=0)
    expected_ms = models.PositiveIntegerField(null=True)  # from its start to its end, if that can be estimated
    percent = models.PositiveSmallIntegerField(
        default=0
    )  # never falls, though ClickHouse finds more to read as it goes

    # Text rather than JSON columns: PostgreSQL's refuse a NUL character, which a property's value may hold.
    answer = models.TextField(blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    error_place = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "key"], condition=Q(state__in=IN_FLIGHT), name="one_run_in_flight_per_question"
            ),
        )
        indexes = (
            models.Index(fields=["state", "heartbeat"], name="runs_by_heartbeat"),
            models.Index(fields=["requested_at"], name="runs_by_age"),
            models.Index(fields=["project", "started_at"], name="runs_by_start"),
            models.Index(fields=["finished_at"], name="runs_by_end"),
        )

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"

    @property
    def query_id(self) -> str:
        """ClickHouse's name for the statement; the attempt keeps a second one apart from a dying first."""
        return f"run-{self.id}-{self.attempt}"

    @property
    def is_in_flight(self) -> bool:
        return self.state in IN_FLIGHT


LONGEST_REPORT_NAME = 200
LONGEST_DESCRIPTION = 5000


class Report(models.Model):
    """A saved question. A deleted one keeps its row, so that it can be brought back."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="reports")
    name = models.CharField(max_length=LONGEST_REPORT_NAME)
    description = models.TextField(blank=True)
    query = models.TextField()  # the canonical document
    version = models.PositiveIntegerField(default=1)  # the number of the newest: grows with every change
    # Names beside the people: a service account is no person, and a name outlives whose it was.
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_by_name = models.CharField(max_length=254)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    updated_by_name = models.CharField(max_length=254)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["project", "-updated_at", "-id"], name="reports_by_change"),)

    def __str__(self) -> str:
        return self.name


class ReportVersion(models.Model):
    """A report as it was after one change. Nothing is ever changed here: going back makes another version."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=LONGEST_REPORT_NAME)
    description = models.TextField(blank=True)
    query = models.TextField()
    sentence = models.TextField()  # as it was said then
    restored_from = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_by_name = models.CharField(max_length=254)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["report", "number"], name="versions_are_numbered_once"),)
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"version {self.number} of {self.name}"


class Draft(models.Model):
    """What somebody was asking when they last looked, not saved yet: of a report, or of none. Theirs alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, models.CASCADE, related_name="drafts")
    report = models.ForeignKey(Report, models.CASCADE, null=True, related_name="drafts")
    query = models.TextField()  # as the page holds it: it need not be a whole question yet
    chart = models.CharField(max_length=30, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "project", "report"], name="one_draft_per_report"),
            models.UniqueConstraint(
                fields=["user", "project"], condition=Q(report=None), name="one_draft_without_a_report"
            ),
        )

    def __str__(self) -> str:
        return f"draft of {self.user} in {self.project}"


class ProjectLimits(models.Model):
    """What differs from the settings for one project; empty: as the settings say. Whoever runs the installation sets
    it: a project that could raise its own limits could starve the others. The ceilings are those of ClickHouse's user
    `query` (deploy/clickhouse/users.xml).
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="limits", primary_key=True)
    max_seconds = models.PositiveIntegerField(
        "seconds of one question", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    max_memory_bytes = models.PositiveBigIntegerField(
        "bytes of memory of one question",
        null=True,
        blank=True,
        validators=[MinValueValidator(100_000_000), MaxValueValidator(8_000_000_000)],
    )
    max_rows = models.PositiveBigIntegerField(
        "rows that one question reads",
        null=True,
        blank=True,
        validators=[MaxValueValidator(50_000_000_000)],
        help_text="0: no limit but ClickHouse's own.",
    )
    max_running = models.PositiveIntegerField(
        "questions running at once", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    max_waiting = models.PositiveIntegerField(
        "questions waiting at once", null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = verbose_name_plural = "limits of a project"

    def __str__(self) -> str:
        return f"limits of {self.project}"
