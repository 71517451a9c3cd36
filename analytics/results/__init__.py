"""What came back: the rows of an answer become buckets without holes, series with exact totals, and notes in words.

This room knows questions and nothing of SQL, ClickHouse, Plotly or the web.
"""

from __future__ import annotations

from typing import TypeAlias

from analytics.results.insights import InsightsResult

Result: TypeAlias = InsightsResult

__all__ = ["InsightsResult", "Result"]
