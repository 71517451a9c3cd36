"""Light, dark or as the system says: kept in a cookie, so that the very first byte of a page has the right colours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

THEMES = ("system", "light", "dark")
COOKIE = "theme"
YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(COOKIE, "system")
    return chosen if chosen in THEMES else "system"


def remember(response: HttpResponse, theme: str) -> None:
    response.set_cookie(COOKIE, theme, max_age=YEAR, samesite="Lax", httponly=True)


def theme(request: HttpRequest) -> dict[str, object]:
    """Context for every template: `theme` and the choice of `themes`."""
    return {"theme": theme_of(request), "themes": THEMES}
