"""A profile is what is known of a user or a group, apart from events.

It lives here and not in ClickHouse, because each of its operations reads before it writes, and only a row lock makes
that right (docs/decisions/0011). Questions read a copy, which mirror.py makes of the rows that are not `mirrored`.
"""

from __future__ import annotations

from typing import Any

from django.db import models

USER = "user"


class Profile(models.Model):
    """A row without properties is no profile: it is only being made, or says that there is none any more."""

    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="profiles")
    kind = models.CharField(max_length=255, default=USER, help_text="“user”, or the group key, like “company”.")
    distinct_id = models.CharField(max_length=255)
    properties: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    # Grows with each change: microseconds since 1970, or one more than before if the clock stands still or goes back.
    version = models.BigIntegerField(default=0)
    mirrored = models.BooleanField(default=False, help_text="Whether ClickHouse has this version. Users only.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "kind", "distinct_id"], name="one_profile_each"),)
        indexes = (models.Index(fields=["version"], condition=models.Q(kind=USER, mirrored=False), name="to_mirror"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.distinct_id}"
