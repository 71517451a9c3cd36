"""Which bucket an event falls into. The edges come from queries/buckets.py as moments; the engine only compares them.

The engine's own toStartOf… functions would bring a second calendar with its own time zone data and its own idea of
days that lack a midnight. Comparing costs little (docs/decisions/0007): nothing where all buckets are equally long,
and about 6 ns per event where they are not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analytics.compiler.events import milliseconds
from analytics.queries.buckets import Bucket
from analytics.sql.fragment import Fragment, bind, sql


@dataclass(frozen=True, slots=True)
class BucketColumn:
    """An expression that names an event's bucket by a number, and the way from that number back to the bucket's
    start."""

    expression: Fragment
    start: Callable[[int], dt.datetime]
    edge: Fragment  # the bucket's start in milliseconds, as an expression
    least: int = 0  # the smallest such number


_MOMENT = sql("toUnixTimestamp64Milli(time)")


def bucket_column(found: Sequence[Bucket], moment: Fragment = _MOMENT) -> BucketColumn:
    """`moment` is what falls into them, in milliseconds: the event's time."""
    by_number = {milliseconds(bucket.start.timestamp()): bucket.start for bucket in found}
    if not found:  # the whole range is a day that the zone skipped: nothing can happen in it
        return BucketColumn(sql("toInt64(0)"), by_number.__getitem__, sql("toInt64(0)"))
    edges = [milliseconds(bucket.start.timestamp()) for bucket in found]
    widths = {milliseconds((bucket.end - bucket.start).total_seconds()) for bucket in found}
    if len(widths) > 1:
        expression = sql("roundDown({moment}, {edges})", moment=moment, edges=bind("Array(Int64)", edges))
        return BucketColumn(expression, by_number.__getitem__, expression, edges[0])
    first, width = edges[0], widths.pop()
    expression = sql(
        "toInt64(intDiv({moment} - {first}, {width}))",
        moment=moment,
        first=bind("Int64", first),
        width=bind("Int64", width),
    )
    edge = sql(
        "({first} + {width} * {number})", first=bind("Int64", first), width=bind("Int64", width), number=expression
    )
    return BucketColumn(expression, lambda index: found[index].start, edge)
