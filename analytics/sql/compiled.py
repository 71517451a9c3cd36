"""A statement that is ready to send: its text, its values, its limits and the type of the rows that come back.

It ties a SELECT to its row type, so that whoever runs it cannot mix up columns. It must not know how it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from analytics.sql.fragment import Fragment

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class CompiledQuery(Generic[Row]):
    """`row` makes one Row of the values of one result line, in the order of the SELECT list."""

    sql: str
    params: Mapping[str, object]
    row: Callable[[tuple[Any, ...]], Row]
    settings: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(
        cls, fragment: Fragment, row: Callable[[tuple[Any, ...]], Row], settings: Mapping[str, object] | None = None
    ) -> CompiledQuery[Row]:
        """The fragment's text and values, with the maker of its rows."""
        text, params = fragment.render()
        return cls(text, params, row, dict(settings or {}))
