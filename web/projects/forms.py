"""The forms of a project's console. They check what was typed; who may type it is the views' business."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from analytics.queries.zones import offered_zones
from web.accounts.models import User, normalise_email
from web.projects.models import Project, Role, validate_zone

FAR_FUTURE = timedelta(days=3650)


class ZoneInput(forms.TextInput):
    """A text field with the names of the zones to search in: a datalist, so it needs no script."""

    template_name = "components/_zone_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["zones"] = offered_zones()
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs']['id']}_zones"
        return context


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    class Meta:
        model = Project
        fields: tuple[str, ...] = ("name", "timezone", "week_start")

    timezone = forms.CharField(
        label="Time zone",
        max_length=64,
        widget=ZoneInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[validate_zone],
        initial="UTC",
        help_text="Days, weeks and “today” are counted in this zone. Type to search, for example “Berlin”.",
    )


class ProjectSettingsForm(ProjectForm):
    class Meta(ProjectForm.Meta):
        fields = ("name", "timezone", "week_start", "session_minutes", "retention_days")


class LabelForm(forms.Form):
    label = forms.CharField(max_length=100, help_text="Where it is used, like “Web shop” or “iOS app”.")


class ServiceAccountForm(forms.Form):
    label = forms.CharField(max_length=100, help_text="What the robot is for, like “Nightly import”.")
    role = forms.ChoiceField(choices=())
    expires_on = forms.DateField(
        label="Expires on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: it works until it is revoked.",
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(each.value, each.label) for each in roles]
        role.initial = Role.ANALYST.value

    def clean_expires_on(self) -> Any:
        day = self.cleaned_data["expires_on"]
        today = timezone.now().date()
        if day and not today < day <= today + FAR_FUTURE:
            raise forms.ValidationError("Choose a day after today, within ten years.")
        return day


class RotateForm(forms.Form):
    """How long the old secret goes on working beside the new one."""

    GRACES = ((0, "It stops at once"), (1, "1 hour"), (24, "1 day"), (168, "7 days"))
    grace_hours = forms.TypedChoiceField(label="The old secret works for", choices=GRACES, coerce=int, initial=24)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(choices=())

    def __init__(self, *args: Any, project: Project, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(each.value, each.label) for each in roles]
        role.initial = Role.VIEWER.value

    def clean_email(self) -> str:
        email = normalise_email(self.cleaned_data["email"])
        if self.project.memberships.filter(user__email=email).exists():
            raise forms.ValidationError(f"{email} is a member already.")
        return email


class DeleteProjectForm(forms.Form):
    name = forms.CharField(label="Name of the project", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self.project.name:
            raise forms.ValidationError(f"Type “{self.project.name}” exactly, to show that you mean this project.")
        return name


class JoinForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """Name and password of somebody invited who has no account yet; the address is the invitation's."""

    class Meta:
        model = User
        fields = ("name",)
        labels = {"name": "Your name"}

    password = forms.CharField(
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters, not a common password.",
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        password = self.cleaned_data.get("password")
        if password:
            try:
                validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
