"""Which segments an event belongs to, which segments are shown, and how the rest becomes "other".

An event has one segment, or several where the property is a list. The largest are found first, over the whole range;
then every event is counted in the segments that it is in, all those left over being one. So "other" has its own
events and users: somebody who was in two small segments is one user of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from analytics.compiler.filters import column
from analytics.queries.breakdowns import Breakdown
from analytics.queries.properties import PropertyType
from analytics.schema import properties
from analytics.sql.fragment import Fragment, bind, sql

# What a row of the answer says beside the segment's text.
SHOWN, OTHER, WHOLE = 0, 1, 2

# "Not set" is a segment like any other and may be among the largest: NULL must be found IN them.
NULL_SETTINGS = {"transform_null_in": 1}

_NONE = sql("CAST(NULL AS Nullable(String))")

# Equally large segments: what is set first, then in the order of numbers or of the text's bytes.
_TIES: dict[bool, LiteralString] = {
    True: "isNull(segment), toFloat64OrNull(segment), segment",
    False: "isNull(segment), segment",
}


@dataclass(frozen=True, slots=True)
class SegmentSource:
    """The columns that `segmented` needs of each event, and what a single segment is called in its ranking."""

    columns: Fragment
    each: Fragment


def segment_columns(breakdown: Breakdown) -> SegmentSource:
    wanted = breakdown.property
    if wanted.type is PropertyType.LIST:
        listing = sql(
            "multiIf(isNull({list}), [NULL], empty({items}), [''], CAST({items} AS Array(Nullable(String)))) AS items",
            list=column(wanted.name, wanted.type),
            items=properties.items(wanted.name),
        )
        return SegmentSource(listing, sql("arrayJoin(items)"))
    return SegmentSource(sql("{text} AS segment", text=_text(wanted.name, wanted.type)), sql("segment"))


def _text(name: str, type: PropertyType) -> Fragment:
    if type is PropertyType.NUMBER:
        # 0 and -0 are one number.
        return sql("replaceRegexpOne({number}, '^-0$', '0')", number=properties.number_text(name))
    if type is PropertyType.BOOLEAN:
        return sql("toString({boolean})", boolean=properties.boolean(name))
    return properties.string(name)


def largest(breakdown: Breakdown, events: Fragment, aggregate: Fragment) -> Fragment:
    """SELECT of the segments to show, of a SELECT of events with the columns above."""
    return sql(
        "SELECT segment FROM (SELECT *, {each} AS segment FROM ({events}))"
        " GROUP BY segment ORDER BY {aggregate} DESC, {ties} LIMIT {limit}",
        each=segment_columns(breakdown).each,
        events=events,
        aggregate=aggregate,
        ties=sql(_TIES[breakdown.property.type is PropertyType.NUMBER]),
        limit=bind("UInt32", breakdown.limit),
    )


def segmented(breakdown: Breakdown, events: Fragment, shown: Fragment) -> Fragment:
    """The events once per segment that they are counted in, as columns `part` (SHOWN or OTHER, or WHOLE) and `segment`.

    A list's event has a row for the whole as well, because it may have several rows of segments, or none that is shown.
    """
    if breakdown.property.type is not PropertyType.LIST:
        return sql(
            "SELECT * REPLACE (if(part = 0, segment, NULL) AS segment)"
            " FROM (SELECT *, toUInt8(segment NOT IN ({shown})) AS part FROM ({events}))",
            shown=shown,
            events=events,
        )
    # Texts are marked with a letter, so that NULL (not set) can be looked for among them.
    marked = sql("SELECT groupArray(ifNull(concat('v', segment), 'n')) FROM ({shown})", shown=shown)
    part = sql(
        "arrayMap(item -> if(has(({marked}), ifNull(concat('v', item), 'n')),"
        " (toUInt8(0), item), (toUInt8(1), {none})), items)",
        marked=marked,
        none=_NONE,
    )
    return sql(
        "SELECT * EXCEPT (entry), entry.1 AS part, entry.2 AS segment FROM (SELECT * EXCEPT (items),"
        " arrayJoin(arrayConcat([(toUInt8(2), {none})], arrayDistinct({part}))) AS entry FROM ({events}))",
        part=part,
        none=_NONE,
        events=events,
    )
