"""How an answer is split: by the values of a property, the largest segments first and the rest as "other"."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.properties import Property, PropertyType

DEFAULT_LIMIT = 10
HIGHEST_LIMIT = 1000
MOST_BREAKDOWNS = 1

_ARTICLED = {PropertyType.OBJECT: "an object", PropertyType.DATE: "a date"}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`limit` segments by the measure over the whole range; what is left over is one more segment, "other"."""

    property: Property
    limit: int = DEFAULT_LIMIT

    def __post_init__(self) -> None:
        if self.property.type in (PropertyType.OBJECT, PropertyType.DATE):
            raise QueryError(
                f"No answer can be split by {self.property.name} as {_ARTICLED[self.property.type]}: ask it as text.",
                place="property.type",
            )
        if not 1 <= self.limit <= HIGHEST_LIMIT:
            raise QueryError(f"The limit is from 1 to {HIGHEST_LIMIT:,}, not {self.limit}.", place="limit")
