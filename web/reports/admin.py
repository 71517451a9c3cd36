"""Operators' page for the limits of single projects."""

from __future__ import annotations

from django.contrib import admin

from web.reports.models import ProjectLimits


@admin.register(ProjectLimits)
class ProjectLimitsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # takes no parameter at run time
    list_display = ("project", "max_seconds", "max_memory_bytes", "max_rows", "max_running", "max_waiting")
    search_fields = ("project__name",)
    autocomplete_fields = ("project",)
