"""The person asking, where a guard has made sure that there is one."""

from __future__ import annotations

from django.http import HttpRequest

from web.accounts.models import User


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the view's guard lets nobody else in"
    return request.user
