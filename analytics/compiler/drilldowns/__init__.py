"""The users and the events behind one number of an answer, as plans of statements like the answer's own.

They are made of the same pieces that made the number, so their count is the number. Each kind of question has a file
here; the page of users is the same for all (`people`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analytics.compiler.drilldowns import flows, frequency, funnels, insights, lifecycle, retention
from analytics.compiler.drilldowns.people import ListPlan
from analytics.errors import QueryError
from analytics.queries.drilldowns import Paging, Point
from analytics.queries.scope import Scope

__all__ = ["ListPlan", "events_plan", "users_plan"]

_Plan = Callable[[Any, Scope, Paging], ListPlan]
_USERS: dict[str, _Plan] = {
    "insights": insights.users_plan,
    "funnels": funnels.users_plan,
    "retention": retention.users_plan,
    "flows": flows.users_plan,
    "lifecycle": lifecycle.users_plan,
    "frequency": frequency.users_plan,
}
_EVENTS: dict[str, _Plan] = {
    "insights": insights.events_plan,
}


def users_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    """Users, or sessions where they are counted."""
    return _USERS[point.query.kind](point, point.query.scope_of(scope), paging)


def events_plan(point: Point, scope: Scope, paging: Paging) -> ListPlan:
    """The newest first."""
    if point.query.kind not in _EVENTS:
        raise QueryError(f"Behind a number of {point.query.kind} stand users: ask for those.", place="query.kind")
    return _EVENTS[point.query.kind](point, point.query.scope_of(scope), paging)
