"""A board: saved reports and texts beside each other, with dates and filters for all of them. A share: a link that
shows one board or report to whoever has it.

How a tile is answered is not known here.
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from web.projects.models import Project
from web.reports.models import LONGEST_REPORT_NAME, Report

LONGEST_TEXT = 5000
MOST_TILES = 50
NARROWEST, WIDEST = 1, 4


class Board(models.Model):
    """A deleted one keeps its row, so that it can be brought back."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="boards")
    name = models.CharField(max_length=LONGEST_REPORT_NAME)
    description = models.TextField(blank=True)
    dates = models.TextField(blank=True)  # a date range of the question document; empty: each report's own
    filters = models.TextField(blank=True)  # a group of the question document; empty: none
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_by_name = models.CharField(max_length=254)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    updated_by_name = models.CharField(max_length=254)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["project", "-updated_at", "-id"], name="boards_by_change"),)

    def __str__(self) -> str:
        return self.name


class TileKind(models.TextChoices):
    REPORT = "report", "Report"
    TEXT = "text", "Text"


class Tile(models.Model):
    """One place on a board. The report is the saved one, not a copy: a change of it is seen on every board."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="tiles")
    place = models.PositiveIntegerField()
    width = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(NARROWEST), MaxValueValidator(WIDEST)]
    )
    kind = models.CharField(max_length=10, choices=TileKind.choices)
    report = models.ForeignKey(Report, models.CASCADE, null=True, related_name="tiles")
    text = models.TextField(blank=True)
    chart = models.CharField(max_length=30, blank=True)  # empty: the one that suits the answer

    class Meta:
        ordering = ("place", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=TileKind.REPORT, report__isnull=False) | Q(kind=TileKind.TEXT, report__isnull=True),
                name="tile_is_a_report_or_a_text",
            ),
        )

    def __str__(self) -> str:
        return str(self.report) if self.report else self.text[:40]


class Share(models.Model):
    """A public link to one board or one report. The token is shown once; only its hash is kept."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="shares")
    board = models.ForeignKey(Board, models.CASCADE, null=True, related_name="shares")
    report = models.ForeignKey(Report, models.CASCADE, null=True, related_name="shares")
    token_hash = models.CharField(max_length=64, unique=True)
    token_prefix = models.CharField(max_length=8)  # tells a person which link is meant; opens nothing
    password_hash = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_by_name = models.CharField(max_length=254)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(board__isnull=False, report__isnull=True) | Q(board__isnull=True, report__isnull=False),
                name="share_is_of_a_board_or_a_report",
            ),
        )

    def __str__(self) -> str:
        return f"{self.token_prefix}… to {self.subject}"

    @property
    def subject(self) -> Board | Report:
        shared = self.board or self.report
        assert shared is not None  # the constraint says so
        return shared

    @property
    def state(self) -> str:
        """active, revoked or expired."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= timezone.now() else "active"
