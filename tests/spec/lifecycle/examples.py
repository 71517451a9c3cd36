"""How an example of a lifecycle is written: {"activity": ["Open"], "dates": […], "interval": "week"}. The answer has a
line for each interval; * marks those that are not over or not wholly kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.queries.lifecycle import LifecycleQuery
from analytics.results.lifecycle import LifecycleResult
from tests.spec import examples
from tests.spec.retention.examples import step


def document(question: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "activity": step(question["activity"]),
        "filters": examples.group(question.get("where")),
        "dates": examples.dates(*question["dates"]),
        "interval": question["interval"],
    }


def table(result: LifecycleResult, query: LifecycleQuery) -> list[list[str]]:
    lines = [["", *(str(series.status) for series in result.series)]]
    for at, bucket in enumerate(result.buckets):
        start = f"{bucket.start:%m-%d}" + ("" if bucket.complete else "*")
        lines.append([start, *(str(series.values[at]) for series in result.series)])
    return lines
