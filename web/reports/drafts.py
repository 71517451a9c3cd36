"""The question that a person has not saved yet, kept for them: it survives a reload, a crash and logging out.

For our own pages, so with their session; nobody but its writer ever gets it.
"""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from analytics.charts import CHARTS
from analytics.queries.codec import LONGEST_DOCUMENT
from web.projects.access import project_view
from web.projects.models import Project, Role
from web.projects.views.request_user import user_of
from web.reports.documents import moment
from web.reports.models import Draft, Report


class Unreadable(Exception):
    """What was sent is no draft; the message says why."""


@project_view(read=Role.VIEWER, write=Role.VIEWER, writing=("PUT", "DELETE"))
def draft(request: HttpRequest, project: Project) -> HttpResponse:
    """`?report=7`: the draft of that report; without it, the one that belongs to no report."""
    report = _report(request, project)
    user = user_of(request)
    mine = Draft.objects.filter(user=user, project=project, report=report)
    if request.method == "DELETE":
        mine.delete()
        return HttpResponse(status=204)
    if request.method == "PUT":
        try:
            fields = _fields(request)
        except Unreadable as error:
            return JsonResponse({"error": {"code": "invalid", "message": str(error), "place": ""}}, status=400)
        Draft.objects.update_or_create(
            user=user, project=project, report=report, defaults={**fields, "updated_at": timezone.now()}
        )
    return JsonResponse({"draft": _document(mine.first())}, headers={"Cache-Control": "no-store"})


def _report(request: HttpRequest, project: Project) -> Report | None:
    given = request.GET.get("report", "")
    if not given:
        return None
    report = project.reports.filter(pk=int(given)).first() if given.isdecimal() and len(given) <= 10 else None
    if report is None:
        raise Http404("No such report.")
    return report


def _fields(request: HttpRequest) -> dict[str, str]:
    if len(request.body) > 2 * LONGEST_DOCUMENT:
        raise Unreadable("The question is too long to be kept.")
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Unreadable("This is not JSON.") from None
    if not isinstance(sent, dict) or set(sent) - {"query", "chart"} or not isinstance(sent.get("query"), dict):
        raise Unreadable("A draft is an object with a query, which is an object, and a chart.")
    chart = sent.get("chart", "")
    if chart not in ("", *CHARTS):
        raise Unreadable(f"A chart is one of {', '.join(CHARTS)}, or left out.")
    return {"query": json.dumps(sent["query"]), "chart": chart}


def _document(kept: Draft | None) -> dict[str, object] | None:
    if kept is None:
        return None
    return {"query": json.loads(kept.query), "chart": kept.chart, "updated_at": moment(kept.updated_at)}
