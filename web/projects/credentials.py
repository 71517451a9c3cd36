"""Checking tokens and secrets on the hot path, with a short memory in the process.

Ingestion asks here for every request, so answers are remembered for REMEMBER_SECONDS. That is also how long a revoked
token or secret may still work in a process that saw it: documented in docs/permissions.md.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from datetime import timedelta
from threading import Lock
from typing import Generic, TypeVar

from django.utils import timezone

from web.projects.models import ProjectToken, ServiceAccount

REMEMBER_SECONDS = 5.0
REMEMBER_ENTRIES = 10_000  # a flood of made-up tokens pushes out old answers, not the process
LAST_USED_EVERY = timedelta(minutes=1)  # a busy robot does not write a row per request
SECRET_BYTES = 24  # 192 random bits

Value = TypeVar("Value")


class _ShortMemory(Generic[Value]):
    """A bounded map whose answers are forgotten after REMEMBER_SECONDS."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> tuple[bool, Value | None]:
        with self._lock:
            found = self._answers.get(key)
            if found is None or time.monotonic() - found[0] >= REMEMBER_SECONDS:
                return False, None
            return True, found[1]

    def put(self, key: str, value: Value) -> None:
        with self._lock:
            self._answers.pop(key, None)
            self._answers[key] = (time.monotonic(), value)
            while len(self._answers) > REMEMBER_ENTRIES:
                self._answers.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()


_tokens: _ShortMemory[int | None] = _ShortMemory()
_accounts: _ShortMemory[ServiceAccount | None] = _ShortMemory()


def forget() -> None:
    """Drop what this process remembers; called after a change, so that whoever made it sees it at once."""
    _tokens.clear()
    _accounts.clear()


def hash_secret(secret: str) -> str:
    """SHA-256 is enough for a secret of 192 random bits; the slow hashes exist for what people choose."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def project_for_token(token: str) -> int | None:
    """The project that an active token writes to, or None."""
    if not token or len(token) > 64 or "\x00" in token:
        return None
    known, project_id = _tokens.get(token)
    if known:
        return project_id
    found = ProjectToken.objects.filter(token=token, revoked_at=None).values_list("project_id", flat=True).first()
    _tokens.put(token, found)
    return found


def service_account_for(username: str, secret: str) -> ServiceAccount | None:
    """The active account that the user name and secret open, or None. Expiry is checked each time, not remembered."""
    if not username or len(username) > 100 or "\x00" in username:
        return None
    known, account = _accounts.get(username)
    if not known:
        account = ServiceAccount.objects.filter(username=username).first()
        _accounts.put(username, account)
    offered = hash_secret(secret)
    # An unknown user name costs the same comparison as a known one.
    accepted = account.accepted_hashes() if account else ["0" * 64]
    matches = [hmac.compare_digest(offered, each) for each in accepted]
    if account is None or not any(matches):
        return None
    _note_use(account)
    return account


def _note_use(account: ServiceAccount) -> None:
    now = timezone.now()
    if account.last_used_at is None or now - account.last_used_at >= LAST_USED_EVERY:
        account.last_used_at = now
        ServiceAccount.objects.filter(pk=account.pk).update(last_used_at=now)
