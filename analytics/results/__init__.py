"""What came back: the rows of an answer become buckets without holes, series with exact totals, and notes in words.

This room knows questions and nothing of SQL, ClickHouse, Plotly or the web.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from analytics.results.funnels import FunnelsResult
from analytics.results.insights import InsightsResult

Result: TypeAlias = InsightsResult | FunnelsResult

__all__ = ["FunnelsResult", "InsightsResult", "Result", "result_from_json"]

_READ: dict[str, Callable[[Mapping[str, Any]], Result]] = {
    "insights": InsightsResult.from_json,
    "funnels": FunnelsResult.from_json,
}


def result_from_json(fields: Mapping[str, Any]) -> Result:
    """The result in an answer's JSON, whatever stands beside it."""
    return _READ[fields["kind"]](fields)
