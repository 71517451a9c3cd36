"""The answers behind a public page. Which question is asked follows from the link and the tile alone: nothing that is
sent can change it, and a run is only shown if it is one of those questions, of the project that the link belongs to.
"""

from __future__ import annotations

import time
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.charts import CHARTS, THEMES
from analytics.queries.codec import canonical
from analytics.results import result_from_json
from web.accounts.access import everyone
from web.api.parameters import only, read_choice
from web.api.runs import read_wait
from web.api.throttle import WINDOW, count
from web.boards.models import Share
from web.boards.shares import questions_of
from web.reports import answers
from web.reports.models import Run, RunState
from web.sharing.access import guarded, is_open, share_of

# What is told beside the result. What is left out: the question, the statements, how much was read of what.
TOLD = (
    *("run_id", "state", "sentence"),
    *("computed_at", "cached", "charts", "chart", "figure"),
    *("percent", "read_rows", "total_rows", "elapsed_ms", "expected_ms", "remaining_ms", "error"),
)


class SharedView(APIView):
    """A view of an address with a `token`. Subclasses find `self.share`."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "post"]  # type: ignore[misc]
    authentication_classes = ()
    permission_classes = ()
    share: Share

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.share = share_of(kwargs["token"])
        if not is_open(request._request, self.share):
            raise PermissionDenied("This link needs its password: load the page again.")
        self._count()
        only(request, ("chart", "theme", "wait"))

    def _count(self) -> None:
        """As many requests as a person may make, for all who have the link together."""
        most, now = settings.API_REQUESTS_PER_MINUTE, time.time()
        if most and count(f"share:{self.share.pk}", int(now // WINDOW), most) > most:
            raise Throttled(WINDOW - int(now % WINDOW), "This link is asked too often just now.")

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        return guarded(super().finalize_response(request, response, *args, **kwargs))  # type: ignore[return-value]

    def answered(self, request: Request, document: dict[str, Any], chart: str) -> Response:
        chart = read_choice(request, "chart", list(CHARTS), chart)
        drawn = answers.drawn(document, chart, read_choice(request, "theme", list(THEMES), "light"))
        told = {name: drawn[name] for name in TOLD if name in drawn}
        if drawn["state"] == RunState.DONE:
            told |= result_from_json(drawn).to_json()
        if "urls" not in drawn:
            return Response(told)
        url = reverse("sharing:run", args=[self.kwargs["token"], drawn["run_id"]])
        in_flight = drawn["state"] in ("queued", "running")
        return Response(told | {"urls": {"run": url}}, status.HTTP_202_ACCEPTED if in_flight else status.HTTP_200_OK)


class RunTileView(SharedView):
    def post(self, request: Request, token: str, tile_id: int) -> Response:
        try:
            query, chart = questions_of(self.share)[tile_id]
        except KeyError:
            raise Http404("There is nothing here.") from None
        asker = f"share:{self.share.pk}"
        found = answers.ask(project=self.share.project, query=query, asker=asker, user=None)
        if not isinstance(found, Run):
            return self.answered(request, answers.answer_document(query, found, answers.Look()), chart)
        run = answers.wait(found, read_wait(request))
        return self.answered(request, answers.run_document(run, answers.Look()), chart)


class RunView(SharedView):
    def get(self, request: Request, token: str, run_id: UUID) -> Response:
        asked = {canonical(query) for query, _ in questions_of(self.share).values()}
        run = self.share.project.runs.filter(pk=run_id).first()
        if run is None or run.query not in asked:
            raise Http404("There is nothing here.")
        return self.answered(request, answers.run_document(answers.wait(run, read_wait(request)), answers.Look()), "")


def _public(view: type[SharedView]) -> Any:
    answer = view.as_view()

    def served(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return answer(request, **kwargs)

    served.csrf_exempt = True  # type: ignore[attr-defined]  # it changes nothing, and knows no person
    return everyone(served)


run_tile = _public(RunTileView)
run = _public(RunView)
