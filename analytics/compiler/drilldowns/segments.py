"""The segment of a number among those that its answer shows."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.compiler.breakdowns import OTHER, Key, Split
from analytics.errors import QueryError
from analytics.queries.segments import Part


def place_of(values: Sequence[Part], parts: Split, shown: Sequence[Key]) -> int:
    """The place by which rows name it."""
    if all(part.kind == "other" for part in values):
        return OTHER
    wanted = [(part.kind, part.value, part.upper) for part in values]
    for place, key in enumerate(shown, start=1):
        if [(part.kind, part.value, part.upper) for part in parts.read(key)] == wanted:
            return place
    raise unknown_segment()


def unknown_segment() -> QueryError:
    return QueryError(
        "There is no such segment among those that the answer shows (any more): ask the question again.",
        place="at.segment",
    )


def unknown_bucket(start: object, place: str = "at.bucket") -> QueryError:
    return QueryError(
        f"No bucket of the answer begins at {start} (any more): ask the question again.",
        place=place,
    )
