"""What is asked: frozen questions that validate themselves, so that an impossible one cannot be built.

This room knows neither SQL nor ClickHouse nor the web. `codec` is the only way in and out as JSON.
"""

from __future__ import annotations

from typing import TypeAlias, get_args

from analytics.queries.flows import FlowsQuery
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.insights import InsightsQuery
from analytics.queries.lifecycle import LifecycleQuery
from analytics.queries.retention import RetentionQuery

# Every kind of question. Another kind joins with `|`, and mypy then names each place that must answer it.
Query: TypeAlias = InsightsQuery | FunnelsQuery | RetentionQuery | FlowsQuery | LifecycleQuery | FrequencyQuery

KINDS: tuple[str, ...] = tuple(each.kind for each in get_args(Query))

__all__ = ["KINDS", "FlowsQuery", "FrequencyQuery", "FunnelsQuery", "InsightsQuery", "LifecycleQuery", "Query"]
__all__ += ["RetentionQuery"]
