"""A question in, and either its answer, if one is kept, or the run that will have it. Also the JSON of both."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from analytics import runner
from analytics.charts import charts_of, figure, fits, suggested
from analytics.queries import Query
from analytics.queries.codec import dump, parse
from analytics.queries.sentence import sentence
from analytics.results import Result, result_from_json
from web.accounts.models import User
from web.projects.models import Project
from web.reports import bells, estimates, runs
from web.reports.estimates import Estimate
from web.reports.models import Run, RunState

LONGEST_WAIT = timedelta(seconds=30)
HELD = "held"  # the state of a question that waits to be told to run
SUGGESTED = "suggested"  # as a chart: the one that the answer suggests

Document = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """How the asker wants the answer drawn; without a chart it comes as numbers alone. `lenient`: where the chart does
    not fit the answer, the suggested one takes its place."""

    chart: str = ""
    theme: str = "light"
    lenient: bool = False


def ask(
    *, project: Project, query: Query, asker: str, user: User | None, supersedes: UUID | None = None
) -> Run | Document:
    """The kept answer at once, or the run that is finding it. `supersedes`: the run that the asker no longer wants."""
    found = ask_unless_dear(project=project, query=query, asker=asker, user=user, supersedes=supersedes, hold_over=None)
    assert not isinstance(found, Estimate)  # nothing is held back
    return found


def ask_unless_dear(
    *,
    project: Project,
    query: Query,
    asker: str,
    user: User | None,
    supersedes: UUID | None = None,
    hold_over: int | None,
) -> Run | Document | Estimate:
    """As `ask`; but if a new run would probably take more than `hold_over` milliseconds, none begins."""
    scope = runs.scope_of(project, timezone.now())
    key, kept = runner.lookup(query, scope, url=settings.CLICKHOUSE_QUERY_URL, cache=cache)
    known: Document | Estimate | None = None if kept is None else kept.to_json()
    if known is None and hold_over is not None and not runs.is_in_flight(project, key):
        estimate = estimates.before_asking(query, scope)
        known = estimate if estimate.expected_ms > hold_over else None
    if known is not None:
        if supersedes is not None:
            runs.supersede(project, supersedes, asker)
        return known
    return runs.start(project=project, query=query, scope=scope, key=key, asker=asker, user=user, supersedes=supersedes)


def wait(run: Run, seconds: float) -> Run:
    """The run as soon as it is over, or as it is after that time."""
    until = time.monotonic() + min(seconds, LONGEST_WAIT.total_seconds())
    with bells.listening(run.pk) as sleep:
        run.refresh_from_db(fields=["state"])
        while run.is_in_flight and (left := until - time.monotonic()) > 0:
            sleep(left)
            run.refresh_from_db(fields=["state"])
    run.refresh_from_db()
    return run


def held_document(query: Query, held: Estimate) -> Document:
    """A question that was not run, because it would probably take long."""
    return {"run_id": None, "state": HELD, "query": dump(query), "sentence": sentence(query), **asdict(held)}


def answer_document(query: Query, answer: Document, look: Look, run: Run | None = None) -> Document:
    """An answer as the API gives it: docs/api.md."""
    about = {
        "run_id": str(run.pk) if run else None,
        "state": RunState.DONE.value,
        "query": dump(query),
        "sentence": sentence(query),
    }
    result = result_from_json(answer)
    drawn: Document = {"charts": charts(result)}
    if look.chart:
        chart = _chart(result, look)
        drawn |= {"chart": chart, "figure": figure(result, chart=chart, theme=look.theme)}
    return about | answer | drawn


def drawn(document: Document, chart: str, theme: str) -> Document:
    """An answer with a figure: as `chart` if it fits the answer, else as the one that suits it. What is no answer stays
    as it is."""
    if document["state"] != RunState.DONE:
        return document
    result = result_from_json(document)
    chart = chart if chart and fits(result, chart) is None else suggested(result)
    if fits(result, chart) is not None:
        return document
    return document | {"chart": chart, "figure": figure(result, chart=chart, theme=theme)}


def _chart(result: Result, look: Look) -> str:
    if look.chart == SUGGESTED or (look.lenient and fits(result, look.chart)):
        return suggested(result)
    return look.chart


def charts(result: Result) -> list[Document]:
    """Every chart: whether it fits the answer, if not why, and which one to begin with."""
    first = suggested(result)
    return [
        {"name": name, "fits": (reason := fits(result, name)) is None, "reason": reason, "suggested": name == first}
        for name in charts_of(result)
    ]


def run_document(run: Run, look: Look) -> Document:
    """A run as the API gives it: its answer, its error or how far it is."""
    query = parse(run.query)
    runs.note_look(run)
    if run.state == RunState.DONE:
        return answer_document(query, json.loads(run.answer), look, run)
    elapsed, expected = estimates.elapsed_ms(run), estimates.expected_ms(run)
    document: Document = {
        "run_id": str(run.pk),
        "state": run.state,
        "query": dump(query),
        "sentence": sentence(query),
        "percent": run.percent,
        "read_rows": run.read_rows,
        "total_rows": run.total_rows,
        "read_bytes": run.read_bytes,
        "elapsed_ms": elapsed,
        "expected_ms": expected,
        "remaining_ms": None if expected is None else max(0, expected - elapsed),
        "urls": {
            "run": reverse("api:run", args=[run.project_id, run.pk]),
            "cancel": reverse("api:cancel", args=[run.project_id, run.pk]),
        },
    }
    if run.error_code:
        document["error"] = {"code": run.error_code, "message": run.error_message, "place": run.error_place}
    return document
