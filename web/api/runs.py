"""Asking over REST, and following or cancelling the run that a question became."""

from __future__ import annotations

from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.charts import CHARTS, THEMES
from analytics.errors import QueryError
from analytics.queries import Query
from analytics.queries.codec import parse
from analytics.queries.text import shown
from web.api.access import ProjectView
from web.api.parameters import read_choice, read_text, read_whole
from web.api.schemas.answers import ANSWER_OR_RUN, ANSWER_RUN_OR_HELD, EXAMPLE_RUN
from web.api.schemas.operations import ASKING, RUN, Reply, operation, parameter
from web.api.schemas.queries import EXAMPLE
from web.api.schemas.shapes import choice, number, ref, text, whole
from web.reports import answers, runs
from web.reports.answers import Look
from web.reports.estimates import Estimate
from web.reports.models import Run

OTHERWISE = ("error", answers.SUGGESTED)
LONGEST_HOLD = 86_400_000  # ms
LONGEST_WAIT = int(answers.LONGEST_WAIT.total_seconds())
WAIT = parameter(
    "wait", number(minimum=0, maximum=LONGEST_WAIT, default=0), "Seconds to wait for the run before answering."
)
LOOK = (
    WAIT,
    parameter("chart", choice((*CHARTS, answers.SUGGESTED)), "Add `figure`, a Plotly figure."),
    parameter("otherwise", choice(OTHERWISE, default="error"), "If that chart does not fit the answer."),
    parameter("theme", choice(THEMES, default="light"), "Of the figure."),
)


SUPERSEDES = parameter(
    "supersedes", text(format="uuid"), "The asker's own run that this question takes the place of: it is cancelled."
)


HOLD_OVER = parameter(
    "hold_over",
    whole(minimum=0, maximum=LONGEST_HOLD),
    "Begin no run that would probably take more milliseconds: the answer is then the estimate, with the state `held`.",
)


class QueryView(ProjectView):
    """POST a question: 200 with the answer, or 202 with the run that is finding it."""

    @operation(
        "askQuestion",
        "Ask a question",
        "A known answer comes at once; else a run finds it. Somebody else's run of the same question is joined.",
        group=ASKING,
        parameters=(*LOOK, SUPERSEDES, HOLD_OVER),
        body="Query",
        example=EXAMPLE,
        replies={
            200: Reply(
                "The answer, a run that ended without one while the request waited, or what it would take.",
                ANSWER_RUN_OR_HELD,
            ),
            202: Reply("The run that finds it.", ref("Run"), EXAMPLE_RUN, located=True),
        },
    )
    def post(self, request: Request, project_id: str) -> Response:
        look, seconds = look_of(request)
        if not isinstance(request.data, dict):  # the codec would read JSON in a text too
            raise QueryError(f"The question is an object, not {shown(request.data)}.")
        hold_over = None
        if "hold_over" in request.query_params:
            hold_over = read_whole(request, "hold_over", usual=0, lowest=0, highest=LONGEST_HOLD)
        return answer(
            self, parse(request.data), look, seconds, supersedes=read_supersedes(request), hold_over=hold_over
        )


class RunView(ProjectView):
    """GET a run: how far it is, its answer, or its error."""

    @operation(
        "readRun",
        "A run",
        "How far it is, its answer, or its error. Runs are kept for a day.",
        group=ASKING,
        parameters=(RUN, *LOOK),
        replies={200: Reply("The run, or its answer.", ANSWER_OR_RUN, EXAMPLE_RUN)},
    )
    def get(self, request: Request, project_id: str, run_id: str) -> Response:
        look, seconds = look_of(request)
        run = self.run(run_id)
        return Response(answers.run_document(answers.wait(run, seconds) if seconds else run, look))


class CancelView(ProjectView):
    """POST to say that the answer is not wanted any more."""

    @operation(
        "cancelRun",
        "Cancel a run",
        "The answer is not wanted any more. When nobody waits for the run, its statement is stopped in ClickHouse.",
        group=ASKING,
        parameters=(RUN,),
        replies={200: Reply("The run as it is now, or its answer.", ANSWER_OR_RUN, EXAMPLE_RUN)},
    )
    def post(self, request: Request, project_id: str, run_id: str) -> Response:
        return Response(answers.run_document(runs.cancel(self.run(run_id), self.asker), Look()))


def answer(
    view: ProjectView,
    query: Query,
    look: Look,
    seconds: float,
    *,
    supersedes: UUID | None = None,
    hold_over: int | None = None,
) -> Response:
    """The answer to a question, the run that is finding it, or that it is held. `supersedes` is the asker's run that it
    replaces."""
    found = answers.ask_unless_dear(
        project=view.project,
        query=query,
        asker=view.asker,
        user=view.person,
        supersedes=supersedes,
        hold_over=hold_over,
    )
    if isinstance(found, Estimate):
        return Response(answers.held_document(query, found))
    if not isinstance(found, Run):
        return Response(answers.answer_document(query, found, look))
    run = answers.wait(found, seconds) if seconds else found
    document = answers.run_document(run, look)
    if run.is_in_flight:
        return Response(document, status.HTTP_202_ACCEPTED, headers={"Location": document["urls"]["run"]})
    return Response(document)


def look_of(request: Request) -> tuple[Look, float]:
    """How the answer shall look, and how long to wait for it."""
    return Look(
        read_choice(request, "chart", [*CHARTS, answers.SUGGESTED], ""),
        read_choice(request, "theme", list(THEMES), "light"),
        read_choice(request, "otherwise", list(OTHERWISE), "error") == answers.SUGGESTED,
    ), read_wait(request)


def read_supersedes(request: Request) -> UUID | None:
    if "supersedes" not in request.query_params:
        return None
    given = read_text(request, "supersedes", longest=100)
    try:
        return UUID(given)
    except ValueError:
        raise QueryError(f"supersedes is the run_id of a run, not {shown(given)}.", place="supersedes") from None


def read_wait(request: Request) -> float:
    text = request.query_params.get("wait", "0")
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_WAIT:  # also refuses nan
        raise QueryError(f"wait is a number of seconds from 0 to {LONGEST_WAIT}, not {shown(text)}.", place="wait")
    return seconds
