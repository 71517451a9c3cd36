"""Closed buckets counted once and kept: which questions that fits, and the statements that keep and use them.

A kept bucket holds for each segment what its numbers are made of: counts and sums, and the set of actors, unresolved.
Merges are resolved when it is read, so they leave it as it is. It counts as long as no quarter of an hour in it was
touched since (clickhouse/versions.py) and no merge was taken back. All segments are kept, not only those shown, so the
largest are found anew every time. What cannot be put together from buckets is answered whole, by compiler/insights.py.

A day is kept in two parts, cut where UTC's day changes: that is how events lie, so who reads a part of such a day reads
all of it. Beyond this file a kept bucket is such a part, or a whole bucket.
docs/decisions/0023 has the reasoning. This file must not know who runs its statements.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from analytics.compiler.buckets import bucket_column
from analytics.compiler.events import FINAL_SETTINGS, milliseconds
from analytics.compiler.pieces import PUT_TOGETHER, Pieces, counted, has_plain_segments
from analytics.compiler.rows import Reading
from analytics.queries.buckets import Bucket, Window, buckets
from analytics.queries.codec import dump
from analytics.queries.dates import Interval
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import Metric
from analytics.queries.scope import Merged, Scope
from analytics.schema.tables import DEVICES, KEPT_BUCKETS, SETTLED_LINKS, TOUCHED_SLOTS
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import Fragment, bind, identifier, join, sql

# Writers do not touch quarters of an hour that are not over (clickhouse/writer.py); clocks differ by less than this.
SETTLED_AFTER = dt.timedelta(minutes=10)
FEWEST = 3  # closed buckets; fewer are not worth a second statement
_DAY = dt.timedelta(days=1)
SLOT_MS = 900_000
MOST_SEGMENTS = 1000  # of a bucket; with more, putting them together costs more than counting again


def is_keepable(query: InsightsQuery, scope: Scope) -> bool:
    """Whether all numbers of the question can be put together from those of its buckets."""
    if (
        not isinstance(scope.merged, Merged)
        or query.reads_profiles
        or query.reads_today
        or query.interval is Interval.MINUTE
    ):
        return False
    if any(metric.measure.kind not in PUT_TOGETHER or metric.first_time for metric in query.metrics):
        return False
    if not has_plain_segments(query):
        return False
    closed = [each for each in buckets(query.dates, query.interval, scope) if _is_closed(each, scope)]
    aligned = all(milliseconds(edge.timestamp()) % SLOT_MS == 0 for each in closed for edge in (each.start, each.end))
    return aligned and len(closed) >= FEWEST


def _is_closed(bucket: Bucket, scope: Scope) -> bool:
    return bucket.complete and bucket.end + SETTLED_AFTER <= scope.now


def kept_parts(query: InsightsQuery, scope: Scope) -> list[Bucket]:
    """The buckets of the question as they are kept: days in two parts, unless they are UTC's."""
    found = buckets(query.dates, query.interval, scope)
    if query.interval is not Interval.DAY:
        return list(found)
    return [part for bucket in found for part in _cut(bucket)]


def _cut(bucket: Bucket) -> list[Bucket]:
    midnight = bucket.end.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    edges = [bucket.start, *(each for each in (midnight - _DAY, midnight) if bucket.start < each < bucket.end)]
    return [Bucket(start, end, bucket.complete) for start, end in pairwise([*edges, bucket.end])]


def closed_parts(query: InsightsQuery, scope: Scope) -> list[Bucket]:
    return [each for each in kept_parts(query, scope) if _is_closed(each, scope)]


def reading_key(metrics: Sequence[Metric], query: InsightsQuery, scope: Scope, code: str) -> str:
    """The name of what is kept: everything that a bucket's numbers depend on but its time."""
    document = dump(replace(query, metrics=tuple(metrics), formulas=(), comparison=None, rolling=0))
    for gone in ("dates", "segments", "zone"):  # that of the scope is what decides
        document.pop(gone, None)
    ambient = [scope.zone, scope.week_start, code]
    return hashlib.sha256(json.dumps([document, ambient]).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Kept:
    """A bucket of a reading that was kept: its start, which keeping of it, how new its data and when."""

    reading: str
    bucket: int
    keeping: int
    version: int
    as_of: dt.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What was kept, the newest keeping of each bucket, and what decides which of it still counts: the clock, when a
    merge was last taken back, whether there are any merges, and the newest touch in each bucket."""

    now: dt.datetime
    taken_back: dt.datetime
    has_links: bool
    touched: Mapping[int, int]
    kept: Sequence[Kept]

    def of(self, reading: str) -> list[Kept]:
        """What counts of a reading."""
        return [
            kept
            for kept in self.kept
            if kept.reading == reading
            and kept.version >= self.touched.get(kept.bucket, 0)
            and kept.as_of > self.taken_back
        ]


def compile_standing(
    readings: Collection[str], closed: Sequence[Bucket], scope: Scope
) -> CompiledQuery[tuple[Any, ...]]:
    """Rows of bucket, newest touch, keepings, now, taken back, any links: one for each touched bucket, and the first
    for the rest, with all keepings."""
    edges = [milliseconds(each.start.timestamp()) for each in closed]
    project = bind("UInt32", scope.project_id)
    statement = sql(
        "SELECT bucket, touch, keepings, now64(6, 'UTC') AS now,"
        " (SELECT max(exact_until) FROM {settled} WHERE project_id = {project}) AS taken_back,"
        " (SELECT count() > 0 FROM {devices} WHERE project_id = {project}) AS has_links FROM"
        " (SELECT toInt64(-1) AS bucket, toUInt64(0) AS touch,"
        " groupArray((reading, starts, keeping, version, as_of)) AS keepings FROM"
        " (SELECT reading, bucket AS starts, argMax(keeping, (kept.version, keeping)) AS keeping,"
        " max(kept.version) AS version, argMax(as_of, (kept.version, kept.keeping)) AS as_of"
        " FROM {kept} AS kept WHERE project_id = {project} AND reading IN {readings} AND part = 3"
        " AND bucket >= {first_edge} AND bucket <= {last_edge} GROUP BY reading, bucket)"
        " UNION ALL SELECT roundDown(toInt64(slot) * {slot_ms}, {edges}) AS bucket, max(version) AS touch, []"
        " FROM {touched} WHERE project_id = {project} AND slot >= {first} AND slot < {last} GROUP BY bucket)"
        " ORDER BY bucket",
        settled=identifier(SETTLED_LINKS),
        devices=identifier(DEVICES),
        touched=identifier(TOUCHED_SLOTS),
        kept=identifier(KEPT_BUCKETS),
        project=project,
        readings=bind("Array(String)", sorted(readings)),
        slot_ms=bind("Int64", SLOT_MS),
        edges=bind("Array(Int64)", edges),
        first_edge=bind("Int64", edges[0]),
        last_edge=bind("Int64", edges[-1]),
        first=bind("UInt32", edges[0] // SLOT_MS),
        last=bind("UInt32", milliseconds(closed[-1].end.timestamp()) // SLOT_MS),
    )
    return CompiledQuery.of(statement, lambda line: line)


def standing(rows: Sequence[tuple[Any, ...]]) -> Standing:
    _, _, keepings, now, taken_back, has_links = rows[0]
    return Standing(
        now.replace(tzinfo=dt.UTC),
        taken_back.replace(tzinfo=dt.UTC),
        bool(has_links),
        {bucket: touch for bucket, touch, *_ in rows},
        [_kept(each) for each in keepings],
    )


def _kept(line: tuple[Any, ...]) -> Kept:
    reading, bucket, keeping, version, as_of = line
    return Kept(reading, bucket, keeping, version, as_of.replace(tzinfo=dt.UTC))


# --- counting pieces --------------------------------------------------------------------------------------------------


def runs(wanted: Sequence[Bucket], every: Sequence[Bucket]) -> list[Window]:
    """The time of these buckets, neighbours together."""
    found: list[Window] = []
    for bucket in every:
        if bucket not in wanted:
            continue
        start, end = bucket.start.astimezone(dt.UTC), bucket.end.astimezone(dt.UTC)
        if found and found[-1].end == start:
            found[-1] = Window(found[-1].start, end)
        else:
            found.append(Window(start, end))
    return found


@dataclass(frozen=True, slots=True)
class Keeping:
    """Under which name and as how new buckets are kept: a number of its own for each run, the data's version that was
    read before, and a mark of the code that counts."""

    number: int
    version: int
    code: str


def compile_keeping(
    pieces: Pieces, query: InsightsQuery, scope: Scope, wanted: Sequence[Bucket], keeping: Keeping, now: dt.datetime
) -> tuple[CompiledQuery[object], CompiledQuery[object]]:
    """Two statements: counting the pieces of these buckets and keeping them, and then the marks that say that they are
    there, whole. `now` was read before."""
    names = sql("project_id, reading, bucket, keeping, part, segment, numbers, actors, version, as_of")
    about = {
        "table": identifier(KEPT_BUCKETS),
        "names": names,
        "project": bind("UInt32", scope.project_id),
        "reading": bind("String", pieces.key),
        "keeping": bind("UInt64", keeping.number),
        "version": bind("UInt64", keeping.version),
        "now": bind("DateTime64(6, 'UTC')", now),
    }
    every = kept_parts(query, scope)
    filled = sql(
        "INSERT INTO {table} ({names}) SELECT {project}, {reading}, bucket, {keeping}, 0, segment, numbers, actors,"
        " {version}, {now} FROM ({counted})",
        counted=counted(pieces, query, scope, runs(wanted, every), bucket_column(every).edge),
        **about,
    )
    marked = sql(
        "INSERT INTO {table} ({names}) SELECT {project}, {reading}, arrayJoin({starts}), {keeping}, 3, NULL, [], [],"
        " {version}, {now}",
        starts=bind("Array(Int64)", [milliseconds(each.start.timestamp()) for each in wanted]),
        **about,
    )
    return CompiledQuery.of(filled, lambda line: line, _WRITING | FINAL_SETTINGS), CompiledQuery.of(
        marked, lambda line: line, _WRITING
    )


_WRITING: dict[str, object] = {"async_insert": 0}


def compile_widest(pieces: Pieces, kept: Kept, scope: Scope) -> CompiledQuery[int]:
    """How many segments a kept bucket has."""
    statement = sql(
        "SELECT count() FROM {table} WHERE project_id = {project} AND reading = {reading} AND bucket = {bucket}"
        " AND keeping = {keeping} AND part = 0",
        table=identifier(KEPT_BUCKETS),
        project=bind("UInt32", scope.project_id),
        reading=bind("String", pieces.key),
        bucket=bind("Int64", kept.bucket),
        keeping=bind("UInt64", kept.keeping),
    )
    return CompiledQuery.of(statement, lambda line: int(line[0]))


# --- putting together -------------------------------------------------------------------------------------------------


def pieces_of(pieces: Pieces, query: InsightsQuery, scope: Scope, kept: Sequence[Kept]) -> Fragment:
    """SELECT of bucket, segment, numbers, actors: kept ones, and those of the other buckets counted now."""
    chosen = {each.bucket: each.keeping for each in kept}
    every = kept_parts(query, scope)
    open_ones = [each for each in every if milliseconds(each.start.timestamp()) not in chosen]
    bucket = bucket_column(buckets(query.dates, query.interval, scope), sql("bucket")).edge
    sources = [
        sql(
            "SELECT {bucket} AS bucket, segment, numbers, actors FROM"
            " (SELECT bucket, segment, numbers, actors FROM {table} WHERE project_id = {project}"
            " AND reading = {reading} AND part = 0"
            " AND (bucket, keeping) IN (SELECT arrayJoin(arrayZip({buckets}, {keepings})) AS pair))",
            bucket=bucket,
            table=identifier(KEPT_BUCKETS),
            project=bind("UInt32", scope.project_id),
            reading=bind("String", pieces.key),
            buckets=bind("Array(Int64)", list(chosen)),
            keepings=bind("Array(UInt64)", list(chosen.values())),
        )
    ]
    if open_ones:
        sources.append(counted(pieces, query, scope, _within(runs(open_ones, every), query, scope)))
    return join(" UNION ALL ", sources)


def _within(windows: list[Window], query: InsightsQuery, scope: Scope) -> list[Window]:
    """Cut to the time of the question: a comparison ends within a bucket, retention begins within one."""
    whole = Reading(query, scope, query.metrics[0]).window
    cut = [Window(max(each.start, whole.start), min(each.end, whole.end)) for each in windows]
    return [each for each in cut if each.start < each.end] or [Window(whole.end, whole.end)]


def resolved(standing: Standing, scope: Scope) -> Fragment:
    """The users of `actors`. By all links: which of them rows had settled when they were kept is not known."""
    if not standing.has_links:
        return sql("actors")
    links = sql(
        "(SELECT (arrayPushFront(groupArray(device_actor), toUInt64(0)), arrayPushFront(groupArray(user_actor),"
        " toUInt64(0))) FROM {devices} FINAL WHERE project_id = {project} AND linked)",
        devices=identifier(DEVICES),
        project=bind("UInt32", scope.project_id),
    )
    return sql("arrayMap(actor -> transform(actor, {links}.1, {links}.2, actor), actors)", links=links)
