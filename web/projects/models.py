"""A project is a tenant: its members, its credentials, its settings, and the trail of who changed what.

Events are not here: they live in ClickHouse under the project's id.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.timezone import now as utc_now

from analytics.queries.zones import zone_names

if TYPE_CHECKING:
    from web.accounts.models import User


class Role(models.TextChoices):
    """What a member may do; each role includes the ones after it (docs/permissions.md)."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    ANALYST = "analyst", "Analyst"
    VIEWER = "viewer", "Viewer"

    def includes(self, other: Role | str) -> bool:
        order = list(Role)
        return order.index(self) <= order.index(Role(other))


class WeekStart(models.IntegerChoices):
    MONDAY = 1, "Monday"
    TUESDAY = 2, "Tuesday"
    WEDNESDAY = 3, "Wednesday"
    THURSDAY = 4, "Thursday"
    FRIDAY = 5, "Friday"
    SATURDAY = 6, "Saturday"
    SUNDAY = 7, "Sunday"


def validate_zone(name: str) -> None:
    if name not in zone_names():
        raise ValidationError(f"“{name}” is not a time zone. Choose one of the list, like Europe/Berlin.")


class Project(models.Model):
    name = models.CharField(max_length=100)
    timezone = models.CharField("time zone", max_length=64, default="UTC", validators=[validate_zone])
    week_start = models.PositiveSmallIntegerField(
        "first day of the week", choices=WeekStart.choices, default=WeekStart.MONDAY
    )
    session_minutes = models.PositiveSmallIntegerField(
        "minutes that end a session",
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="A user’s session ends after so many minutes without an event, and at midnight. 1 to 1,440.",
    )
    retention_days = models.PositiveIntegerField(
        "days to keep events",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(36_500)],
        help_text="Older events are deleted for good. Empty: they are kept forever.",
    )
    is_demo = models.BooleanField("demo project", default=False)
    created_at = models.DateTimeField(default=utc_now, editable=False)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="projects")

    # The role of the person asking, set by access.get_project.
    member_role: Role | None = None

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    created_at = models.DateTimeField(default=utc_now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "user"], name="one_membership_each"),)

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.project}"


class Invitation(models.Model):
    """A link that makes its bearer a member. The link is shown once; only its hash is kept."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address", max_length=254)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=utc_now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email} to {self.project}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > utc_now()


def new_token() -> str:
    return secrets.token_hex(16)  # 32 hex digits, the shape SDKs expect of a project token


class ProjectToken(models.Model):
    """Public and write-only: it sits in pages and apps, so it is always shown. Several may be active, for rotation."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="tokens")
    token = models.CharField(max_length=64, unique=True, default=new_token)
    label = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=utc_now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.label} of {self.project}"


class ServiceAccount(models.Model):
    """A robot's user name and secret. The secret is shown once and kept as a hash.

    After a rotation the previous secret works until `previous_expires_at`, so that callers can change over in time.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="service_accounts")
    label = models.CharField(max_length=100)
    username = models.CharField(max_length=100, unique=True)
    secret_prefix = models.CharField(max_length=8)  # tells a person which secret is meant; tells a thief nothing
    secret_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    previous_expires_at = models.DateTimeField(null=True, blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANALYST)
    created_at = models.DateTimeField(default=utc_now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.username

    def is_active(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > utc_now())

    @property
    def previous_in_grace(self) -> bool:
        return bool(self.previous_hash and self.previous_expires_at and self.previous_expires_at > utc_now())

    def accepted_hashes(self) -> list[str]:
        """The hashes of the secrets that open this account now: the current one, and the previous one in its grace."""
        if not self.is_active():
            return []
        return [self.secret_hash, self.previous_hash] if self.previous_in_grace else [self.secret_hash]


class AuditEntry(models.Model):
    """Who changed what, when. Names are copied in, so that the trail outlives the people and projects it is about."""

    project = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="audit_entries")
    project_name = models.CharField(max_length=100)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_email = models.EmailField(max_length=254, blank=True)
    action = models.CharField(max_length=60)  # noun.verb, like "member.role_changed"
    subject = models.CharField(max_length=300)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(default=utc_now, db_index=True, editable=False)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    def changes(self) -> list[dict[str, object]]:
        """What changed, line by line, for the page that shows the trail."""
        names = list(dict.fromkeys([*self.before, *self.after]))
        return [
            {
                "name": name.replace("_", " "),
                "changed": name in self.before and name in self.after,
                "before": _shown(self.before.get(name)),
                "after": _shown(self.after[name] if name in self.after else self.before[name]),
            }
            for name in names
        ]


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


Actor: TypeAlias = "User | ServiceAccount"


def person_of(actor: Actor | None) -> User | None:
    """The person, for a column that names one: a service account is none."""
    return None if isinstance(actor, ServiceAccount) else actor


def record(
    *,
    project: Project,
    actor: Actor | None,
    action: str,
    subject: str,
    before: object = None,
    after: object = None,
) -> AuditEntry:
    """Write one line of the trail; called inside the transaction that makes the change. A service account is written
    down by its user name."""
    name = actor.username if isinstance(actor, ServiceAccount) else actor.email if actor else ""
    return AuditEntry.objects.create(
        project=project,
        project_name=project.name,
        actor=person_of(actor),
        actor_email=name,
        action=action,
        subject=subject[:300],
        before=before or {},
        after=after or {},
    )
