"""What is known of each moment of an attempt: a tuple of the moment and what the question needs beside it.

An attempt is found as a chain of nodes, one for each step that it reached if only time would never run out; a node
whose moment is 0 is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.compiler.breakdowns import Split
from analytics.queries.funnels import FunnelsQuery, StepOrder
from analytics.sql.fragment import EMPTY, Fragment, join, sql, unchecked_sql


@dataclass(frozen=True, slots=True)
class Node:
    """`value` is the segment (or segments) at that moment, `next` the moment of the user's next event whatever it is,
    `endings` for each exclusion the first moment after this one at which it happens, or 0."""

    fields: Mapping[str, str]  # name → type

    @classmethod
    def of(cls, query: FunnelsQuery, split: Split | None) -> Node:
        fields = {"t": "UInt64"}
        if split:
            fields["value"] = "Array(String)" if split.has_lists else "Nullable(String)"
        if query.order is StepOrder.STRICT:
            fields["next"] = "UInt64"
        if query.exclusions:
            fields["endings"] = "Array(UInt64)"
        return cls(fields)

    @property
    def type(self) -> str:
        return f"Tuple({', '.join(self.fields.values())})"

    def without(self, name: str) -> Node:
        return Node({key: kind for key, kind in self.fields.items() if key != name})

    def has(self, name: str) -> bool:
        return name in self.fields

    def get(self, node: Fragment, name: str) -> Fragment:
        place = list(self.fields).index(name) + 1
        return sql("{node}.{place}", node=node, place=unchecked_sql(str(place)))

    def make(self, **parts: Fragment) -> Fragment:
        """The same of SQL for each field that there is; others are left out."""
        return sql("tuple({parts})", parts=join(", ", [parts[name] for name in self.fields]))

    def none(self) -> Fragment:
        empty = {"UInt64": sql("toUInt64(0)"), "Nullable(String)": sql("CAST(NULL AS Nullable(String))")}
        found = [empty.get(each) or unchecked_sql(f"CAST([], '{each}')") for each in self.fields.values()]
        return sql("tuple({parts})", parts=join(", ", found))

    def no_chain(self) -> Fragment:
        return unchecked_sql(f"CAST([], 'Array({self.type})')")


def tuple_of(parts: Sequence[Fragment]) -> Fragment:
    return sql("tuple({parts})", parts=join(", ", parts))


def layer(columns: Sequence[Fragment], rows: Fragment, by: Sequence[Fragment] = ()) -> Fragment:
    """A SELECT over another one."""
    return sql(
        "SELECT {columns} FROM ({rows}){by}",
        columns=join(", ", columns),
        rows=rows,
        by=sql(" GROUP BY {keys}", keys=join(", ", by)) if by else EMPTY,
    )
