"""One value of a breakdown in an answer: which kind of segment it is, its value, and how people read it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | None

_WHOLE = re.compile(r"-?[0-9]+")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class SegmentKind(StrEnum):
    """In the order in which equally large segments are shown."""

    ALL = "all"  # every event, whatever its value: the row that segments are compared with
    EMPTY = "empty"  # the empty text, or a list without items
    VALUE = "value"
    RANGE = "range"  # numbers from `value` up to but not including `upper`, either of them open (null)
    COUNT = "count"  # whole numbers from `value` to `upper`, both included
    HOUR = "hour"  # of the day, 0 to 23
    WEEKDAY = "weekday"  # 1 (Monday) to 7
    NOT_SET = "not_set"
    OTHER = "other"  # what the limit left over, counted anew from its own events and users


_LABELS = {
    SegmentKind.ALL: "All",
    SegmentKind.EMPTY: "(empty string)",
    SegmentKind.NOT_SET: "(not set)",
    SegmentKind.OTHER: "(other)",
}
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
        match self.kind:
            case SegmentKind.VALUE:
                return ("true" if self.value else "false") if isinstance(self.value, bool) else str(self.value)
            case SegmentKind.HOUR:
                return f"{self.value:02}:00"
            case SegmentKind.WEEKDAY:
                return _WEEKDAYS[int(str(self.value)) - 1]
            case SegmentKind.COUNT:
                return (
                    _written(self.value)
                    if self.value == self.upper
                    else f"{_written(self.value)} – {_written(self.upper)}"
                )
            case SegmentKind.RANGE:
                return self._range
        return _LABELS[self.kind]

    @property
    def _range(self) -> str:
        low, high = self.value, self.upper
        if low is None:
            return f"below {_written(high)}"
        if high is None:
            return f"{_written(low)} or more"
        return f"{_written(low)} – {_written(high)}"

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
        return document | {"upper": self.upper} if self.kind in (SegmentKind.RANGE, SegmentKind.COUNT) else document

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> Segment:
        return cls(SegmentKind(str(fields["kind"])), fields["value"], fields.get("upper"))  # type: ignore[arg-type]


def label_of(segment: tuple[Segment, ...], name: str) -> str:
    """The segment in words, or the name of what is counted where nothing is broken down."""
    return " · ".join(part.label for part in segment) if segment else name


def is_whole(segment: tuple[Segment, ...]) -> bool:
    """Whether it is everything together, beside which the segments stand."""
    return all(part.kind is SegmentKind.ALL for part in segment)


def _written(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)


def number_value(text: str) -> Value:
    """A number as people write it: 5, not 5.0. A whole one past 2^53 stays text, since readers of JSON would round
    it."""
    if _WHOLE.fullmatch(text):
        return int(text) if abs(int(text)) <= 2**53 else text
    number = float(text)
    return number if math.isfinite(number) else text
