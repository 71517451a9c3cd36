"""Everything around a question that changes its answer: the project, its calendar, the clock and how long data is kept.

Whoever asks makes the scope, so that no room below reads a clock or a setting.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from analytics.errors import QueryError
from analytics.queries.zones import check_zone, zone_named


@dataclass(frozen=True, slots=True)
class Merged:
    """Devices and, in the same order, the users they belong to, as far as rows do not say so already."""

    devices: tuple[int, ...] = ()
    users: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ToLookUp:
    """Merges that the statement looks up itself: those pending since that moment, where they are too many to name; or
    all of them, by the ids that events came with, where rows cannot be trusted. Which of the two was seen before."""

    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """`week_start` is 1 for Monday to 7 for Sunday. Without `retention_days` everything is kept. A session ends after
    `session_minutes` without an event.

    `merged` are the merges that an answer has to resolve. Whoever knows nothing of them has all looked up, which is
    right whatever was settled, and slower.

    Only a comparison sets the last two (comparisons.py): `now` is then an earlier moment, `present` the real one, and
    nothing from `until` on is read.
    """

    project_id: int
    zone: str
    week_start: int
    now: dt.datetime
    retention_days: int | None = None
    session_minutes: int = 30
    merged: Merged | ToLookUp = ToLookUp()
    present: dt.datetime | None = None
    until: dt.datetime | None = None

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if not 0 < self.project_id < 2**32:
            raise QueryError(f"{self.project_id} is not a project.", place="scope.project_id")
        if not 1 <= self.week_start <= 7:
            raise QueryError(
                f"The week starts on day 1 (Monday) to 7 (Sunday), not {self.week_start}.", place="scope.week_start"
            )
        if self.now.tzinfo is None:
            raise QueryError("The clock has no time zone.", place="scope.now")
        if self.retention_days is not None and self.retention_days < 1:
            raise QueryError(
                f"Data is kept for at least one day, not {self.retention_days}.", place="scope.retention_days"
            )
        if not 1 <= self.session_minutes <= 1440:
            raise QueryError(
                f"A session ends after 1 to 1,440 idle minutes, not {self.session_minutes}.",
                place="scope.session_minutes",
            )

    @property
    def tzinfo(self) -> ZoneInfo:
        return zone_named(self.zone)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.tzinfo).date()

    @property
    def present_day(self) -> dt.date:
        """Today by the real clock, which decides what is still kept."""
        return (self.present or self.now).astimezone(self.tzinfo).date()


@dataclass(frozen=True, slots=True)
class Zoned:
    """A question that may name the zone in which it is answered; without one it is the project's.

    Whoever takes a question together with a scope begins with `query.scope_of(scope)`. To do so twice changes nothing.
    """

    zone: str | None = field(default=None, kw_only=True)

    def scope_of(self, scope: Scope) -> Scope:
        """The scope in which the question is answered."""
        return scope if self.zone is None else replace(scope, zone=self.zone)

    def check_zone(self) -> None:
        if self.zone is not None:
            check_zone(self.zone, "zone")
