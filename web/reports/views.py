"""The page on which questions are asked. It sends what can be picked; the question itself is in the address, and its
answer comes over REST."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse

from analytics.errors import FootfallError
from analytics.queries.dates import Interval
from analytics.queries.filters import NEGATIVE, OPERATORS, VALUES
from analytics.queries.sentence import OPERATOR_WORDS
from web.projects.access import project_view
from web.projects.models import Project
from web.reports import choices


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
        "events": events,
        "operators": _operators(),
        "intervals": list(Interval),
        "icons": static("img/icons.svg"),
        "urls": {
            **{
                name: reverse(f"api:{name}", args=[project.pk])
                for name in ("query", "query_users", "query_events", "events", "properties", "values")
            },
            "start": reverse("projects:start", args=[project.pk]),
        },
    }
    return render(request, "reports/insights.html", {"page": page, "project": project})


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
