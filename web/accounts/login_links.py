"""Links that log one person in, once, for a short while; `make demo` and operators hand them out.

The link is signed, so nothing is stored until it is used. Three things end it: its age, its first use, and a change of
the person's password (a piece of the session hash is signed in).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from web.accounts.models import SpentLoginLink, User

LIFETIME = timedelta(hours=1)
SALT = "footfall.login-link"


def one_time_login_link(user: User, base_url: str) -> str:
    """An address that logs `user` in when it is opened for the first time within LIFETIME."""
    payload = {"user": user.pk, "nonce": secrets.token_urlsafe(32), "seal": _seal(user)}
    return base_url.rstrip("/") + reverse("accounts:login_link", args=[signing.dumps(payload, salt=SALT)])


def spend(signed: str) -> User | None:
    """The user of a valid link, which is then used up; None if it is forged, too old or used before."""
    try:
        payload = signing.loads(signed, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=payload["user"], is_active=True).first()
    if user is None or payload["seal"] != _seal(user):
        return None
    SpentLoginLink.objects.filter(spent_at__lt=timezone.now() - 2 * LIFETIME).delete()
    try:
        with transaction.atomic():
            SpentLoginLink.objects.create(nonce=payload["nonce"])
    except IntegrityError:
        return None
    return user


def _seal(user: User) -> str:
    return str(user.get_session_auth_hash())[:16]
