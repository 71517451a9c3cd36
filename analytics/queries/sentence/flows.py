"""Flows of users, 2 steps before and 3 steps after Sign Up where plan is pro within 30 days, last 30 days"""

from __future__ import annotations

from analytics.queries.flows import FlowsCount, FlowsQuery
from analytics.queries.funnels import Count
from analytics.queries.sentence.funnels import number_in_words
from analytics.queries.sentence.words import (
    dates_in_words,
    group_in_words,
    property_in_words,
    step_in_words,
    window_in_words,
)
from analytics.queries.text import listed


def sentence(query: FlowsQuery) -> str:
    said = f"Flows of {_whose(query)}, {_ways(query)} {step_in_words(query.anchor)} {window_in_words(query.window)}"
    if query.filters is not None:
        said += f", all where {group_in_words(query.filters)}"
    for merged in query.merged:
        said += f", {listed(merged.events, 'and')} as {merged.name}"
    for each in query.split:
        said += f", {each.event} by {property_in_words(each.property)}"
    if query.hidden:
        said += f", without {listed(query.hidden, 'and')}"
    return f"{said}, {dates_in_words(query.dates)}"


def _whose(query: FlowsQuery) -> str:
    if query.of is None:
        return "users" if query.count is FlowsCount.UNIQUES else "all"
    said = number_in_words(query.of)
    if query.count is FlowsCount.UNIQUES and query.of.query.count is not Count.UNIQUES:
        said = f"users of {said}"
    return said if query.of.query.dates == query.dates else f"{said}, {dates_in_words(query.of.query.dates)}"


def _ways(query: FlowsQuery) -> str:
    ways = [f"{_steps(count)} {way}" for count, way in ((query.before, "before"), (query.after, "after")) if count]
    return listed(ways, "and")


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"
