"""Slowing down the guessing of passwords: so many wrong ones per account and per address, then a wait.

The counts are rows, not cache entries, so that they are right with several processes and survive a restart.
The account limit means that a stranger can keep a person from logging in by password; a one-time link still works.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.utils import timezone

from web.accounts.models import FailedLogin, normalise_email

WINDOW = timedelta(minutes=10)
FAILURES_PER_ACCOUNT = 10
FAILURES_PER_ADDRESS = 50


def must_wait(email: str, address: str | None) -> bool:
    recent = FailedLogin.objects.filter(failed_at__gt=timezone.now() - WINDOW)
    if recent.filter(account=_account(email)).count() >= FAILURES_PER_ACCOUNT:
        return True
    return address is not None and recent.filter(address=address).count() >= FAILURES_PER_ADDRESS


def note_failure(email: str, address: str | None) -> None:
    FailedLogin.objects.filter(failed_at__lte=timezone.now() - WINDOW).delete()
    FailedLogin.objects.create(account=_account(email), address=address)


def forgive(email: str) -> None:
    """A right password clears the account's count, not the address's."""
    FailedLogin.objects.filter(account=_account(email)).delete()


def _account(email: str) -> str:
    return hashlib.sha256(normalise_email(email).encode()).hexdigest()
