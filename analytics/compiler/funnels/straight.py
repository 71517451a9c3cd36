"""Chains where no event can be two things: all of a user's events in one array, which is looked at once for each step.

    user | held | entries: (entered, chain, until, session)

Sorted by moment and step, ties are in the order that takes an attempt furthest, and the first event of the next step
that stands behind an event is the one that an attempt takes. So, from the last step to the second, each event of a step
is given its chain, and whatever stands before it the same: `arrayReverseFill` needs one look at each. Exclusions stand
before the steps of their moment, as only what comes later than a step ends an attempt.
"""

from __future__ import annotations

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
    return layer([*who, sql("{entries} AS entries", entries=entries)], _entered(reading, node))


def best_of_straight(reading: FunnelRows, node: Node) -> Fragment:
    """SELECT of `a`, (entered, nodes of steps reached), of each user's furthest attempt, of equal ones the first.

    Where no exclusion can end an attempt, how far each gets is a number to compare, and only the best one's nodes are
    put together.
    """
    count, who = len(reading.query.steps), reading.who
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
    found = layer([*who, sql("own"), sql("links"), keys], _entered(reading, node))
    place = sql("indexOf(keys, arrayMin(keys)) AS place")
    found = layer([*who, place, sql("own[place] AS n"), sql("links[place] AS w")], found)
    attempt = sql(
        "(n.1, arrayFilter(c -> c.1 != 0 AND c.1 <= n.1 + {length}, [n, {rest}])) AS a",
        length=_length(reading),
        rest=join(", ", _following(count - 1)),
    )
    return layer([*who, attempt], found)


def _length(reading: FunnelRows) -> Fragment:
    assert isinstance(reading.query.window, TimeWindow)
    return bind("UInt64", int(reading.query.window.length.total_seconds()) * 1000)


def _entered(reading: FunnelRows, node: Node) -> Fragment:
    """SELECT of `own`, the nodes of each entry, and `links`, those of the steps that follow it."""
    count, who = len(reading.query.steps), reading.who
    found = _nodes(reading, node)
    for step in range(count, 1, -1):
        links = sql("{links} AS links", links=_links(step, count, node))
        found = layer([*who, sql("steps"), sql("nodes"), links], found)
    end = milliseconds(window(reading.query.dates, reading.scope).end.timestamp())
    is_entry = sql("s = 1 AND n.1 < {end}", end=bind("UInt64", end))
    found = layer(
        [
            *who,
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
    """SELECT of `steps` and `nodes` of each user, in order."""
    if not node.has("value") and not node.has("endings"):
        # A moment and a step in one number: sorting those is what takes least.
        packed = layer(
            [*reading.who, sql("arraySort(groupArray(t * 32 + step)) AS events")], reading.rows(), reading.who
        )
        return layer(
            [
                *reading.who,
                sql("arrayMap(e -> toUInt8(e % 32), events) AS steps"),
                sql("arrayMap(e -> tuple(intDiv(e, 32)), events) AS nodes"),
            ],
            packed,
        )
    value = sql("version, {value}", value=reading.value) if node.has("value") else sql("0, 0")
    ended = sql("ended") if node.has("endings") else sql("0")
    event = sql("(t, step, {value}, {ended})", value=value, ended=ended)
    found = layer(
        [
            *reading.who,
            sql("arraySort(e -> (e.1, e.2, e.3), groupArray({event})) AS events", event=event),
        ],
        reading.rows(),
        reading.who,
    )
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
