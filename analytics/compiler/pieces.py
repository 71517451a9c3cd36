"""What the numbers of a bucket are made of: counts, sums, extremes and actors, by segment. Of many such pieces the
numbers of longer times, of several segments and of the whole are put together, so that every event is looked at once.

Which pieces are kept (kept.py) and which are put together at once (insights.py) is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from analytics.compiler.breakdowns import split
from analytics.compiler.buckets import bucket_column
from analytics.compiler.measures import input_of
from analytics.compiler.rows import Reading
from analytics.queries.breakdowns import AutoBuckets
from analytics.queries.buckets import Window, buckets
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import Metric
from analytics.queries.properties import PropertyType
from analytics.queries.scope import Scope
from analytics.sql.fragment import Fragment, bind, join, sql

# The pieces of these are a few numbers, whatever their bucket holds.
SMALL = frozenset({MeasureKind.TOTAL, MeasureKind.SUM, MeasureKind.AVERAGE, MeasureKind.MIN, MeasureKind.MAX})
PUT_TOGETHER = SMALL | {MeasureKind.UNIQUE}


def has_plain_segments(query: InsightsQuery) -> bool:
    """Whether each event is in one segment, which the event alone decides, and all segments may be shown."""
    return not any(
        each.property.type is PropertyType.LIST or isinstance(each.buckets, AutoBuckets) or each.values
        for each in query.breakdowns
    )


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of some metrics that read the same events: which number of each is where, and whether users are there.
    `key` is the name that they are kept under, if they are."""

    metrics: tuple[tuple[int, Metric], ...]
    key: str = ""

    @property
    def has_actors(self) -> bool:
        return any(metric.measure.kind is MeasureKind.UNIQUE for _, metric in self.metrics)

    def made(self) -> list[Fragment]:
        """The aggregates over events that make the numbers, in order."""
        found: list[Fragment] = []
        for _, metric in self.metrics:
            x = Fragment((f"x{len(found)}",))
            for template in _MADE[metric.measure.kind]:
                found.append(sql(template, x=x) if "{x}" in template else sql(template))
        return found

    def inputs(self) -> list[Fragment]:
        """The columns of properties that they read, each called by the place of its metric's first number."""
        columns, place = [], 0
        for _, metric in self.metrics:
            wanted = input_of(metric.measure.of, distinct=False)
            if wanted is not None:
                columns.append(sql("{wanted} AS {name}", wanted=wanted, name=Fragment((f"x{place}",))))
            place += len(_MADE[metric.measure.kind])
        return columns

    def together(self, actors: Fragment) -> Fragment:
        """The metrics' numbers of many pieces: an array of (metric, number)."""
        found, place = [], 0
        for index, metric in self.metrics:
            number = _together(metric.measure, place, actors)
            found.append(
                sql("({index}, CAST({number} AS Nullable(Float64)))", index=bind("UInt16", index), number=number)
            )
            place += len(_MADE[metric.measure.kind])
        return sql("[{numbers}]", numbers=join(", ", found))


_MADE: dict[MeasureKind, tuple[LiteralString, ...]] = {
    MeasureKind.TOTAL: ("count()",),
    MeasureKind.UNIQUE: (),
    MeasureKind.SUM: ("sumKahan({x})",),
    MeasureKind.AVERAGE: ("sumKahan({x})", "count({x})"),
    MeasureKind.MIN: ("min({x})",),
    MeasureKind.MAX: ("max({x})",),
}


def _together(measure: Measure, place: int, actors: Fragment) -> Fragment:
    first, second = (sql("numbers[{at}]", at=bind("UInt16", place + nth)) for nth in (1, 2))
    match measure.kind:
        case MeasureKind.TOTAL:
            return sql("ifNull(sum({n}), 0)", n=first)
        case MeasureKind.UNIQUE:
            return sql("uniqExactArray({actors})", actors=actors)
        case MeasureKind.SUM:
            return sql("ifNull(sumKahan({n}), 0)", n=first)
        case MeasureKind.AVERAGE:
            return sql("if(sum({m}) = 0, NULL, sumKahan({n}) / sum({m}))", n=first, m=second)
        case MeasureKind.MIN:
            return sql("min({n})", n=first)
    return sql("max({n})", n=first)


def counted(
    pieces: Pieces, query: InsightsQuery, scope: Scope, windows: Sequence[Window], edge: Fragment | None = None
) -> Fragment:
    """SELECT of bucket (its start), segment, numbers, actors: the pieces of these times. `edge` is the start of what an
    event falls into, by default of a bucket of the question."""
    columns = [
        sql("{edge} AS bucket", edge=edge or bucket_column(buckets(query.dates, query.interval, scope)).edge),
        split(query.breakdowns, scope, {}).column if query.breakdowns else _NO_SEGMENT,
        *pieces.inputs(),
    ]
    if pieces.has_actors:
        columns.append(sql("actor"))
    readings = [Reading(query, scope, pieces.metrics[0][1], window).rows(columns) for window in windows]
    return sql(
        "SELECT bucket, segment, [{numbers}] AS numbers, {actors} AS actors FROM ({readings}) GROUP BY bucket, segment",
        numbers=join(", ", [sql("CAST({n} AS Nullable(Float64))", n=each) for each in pieces.made()])
        or sql("CAST(NULL AS Nullable(Float64))"),
        actors=sql("groupUniqArray(actor)") if pieces.has_actors else sql("CAST([] AS Array(UInt64))"),
        readings=join(" UNION ALL ", readings),
    )


_NO_SEGMENT = sql("CAST(NULL AS Nullable(String)) AS segment")
