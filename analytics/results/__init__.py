"""What came back: the rows of an answer become buckets without holes, series with exact totals, and notes in words.

This room knows questions and nothing of SQL, ClickHouse, Plotly or the web.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from analytics.results.flows import FlowsResult
from analytics.results.frequency import FrequencyResult
from analytics.results.funnels import FunnelsResult
from analytics.results.insights import InsightsResult
from analytics.results.lifecycle import LifecycleResult
from analytics.results.retention import RetentionResult

Result: TypeAlias = InsightsResult | FunnelsResult | RetentionResult | FlowsResult | LifecycleResult | FrequencyResult

__all__ = [
    "FlowsResult",
    "FrequencyResult",
    "FunnelsResult",
    "InsightsResult",
    "LifecycleResult",
    "Result",
    "RetentionResult",
    "result_from_json",
]

_READ: dict[str, Callable[[Mapping[str, Any]], Result]] = {
    "insights": InsightsResult.from_json,
    "funnels": FunnelsResult.from_json,
    "retention": RetentionResult.from_json,
    "flows": FlowsResult.from_json,
    "lifecycle": LifecycleResult.from_json,
    "frequency": FrequencyResult.from_json,
}


def result_from_json(fields: Mapping[str, Any]) -> Result:
    """The result in an answer's JSON, whatever stands beside it."""
    return _READ[fields["kind"]](fields)
