"""One value of a breakdown in an answer: which kind of segment it is, its value, and how people read it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.queries.segments import SPANS, SegmentKind, Value, label

__all__ = ["ORDERED", "Segment", "SegmentKind", "Value", "is_whole", "label_of", "number_value"]

_WHOLE = re.compile(r"-?[0-9]+")
# Segments that follow from the calendar or the scale of numbers, and are read in that order.
ORDERED = (SegmentKind.RANGE, SegmentKind.COUNT, SegmentKind.HOUR, SegmentKind.WEEKDAY)


@dataclass(frozen=True, slots=True)
class Segment:
    """`value` is None for every kind without one; `upper` belongs to RANGE and COUNT."""

    kind: SegmentKind
    value: Value = None
    upper: float | None = None

    @property
    def label(self) -> str:
        return label(self.kind, self.value, self.upper)

    @property
    def order(self) -> tuple[int, int, float, str]:
        """The order of equally large segments: by kind, then numbers by size and texts by letter."""
        kind = list(SegmentKind).index(self.kind)
        if self.kind is SegmentKind.RANGE and self.value is None:
            return kind, 0, -math.inf, ""
        if isinstance(self.value, int | float):
            return kind, 0, self.value, ""
        return kind, 1, 0, self.value or ""

    def to_json(self) -> dict[str, object]:
        document: dict[str, object] = {"kind": str(self.kind), "value": self.value}
        return document | {"upper": self.upper} if self.kind in SPANS else document

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> Segment:
        return cls(SegmentKind(str(fields["kind"])), fields["value"], fields.get("upper"))  # type: ignore[arg-type]


def label_of(segment: tuple[Segment, ...], name: str) -> str:
    """The segment in words, or the name of what is counted where nothing is broken down."""
    return " · ".join(part.label for part in segment) if segment else name


def is_whole(segment: tuple[Segment, ...]) -> bool:
    """Whether it is everything together, beside which the segments stand."""
    return all(part.kind is SegmentKind.ALL for part in segment)


def number_value(text: str) -> Value:
    """A number as people write it: 5, not 5.0. A whole one past 2^53 stays text, since readers of JSON would round
    it."""
    if _WHOLE.fullmatch(text):
        return int(text) if abs(int(text)) <= 2**53 else text
    number = float(text)
    return number if math.isfinite(number) else text
