"""What differs between the parts that questions are made of: metrics, filters, breakdowns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

from analytics.queries.breakdowns import Breakdown, Order, Segments
from analytics.queries.filters import Condition, Group, Match
from analytics.queries.formulas import Formula, FormulaUnit
from analytics.queries.metrics import Metric, letter
from analytics.queries.sentence.words import (
    breakdown_in_words,
    comparison_in_words,
    condition_in_words,
    group_in_words,
    metric_in_words,
    step_in_words,
)
from analytics.queries.steps import Step

_Item = TypeVar("_Item")
_Member = Condition | Group


def instead(what: str, before: _Item, after: _Item, words: Callable[[_Item], str]) -> list[str]:
    return [] if before == after else [f"{what}: {words(after)} instead of {words(before)}"]


def compared(comparison: object) -> str:
    return "nothing" if comparison is None else comparison_in_words(comparison)  # type: ignore[arg-type]


# --- metrics and formulas ---------------------------------------------------------------------------------------------


def metrics(before: Sequence[Metric], after: Sequence[Metric]) -> list[str]:
    pairs, removed, added = matched(before, after, _resemble)
    said = [f"Metric removed: {letter(old)}, {metric_in_words(before[old])}" for old in removed]
    said += [f"Metric added: {letter(new)}, {metric_in_words(after[new])}" for new in added]
    for old, new in pairs:
        said += _metric(before[old], after[new], letter(new))
    if moved(pairs):
        said.append("The metrics are in another order")
    return said


def _metric(before: Metric, after: Metric, name: str) -> list[str]:
    counted = replace(before, filters=None), replace(after, filters=None)
    return [
        *instead(f"Metric {name}", *counted, metric_in_words),
        *filters(before.filters, after.filters, f"Metric {name}, filter", f"Metric {name}, filters"),
    ]


def _resemble(one: Metric, other: Metric) -> bool:
    return one.events == other.events or one.measure == other.measure


def formulas(before: Sequence[Formula], after: Sequence[Formula]) -> list[str]:
    pairs, removed, added = matched(
        before, after, lambda one, other: one.name == other.name or one.expression == other.expression
    )
    said = [f"Formula removed: {_formula(before[old])}" for old in removed]
    said += [f"Formula added: {_formula(after[new])}" for new in added]
    said += [line for old, new in pairs for line in instead("Formula", before[old], after[new], _formula)]
    return [*said, "The formulas are in another order"] if moved(pairs) else said


def _formula(formula: Formula) -> str:
    named = f"{formula.name} = {formula.expression}" if formula.name else formula.expression
    return f"{named}, as percent" if formula.unit is FormulaUnit.PERCENT else named


def step(what: str, before: Step, after: Step) -> list[str]:
    counted = replace(before, filters=None), replace(after, filters=None)
    return [
        *instead(what, *counted, step_in_words),
        *filters(before.filters, after.filters, f"{what}, filter", f"{what}, filters"),
    ]


# --- filters ----------------------------------------------------------------------------------------------------------


def filters(before: Group | None, after: Group | None, one: str, several: str) -> list[str]:
    olds: tuple[_Member, ...] = before.conditions if before else ()
    news: tuple[_Member, ...] = after.conditions if after else ()
    pairs, removed, added = matched(olds, news, _same_property)
    said = [f"{one} removed: {_member(olds[old])}" for old in removed]
    said += [f"{one} added: {_member(news[new])}" for new in added]
    said += [
        f"{one} changed: {_member(news[new])} instead of {_member(olds[old])}"
        for old, new in pairs
        if olds[old] != news[new]
    ]
    if before and after and before.match is not after.match and max(len(olds), len(news)) > 1:
        said.append(f"{several}: {_matches(after.match)} instead of {_matches(before.match)}")
    if moved(pairs):
        said.append(f"{several}: in another order")
    return said


def _matches(match: Match) -> str:
    return "all must hold" if match is Match.ALL else "any may hold"


def _same_property(one: _Member, other: _Member) -> bool:
    if isinstance(one, Group) or isinstance(other, Group):
        return isinstance(one, Group) and isinstance(other, Group)
    return (one.property.label, one.property.source) == (other.property.label, other.property.source)


def _member(member: _Member) -> str:
    return f"({group_in_words(member)})" if isinstance(member, Group) else condition_in_words(member)


# --- breakdowns -------------------------------------------------------------------------------------------------------


def breakdowns(before: Sequence[Breakdown], after: Sequence[Breakdown]) -> list[str]:
    pairs, removed, added = matched(before, after, lambda one, other: one.property.label == other.property.label)
    said = [f"Breakdown removed: {breakdown_in_words(before[old])}" for old in removed]
    said += [f"Breakdown added: {breakdown_in_words(after[new])}" for new in added]
    said += [line for old, new in pairs for line in instead("Breakdown", before[old], after[new], _breakdown)]
    return [*said, "The breakdowns are in another order"] if moved(pairs) else said


def _breakdown(breakdown: Breakdown) -> str:
    words = breakdown_in_words(breakdown)
    if breakdown.property.cast:
        words = f"{words} (read as {breakdown.property.type})"
    if breakdown.values:
        words = f"{words}, only {', '.join(map(str, breakdown.values[:5]))}"
    return f"{words} and {len(breakdown.values) - 5:,} more" if len(breakdown.values) > 5 else words


def segments(before: Segments, after: Segments) -> list[str]:
    return instead("Segments", before, after, lambda asked: f"{_ORDER[asked.order]} {asked.limit}")


_ORDER = {Order.TOP: "the top", Order.BOTTOM: "the bottom"}


# --- what belongs to what ---------------------------------------------------------------------------------------------


def matched(
    before: Sequence[Hashable], after: Sequence[Hashable], alike: Callable[..., bool]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Which of the old is which of the new: first the equal ones, then, in order, those that are alike. Then what is
    left of each."""
    pairs: list[tuple[int, int]] = []
    olds, news = list(range(len(before))), list(range(len(after)))
    for same in (_equal, alike):
        for old in list(olds):
            # Where both stand at the same place they are the likelier pair.
            found = next(
                (new for new in sorted(news, key=lambda new: new != old) if same(before[old], after[new])), None
            )
            if found is not None:
                pairs.append((old, found))
                olds.remove(old)
                news.remove(found)
    return sorted(pairs), olds, news


def _equal(one: object, other: object) -> bool:
    return one == other


def moved(pairs: Sequence[tuple[int, int]]) -> bool:
    news = [new for _, new in pairs]
    return news != sorted(news)
