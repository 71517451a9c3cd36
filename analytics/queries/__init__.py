"""What is asked: frozen questions that validate themselves, so that an impossible one cannot be built.

This room knows neither SQL nor ClickHouse nor the web. `codec` is the only way in and out as JSON.
"""

from __future__ import annotations

from typing import TypeAlias

from analytics.queries.flows import FlowsQuery
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.insights import InsightsQuery
from analytics.queries.lifecycle import LifecycleQuery
from analytics.queries.retention import RetentionQuery

# Every kind of question. Another kind joins with `|`, and mypy then names each place that must answer it.
Query: TypeAlias = InsightsQuery | FunnelsQuery | RetentionQuery | FlowsQuery | LifecycleQuery | FrequencyQuery

__all__ = ["FlowsQuery", "FrequencyQuery", "FunnelsQuery", "InsightsQuery", "LifecycleQuery", "Query", "RetentionQuery"]
