"""What is behind a number, a page at a time: users, sessions or events, and how many there are in all."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from analytics.queries.drilldowns import Paging, cursor_text
from analytics.results.segments import Value

# The project's token is nobody's to read, and the event's time is said beside its properties.
_HIDDEN = frozenset(["token", "time"])


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user behind a number, or one of the user's sessions where sessions are counted. `value` is the user's own
    number, where the measure gives each user one."""

    user: int
    session_ms: int
    name: str
    is_named: bool  # by an id that one of these events carries, and not by a device
    events: int
    first_ms: int
    last_ms: int
    value: float | None

    @property
    def place(self) -> tuple[int, int, int]:
        return self.last_ms, self.user, self.session_ms

    def to_json(self, zone: ZoneInfo) -> dict[str, Any]:
        return {
            "user": self.name,
            "events": self.events,
            "first": _moment(self.first_ms, zone),
            "last": _moment(self.last_ms, zone),
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class EventRow:
    """`value` is what the measure reads of the event, where it reads a property."""

    event: str
    time_ms: int
    version: int
    number: int  # tells apart what came in one moment
    distinct_id: str
    value: Value
    properties: str

    @property
    def place(self) -> tuple[int, int, int]:
        return self.time_ms, self.version, self.number

    def to_json(self, zone: ZoneInfo) -> dict[str, Any]:
        return {
            "event": self.event,
            "time": _moment(self.time_ms, zone),
            "distinct_id": self.distinct_id,
            "value": self.value,
            "properties": _received(self.properties),
        }


Row: TypeAlias = UserRow | EventRow


@dataclass(frozen=True, slots=True)
class Page:
    """`count` is of all pages. `data_version` is that of the data when the reading began: an answer of the same version
    has the number that this list is behind."""

    count: int
    rows: tuple[Row, ...]
    zone: ZoneInfo
    next: str | None = None
    data_version: int = 0

    @classmethod
    def of(cls, count: int, found: list[Any], paging: Paging, zone: ZoneInfo) -> Page:
        """The rows asked for; one more was read, to know whether there is another page."""
        rows = tuple(found[: paging.limit])
        return cls(count, rows, zone, cursor_text(rows[-1].place) if len(found) > paging.limit else None)

    def at_version(self, version: int) -> Page:
        return replace(self, data_version=version)

    def to_json(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "results": [row.to_json(self.zone) for row in self.rows],
            "next": self.next,
            "data_version": self.data_version,
        }


def _moment(milliseconds: int, zone: ZoneInfo) -> str:
    moment = dt.datetime.fromtimestamp(milliseconds // 1000, dt.UTC) + dt.timedelta(milliseconds=milliseconds % 1000)
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def _received(text: str) -> dict[str, Any]:
    """The properties as they were sent, but for what JSON can spell and no answer can hold: numbers beyond a float are
    null, halves of surrogate pairs are question marks."""
    if "\\ud" in text.lower():
        text = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace").decode()
    members: dict[str, Any] = json.loads(text, parse_float=_finite, parse_constant=lambda _: None)
    return {name: value for name, value in members.items() if name not in _HIDDEN}


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
