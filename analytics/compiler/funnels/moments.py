"""Chains of any funnel: what a user did at one moment is looked at together, and then the moments one after the other.

    user | held | entries: (entered, chain, until, session)

Of events of one moment any may have come first, so there it is tried which of them can be which steps: an attempt that
has done so many steps goes as far as distinct events of the moment take it.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.compiler.arrays import array_of, array_of_segments, side_by_side
from analytics.compiler.events import milliseconds
from analytics.compiler.funnels.nodes import Node, layer
from analytics.compiler.funnels.rows import FunnelRows, are_apart
from analytics.queries.buckets import window
from analytics.queries.funnels import FunnelsQuery, StepOrder
from analytics.queries.windows import TimeWindow
from analytics.sql.fragment import Fragment, bind, join, sql, unchecked_sql


def by_moments(reading: FunnelRows, node: Node) -> Fragment:
    query = reading.query
    users = _users(reading, node)
    if query.order is not StepOrder.ANY:
        found = _in_order(users, reading, node)
    elif are_apart(query):
        found = _in_any_order(users, reading, node)
    else:
        found = _in_any_order_tried(users, reading, node)
    end = bind("UInt64", milliseconds(window(query.dates, reading.scope).end.timestamp()))
    entries = sql(
        "arrayFilter(a -> notEmpty(a.2) AND a.1 < {end},"
        " arrayMap((p, c) -> (p.1, c, p.4, p.5), moments, chains)) AS entries",
        end=end,
    )
    return layer([*reading.who, entries], found)


# --- moments ----------------------------------------------------------------------------------------------------------


def _moments(reading: FunnelRows, node: Node) -> Fragment:
    """SELECT of user, t, `here` (mask, ended, held, version, value of each event of that moment), `until`, `session`
    and `next`."""
    query = reading.query
    is_whole = query.order is StepOrder.STRICT or query.needs_sessions
    has_value = node.has("value")
    parts = [
        array_of(sql("mask")),
        array_of(sql("ended") if query.exclusions else sql("toUInt32(0)")),
        array_of(sql("held") if query.hold else sql("CAST([], 'Array(String)')")),
        array_of(sql("version") if has_value else sql("0")),
        array_of_segments(reading.split) if reading.split else array_of(sql("0")),
    ]
    here = sql("arraySort(x -> (x.4, x.1, x.2, x.3), {parts}) AS here", parts=side_by_side(parts))
    who = [sql("user"), sql("t")]
    if is_whole:
        found = layer([*who, here, sql("any(day) AS day")], reading.everything(), who)
    else:
        found = layer([*who, here], reading.rows(), who)
    length = int(query.window.length.total_seconds()) * 1000 if isinstance(query.window, TimeWindow) else None
    columns = [*who, sql("here")]
    if query.needs_sessions:
        found = _with_sessions(found, reading)
        columns += [sql("session"), sql("next")]
    else:
        columns.append(sql("toUInt64(0) AS session"))
        columns.append(_next() if query.order is StepOrder.STRICT else sql("toUInt64(0) AS next"))
    columns.append(
        sql("toUInt64(max(t) OVER (PARTITION BY user, session)) AS until")
        if length is None
        else sql("t + {length} AS until", length=bind("UInt64", length))
    )
    return layer(columns, found)


def _next() -> Fragment:
    return sql(
        "leadInFrame(t, 1, toUInt64(0)) OVER (PARTITION BY user ORDER BY t"
        " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next"
    )


def _with_sessions(found: Fragment, reading: FunnelRows) -> Fragment:
    """With `session`, the moment at which the user's session began."""
    begins = sql(
        "if(toInt64(t) - lagInFrame(toInt64(t), 1, {never}) OVER before > {idle}"
        " OR day != lagInFrame(day, 1, toInt64(-1)) OVER before, t, toUInt64(0)) AS begins",
        never=sql("toInt64(-9000000000000000)"),
        idle=bind("Int64", reading.scope.session_minutes * 60_000),
    )
    cut = sql(
        "SELECT user, t, here, {begins}, {next} FROM ({found})"
        " WINDOW before AS (PARTITION BY user ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        begins=begins,
        next=_next(),
        found=found,
    )
    return sql(
        "SELECT user, t, here, next, max(begins) OVER (PARTITION BY user ORDER BY t"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session FROM ({cut})",
        cut=cut,
    )


def _users(reading: FunnelRows, node: Node) -> Fragment:
    """SELECT of `moments` of each user, in order: (t, reach, ended, until, session, next, values, masks), where an
    attempt that had done s steps has done reach[s + 1] after it, and values are those of each step."""
    query = reading.query
    found = _moments(reading, node)
    keys = [sql("user"), sql("t"), sql("until"), sql("session"), sql("next")]
    if query.hold:
        held = sql("arrayDistinct(arrayMap(x -> x.3, arrayFilter(x -> x.1 > 0 OR x.2 > 0, here)))")
        found = sql(
            "SELECT {keys}, held, here FROM ({found}) ARRAY JOIN {held} AS held",
            keys=join(", ", keys),
            found=found,
            held=held,
        )
        keys.append(sql("held"))
        mine = sql("arrayFilter(x -> x.3 = held AND (x.1 > 0 OR x.2 > 0), here)")
    else:
        mine = sql("arrayFilter(x -> x.1 > 0 OR x.2 > 0, here)")
    found = layer([*keys, sql("{mine} AS mine", mine=mine)], found)
    found = layer(
        [
            *keys,
            sql("arrayMap(x -> x.1, arrayFilter(x -> x.1 > 0, mine)) AS masks"),
            sql("arrayReduce('groupBitOr', arrayMap(x -> x.2, mine)) AS ended"),
            sql("{values} AS values", values=_values(reading) if node.has("value") else sql("[]")),
        ],
        sql("SELECT * FROM ({found}) WHERE notEmpty(mine)", found=found),
    )
    columns = [sql("t"), _reach(reading), *map(unchecked_sql, ("ended", "until", "session", "next", "values", "masks"))]
    moments = side_by_side([array_of(column) for column in columns])
    return layer([*reading.who, sql("arraySort(p -> p.1, {moments}) AS moments", moments=moments)], found, reading.who)


def _values(reading: FunnelRows) -> Fragment:
    """The segment of each step: of the first received of the events that are the step; where any step may be first,
    of the first received of all."""
    count = bind("UInt8", len(reading.query.steps))
    if reading.query.order is StepOrder.ANY:
        return sql("arrayWithConstant({count}, arrayFirst(x -> x.1 > 0, mine).5)", count=count)
    return sql("arrayMap(i -> arrayFirst(x -> bitTest(x.1, i), mine).5, range({count}))", count=count)


def _reach(reading: FunnelRows) -> Fragment:
    """For each number of steps that are done, how many are done after the moment."""
    query, count = reading.query, len(reading.query.steps)
    if query.order is StepOrder.ANY:
        return sql("CAST([], 'Array(UInt8)')")
    bits = [bind("UInt32", 1 << place) for place in range(count)]
    # All sets of steps that distinct events of the moment can be.
    tried = sql(
        "arrayFold((sets, mask) -> arrayDistinct(arrayConcat(sets, arrayFlatten(arrayMap(one ->"
        " arrayMap(bit -> bitOr(one, bit), arrayFilter(bit -> bitAnd(mask, bit) != 0 AND bitAnd(one, bit) = 0,"
        " [{bits}])), sets)))), masks, [toUInt32(0)])",
        bits=join(", ", bits),
    )
    sets = tried if not are_apart(query) else sql("[arrayReduce('groupBitOr', masks)]")
    # How many ones there are at the end of a number: those that are changed by adding 1, less the one that is new.
    return sql(
        "arrayMap(sets -> arrayMap(s -> toUInt8(s + arrayMax(arrayMap(one -> bitCount("
        "bitXor(bitShiftRight(one, s), bitShiftRight(one, s) + 1)) - 1, sets))), range({count})), [{sets}])[1]",
        count=bind("UInt8", count),
        sets=sets,
    )


# --- chains -----------------------------------------------------------------------------------------------------------


def _with_nodes(users: Fragment, reading: FunnelRows, node: Node) -> Fragment:
    """With `endings`: for each moment, for each exclusion, when it happens next after that moment."""
    names = [unchecked_sql(f"x{bit}") for bit in range(len(reading.query.exclusions))]
    if not names:
        return layer(
            [*reading.who, sql("moments"), sql("arrayMap(p -> CAST([], 'Array(UInt64)'), moments) AS endings")], users
        )
    columns = [
        sql(
            "arrayPushBack(arrayPopFront(arrayReverseFill(x -> x != 0,"
            " arrayMap(p -> if(bitTest(p.3, {bit}), p.1, 0), moments))), 0) AS {name}",
            bit=bind("UInt8", bit),
            name=name,
        )
        for bit, name in enumerate(names)
    ]
    found = layer([*reading.who, sql("moments"), *columns], users)
    listed = join(", ", names)
    endings = sql("arrayMap(({names}) -> [{names}], {names}) AS endings", names=listed)
    return layer([*reading.who, sql("moments"), endings], found)


def _node(node: Node, step: Fragment) -> Fragment:
    value = sql("p.7[{step}]", step=step)
    return node.make(t=sql("p.1"), value=value, next=sql("p.6"), endings=sql("x"))


def _in_order(users: Fragment, reading: FunnelRows, node: Node) -> Fragment:
    """From the last step to the first: the chain that an attempt which has done s steps goes on with, from each moment
    on. `links…` are those of the moment after."""
    count, who = len(reading.query.steps), reading.who
    found = _with_nodes(users, reading, node)
    kept = [*who, sql("moments"), sql("endings")]
    links: list[Fragment] = []
    for done in range(count - 1, -1, -1):
        names = [unchecked_sql(f"l{place}") for place in range(done + 1, count)]
        following = sql(
            "[{links}][p.2[{place}] - {done}]",
            links=join(", ", [*names, node.no_chain()]),
            place=bind("UInt8", done + 1),
            done=bind("UInt8", done),
        )
        if reading.query.order is StepOrder.STRICT:
            following = sql(
                "arrayMap(c -> if(notEmpty(c) AND c[1].1 = p.6, c, {none}), [{following}])[1]",
                none=node.no_chain(),
                following=following,
            )
        reached = sql(
            "if(p.2[{place}] > {done},"
            " arrayConcat(arrayMap(i -> {node}, range({first}, p.2[{place}] + 1)), {following}), {none})",
            place=bind("UInt8", done + 1),
            done=bind("UInt8", done),
            node=_node(node, sql("i")),
            first=bind("UInt8", done + 1),
            following=following,
            none=node.no_chain(),
        )
        chains = sql(
            "arrayMap(({names}) -> {reached}, {arrays})",
            names=join(", ", [sql("p"), sql("x"), *names]),
            reached=reached,
            arrays=join(", ", [sql("moments"), sql("endings"), *names]),
        )
        if done == 0:
            return layer([*who, sql("moments"), sql("{chains} AS chains", chains=chains)], found)
        if reading.query.order is not StepOrder.STRICT:
            chains = sql("arrayReverseFill(c -> notEmpty(c), {chains})", chains=chains)
        name = unchecked_sql(f"l{done}")
        shifted = sql(
            "arrayPushBack(arrayPopFront({chains}), {none}) AS {name}", chains=chains, none=node.no_chain(), name=name
        )
        found = layer([*kept, *links, shifted], found)
        links.append(name)
    raise AssertionError(count)


def _in_any_order(users: Fragment, reading: FunnelRows, node: Node) -> Fragment:
    """The first moment of each step from each moment on, in order of time."""
    names = [unchecked_sql(f"f{place}") for place in range(len(reading.query.steps))]
    found = _with_nodes(users, reading, node)
    firsts = [
        sql(
            "arrayReverseFill(n -> n.1 != 0, arrayMap((p, x) -> if(arrayExists(mask -> bitTest(mask, {bit}), p.8),"
            " {node}, {none}), moments, endings)) AS {name}",
            bit=bind("UInt8", bit),
            node=_node(node, sql("1")),
            none=node.none(),
            name=name,
        )
        for bit, name in enumerate(names)
    ]
    found = layer([*reading.who, sql("moments"), *firsts], found)
    listed = join(", ", names)
    chains = sql(
        "arrayMap((p, {names}) -> if(empty(p.8), {none}, arraySort(n -> n.1, arrayFilter(n -> n.1 != 0, [{names}]))),"
        " moments, {names}) AS chains",
        names=listed,
        none=node.no_chain(),
    )
    return layer([*reading.who, sql("moments"), chains], found)


def _in_any_order_tried(users: Fragment, reading: FunnelRows, node: Node) -> Fragment:
    """From each moment on, event by event: the largest sets of steps that distinct events can be, and the moments at
    which they grew. An event makes them larger, all alike, or changes none of them. Steps that ask for the same are
    taken in their order: which of them an event is makes no difference, but to how many sets there are."""
    bits = join(", ", [sql("({bit}, {before})", bit=bit, before=before) for bit, before in _bits(reading.query)])
    found = _with_nodes(users, reading, node)
    events = sql(
        "arrayFlatten(arrayMap((p, x) -> arrayMap(mask -> (mask, {node}), p.8), moments, endings)) AS events",
        node=_node(node, sql("1")),
    )
    found = layer([*reading.who, sql("moments"), events], found)
    is_next = sql("bitAnd(e.1, bit.1) != 0 AND bitAnd(one, bit.1) = 0 AND bitAnd(one, bit.2) = bit.2")
    grown = sql(
        "arrayDistinct(arrayFlatten(arrayMap(one -> arrayMap(bit -> bitOr(one, bit.1),"
        " arrayFilter(bit -> {is_next}, [{bits}])), acc.1)))",
        is_next=is_next,
        bits=bits,
    )
    folded = sql(
        "arrayFold((acc, e) -> arrayMap(sets -> if(empty(sets), acc, (sets, arrayPushBack(acc.2, e.2))),"
        " [{grown}])[1], arrayFilter(e -> e.2.1 >= p.1 AND e.2.1 <= p.4, events), ([toUInt32(0)], {none})).2",
        grown=grown,
        none=node.no_chain(),
    )
    chains = sql(
        "arrayMap(p -> if(empty(p.8), {none}, {folded}), moments) AS chains", none=node.no_chain(), folded=folded
    )
    return layer([*reading.who, sql("moments"), chains], found)


def _bits(query: FunnelsQuery) -> Iterator[tuple[Fragment, Fragment]]:
    """The bit of each step, and those of the earlier steps that ask for the same."""
    asked = [(step.events, step.filters, query.first_time and place == 0) for place, step in enumerate(query.steps)]
    for place, each in enumerate(asked):
        alike = [other for other in range(place) if asked[other] == each]
        yield bind("UInt32", 1 << place), bind("UInt32", sum(1 << other for other in alike))
