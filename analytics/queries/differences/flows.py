"""Hidden: Heartbeat; Steps after: 3 instead of 2"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from analytics.queries.differences import funnels
from analytics.queries.differences.parts import filters, instead
from analytics.queries.drilldowns.funnels import dump_point
from analytics.queries.flows import Expanded, FlowsCount, FlowsQuery, Merged, SplitEvent
from analytics.queries.funnel_numbers import FunnelNumber
from analytics.queries.sentence.funnels import number_in_words
from analytics.queries.sentence.words import dates_in_words, property_in_words, step_in_words, window_in_words
from analytics.queries.steps import Step
from analytics.queries.text import listed

_Item = TypeVar("_Item")

_COUNTS = {FlowsCount.UNIQUES: "a flow of each user", FlowsCount.TOTALS: "a flow of each time"}


def differences(before: FlowsQuery, after: FlowsQuery) -> tuple[str, ...]:
    return (
        *_of(before.of, after.of),
        *_anchor(before.anchor, after.anchor),
        *instead("Steps before", before.before, after.before, str),
        *instead("Steps after", before.after, after.after, str),
        *instead("Nodes at each step", before.top, after.top, str),
        *_each("Expanded", before.expanded, after.expanded, _expanded),
        *_each("Hidden", before.hidden, after.hidden, str),
        *_each("Merged", before.merged, after.merged, _merged),
        *_each("Split", before.split, after.split, _split),
        *instead("Counted", before.count, after.count, _COUNTS.__getitem__),
        *instead("Window", before.window, after.window, window_in_words),
        *filters(before.filters, after.filters, "Filter", "Filters"),
        *instead("Dates", before.dates, after.dates, dates_in_words),
    )


def _of(before: FunnelNumber | None, after: FunnelNumber | None) -> list[str]:
    if before is None or after is None:
        return [
            *([] if before is None else [f"Only no more: {number_in_words(before)}"]),
            *([] if after is None else [f"Only: {number_in_words(after)}"]),
        ]
    said = [f"Funnel: {line}" for line in funnels.differences(before.query, after.query)]
    same = dump_point(before) == dump_point(after)
    return said if same else [*instead("Only", before, after, number_in_words), *said]


def _anchor(before: Step, after: Step) -> list[str]:
    bare = Step(before.events, None, before.title), Step(after.events, None, after.title)
    return [
        *instead("From", *bare, step_in_words),
        *filters(before.filters, after.filters, "Anchor, filter", "Anchor, filters"),
    ]


def _each(what: str, before: Sequence[_Item], after: Sequence[_Item], words: Callable[[_Item], str]) -> list[str]:
    said = [f"{what} no more: {words(each)}" for each in before if each not in after]
    said += [f"{what}: {words(each)}" for each in after if each not in before]
    return said or ([f"{what}: in another order"] if before != after else [])


def _expanded(each: Expanded) -> str:
    return f"step {each.step} to {each.top} nodes"


def _merged(each: Merged) -> str:
    return f"{listed(each.events, 'and')} as {each.name}"


def _split(each: SplitEvent) -> str:
    return f"{each.event} by {property_in_words(each.property)}"
