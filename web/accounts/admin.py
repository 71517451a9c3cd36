"""Operators' pages for people. A password is never shown or set here: hand out a one-time link instead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from web.accounts.login_links import one_time_login_link
from web.accounts.models import FailedLogin, SpentLoginLink, User

admin.site.site_header = "Footfall, operator’s pages"
admin.site.site_title = "Footfall"
admin.site.index_title = "Everything stored outside ClickHouse"
admin.site.unregister(Group)  # rights are memberships of projects, not groups


class NewUserForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    class Meta:
        model = User
        fields = ("email", "name")

    def save(self, commit: bool = True) -> Any:
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login", "created_at")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "created_at")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login", "created_at")
    actions = ("show_login_link",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
            kwargs["fields"] = NewUserForm.Meta.fields
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return NewUserForm.Meta.fields if obj is None else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.readonly_fields

    @admin.action(description="Show a one-time login link")
    def show_login_link(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users.filter(is_active=True):
            link = one_time_login_link(user, request.build_absolute_uri("/"))
            messages.info(request, f"{user.email}, once, within an hour: {link}")


@admin.register(FailedLogin, SpentLoginLink)
class TrailAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read, or deleted to let somebody try again; never written by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
