"""Operators' pages for projects and what hangs on them. Hashes of secrets are not shown; the trail cannot be edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from web.projects.models import AuditEntry, Invitation, Membership, Project, ProjectToken, ServiceAccount


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]  # takes no parameter at run time
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "name", "timezone", "retention_days", "is_demo", "created_at")
    list_display_links = ("id", "name")
    list_filter = ("is_demo",)
    search_fields = ("name",)
    readonly_fields = ("created_at",)
    inlines = (MembershipInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its events would stay behind: an owner deletes a project on its settings page


@admin.register(ProjectToken)
class ProjectTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("token", "label", "project", "created_at", "revoked_at")
    search_fields = ("token", "label", "project__name")
    readonly_fields = ("token", "created_at")
    autocomplete_fields = ("project",)


@admin.register(ServiceAccount)
class ServiceAccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("username", "label", "project", "role", "expires_at", "revoked_at", "last_used_at")
    search_fields = ("username", "label", "project__name")
    fields = ("project", "label", "username", "role", "secret_prefix", "expires_at", "revoked_at", "last_used_at")
    readonly_fields = ("project", "username", "secret_prefix", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the secret is shown on the project's own page only


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "project", "role", "invited_by", "expires_at", "accepted_at", "revoked_at")
    exclude = ("token_hash",)
    search_fields = ("email", "project__name")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_email", "action", "subject", "project_name")
    list_filter = ("action",)
    search_fields = ("subject", "actor_email", "project_name")
    date_hierarchy = "at"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
