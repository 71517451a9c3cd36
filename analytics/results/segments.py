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


class SegmentKind(StrEnum):
    """In the order in which equally large segments are shown."""

    ALL = "all"  # every event, whatever its value: the row that segments are compared with
    EMPTY = "empty"  # the empty text, or a list without items
    VALUE = "value"
    NOT_SET = "not_set"
    OTHER = "other"  # what the limit left over, counted anew from its own events and users


_LABELS = {
    SegmentKind.ALL: "All",
    SegmentKind.EMPTY: "(empty)",
    SegmentKind.NOT_SET: "(not set)",
    SegmentKind.OTHER: "(other)",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """`value` is None for every kind but VALUE."""

    kind: SegmentKind
    value: Value = None

    @property
    def label(self) -> str:
        if self.kind is not SegmentKind.VALUE:
            return _LABELS[self.kind]
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value)

    @property
    def order(self) -> tuple[int, int, float, str]:
        """The order of equally large segments: by kind, then numbers by size and texts by letter."""
        kind = list(SegmentKind).index(self.kind)
        if isinstance(self.value, int | float):
            return kind, 0, self.value, ""
        return kind, 1, 0, self.value or ""

    def to_json(self) -> dict[str, object]:
        return {"kind": str(self.kind), "value": self.value}

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> Segment:
        return cls(SegmentKind(str(fields["kind"])), fields["value"])  # type: ignore[arg-type]


def number_value(text: str) -> Value:
    """A number as people write it: 5, not 5.0. A whole one past 2^53 stays text, since readers of JSON would round
    it."""
    if _WHOLE.fullmatch(text):
        return int(text) if abs(int(text)) <= 2**53 else text
    number = float(text)
    return number if math.isfinite(number) else text
