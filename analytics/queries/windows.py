"""How far apart in time the events of one user may be and still belong together: some time, or within one session.

A day is 24 hours, a week 7 days and a month 30 days here, whatever the calendar says: a window is a length, and begins
anew for each user.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError

LONGEST_WINDOW_DAYS = 366
_SECONDS_PER_DAY = 86_400


class WindowUnit(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_SECONDS = {
    WindowUnit.SECOND: 1,
    WindowUnit.MINUTE: 60,
    WindowUnit.HOUR: 3600,
    WindowUnit.DAY: _SECONDS_PER_DAY,
    WindowUnit.WEEK: 7 * _SECONDS_PER_DAY,
    WindowUnit.MONTH: 30 * _SECONDS_PER_DAY,
}


@dataclass(frozen=True, slots=True)
class TimeWindow:
    count: int
    unit: WindowUnit

    def __post_init__(self) -> None:
        if self.count < 1:
            raise QueryError(f"A window of {self.count} {self.unit}s is none: the count starts at 1.", place="count")
        if self.seconds > LONGEST_WINDOW_DAYS * _SECONDS_PER_DAY:
            raise QueryError(f"A window is at most {LONGEST_WINDOW_DAYS} days long.", place="count")

    @property
    def seconds(self) -> int:
        return self.count * _SECONDS[self.unit]


@dataclass(frozen=True, slots=True)
class SessionWindow:
    """Within one session of the user."""


ConversionWindow: TypeAlias = TimeWindow | SessionWindow
