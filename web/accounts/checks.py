"""Refuses to run with a secret that others could know: sessions and login links are signed with it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

SHORTEST = 32
KNOWN = ("insecure", "change-me", "changeme", "secret-key", "your-secret", "footfall", "0123456789")
HOW = "Set SECRET_KEY to the output of: python -c 'import secrets; print(secrets.token_urlsafe(50))'"


@register(Tags.security)
def secret_key_is_strong(app_configs: object = None, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG:
        return []
    weakness = weakness_of(settings.SECRET_KEY_GIVEN)
    return [Error(f"SECRET_KEY {weakness}.", hint=HOW, id="footfall.E001")] if weakness else []


def refuse_a_weak_secret() -> None:
    """For processes that run no checks by themselves."""
    for problem in secret_key_is_strong():
        raise ImproperlyConfigured(f"{problem.msg} {problem.hint}")


def weakness_of(key: str) -> str:
    """What is wrong with a key, as the end of a sentence; empty if nothing is."""
    if not key:
        return "is empty"
    if len(key) < SHORTEST or len(set(key)) < 8:
        return f"is easy to guess; it needs at least {SHORTEST} varied characters"
    if any(known in key.lower() for known in KNOWN):
        return "looks like one copied from an example"
    return ""
