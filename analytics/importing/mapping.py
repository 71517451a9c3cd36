"""Which column is the event's name, its time, its user; what is left are its properties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import msgspec

from analytics.errors import PayloadError
from analytics.importing.rows import Row, Value, is_number

# In order of preference; compared without case.
NAMES = {
    "event": ("event", "event_name", "eventname", "event_type", "action", "name"),
    "time": (
        "time",
        "timestamp",
        "event_time",
        "event_timestamp",
        "datetime",
        "occurred_at",
        "created_at",
        "ts",
        "date",
    ),
    "user": ("distinct_id", "$user_id", "user_id", "userid", "user", "uid", "customer_id", "visitor_id", "client_id"),
    "device": ("$device_id", "device_id", "anonymous_id"),
    "insert_id": ("$insert_id", "insert_id", "event_id", "message_id", "messageid", "uuid"),
}
SECONDS_BELOW = 1e11  # 1e11 s is the year 5138, 1e11 ms is 1973


@dataclass(frozen=True)
class Mapping:
    """The columns that are more than properties, and how times are written."""

    event: str
    time: str
    user: str
    device: str = ""
    insert_id: str = ""
    event_name: str = ""  # the same event for every row, where no column names it
    time_format: str = ""  # as strptime writes it; "" for ISO 8601 and epoch seconds or milliseconds
    zone: str = "UTC"  # of times that do not name theirs

    def sentences(self) -> list[str]:
        """How the file is understood, for a person to check."""
        event = f"event: always “{self.event_name}”" if self.event_name else f"event: column {self.event}"
        written = f"written as {self.time_format}" if self.time_format else "ISO 8601 or epoch seconds or milliseconds"
        found = [event, f"time: column {self.time} ({written}, in {self.zone} where no zone is named)"]
        found.append(f"user: column {self.user}")
        found += [f"device: column {self.device}"] if self.device else []
        ids = f"column {self.insert_id}" if self.insert_id else "made of the file's content and the line"
        return [*found, f"$insert_id: {ids}"]


def guess(columns: Sequence[str], given: dict[str, str]) -> Mapping:
    """A mapping from what was given and, for the rest, from the columns' names. PayloadError names what is missing."""
    found = dict(given)
    by_name = {column.lower(): column for column in reversed(columns)}
    taken = {column for column in given.values() if column in columns}
    for part, names in NAMES.items():
        if found.get(part):
            if found[part] not in columns:
                raise PayloadError(f"there is no column {found[part]} ({part}); there are: {_listed(columns)}")
            continue
        fitting = (by_name[name] for name in names if name in by_name and by_name[name] not in taken)
        found[part] = "" if part == "event" and given.get("event_name") else next(fitting, "")
        taken.add(found[part])
    for part in ("event", "time", "user"):
        if not found[part] and not (part == "event" and given.get("event_name")):
            raise PayloadError(f"which column is the {part}? Say --{part}-column NAME; there are: {_listed(columns)}")
    return Mapping(**{"event": "", **{name: value for name, value in found.items() if value}})


class Reading:
    """Rows → events, by one mapping. `seed` is what the made-up insert ids start with."""

    def __init__(self, mapping: Mapping, seed: str) -> None:
        self.mapping = mapping
        self.seed = seed
        self.zone: tzinfo = ZoneInfo(mapping.zone)
        used = (mapping.event, mapping.time, mapping.user, mapping.device, mapping.insert_id)
        self.used = frozenset(name for name in used if name)

    def event(self, row: Row) -> tuple[str, bytes]:
        """The event's name and its properties as JSON; PayloadError says what is wrong with the row."""
        if row.fault:
            raise PayloadError(row.fault)
        mapping = self.mapping
        name = mapping.event_name or _text(row.values.get(mapping.event))
        if not name:
            raise PayloadError(f"no event in column {mapping.event}", field=mapping.event)
        properties = {key: value for key, value in row.values.items() if key not in self.used}
        properties["time"] = self.time_ms(row.values.get(mapping.time))
        properties["$insert_id"] = _text(row.values.get(mapping.insert_id)) or f"{self.seed}-{row.line}"
        self._identify(row, properties)
        return name, msgspec.json.encode(properties)

    def _identify(self, row: Row, properties: dict[str, Value]) -> None:
        user = _text(row.values.get(self.mapping.user))
        device = _text(row.values.get(self.mapping.device)) if self.mapping.device else ""
        if not user and not device:
            raise PayloadError(f"no user in column {self.mapping.user}", field=self.mapping.user)
        properties["distinct_id"] = user or f"$device:{device}"
        if device:
            properties["$device_id"] = device
            # A distinct_id may be a device's own; any other name says that somebody was logged in.
            if user and self.mapping.user.lower() != "distinct_id":
                properties["$user_id"] = user

    def time_ms(self, value: Value) -> int:
        """UTC milliseconds of a time as the file writes it."""
        text = _text(value)
        if not text:
            raise PayloadError(f"no time in column {self.mapping.time}", field=self.mapping.time)
        try:
            if self.mapping.time_format:
                moment = datetime.strptime(text, self.mapping.time_format)  # noqa: DTZ007 - the zone comes below
            elif is_number(text):
                number = float(text)
                return round(number * 1000) if abs(number) < SECONDS_BELOW else int(number)
            else:
                moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            return round(moment.timestamp() * 1000)
        except (ValueError, OverflowError):
            raise PayloadError(f"“{text[:60]}” in column {self.mapping.time} is not a time", field="time") from None


def _text(value: Value) -> str:
    """A cell as text: what JSON wrote as text, number or boolean; lists, objects and null are none."""
    if isinstance(value, msgspec.Raw):
        raw = bytes(value)
        if raw[:1] in (b"{", b"[") or raw == b"null":
            return ""
        return msgspec.json.decode(raw, type=str).strip() if raw[:1] == b'"' else raw.decode()
    return "" if value is None else str(value).strip()


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(columns[:40])
    return f"{shown} and {len(columns) - 40} more" if len(columns) > 40 else shown
