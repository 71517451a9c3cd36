"""One line of an answer: the numbers of a metric or a formula for one segment, over the buckets and over the range."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics.results.segments import Segment, is_whole, label_of

Number: TypeAlias = int | float | None  # None is "no value": the average of nothing, a division by zero

_DIGITS = 12  # that an answer has: what a sum of floats says beyond depends on the order of its parts


@dataclass(frozen=True, slots=True)
class Compared:
    """The same numbers of the earlier time, bucket beside bucket, and how ours differ from them.

    `ratios` and `ratio` are ours / theirs - 1: 0.25 is a quarter more. None where there is nothing to divide by, and
    for points of buckets that are not over.
    """

    values: tuple[Number, ...]
    total: Number
    ratios: tuple[Number, ...]
    difference: Number
    ratio: Number

    def to_json(self) -> dict[str, Any]:
        return {
            "values": list(self.values),
            "total": self.total,
            "ratios": list(self.ratios),
            "difference": self.difference,
            "ratio": self.ratio,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Compared:
        return cls(
            tuple(fields["values"]), fields["total"], tuple(fields["ratios"]), fields["difference"], fields["ratio"]
        )


@dataclass(frozen=True, slots=True)
class Series:
    """`metric` is A, B … or, for a formula, F1, F2 …; `unit` is what its numbers are of: Events, Users, Sum of price.
    `format` is count, number or percent."""

    metric: str
    name: str
    measure: str
    segment: tuple[Segment, ...]
    values: tuple[Number, ...]
    total: Number
    unit: str = "Events"
    format: str = "count"
    compared: Compared | None = None

    @property
    def label(self) -> str:
        """The segment in words, or the metric's name where nothing is broken down."""
        return label_of(self.segment, self.name)

    @property
    def is_whole(self) -> bool:
        """Whether this is the metric without its breakdown, beside which the segments stand."""
        return is_whole(self.segment)

    def to_json(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "name": self.name,
            "measure": self.measure,
            "unit": self.unit,
            "format": self.format,
            "segment": [part.to_json() for part in self.segment],
            "label": self.label,
            "values": list(self.values),
            "total": self.total,
            "compared": self.compared.to_json() if self.compared else None,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Series:
        return cls(
            fields["metric"],
            fields["name"],
            fields["measure"],
            tuple(Segment.from_json(part) for part in fields["segment"]),
            tuple(fields["values"]),
            fields["total"],
            fields["unit"],
            fields["format"],
            Compared.from_json(fields["compared"]) if fields["compared"] else None,
        )


def neat(number: float | None) -> Number:
    """A number to twelve digits, whole ones without a point; None for what is none."""
    if number is None or not math.isfinite(number):
        return None
    cut = float(f"{number:.{_DIGITS}g}")
    return int(cut) if cut == int(cut) and abs(cut) <= 2**53 else cut


def averaged(values: Sequence[Number], window: int) -> tuple[Number, ...]:
    """The average of each value and those before it, `window` together. None until there are so many, and where one
    has no value."""
    found: list[Number] = []
    for end in range(1, len(values) + 1):
        inside = [value for value in values[max(0, end - window) : end] if value is not None]
        found.append(neat(math.fsum(inside) / window) if len(inside) == window else None)
    return tuple(found)


def ratio(ours: Number, theirs: Number) -> Number:
    if ours is None or theirs is None or theirs == 0:
        return None
    return neat((ours - theirs) / abs(theirs))
