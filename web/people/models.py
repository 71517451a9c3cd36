"""A profile is what is known of a user or a group, apart from events.

It lives here and not in ClickHouse, because each of its operations reads before it writes, and only a row lock makes
that right (docs/decisions/0011).
"""

from __future__ import annotations

from typing import Any

from django.db import models

USER = "user"


class Profile(models.Model):
    project = models.ForeignKey("projects.Project", models.CASCADE, related_name="profiles")
    kind = models.CharField(max_length=255, default=USER, help_text="“user”, or the group key, like “company”.")
    distinct_id = models.CharField(max_length=255)
    properties: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "kind", "distinct_id"], name="one_profile_each"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.distinct_id}"
