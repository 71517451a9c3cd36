"""The public links of a project: making one, its address shown once, and revoking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from web.boards.models import Board, Share
from web.boards.shares import LONGEST_PASSWORD, SHORTEST_PASSWORD, USUAL_LIFE, make_share, revoke_share, shares_of
from web.projects.access import project_view
from web.projects.models import Project, Role
from web.projects.views.request_user import user_of
from web.reports.models import Report

MOST_LISTED = 200
LIVES = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "a year"), (0, "until it is revoked"))


class ShareForm(forms.Form):
    """What to show is `board-7` or `report-7`, of those that the project has."""

    subject = forms.ChoiceField(label="Show")
    days = forms.TypedChoiceField(label="It works for", choices=LIVES, coerce=int, initial=USUAL_LIFE)
    password = forms.CharField(
        required=False,
        strip=False,
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Asked of whoever opens the link.",
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boards = Board.objects.filter(project=project, deleted_at=None).order_by("name", "pk")
        reports = project.reports.filter(deleted_at=None).order_by("name", "pk")
        self.subjects: dict[str, Board | Report] = {
            **{f"board-{each.pk}": each for each in boards},
            **{f"report-{each.pk}": each for each in reports},
        }
        self.fields["subject"].choices = [  # type: ignore[attr-defined]
            ("Boards", [(f"board-{each.pk}", each.name) for each in boards]),
            ("Reports", [(f"report-{each.pk}", each.name) for each in reports]),
        ]


@never_cache
@sensitive_post_parameters("password")
@project_view(read=Role.ANALYST, write=Role.ANALYST)
def shares(request: HttpRequest, project: Project) -> HttpResponse:
    form = ShareForm(request.POST or None, project=project, initial={"subject": request.GET.get("subject", "")})
    link = None
    if request.method == "POST" and form.is_valid():
        share, token = make_share(
            project=project,
            actor=user_of(request),
            subject=form.subjects[form.cleaned_data["subject"]],
            days=form.cleaned_data["days"] or None,
            password=form.cleaned_data["password"] or None,
        )
        link = {"share": share, "url": request.build_absolute_uri(reverse("sharing:page", args=[token]))}
        form = ShareForm(project=project)
    listed = shares_of(project)[:MOST_LISTED]
    return render(request, "boards/shares.html", {"project": project, "form": form, "shares": listed, "link": link})


@project_view(read=None, write=Role.ANALYST)
def revoke(request: HttpRequest, project: Project, share_id: int) -> HttpResponse:
    share = get_object_or_404(Share.objects.select_related("project", "board", "report"), pk=share_id, project=project)
    revoke_share(share=share, actor=user_of(request))
    messages.success(request, f"The link to “{share.subject}” is revoked: it opens nothing any more.")
    return redirect("boards:shares", project.pk)
