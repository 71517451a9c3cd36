"""Chains where no event can be two things: all of a user's events in one array, which is looked at once for each step.

    user | held | entries: (entered, chain, until, session)

Sorted by moment and step, ties are in the order that takes an attempt furthest, and the first event of the next step
that stands behind an event is the one that an attempt takes. So, from the last step to the second, each event of a step
is given its chain, and whatever stands before it the same: `arrayReverseFill` needs one look at each. Exclusions stand
before the steps of their moment, as only what comes later than a step ends an attempt.

A moment and a step are one number, 32 × moment + step, wherever that is all there is to know: sorting those is what
takes least.
"""

from __future__ import annotations

from analytics.compiler.arrays import array_of, array_of_segments, side_by_side
from analytics.compiler.events import milliseconds
from analytics.compiler.funnels.nodes import Node, layer, tuple_of
from analytics.compiler.funnels.rows import FunnelRows
from analytics.queries.buckets import window
from analytics.queries.windows import TimeWindow
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql, unchecked_sql


def straight(reading: FunnelRows, node: Node) -> Fragment:
    count, who = len(reading.query.steps), reading.who
    entries = sql(
        "arrayMap((n, w) -> (n.1, arrayFilter(c -> c.1 != 0, [n, {rest}]), n.1 + {length}, toUInt64(0)), own, links)",
        rest=join(", ", _following(count - 1)),
        length=_length(reading),
    )
    if node.has("value"):  # of entries at one moment the first received is the one
        entries = sql("arrayCompact(a -> a.1, {entries})", entries=entries)
    return layer([*who, sql("{entries} AS entries", entries=entries)], _entered(reading, node, who))


def best_of_straight(reading: FunnelRows, node: Node) -> Fragment:
    """SELECT of `a`, (entered, nodes of steps reached), of each user's furthest attempt, of equal ones the first; and
    with a breakdown `values`: (32 × moment + step, version, value) of each step reached.

    Where no exclusion can end an attempt, how far each gets is a number to compare, and only the best one's nodes are
    put together. So are the values: of all that a user did, few are wanted.
    """
    is_split = node.has("value")
    node = node.without("value")
    count, kept = len(reading.query.steps), [*reading.who, *([sql("details")] if is_split else [])]
    inside = [
        sql("(w.{at}.1 != 0 AND w.{at}.1 <= n.1 + {length})", at=unchecked_sql(str(at)), length=_length(reading))
        for at in range(1, count)
    ]
    # The steps that are missing, and below them the moment, so that the least is the best.
    keys = sql(
        "arrayMap((n, w) -> bitShiftLeft(toUInt64({count} - ({inside})), 48) + n.1, own, links) AS keys",
        count=bind("UInt8", count),
        inside=join(" + ", inside),
    )
    found = layer([*kept, sql("own"), sql("links"), keys], _entered(reading, node, kept))
    place = sql("indexOf(keys, arrayMin(keys)) AS place")
    found = layer([*kept, place, sql("own[place] AS n"), sql("links[place] AS w")], found)
    attempt = sql(
        "(n.1, arrayFilter(c -> c.1 != 0 AND c.1 <= n.1 + {length}, [n, {rest}])) AS a",
        length=_length(reading),
        rest=join(", ", _following(count - 1)),
    )
    found = layer([*kept, attempt], found)
    if not is_split:
        return found
    reached = sql("arrayMap((c, step) -> c.1 * 32 + step, a.2, arrayEnumerate(a.2)) AS reached")
    found = layer([*kept, sql("a"), reached], found)
    # Of several events that are the same step at the same moment the first received is the one.
    values = sql("arrayCompact(d -> d.1, arraySort(arrayFilter(d -> has(reached, d.1), details))) AS values")
    return layer([*reading.who, sql("a"), values], found)


def _length(reading: FunnelRows) -> Fragment:
    assert isinstance(reading.query.window, TimeWindow)
    return bind("UInt64", int(reading.query.window.length.total_seconds()) * 1000)


def _entered(reading: FunnelRows, node: Node, kept: list[Fragment]) -> Fragment:
    """SELECT of what is kept, `own`, the nodes of each entry, and `links`, those of the steps that follow it."""
    count = len(reading.query.steps)
    found = _nodes(reading, node)
    for step in range(count, 1, -1):
        links = sql("{links} AS links", links=_links(step, count, node))
        found = layer([*kept, sql("steps"), sql("nodes"), links], found)
    end = milliseconds(window(reading.query.dates, reading.scope).end.timestamp())
    is_entry = sql("s = 1 AND n.1 < {end}", end=bind("UInt64", end))
    found = layer(
        [
            *kept,
            sql("arrayFilter((n, s) -> {is_entry}, nodes, steps) AS own", is_entry=is_entry),
            sql("arrayFilter((w, s, n) -> {is_entry}, links, steps, nodes) AS links", is_entry=is_entry),
        ],
        found,
    )
    return sql("SELECT * FROM ({found}) WHERE notEmpty(own)", found=found)


def _links(step: int, count: int, node: Node) -> Fragment:
    """For each event the nodes of the first event of this step from there on, and of the steps after it."""
    after = _following(count - step)
    return sql(
        "arrayReverseFill(w -> w.1.1 != 0,"
        " arrayMap((s, n{name}) -> if(s = {step}, {own}, {none}), steps, nodes{more}))",
        name=sql(", w") if after else EMPTY,
        more=sql(", links") if after else EMPTY,
        step=bind("UInt8", step),
        own=tuple_of([sql("n"), *after]),
        none=tuple_of([node.none()] * (len(after) + 1)),
    )


def _following(count: int) -> list[Fragment]:
    return [unchecked_sql(f"w.{place}") for place in range(1, count + 1)]


def _nodes(reading: FunnelRows, node: Node) -> Fragment:
    """SELECT of `steps` and `nodes` of each user, in order. Where segments are asked and not in the nodes, with
    `details`: (32 × moment + step, version, value) of all that the user did, in no order."""
    if not node.has("value") and not node.has("endings"):
        kept, columns = [*reading.who], [sql("arraySort({all}) AS events", all=array_of(sql("t * 32 + step")))]
        if reading.split:
            kept.append(sql("details"))
            details = [array_of(sql("t * 32 + step")), array_of(sql("version")), array_of_segments(reading.split)]
            columns.append(sql("{arrays} AS details", arrays=side_by_side(details)))
        packed = layer([*reading.who, *columns], reading.rows(), reading.who)
        return layer(
            [
                *kept,
                sql("arrayMap(e -> toUInt8(e % 32), events) AS steps"),
                sql("arrayMap(e -> tuple(intDiv(e, 32)), events) AS nodes"),
            ],
            packed,
        )
    nothing, has_value = array_of(sql("0")), node.has("value")
    parts = [
        array_of(sql("t")),
        array_of(sql("step")),
        array_of(sql("version")) if has_value else nothing,
        array_of_segments(reading.split) if reading.split else nothing,
        array_of(sql("ended")) if node.has("endings") else nothing,
    ]
    in_order = sql("arraySort(e -> (e.1, e.2, e.3), {parts}) AS events", parts=side_by_side(parts))
    found = layer([*reading.who, in_order], reading.rows(), reading.who)
    names = [unchecked_sql(f"x{bit}") for bit in range(len(reading.query.exclusions))]
    if names:
        next_ones = [
            sql(
                "arrayReverseFill(x -> x != 0, arrayMap(e -> if(bitTest(e.5, {bit}), e.1, 0), events)) AS {name}",
                bit=bind("UInt8", bit),
                name=name,
            )
            for bit, name in enumerate(names)
        ]
        found = layer([*reading.who, sql("events"), *next_ones], found)
    all_names = join(", ", names)
    own = node.make(t=sql("e.1"), value=sql("e.4"), endings=sql("[{names}]", names=all_names))
    return layer(
        [
            *reading.who,
            sql("arrayMap(e -> e.2, events) AS steps"),
            sql(
                "arrayMap(({arrays}) -> {own}, {columns}) AS nodes",
                arrays=join(", ", [sql("e"), *names]),
                own=own,
                columns=join(", ", [sql("events"), *names]),
            ),
        ],
        found,
    )
