"""The forms of logging in and of one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from web.accounts import throttle
from web.accounts.address import client_address
from web.accounts.models import User


class LoginForm(forms.Form):
    """Checks e-mail address and password; says the same of an unknown address as of a wrong password."""

    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), max_length=1024
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("email"), self.cleaned_data.get("password")
        if not email or not password:
            return self.cleaned_data
        address = client_address(self.request)
        if throttle.must_wait(email, address):
            minutes = int(throttle.WINDOW.total_seconds() // 60)
            raise forms.ValidationError(
                f"Too many failed attempts. Wait {minutes} minutes, then try again.", "throttled"
            )
        user = authenticate(self.request, username=email, password=password)
        if not isinstance(user, User):
            throttle.note_failure(email, address)
            raise forms.ValidationError("The e-mail address or the password is wrong.", "wrong")
        throttle.forgive(email)
        self.user = user
        return self.cleaned_data


class NameForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    class Meta:
        model = User
        fields = ("name",)
        labels = {"name": "Your name"}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
