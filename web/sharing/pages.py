"""The page that a public link opens: one board or report to look at, nothing to change, nothing behind its numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from analytics.queries import Query
from analytics.queries.sentence import sentence
from web.accounts import throttle
from web.accounts.access import everyone
from web.accounts.address import client_address
from web.boards.models import Share, TileKind
from web.boards.shares import LONGEST_PASSWORD, THE_REPORT, note_view, opens, questions_of
from web.boards.tiles import Overlay
from web.sharing.access import guarded, is_open, remember, share_of


class PasswordForm(forms.Form):
    password = forms.CharField(
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


@everyone
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    share = share_of(token)
    if request.method == "POST":
        return guarded(_unlock(request, share, token))
    if not is_open(request, share):
        return guarded(render(request, "sharing/password.html", {"form": PasswordForm()}))
    note_view(share)
    context = {"share": share, "subject": share.subject, "page": _page(share, token)}
    if share.board is not None:
        context["words"] = Overlay.of(share.board).words
    return guarded(render(request, "sharing/page.html", context))


def _unlock(request: HttpRequest, share: Share, token: str) -> HttpResponseBase:
    form = PasswordForm(request.POST)
    who, address = f"share:{share.pk}", client_address(request)
    if throttle.must_wait(who, address):
        form.add_error(None, "Too many wrong passwords. Wait ten minutes, then try again.")
        return render(request, "sharing/password.html", {"form": form}, status=429)
    if form.is_valid():
        if opens(share, form.cleaned_data["password"]):
            throttle.forgive(who)
            response = redirect("sharing:page", token)
            remember(response, share, token, secure=settings.HTTPS)
            return response
        throttle.note_failure(who, address)
        form.add_error("password", "This is not the password of this link.")
    return render(request, "sharing/password.html", {"form": form})


def _page(share: Share, token: str) -> dict[str, Any]:
    """What the script needs. Questions are named by their tile; what they ask is not told."""
    return {
        "shared": True,
        "zone": share.project.timezone,
        "tiles": _tiles(share),
        "icons": static("img/icons.svg"),
        "urls": {
            "run_tile": reverse("sharing:run_tile", args=[token, THE_REPORT]).replace("/0/", "/TILE/"),
            "runs": reverse("sharing:page", args=[token]) + "runs",
        },
    }


def _tiles(share: Share) -> list[dict[str, Any]]:
    questions = questions_of(share)
    if share.report is not None:
        return [_report(THE_REPORT, share.report.name, 4, *questions[THE_REPORT])]
    assert share.board is not None
    shown = []
    for tile in share.board.tiles.select_related("report"):
        if tile.kind == TileKind.TEXT:
            shown.append({"id": tile.pk, "kind": "text", "width": tile.width, "text": tile.text})
        elif tile.pk in questions and tile.report is not None:
            shown.append(_report(tile.pk, tile.report.name, tile.width, *questions[tile.pk]))
    return shown


def _report(tile: int, name: str, width: int, query: Query, chart: str) -> dict[str, Any]:
    shown = {"name": name, "sentence": sentence(query), "deleted": False}
    return {"id": tile, "kind": "report", "width": width, "chart": chart, "report": shown}
