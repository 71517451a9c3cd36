"""The page on which questions are asked. It sends what can be picked; the question itself is in the address, and its
answer comes over REST."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse

from analytics.errors import FootfallError
from analytics.queries.filters import NEGATIVE, OPERATORS, VALUES
from analytics.queries.sentence import OPERATOR_WORDS
from web.projects.access import project_view
from web.projects.models import Project, Role
from web.reports import choices
from web.reports import tour as demo_tour
from web.reports.documents import report_document


@project_view()
def ask(request: HttpRequest, project: Project) -> HttpResponse:
    """Insights. Without ClickHouse the page still opens, and says so when it asks."""
    try:
        events = choices.events(project)
    except FootfallError:
        events = None
    page = {
        "project": project.pk,
        "zone": project.timezone,
        "week_start": project.week_start,
        "events": events,
        "operators": _operators(),
        "icons": static("img/icons.svg"),
        "urls": {
            **{
                name: reverse(f"api:{name}", args=[project.pk])
                for name in ("query", "query_users", "query_events", "events", "properties", "keys", "values", "zones")
            },
            "docs": reverse("api:docs"),
            "start": reverse("projects:start", args=[project.pk]),
            "draft": reverse("reports:draft", args=[project.pk]),
            **{name: reverse(f"api:{name}", args=[project.pk]) for name in ("reports", "boards")},
            "board_pages": reverse("boards:boards", args=[project.pk]),
            "report_pages": reverse("boards:boards", args=[project.pk]).replace("boards/", "reports/"),
        },
        "report": _report(project, request.GET.get("report", "")),
        "may_save": project.member_role is not None and project.member_role.includes(Role.ANALYST),
    }
    stop = _stop(project, request.GET.get("tour", ""))
    return render(request, "reports/insights.html", {"page": page, "project": project, "stop": stop})


@project_view()
def tour(request: HttpRequest, project: Project) -> HttpResponse:
    """The findings that are planted in the demo, and where each is seen."""
    if not project.is_demo:
        return redirect("reports:ask", project.pk)
    found = demo_tour.stops(project.created_at.date())
    stops = [(stop, demo_tour.address(project, place, stop)) for place, stop in enumerate(found, start=1)]
    return render(request, "reports/tour.html", {"project": project, "stops": stops})


def _report(project: Project, given: str) -> dict[str, object] | None:
    """The saved report that the page is about; what is deleted or not there is a question like any other."""
    found = None
    if given.isdecimal() and len(given) <= 10:
        found = project.reports.filter(pk=int(given), deleted_at=None).first()
    return None if found is None else report_document(found)


def _stop(project: Project, given: str) -> dict[str, object] | None:
    """The stop of the tour that the page was opened at, with its neighbours."""
    if not project.is_demo or not given.isdecimal():
        return None
    found = demo_tour.stops(project.created_at.date())
    place = int(given)
    if not 1 <= place <= len(found):
        return None

    def beside(other: int) -> str:
        return demo_tour.address(project, other, found[other - 1]) if 1 <= other <= len(found) else ""

    about = {"place": place, "of": len(found), "before": beside(place - 1), "next": beside(place + 1)}
    return {"stop": found[place - 1], **about}


def _operators() -> dict[str, list[dict[str, object]]]:
    """For each type of property: its operators, their words, and how many values they take."""
    return {
        type.value: [
            {
                "name": operator.value,
                "words": OPERATOR_WORDS[operator],
                "fewest": VALUES[operator][0],
                "most": VALUES[operator][1],
                "negative": operator in NEGATIVE,
            }
            for operator in operators
        ]
        for type, operators in OPERATORS.items()
    }
