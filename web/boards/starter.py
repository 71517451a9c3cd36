"""A first board, made from what happens most in a project."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from analytics.queries import Query
from analytics.queries.breakdowns import Breakdown
from analytics.queries.comparisons import PreviousPeriod
from analytics.queries.dates import DateUnit, Interval, LastDates
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import ALL_EVENTS, AllEvents, Metric
from analytics.queries.properties import Property, PropertyType
from web.boards import actions
from web.boards.models import Board
from web.projects.models import Actor, Project
from web.reports import choices
from web.reports.actions import save_report

NAME = "Overview"
WELCOME = (
    "Made from the events that happen most in this project.\n"
    "Open a tile to see its question, change it, save your own, and arrange them here as you like."
)
MOST_EVENTS = 5
_DATES = LastDates(30, DateUnit.DAY)


@dataclass(frozen=True)
class Starter:
    """A report of the first board, and its tile."""

    name: str
    query: Query
    chart: str
    width: int


class NothingHappened(Exception):
    """There is no event to make a board of."""


def starters(events: list[str], top_property: str | None) -> list[Starter]:
    """Users per day, the most frequent events by name, and the most frequent one by its top property."""
    top = events[0]
    unique, total = Measure(MeasureKind.UNIQUE), Measure(MeasureKind.TOTAL)
    made = [
        Starter("Users in 30 days", _asked(unique, ALL_EVENTS, comparison=PreviousPeriod()), "number", 1),
        Starter("Users per day", _asked(unique, ALL_EVENTS), "line", 3),
        Starter(
            "Most frequent events",
            InsightsQuery(tuple(Metric((name,), total) for name in events), _DATES, Interval.DAY),
            "bar",
            2,
        ),
        Starter(f"Users who did {top}"[:200], _asked(unique, (top,)), "column", 2),
    ]
    if top_property is not None:
        by = Breakdown(Property(top_property, PropertyType.STRING))
        made.append(Starter(f"{top} by {top_property}"[:200], _asked(total, (top,), (by,)), "line", 4))
    return made


def _asked(
    measure: Measure,
    events: tuple[str, ...] | AllEvents,
    breakdowns: tuple[Breakdown, ...] = (),
    comparison: PreviousPeriod | None = None,
) -> Query:
    metrics = (Metric(events, measure),)
    return InsightsQuery(metrics, _DATES, Interval.DAY, breakdowns=breakdowns, comparison=comparison)


def make_starter_board(*, project: Project, actor: Actor) -> Board:
    """Its reports are saved like anybody's. NothingHappened in a project without events."""
    events = [str(each["name"]) for each in choices.events(project, limit=MOST_EVENTS)]
    if not events:
        raise NothingHappened
    wanted = starters(events, _top_property(project, events[0]))
    with transaction.atomic():
        board = actions.create_board(project=project, actor=actor, name=NAME)
        actions.add_tile(board=board, actor=actor, text=WELCOME, width=4)
        for each in wanted:
            report = save_report(project=project, actor=actor, name=each.name, description="", query=each.query)
            actions.add_tile(board=board, actor=actor, report=report, width=each.width, chart=each.chart)
    return board


def _top_property(project: Project, event: str) -> str | None:
    """The most frequent text; of those that the product itself sends, if there is one, not the SDK: they say more."""
    texts = [str(each["name"]) for each in choices.properties(project, (event,), limit=100) if each["type"] == "string"]
    return next((name for name in texts if not name.startswith(("$", "mp_"))), texts[0] if texts else None)
