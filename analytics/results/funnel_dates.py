"""A funnel by the bucket in which it was entered, in the shape of Mixpanel's /funnels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.queries.buckets import buckets
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.scope import Scope
from analytics.results.funnel_numbers import StepNumbers
from analytics.results.funnel_rows import FunnelRow
from analytics.results.funnels import step_numbers
from analytics.results.segments import SegmentKind

OVERALL = "$overall"


@dataclass(frozen=True, slots=True)
class FunnelByDate:
    """`lines` holds the steps' numbers by bucket and by segment, the whole being OVERALL."""

    query: FunnelsQuery
    starts: tuple[dt.datetime, ...]
    lines: dict[dt.datetime, dict[str, tuple[StepNumbers, ...]]]

    @classmethod
    def of(cls, query: FunnelsQuery, scope: Scope, rows: Sequence[FunnelRow]) -> FunnelByDate:
        starts = tuple(bucket.start for bucket in buckets(query.dates, query.interval, scope))
        nobody = step_numbers(None, len(query.steps))
        lines = {start: {OVERALL: nobody} for start in starts}
        for row in rows:
            if row.bucket is not None:
                lines[row.bucket][_name(row)] = step_numbers(row, len(query.steps))
        return cls(query, starts, lines)

    def to_json(self) -> dict[str, Any]:
        names = [f"{start.date()}" for start in self.starts]
        return {
            "meta": {"dates": names},
            "data": {name: self._of(start) for name, start in zip(names, self.starts, strict=True)},
        }

    def _of(self, start: dt.datetime) -> dict[str, Any]:
        lines = self.lines[start]
        if self.query.breakdowns:
            return {name: self._steps(line) for name, line in lines.items()}
        line = lines[OVERALL]
        rates = [step.from_previous for step in line[1:]]
        return {
            "steps": self._steps(line),
            "analysis": {
                "completion": line[-1].from_first or 0,
                "starting_amount": line[0].count,
                "steps": len(line),
                "worst": 1 + min(range(len(rates)), key=lambda at: rates[at] or 0),
            },
        }

    def _steps(self, line: Sequence[StepNumbers]) -> list[dict[str, Any]]:
        return [
            {
                "count": numbers.count,
                "avg_time": numbers.average_from_previous,
                "avg_time_from_start": numbers.average_from_first,
                "step_conv_ratio": 1 if place == 0 else numbers.from_previous or 0,
                "overall_conv_ratio": 1 if place == 0 else numbers.from_first or 0,
                "goal": step.name,
                "event": step.name,
                "step_label": step.title or None,
                "custom_event": None,
                "custom_event_id": None,
            }
            for place, (step, numbers) in enumerate(zip(self.query.steps, line, strict=True))
        ]


def _name(row: FunnelRow) -> str:
    """As Mixpanel names segments: what is not set is undefined, what the limit left over $other."""
    if not row.segment or row.segment[0].kind is SegmentKind.ALL:
        return OVERALL
    kind = row.segment[0].kind
    return {SegmentKind.NOT_SET: "undefined", SegmentKind.OTHER: "$other", SegmentKind.EMPTY: ""}.get(
        kind, row.segment[0].label
    )
