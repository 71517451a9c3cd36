"""Which page of the users or events behind a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.text import shown

DEFAULT_LIMIT = 50
HIGHEST_LIMIT = 200

_CURSOR = re.compile(r"([0-9]{1,20})\.([0-9]{1,20})\.([0-9]{1,20})")
_HIGHEST = 2**64  # of what a cursor holds; its first number is a time


@dataclass(frozen=True, slots=True)
class Paging:
    """`after` is where the page before ended: a time in milliseconds and two numbers that tell equals apart."""

    limit: int = DEFAULT_LIMIT
    after: tuple[int, int, int] | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= HIGHEST_LIMIT:
            raise QueryError(f"A page has 1 to {HIGHEST_LIMIT} rows, not {self.limit}.", place="limit")
        if self.after is not None and (self.after[0] >= 2**63 or any(each >= _HIGHEST for each in self.after)):
            raise QueryError("This cursor is none of ours: send `next` of the page before.", place="cursor")


def parse_paging(limit: object, cursor: object) -> Paging:
    if isinstance(limit, bool) or not isinstance(limit, int):
        raise QueryError(f"A whole number is needed here, not {shown(limit)}.", place="limit")
    if cursor is None:
        return Paging(limit)
    found = _CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
    if found is None:
        raise QueryError("This cursor is none of ours: send `next` of the page before.", place="cursor")
    at, one, two = (int(part) for part in found.groups())
    return Paging(limit, (at, one, two))


def cursor_text(after: tuple[int, int, int]) -> str:
    return ".".join(str(part) for part in after)
