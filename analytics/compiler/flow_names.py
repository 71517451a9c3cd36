"""What can be a node: the names of events, and the values of what they are split by, each with a number.

Events of many users are put in order by these numbers instead of by texts. They follow the alphabet, so that of two
nodes with equal counts the first in the alphabet is the first here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.compiler.columns import beside_event, columns_beside
from analytics.compiler.events import FINAL_SETTINGS, events, names_of_events
from analytics.queries.buckets import Window
from analytics.queries.flows import FlowsQuery, SplitEvent
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.scope import Scope
from analytics.results.flow_rows import FIRST_NUMBER, OTHER_NUMBER, NodeName
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import EMPTY, Fragment, bind, join, sql

# What is rarer has no number of its own and is in "other": together they fit into 16 bits.
MOST_NAMES = 10_000
MOST_VALUES = 1_000


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name of events (`split` is None), or a value of a split."""

    split: int | None
    text: str | None


def compile_names(query: FlowsQuery, scope: Scope, read: Window, *, are_many: bool = False) -> CompiledQuery[NameRow]:
    """The names and values that get a number. Names need no counting unless `are_many`, more than can have one; what
    no event of the window is called does no harm."""
    found = [_counted_names(query, scope, read) if are_many else _names(scope, read)]
    for index, each in enumerate(query.split):
        rows = events(
            sql("{value} AS value", value=beside_event(each.property)),
            scope=scope,
            window=read,
            names=members(query, each),
            where=not_hidden(query),
            beside=columns_beside([each.property]),
        )
        found.append(
            sql(
                "SELECT toInt16({index}) AS split, CAST(value AS Nullable(String)) AS text FROM ({rows})"
                " GROUP BY value ORDER BY count() DESC, text LIMIT {most}",
                index=bind("UInt8", index),
                rows=rows,
                most=bind("UInt32", MOST_VALUES),
            )
        )
    selects = [sql("SELECT split, text FROM ({each})", each=each) for each in found]
    statement = join(" UNION ALL ", selects)
    return CompiledQuery.of(statement, _row, FINAL_SETTINGS)


def are_too_many(rows: Sequence[NameRow]) -> bool:
    """Whether there are more names than numbers, so that the commonest have to be found."""
    return sum(row.split is None for row in rows) > MOST_NAMES


def _names(scope: Scope, read: Window) -> Fragment:
    return sql(
        "SELECT toInt16(-1) AS split, CAST(toString(event) AS Nullable(String)) AS text FROM ({names})",
        names=names_of_events(scope=scope, window=read, most=MOST_NAMES + 1),
    )


def _counted_names(query: FlowsQuery, scope: Scope, read: Window) -> Fragment:
    return sql(
        "SELECT toInt16(-1) AS split, CAST(toString(event) AS Nullable(String)) AS text FROM ({rows})"
        " GROUP BY event ORDER BY count() DESC, text LIMIT {most}",
        rows=events(sql("event"), scope=scope, window=read, names=ALL_EVENTS, where=not_hidden(query)),
        most=bind("UInt32", MOST_NAMES),
    )


def _row(line: tuple[Any, ...]) -> NameRow:
    split, text = line
    return NameRow(None if split < 0 else split, text)


def not_hidden(query: FlowsQuery) -> Fragment:
    return sql("event NOT IN {hidden}", hidden=bind("Array(String)", list(query.hidden))) if query.hidden else EMPTY


def members(query: FlowsQuery, split: SplitEvent) -> list[str]:
    """The events that are called like this."""
    merged = [name for each in query.merged if each.name == split.event for name in each.events]
    own = [split.event] if query.shown_as(split.event) == split.event else []
    return list(dict.fromkeys([*own, *merged]))


@dataclass(frozen=True, slots=True)
class FlowNames:
    """`nodes` in the order of their numbers, the first of which is FIRST_NUMBER."""

    query: FlowsQuery
    nodes: tuple[NodeName, ...]
    events: tuple[str, ...]  # those that are split are not among them
    values: tuple[tuple[str | None, ...], ...]  # of each split

    @classmethod
    def of(cls, query: FlowsQuery, rows: Sequence[NameRow]) -> FlowNames:
        split = {name for each in query.split for name in members(query, each)}
        unseen = {*split, *query.hidden}
        names = tuple(row.text for row in rows if row.split is None and row.text is not None and row.text not in unseen)
        values = tuple(tuple(row.text for row in rows if row.split == index) for index in range(len(query.split)))
        nodes = {NodeName(query.shown_as(name)) for name in names}
        for each, own in zip(query.split, values, strict=True):
            nodes |= {NodeName(each.event, each.property.label, value) for value in own}
        return cls(query, tuple(sorted(nodes, key=lambda node: node.order)), names, values)

    def number(self) -> Fragment:
        """The number of an event's node, as UInt16."""
        numbers = {node: number for number, node in enumerate(self.nodes, start=FIRST_NUMBER)}
        branches = []
        for each, values in zip(self.query.split, self.values, strict=True):
            label = each.property.label
            number_of = {value: numbers[NodeName(each.event, label, value)] for value in values}
            branches.append(
                sql(
                    "event IN {events}, if(isNull({value}), {missing}, {found})",
                    events=bind("Array(String)", members(self.query, each)),
                    value=beside_event(each.property),
                    missing=bind("UInt16", number_of.pop(None, OTHER_NUMBER)),
                    found=_numbered(
                        sql("assumeNotNull({value})", value=beside_event(each.property)),
                        {value: number for value, number in number_of.items() if value is not None},
                    ),
                )
            )
        plain = _numbered(sql("event"), {name: numbers[NodeName(self.query.shown_as(name))] for name in self.events})
        if not branches:
            return plain
        return sql("multiIf({branches}, {plain})", branches=join(", ", branches), plain=plain)


def _numbered(text: Fragment, numbers: dict[str, int]) -> Fragment:
    if not numbers:  # which transform refuses
        return bind("UInt16", OTHER_NUMBER)
    return sql(
        "transform({text}, {texts}, {numbers}, {other})",
        text=text,
        texts=bind("Array(String)", list(numbers)),
        numbers=bind("Array(UInt16)", list(numbers.values())),
        other=bind("UInt16", OTHER_NUMBER),
    )
