"""What differs between two questions, in sentences: what the history of a report says of each of its versions.

Each kind of question has a file here; the parts that kinds share are in `parts`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analytics.queries import Query
from analytics.queries.differences import flows, frequency, funnels, insights, lifecycle, retention
from analytics.queries.differences.parts import instead

_DIFFERENCES: dict[str, Callable[[Any, Any], tuple[str, ...]]] = {
    "insights": insights.differences,
    "funnels": funnels.differences,
    "retention": retention.differences,
    "flows": flows.differences,
    "lifecycle": lifecycle.differences,
    "frequency": frequency.differences,
}


def differences(before: Query, after: Query) -> tuple[str, ...]:
    """One sentence for each thing that was added, removed or changed; none if the questions are the same."""
    if before.kind != after.kind:
        return (f"Kind: {after.kind} instead of {before.kind}",)
    zone = instead("Time zone", before.zone, after.zone, lambda named: named or "the project’s")
    return (*_DIFFERENCES[before.kind](before, after), *zone)
