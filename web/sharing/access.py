"""The one way from a public link to what it shows. Whatever is wrong with a link, it looks as if it never was.

Who knows the password of a link is remembered in a signed cookie that only this link's addresses get; a share with
another password does not know it.
"""

from __future__ import annotations

import hashlib
import hmac

from django.http import Http404, HttpRequest, HttpResponseBase

from web.boards.models import Share
from web.boards.shares import find_share

COOKIE = "share"
_SALT = "web.sharing"
_HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}


def share_of(token: str) -> Share:
    share = find_share(token)
    if share is None:
        raise Http404("There is nothing here.")
    return share


def is_open(request: HttpRequest, share: Share) -> bool:
    """Whether the password was given, or is not needed."""
    if not share.password_hash:
        return True
    given = request.get_signed_cookie(COOKIE, default="", salt=_SALT) or ""
    return hmac.compare_digest(given, _proof(share))


def remember(response: HttpResponseBase, share: Share, token: str, *, secure: bool) -> None:
    """Until the browser is closed."""
    path = f"/shared/{token}/"
    response.set_signed_cookie(
        COOKIE, _proof(share), salt=_SALT, path=path, httponly=True, secure=secure, samesite="Lax"
    )


def guarded(response: HttpResponseBase) -> HttpResponseBase:
    """No search engine keeps it, no other site hears its address, no cache has it."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response


def _proof(share: Share) -> str:
    return hashlib.sha256(f"{share.pk}:{share.password_hash}".encode()).hexdigest()
