"""Insights as one statement: a SELECT for each reading of events, side by side, each giving the same columns.

    metric | place | bin | bucket | value     place: of the segment, see breakdowns.py; bucket -1 is the whole range

Metrics of the same events are counted in one reading. The numbers of buckets, of ranges, of segments and of the whole
come from that reading too; which segments are shown was found before (segments.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from analytics.compiler.breakdowns import OTHER, WHOLE, Key, Split, known_scales, split
from analytics.compiler.buckets import BucketColumn, bucket_column
from analytics.compiler.divided_users import divided_users
from analytics.compiler.events import FINAL_SETTINGS, milliseconds, user
from analytics.compiler.measures import ADDS_UP, OF_USERS, across_users, aggregate, input_of, of_each_user
from analytics.compiler.pieces import SMALL, Pieces, counted, has_plain_segments
from analytics.compiler.rolling import active_users, stretches, windows
from analytics.compiler.rows import Reading
from analytics.queries.breakdowns import Order
from analytics.queries.buckets import Bucket, buckets, window
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Measure, MeasureKind
from analytics.queries.metrics import Metric
from analytics.queries.scope import Scope
from analytics.results.distribution import EDGES, bin_segment
from analytics.results.insights import InsightsRow
from analytics.results.segments import Segment, SegmentKind
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

_WHOLE_RANGE = -1


@dataclass(frozen=True, slots=True)
class _Plan:
    """What all readings of a question share."""

    query: InsightsQuery
    scope: Scope
    found: tuple[Bucket, ...]
    bucket: BucketColumn
    split: Split | None
    shown: Sequence[Key]

    @property
    def columns(self) -> list[Fragment]:
        return [self.split.column] if self.split else []

    @property
    def division(self) -> Fragment:
        whole = bind("UInt16", WHOLE)
        if not self.split:
            return sql("{whole} AS at", whole=whole)
        return sql("if(grouping(place) = 1, {whole}, place) AS at", whole=whole)

    def parted(self, rows: Fragment) -> Fragment:
        return self.split.places(rows, self.shown) if self.split else rows

    def sets(self, *, buckets: bool, ranges: bool, of: LiteralString = "") -> Fragment:
        """GROUPING SETS for numbers by bucket, over the range, or both; `of` is what else to group by, like a user."""
        heads: list[LiteralString] = []
        if self.split:
            heads.append("place")
        if not self.split or not self.split.has_lists:  # a list's rows hold the whole already
            heads.append("")
        found: list[Fragment] = []
        for head in heads:
            for tail, wanted in (("bucket", buckets), ("", ranges)):
                if wanted:
                    found.append(_set(head, tail, of))
        return join(", ", found)


def _set(*names: LiteralString) -> Fragment:
    return sql("({names})", names=join(", ", [sql(name) for name in names if name]) or sql(" "))


def compile_insights(query: InsightsQuery, scope: Scope, shown: Sequence[Key] = ()) -> CompiledQuery[InsightsRow]:
    """`shown` are the segments of the breakdown to show; there is nothing else but "other" then."""
    found = buckets(query.dates, query.interval, scope)
    parts = split(query.breakdowns, scope, known_scales(query.breakdowns, shown)) if query.breakdowns else None
    plan = _Plan(query, scope, found, bucket_column(found), parts, shown)
    selects = [_reading(metrics, plan) for metrics in readings(query)]
    return CompiledQuery.of(join(" UNION ALL ", selects), _row_maker(plan), FINAL_SETTINGS)


def _of_pieces(query: InsightsQuery, scope: Scope, shown: Sequence[Key]) -> _Plan:
    """Pieces name their bucket by its start."""
    found = buckets(query.dates, query.interval, scope)
    starts = {milliseconds(bucket.start.timestamp()): bucket.start for bucket in found}
    parts = split(query.breakdowns, scope, {}) if query.breakdowns else None
    return _Plan(query, scope, found, BucketColumn(sql("bucket"), starts.__getitem__, sql("bucket")), parts, shown)


Numbered = tuple[int, Metric]


def readings(query: InsightsQuery) -> list[list[Numbered]]:
    """The metrics by what they read: those of the same events together, where one look at each event is enough."""
    groups: dict[object, list[Numbered]] = {}
    for index, metric in enumerate(query.metrics):
        measure = metric.measure
        alone = measure.is_rolling or measure.kind is MeasureKind.PER_USER
        same = (metric.events, metric.filters, metric.first_time, measure.kind is MeasureKind.SESSIONS)
        groups.setdefault(index if alone else same, []).append((index, metric))
    return list(groups.values())


def _reading(metrics: list[Numbered], plan: _Plan) -> Fragment:
    index, metric = metrics[0]
    if metric.measure.is_rolling:
        return _rolling(index, metric, plan)
    if metric.measure.kind is MeasureKind.PER_USER:
        return _per_user(index, metric, plan)
    if len(metrics) == 1 and metric.measure.kind is MeasureKind.UNIQUE and plan.split and not plan.split.has_lists:
        return _divided_users(index, metric, plan)
    return _plain(metrics, plan)


def compile_pieces(
    query: InsightsQuery, scope: Scope, shown: Sequence[Key], sources: Sequence[tuple[Fragment, Fragment]]
) -> CompiledQuery[InsightsRow]:
    """The same, put together from pieces of buckets (kept.py): for each reading a SELECT of bucket (its start),
    segment, numbers and actors, and the metrics' numbers of many such."""
    plan = _of_pieces(query, scope, shown)
    selects = [
        _numbered(numbers, plan.parted(pieces), plan, plan.sets(buckets=True, ranges=True))
        for pieces, numbers in sources
    ]
    return CompiledQuery.of(join(" UNION ALL ", selects), _row_maker(plan), FINAL_SETTINGS)


# --- what is made of few pieces ---------------------------------------------------------------------------------------

MOST_PIECES = 100_000  # with more, finding the segments first and counting only those that are shown takes less


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A row of the answer, with the segment's key, and whether it is one of those shown."""

    row: InsightsRow
    key: Key
    is_shown: bool


def is_small_at_once(query: InsightsQuery) -> bool:
    """Whether its segments can be found and counted in one reading of events, if they are not too many."""
    return (
        bool(query.breakdowns)
        and has_plain_segments(query)
        and len(readings(query)) == 1
        and all(metric.measure.kind in SMALL for metric in query.metrics)
    )


def compile_at_once(query: InsightsQuery, scope: Scope) -> CompiledQuery[AtOnce]:
    """Segments and numbers in one statement, which fails for too many rows if there are more than MOST_PIECES: each
    segment's pieces are put together, the largest are ranked, and the pieces of the others become "other"."""
    pieces = Pieces(tuple(readings(query)[0]))
    plan = _of_pieces(query, scope, ())
    assert plan.split is not None
    numbers = pieces.together(EMPTY)
    falling = query.segments.order is Order.TOP
    rows = sql(
        "SELECT toUInt16(if(rank > {limit}, 0, rank)) AS place, key, piece.1 AS bucket, piece.2 AS numbers"
        " FROM (SELECT segment AS key, row_number() OVER (ORDER BY {order}, {ties}) AS rank, found"
        " FROM (SELECT segment, tupleElement({numbers}[1], 2) AS value, groupArray((bucket, numbers)) AS found"
        " FROM ({counted}) GROUP BY segment)) ARRAY JOIN found AS piece",
        limit=bind("UInt32", query.segments.limit),
        order=sql("value DESC NULLS LAST") if falling else sql("value ASC NULLS LAST"),
        ties=plan.split.ties,
        numbers=numbers,
        counted=counted(pieces, query, scope, [window(query.dates, scope)]),
    )
    made = _row_maker(plan)

    def row(line: tuple[Any, ...]) -> AtOnce:
        *_, key = line
        return AtOnce(made(line), key, line[1] not in (OTHER, WHOLE))

    return CompiledQuery.of(
        _numbered(numbers, rows, plan, plan.sets(buckets=True, ranges=not _add_up(query)), with_key=True),
        row,
        {**FINAL_SETTINGS, "max_rows_to_group_by": MOST_PIECES, "group_by_overflow_mode": "throw"},
    )


def _add_up(query: InsightsQuery) -> bool:
    return all(metric.measure.kind in ADDS_UP for metric in query.metrics)


# --- measures that look at each event once ----------------------------------------------------------------------------


def _plain(metrics: list[Numbered], plan: _Plan) -> Fragment:
    reading = Reading(plan.query, plan.scope, metrics[0][1])
    inputs: list[Fragment] = []
    numbers = []
    for index, metric in metrics:
        measure = metric.measure
        numbers.append(
            sql(
                "({index}, CAST({aggregate} AS Nullable(Float64)))",
                index=bind("UInt16", index),
                aggregate=aggregate(measure, _column_of(measure, inputs)),
            )
        )
    kinds = {metric.measure.kind for _, metric in metrics}
    columns = [
        sql("{bucket} AS bucket", bucket=plan.bucket.expression),
        *plan.columns,
        *(sql("{input} AS {name}", input=each, name=_x(nth)) for nth, each in enumerate(inputs)),
    ]
    if MeasureKind.SESSIONS in kinds:
        rows = reading.rows_with_sessions(columns)
    else:
        rows = reading.rows([*columns, _user(plan)] if kinds & OF_USERS else columns)
    array = sql("[{numbers}]", numbers=join(", ", numbers))
    return _numbered(array, plan.parted(rows), plan, plan.sets(buckets=True, ranges=not kinds <= ADDS_UP))


def _divided_users(index: int, metric: Metric, plan: _Plan) -> Fragment:
    columns = [sql("{bucket} AS bucket", bucket=plan.bucket.expression), *plan.columns, _user(plan)]
    rows = plan.parted(Reading(plan.query, plan.scope, metric).rows(columns))
    return sql(
        "SELECT {index} AS metric, at, CAST(NULL AS Nullable(Float64)) AS bin, in_bucket,"
        " CAST(value AS Nullable(Float64)) AS value FROM ({users})",
        index=bind("UInt16", index),
        users=divided_users(rows, plan.bucket),
    )


def _numbered(numbers: Fragment, rows: Fragment, plan: _Plan, sets: Fragment, *, with_key: bool = False) -> Fragment:
    """`numbers` is an aggregate: an array of (metric, number). With the segment's key if nobody knows its place yet."""
    return sql(
        "SELECT number.1 AS metric, at, CAST(NULL AS Nullable(Float64)) AS bin, in_bucket,"
        " number.2 AS value{key} FROM (SELECT {division}{any_key},"
        " if(grouping(bucket) = 1, toInt64(-1), toInt64(bucket)) AS in_bucket, arrayJoin({numbers}) AS number"
        " FROM ({rows}) GROUP BY GROUPING SETS ({sets}))",
        key=sql(", key") if with_key else EMPTY,
        any_key=sql(", any(key) AS key") if with_key else EMPTY,
        division=plan.division,
        numbers=numbers,
        rows=rows,
        sets=sets,
    )


def _column_of(measure: Measure, inputs: list[Fragment]) -> Fragment:
    """The name of the column that the measure reads, which is added to the inputs unless another one reads it, too."""
    wanted = input_of(measure.of, distinct=measure.kind is MeasureKind.DISTINCT)
    if wanted is None:
        return EMPTY
    if wanted not in inputs:
        inputs.append(wanted)
    return _x(inputs.index(wanted))


def _x(nth: int) -> Fragment:
    return Fragment((f"x{nth}",))


def _user(plan: _Plan) -> Fragment:
    return sql("{user} AS user", user=user(plan.scope))


# --- measures over users' numbers -------------------------------------------------------------------------------------


def _per_user(index: int, metric: Metric, plan: _Plan) -> Fragment:
    asked = metric.measure.per_user
    assert asked is not None
    wanted = input_of(asked.of, distinct=asked.each == "distinct")
    columns = [sql("{bucket} AS bucket", bucket=plan.bucket.expression), *plan.columns, _user(plan)]
    if wanted is not None:
        columns.append(sql("{wanted} AS x0", wanted=wanted))
    each = sql(
        "SELECT {division}, if(grouping(bucket) = 1, toInt64(-1), toInt64(bucket)) AS in_bucket,"
        " CAST({y} AS Nullable(Float64)) AS y FROM ({rows}) GROUP BY GROUPING SETS ({sets})",
        division=plan.division,
        y=of_each_user(asked, sql("x0")),
        rows=plan.parted(Reading(plan.query, plan.scope, metric).rows(columns)),
        sets=plan.sets(buckets=True, ranges=True, of="user"),
    )
    if metric.measure.is_distribution:
        return sql(
            "SELECT {index} AS metric, at,"
            " CAST(roundDown(assumeNotNull(y), {edges}) AS Nullable(Float64)) AS bin, in_bucket,"
            " CAST(count() AS Nullable(Float64)) AS value"
            " FROM ({each}) WHERE isNotNull(y) GROUP BY at, bin, in_bucket",
            index=bind("UInt16", index),
            edges=bind("Array(Float64)", list(EDGES)),
            each=each,
        )
    return sql(
        "SELECT {index} AS metric, at, CAST(NULL AS Nullable(Float64)) AS bin, in_bucket,"
        " CAST({across} AS Nullable(Float64)) AS value FROM ({each}) GROUP BY at, in_bucket",
        index=bind("UInt16", index),
        across=across_users(asked, sql("y")),
        each=each,
    )


# --- users of a time that ends with each bucket -----------------------------------------------------------------------


def _rolling(index: int, metric: Metric, plan: _Plan) -> Fragment:
    cut = windows(metric.measure, plan.query, plan.scope, plan.found)
    parts = stretches(cut)
    reading = Reading(plan.query, plan.scope, metric, cut.read)
    rows = reading.rows([sql("{stretch} AS stretch", stretch=parts.expression), *plan.columns, _user(plan)])
    changes = active_users(plan.parted(rows), parts, plan.sets(buckets=False, ranges=True, of="user"), plan.division)
    return sql(
        "SELECT {index} AS metric, at, CAST(NULL AS Nullable(Float64)) AS bin,"
        " in_bucket, CAST(value AS Nullable(Float64)) AS value FROM ({changes}) WHERE in_bucket < {count}",
        index=bind("UInt16", index),
        changes=changes,
        count=bind("Int64", len(plan.found)),
    )


# --- rows -------------------------------------------------------------------------------------------------------------


def _row_maker(plan: _Plan) -> Callable[[tuple[Any, ...]], InsightsRow]:
    def row(line: tuple[Any, ...]) -> InsightsRow:
        metric, place, bin, number, value, *key = line
        measure = plan.query.metrics[metric].measure
        segment = _segments(plan, place, *key)
        if bin is not None:
            segment = (*segment, bin_segment(bin, whole=has_whole_bins(measure)))
        if measure.is_rolling:
            start = plan.found[number].start
        else:
            start = None if number == _WHOLE_RANGE else plan.bucket.start(number)
        return InsightsRow(metric, segment, start, value)

    return row


def _segments(plan: _Plan, place: int, *key: Key) -> tuple[Segment, ...]:
    if plan.split is None:
        return ()
    if place in (WHOLE, OTHER):
        kind = SegmentKind.ALL if place == WHOLE else SegmentKind.OTHER
        return (Segment(kind),) * len(plan.query.breakdowns)
    return plan.split.read(key[0] if key else plan.shown[place - 1])


def has_whole_bins(measure: Measure) -> bool:
    """Whether users' numbers are whole ones: of events, or of distinct values."""
    return measure.per_user is not None and measure.per_user.each in ("total", "distinct")
