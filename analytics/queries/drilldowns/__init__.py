"""One number of an answer, named as the answer itself names it, and which page of what is behind it.

Each kind of question has a file here that reads the names of its numbers; `paging` is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from analytics.queries import Query
from analytics.queries.drilldowns import flows, frequency, funnels, insights, lifecycle, retention
from analytics.queries.drilldowns.paging import DEFAULT_LIMIT, HIGHEST_LIMIT, Paging, cursor_text, parse_paging
from analytics.queries.funnel_numbers import FunnelNumber

__all__ = ["DEFAULT_LIMIT", "HIGHEST_LIMIT", "Paging", "Point", "cursor_text", "parse_paging", "parse_point"]

# A number of an answer of any kind. Each has the `query` that it is of.
Point: TypeAlias = insights.Point | FunnelNumber | retention.Point | flows.Point | lifecycle.Point | frequency.Point

_PARSE: dict[str, Callable[[Any, object], Point]] = {
    "insights": insights.parse_point,
    "funnels": funnels.parse_point,
    "retention": retention.parse_point,
    "flows": flows.parse_point,
    "lifecycle": lifecycle.parse_point,
    "frequency": frequency.parse_point,
}


def parse_point(query: Query, fields: object) -> Point:
    """The number that `fields`, the request's `at`, names; a QueryError says what is wrong with them."""
    return _PARSE[query.kind](query, fields)
