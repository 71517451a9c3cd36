"""Asking over REST, and following or cancelling the run that a question became."""

from __future__ import annotations

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.charts import CHARTS, THEMES
from analytics.errors import QueryError
from analytics.queries.codec import parse
from analytics.queries.text import listed
from web.api.access import ProjectView
from web.reports import answers, runs
from web.reports.answers import Look
from web.reports.models import Run


class QueryView(ProjectView):
    """POST a question: 200 with the answer, or 202 with the run that is finding it."""

    def post(self, request: Request, project_id: str) -> Response:
        look, seconds = _look(request), _wait(request)
        query = parse(request.data)
        found = answers.ask(project=self.project, query=query, asker=self.asker, user=self.person)
        if not isinstance(found, Run):
            return Response(answers.answer_document(query, found, look))
        return _run_response(answers.wait(found, seconds) if seconds else found, look)


class RunView(ProjectView):
    """GET a run: how far it is, its answer, or its error."""

    def get(self, request: Request, project_id: str, run_id: str) -> Response:
        look, seconds = _look(request), _wait(request)
        run = self.run(run_id)
        return Response(answers.run_document(answers.wait(run, seconds) if seconds else run, look))


class CancelView(ProjectView):
    """POST to say that the answer is not wanted any more."""

    def post(self, request: Request, project_id: str, run_id: str) -> Response:
        return Response(answers.run_document(runs.cancel(self.run(run_id), self.asker), Look()))


def _run_response(run: Run, look: Look) -> Response:
    document = answers.run_document(run, look)
    if run.is_in_flight:
        return Response(document, status.HTTP_202_ACCEPTED, headers={"Location": document["urls"]["run"]})
    return Response(document)


def _look(request: Request) -> Look:
    chart, theme = request.query_params.get("chart", ""), request.query_params.get("theme", "light")
    if chart and chart not in CHARTS:
        raise QueryError(f"A chart is {listed(CHARTS)}, not {chart!r}.", place="chart")
    if theme not in THEMES:
        raise QueryError(f"A theme is {listed(THEMES)}, not {theme!r}.", place="theme")
    return Look(chart, theme)


def _wait(request: Request) -> float:
    text = request.query_params.get("wait", "0")
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= answers.LONGEST_WAIT.total_seconds():  # also refuses nan
        raise QueryError(f"wait is a number of seconds from 0 to 30, not {text!r}.", place="wait")
    return seconds
