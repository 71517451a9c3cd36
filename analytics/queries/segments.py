"""How a question names a segment of an answer: by its parts, one for each breakdown, as the answer gives them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError

Value: TypeAlias = str | int | float | bool | None

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


# Those that have an `upper`.
SPANS = (SegmentKind.RANGE, SegmentKind.COUNT)

_LABELS = {
    SegmentKind.ALL: "All",
    SegmentKind.EMPTY: "(empty string)",
    SegmentKind.NOT_SET: "(not set)",
    SegmentKind.OTHER: "(other)",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a breakdown, or a bin of a distribution, as the answer's JSON gives it."""

    kind: str
    value: Value = None
    upper: Value = None

    @property
    def label(self) -> str:
        return label(SegmentKind(self.kind), self.value, self.upper)

    def to_json(self) -> dict[str, object]:
        document: dict[str, object] = {"kind": str(self.kind), "value": self.value}
        return document | ({"upper": self.upper} if self.kind in SPANS else {})


ALL = Part(SegmentKind.ALL)


def check_depth(segment: tuple[Part, ...], wanted: int) -> None:
    if len(segment) != wanted:
        raise QueryError(
            f"The segment has {len(segment)} parts, and the answer's segments have {wanted}: send one as the answer "
            "gives it.",
            place="at.segment",
        )


def label(kind: SegmentKind, value: Value, upper: Value = None) -> str:
    """How people read it."""
    match kind:
        case SegmentKind.VALUE:
            return ("true" if value else "false") if isinstance(value, bool) else str(value)
        case SegmentKind.HOUR:
            return f"{value:02}:00"
        case SegmentKind.WEEKDAY:
            return _WEEKDAYS[int(str(value)) - 1]
        case SegmentKind.COUNT:
            return _written(value) if value == upper else f"{_written(value)} – {_written(upper)}"
        case SegmentKind.RANGE:
            return _range(value, upper)
    return _LABELS[kind]


def _range(low: Value, high: Value) -> str:
    if low is None:
        return f"below {_written(high)}"
    if high is None:
        return f"{_written(low)} or more"
    return f"{_written(low)} – {_written(high)}"


def _written(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)
