"""Rows of a group as one array of tuples.

Each column becomes an array of its own first, all in the same order of rows, and then they are laid side by side: of
whole tuples the engine would write every one by itself, which takes four times as long (docs/decisions/0039).
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.sql.fragment import EMPTY, Fragment, join, sql


def array_of(column: Fragment, where: Fragment = EMPTY) -> Fragment:
    """The column of all rows of a group, or of those that meet a condition. It must not be NULL."""
    if where:
        return sql("groupArrayIf({column}, {where})", column=column, where=where)
    return sql("groupArray({column})", column=column)


def array_with_nulls(column: Fragment, where: Fragment = EMPTY) -> Fragment:
    """The same of a column that may be NULL, which groupArray leaves out."""
    return sql("arrayMap(x -> x.1, {arrays})", arrays=array_of(sql("tuple({column})", column=column), where))


def side_by_side(arrays: Sequence[Fragment]) -> Fragment:
    return sql("arrayZip({arrays})", arrays=join(", ", arrays))
