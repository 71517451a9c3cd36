"""What the statements of a funnel bring, before it is an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analytics.results.segments import Segment

# Seconds: bins of durations that people have a word for.
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
TIME_EDGES = (
    *(0, 1, 2, 5, 10, 20, 30),
    *(each * _MINUTE for each in (1, 2, 5, 10, 20, 30)),
    *(each * _HOUR for each in (1, 2, 3, 6, 12)),
    *(each * _DAY for each in (1, 2, 3, 5, 7, 14, 21, 30, 60, 90, 180, 366)),
)
# Times that something was done, once at least.
COUNT_EDGES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 51, 101, 201, 501, 1001)

# count, average, the four quantiles, least, greatest, and how many are in the bins that begin at these edges
SpreadRow: TypeAlias = tuple[int, float, Sequence[float], int, int, tuple[Sequence[int], Sequence[int]]]


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """The numbers of a segment, of the range or of one bucket. Arrays end with the last step that anybody reached;
    those of times begin with the second step. Times are milliseconds. `key` is the segment's own, if it is shown."""

    segment: tuple[Segment, ...]
    bucket: dt.datetime | None
    counts: Sequence[int]
    average_from_previous: Sequence[float]
    median_from_previous: Sequence[float]
    average_from_first: Sequence[float]
    median_from_first: Sequence[float]
    spread: SpreadRow | None
    key: str | None = None
    is_shown: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class PathRow:
    """`several` are all attempts of the segment that did anything in between."""

    segment: tuple[Segment, ...]
    events: tuple[str, ...]
    count: int
    several: int
