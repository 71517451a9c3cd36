"""How long somebody may take: so much time from the first step on, or until the session ends.

A day is 24 hours, a week 7 days and a month 30 days, whatever the calendar says, so that everybody has equally long.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analytics.errors import QueryError

LONGEST_DAYS = 366


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
    WindowUnit.DAY: 86_400,
    WindowUnit.WEEK: 7 * 86_400,
    WindowUnit.MONTH: 30 * 86_400,
}


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """What happens exactly when the time is up is still in it."""

    count: int = 7
    unit: WindowUnit = WindowUnit.DAY

    def __post_init__(self) -> None:
        if not 0 < self.count * _SECONDS[self.unit] <= LONGEST_DAYS * 86_400:
            raise QueryError(
                f"The window is 1 second to {LONGEST_DAYS} days long, not {self.count} {self.unit}s.", place="count"
            )

    @property
    def length(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.count * _SECONDS[self.unit])


@dataclass(frozen=True, slots=True)
class SessionWindow:
    """Until the session that it began in is over: after the project's idle time, or at midnight."""


ConversionWindow: TypeAlias = TimeWindow | SessionWindow
