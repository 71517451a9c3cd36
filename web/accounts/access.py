"""Who may open an address, declared on the view itself.

Every view carries an `Access`; a test walks the whole urlconf and fails for a view without one, and compares what each
person really gets with docs/permissions.md. Rules that need a project are in `web.projects.access`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, JsonResponse

View = Callable[..., HttpResponseBase]

EVERYONE = "everyone"
SIGNED_IN = "signed in"
PROJECT_TOKEN = "project token"  # noqa: S105 - the name of a rule
SERVICE_ACCOUNT = "service account"
OPERATOR = "operator"
NOBODY = "-"


@dataclass(frozen=True)
class Access:
    """Who may read (GET, HEAD) and who may write (the other methods): one of the words above, or a role."""

    read: str
    write: str = NOBODY


def declare(view: Any, access: Access) -> Any:
    """Put the rule on a view that enforces it itself (REST views with credentials, Django's own views)."""
    view.access = access
    return view


def everyone(view: View) -> View:
    """Open to all, signed in or not."""
    declared: View = declare(view, Access(EVERYONE, EVERYONE))
    return declared


def signed_in(view: View) -> View:
    """Open to every person who is logged in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_log_in(request)
        return view(request, *args, **kwargs)

    declared: View = declare(guarded, Access(SIGNED_IN, SIGNED_IN))
    return declared


def ask_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """A person who navigates is taken to the login page and back; a script gets a 401 that it can read."""
    navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if navigates and request.get_preferred_type(["text/html", "application/json"]) != "application/json":
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
    return JsonResponse({"error": {"code": "signed_out", "message": "Log in again, then retry."}}, status=401)
