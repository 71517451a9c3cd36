"""Rows of a group as one array of tuples.

Each column becomes an array of its own first, all in the same order of rows, and then they are laid side by side: of
whole tuples the engine would write every one by itself, which takes four times as long (docs/decisions/0039).
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.compiler.breakdowns import Split
from analytics.sql.fragment import EMPTY, Fragment, join, sql


def array_of(column: Fragment, where: Fragment = EMPTY) -> Fragment:
    """The column of all rows of a group, or of those that meet a condition. It must not be NULL."""
    if where:
        return sql("groupArrayIf({column}, {where})", column=column, where=where)
    return sql("groupArray({column})", column=column)


def array_of_segments(split: Split, where: Fragment = EMPTY) -> Fragment:
    """The same of `segment`, which may be NULL, or `segments`.

    groupArray leaves NULL out, so that a text that is set goes with a letter in front. As a tuple of one it would not
    be left out either, but written as whole tuples are.
    """
    if split.has_lists:
        return array_of(sql("segments"), where)
    return sql(
        "arrayMap(x -> if(x = '', NULL, substring(x, 2)), {texts})",
        texts=array_of(sql("ifNull(concat('v', segment), '')"), where),
    )


def side_by_side(arrays: Sequence[Fragment]) -> Fragment:
    return sql("arrayZip({arrays})", arrays=join(", ", arrays))
