"""One number of an answer, named as the answer itself names it, and which page of what is behind it.

A point is checked as far as its question tells; whether there is such a bucket or such a segment is known only beside
the answer (compiler/drilldowns.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.drilldowns.parts import fields_at, moment_at, segment_at, truth_at
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import Metric, letter
from analytics.queries.segments import ALL, Part, check_depth
from analytics.queries.text import listed, shown


@dataclass(frozen=True, slots=True)
class Point:
    """`segment` has one part per breakdown, and one for the bin of a distribution. Without a `bucket` it is the number
    of the whole range. `compared` says that it is a number of the earlier time."""

    query: InsightsQuery
    metric: int
    segment: tuple[Part, ...]
    bucket: dt.datetime | None = None
    compared: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.metric < len(self.query.metrics):
            raise QueryError(f"There is no metric {letter(self.metric)} in the question.", place="at.metric")
        check_depth(self.segment, depth(self.query, self.metric))
        if self.compared and self.query.comparison is None:
            raise QueryError("The question compares with nothing: leave compared out.", place="at.compared")
        if self.bucket is not None and self.query.rolling:
            raise QueryError(
                "A point of a rolling average is of several buckets: open the whole range, or ask without the average.",
                place="at.bucket",
            )

    @property
    def asked(self) -> Metric:
        return self.query.metrics[self.metric]

    @property
    def values(self) -> tuple[Part, ...]:
        """The breakdowns' parts of the segment."""
        return self.segment[: len(self.query.breakdowns)]

    @property
    def bin(self) -> Part | None:
        """The distribution's part, unless it is of all users."""
        return self.segment[-1] if self.asked.measure.is_distribution and self.segment[-1] != ALL else None


def depth(query: InsightsQuery, metric: int) -> int:
    return len(query.breakdowns) + query.metrics[metric].measure.is_distribution


# --- as JSON ----------------------------------------------------------------------------------------------------------


def parse_point(query: InsightsQuery, fields: object) -> Point:
    """`{"metric": "A", "segment": [{"kind": "value", "value": "Chrome"}], "bucket": "2024-03-01T00:00:00+01:00",
    "compared": false}`. Without a segment it is the metric's whole, without a bucket the range's number."""
    fields = fields_at(fields, ("metric", "segment", "bucket", "compared"))
    metric = _metric(query, fields.get("metric"))
    compared = truth_at(fields, "compared")
    return Point(
        query,
        metric,
        segment_at(fields.get("segment"), depth(query, metric)),
        moment_at(fields.get("bucket")),
        compared,
    )


def _metric(query: InsightsQuery, name: object) -> int:
    letters = [letter(index) for index in range(len(query.metrics))]
    if name in letters:
        return letters.index(str(name))
    if name in [f"F{number}" for number in range(1, len(query.formulas) + 1)]:
        raise QueryError(
            f"{name} is a formula: nobody and nothing is behind its numbers but its metrics'. Open one of those: "
            f"{listed(letters)}.",
            place="at.metric",
        )
    raise QueryError(f"There is no metric {shown(name)}; there is {listed(letters, 'and')}.", place="at.metric")
