"""Step added: Purchase"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analytics.queries.differences.parts import (
    breakdowns,
    compared,
    filters,
    instead,
    matched,
    moved,
    segments,
)
from analytics.queries.funnels import Exclusion, FunnelsQuery
from analytics.queries.properties import Property
from analytics.queries.sentence.funnels import (
    COUNT_WORDS,
    ORDER_WORDS,
    VIEW_WORDS,
    attribution_in_words,
    between_in_words,
    exclusion_in_words,
    step_in_words,
    window_in_words,
)
from analytics.queries.sentence.words import INTERVAL_WORDS, dates_in_words
from analytics.queries.steps import Step
from analytics.queries.text import listed


def differences(before: FunnelsQuery, after: FunnelsQuery) -> tuple[str, ...]:
    return (
        *_steps(before.steps, after.steps),
        *instead("Step 1", before.first_time, after.first_time, lambda first: "first time" if first else "any time"),
        *instead("Order", before.order, after.order, ORDER_WORDS.__getitem__),
        *instead("Window", before.window, after.window, window_in_words),
        *instead("Counted", before.count, after.count, lambda count: COUNT_WORDS[count].lower()),
        *_exclusions(before.exclusions, after.exclusions),
        *instead("Held constant", before.hold, after.hold, _held),
        *filters(before.filters, after.filters, "Filter", "Filters"),
        *breakdowns(before.breakdowns, after.breakdowns),
        *segments(before.segments, after.segments),
        *instead("Value of", before.attribution, after.attribution, attribution_in_words),
        *instead("Dates", before.dates, after.dates, dates_in_words),
        *instead("Interval", before.interval, after.interval, INTERVAL_WORDS.__getitem__),
        *instead("Compared with", before.comparison, after.comparison, compared),
        *instead("View", before.view, after.view, VIEW_WORDS.__getitem__),
        *instead("Measured", before.between, after.between, between_in_words),
    )


def _steps(before: Sequence[Step], after: Sequence[Step]) -> list[str]:
    pairs, removed, added = matched(before, after, lambda one, other: one.events == other.events)
    said = [f"Step removed: {old + 1}, {step_in_words(before[old])}" for old in removed]
    said += [f"Step added: {new + 1}, {step_in_words(after[new])}" for new in added]
    for old, new in pairs:
        one, other, name = before[old], after[new], f"Step {new + 1}"
        said += filters(one.filters, other.filters, f"{name}, filter", f"{name}, filters")
        said += instead(f"{name}, name", one.title, other.title, lambda title: title or "none")
        said += instead(
            name, replace(one, filters=None, title=""), replace(other, filters=None, title=""), step_in_words
        )
    return [*said, "The steps are in another order"] if moved(pairs) else said


def _exclusions(before: Sequence[Exclusion], after: Sequence[Exclusion]) -> list[str]:
    pairs, removed, added = matched(before, after, lambda one, other: one.events == other.events)
    said = [f"Exclusion removed: {exclusion_in_words(before[old])}" for old in removed]
    said += [f"Exclusion added: {exclusion_in_words(after[new])}" for new in added]
    return said + [
        line for old, new in pairs for line in instead("Exclusion", before[old], after[new], exclusion_in_words)
    ]


def _held(held: Sequence[Property]) -> str:
    return listed((each.label for each in held), "and") if held else "nothing"
