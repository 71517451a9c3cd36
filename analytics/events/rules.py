"""One event's rules: what it must be, what is refused, and how its identity, time and properties are read.

Pure: it knows nothing of HTTP, files or ClickHouse. The caller gives the moment and the rules; it gets a row or a
PayloadError that names the field. Properties stay the bytes the sender wrote, except where a rule demands otherwise.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from analytics.errors import PayloadError
from analytics.events.batches import Row
from analytics.events.bounds import bounded, members_of, without

MAX_NAME = 255
MAX_EVENT_BYTES = 1_048_576
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
OLDEST_MS = 31_536_000_000  # 1971-01-01: anything before is a broken clock
SECONDS_BELOW = 1e11  # 1e11 s is the year 5138 and 1e11 ms is 1973, so a number's size tells its unit
MILLISECONDS_BELOW = 1e14  # beyond, somebody sends micro- or nanoseconds

# Values that mean "nobody": a thousand visitors called "null" are not one person.
REFUSED_IDS = frozenset(
    ["00000000-0000-0000-0000-000000000000", "anon", "anonymous", "nil", "none", "null", "n/a", "na", "undefined"]
    + ["unknown", "<nil>", "0", "-1", "true", "false", "[]", "{}"]
)
INSERT_ID = re.compile(r"[A-Za-z0-9-]{1,36}")

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What one way in demands. `strict` refuses what the other ways mend."""

    name: str
    strict: bool = False
    stamps_time: bool = False  # a missing time is the moment of arrival
    max_age_ms: int | None = None


TRACK = Rules("track", stamps_time=True, max_age_ms=5 * DAY_MS)
IMPORT = Rules("import")
STRICT_IMPORT = Rules("strict import", strict=True)


@dataclass(frozen=True, slots=True)
class Moment:
    """When and whence a request came, as far as an event's rules need it."""

    now_ms: int
    stranger: str = ""  # the distinct_id of an event that names nobody (from the address, if the sender asked for that)
    geo: bytes = b""  # JSON members without braces, like b'"$city":"Berlin"'
    geo_names: tuple[bytes, ...] = ()  # the quoted names in `geo`
    locate: Callable[[str], tuple[bytes, tuple[bytes, ...]]] | None = None  # both, for the address an event carries


class Line(msgspec.Struct, gc=False):
    """An event as sent; its properties stay unread."""

    event: str
    properties: msgspec.Raw


class Known(
    msgspec.Struct,
    gc=False,
    rename={"insert_id": "$insert_id", "user_id": "$user_id", "device_id": "$device_id", "ignore": "$ignore"},
):
    """The reserved properties that decide what an event is."""

    token: Scalar = None
    time: int | float | str | None = None
    distinct_id: Scalar = None
    insert_id: Scalar = None
    user_id: Scalar = None
    device_id: Scalar = None
    ip: Scalar = None
    ignore: Scalar = None


_known = msgspec.json.Decoder(Known)


def known_of(raw: bytes) -> Known:
    """The reserved properties. A list or object where a scalar belongs is an error that names the property."""
    try:
        return _known.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    members = members_of(raw)
    return Known(**{name: _scalar(alias, members.get(alias)) for name, alias in _RESERVED.items()})


_RESERVED = {each.name: each.encode_name for each in msgspec.structs.fields(Known)}


def _scalar(name: str, raw: msgspec.Raw | None) -> Scalar:
    if raw is None:
        return None
    value = msgspec.json.decode(raw)
    if name == "$ignore":
        return bool(value)
    if isinstance(value, (list, dict)):
        if name == "ip":
            return None
        raise PayloadError(f"'properties.{name}' is invalid: must be text or a number", field=f"properties.{name}")
    if name == "time" and isinstance(value, bool):
        raise _bad_time("must be specified as seconds since epoch")
    return value  # type: ignore[no-any-return]


def row(event: str, raw: bytes, known: Known, rules: Rules, moment: Moment) -> Row:
    """One event by its rules: the row to store, or a PayloadError."""
    if not event or event.isspace():
        raise PayloadError("'event' must not be missing or blank", field="event")
    if len(event) > MAX_NAME:
        raise PayloadError(f"'event' is invalid: must be at most {MAX_NAME} characters", field="event")
    if len(raw) >= MAX_EVENT_BYTES:
        raise PayloadError(f"'properties' is invalid: must be smaller than {MAX_EVENT_BYTES} bytes", field="properties")
    time_ms = _time(known.time, rules, moment)
    user_id = _identity(known.user_id)
    device_id = _identity(known.device_id)
    distinct_id = _distinct_id(known.distinct_id, user_id, device_id, rules, moment)
    insert_id = _insert_id(known.insert_id, rules)
    if known.token is not None or known.ip is not None:
        raw = without(raw, known.token if isinstance(known.token, str) else None, ip=known.ip is not None)
    raw = bounded(raw)
    if moment.geo or (known.ip is not None and moment.locate):
        raw = _located(raw, known.ip, moment)
    return Row(event, distinct_id, insert_id, time_ms, user_id, device_id, raw)


def text_of(value: Scalar) -> str:
    """A scalar as an id: 17 and 17.0 are "17", as JavaScript writes them; true is "true"."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)


def is_refused(identifier: str) -> bool:
    return identifier.strip().lower() in REFUSED_IDS


def _distinct_id(value: Scalar, user_id: str, device_id: str, rules: Rules, moment: Moment) -> str:
    if value is None:
        found = user_id or (f"$device:{device_id}" if device_id else "")
        if not found and rules.strict:
            raise PayloadError(
                "'properties.distinct_id' is invalid: must not be missing", field="properties.distinct_id"
            )
        return found or moment.stranger
    text = text_of(value)
    if is_refused(text):
        raise PayloadError(
            f"'properties.distinct_id' is invalid: '{text}' names nobody in particular", field="properties.distinct_id"
        )
    if len(text) > MAX_NAME:
        raise PayloadError(
            f"'properties.distinct_id' is invalid: must be at most {MAX_NAME} characters",
            field="properties.distinct_id",
        )
    return text


def _identity(value: Scalar) -> str:
    """`$user_id` or `$device_id`; a value that names nobody must never merge two people, so it counts as not sent."""
    if value is None:
        return ""
    text = text_of(value)
    return "" if len(text) > MAX_NAME or is_refused(text) else text


def _insert_id(value: Scalar, rules: Rules) -> str:
    text = text_of(value)
    if text and INSERT_ID.fullmatch(text) and text.lower() not in REFUSED_IDS:
        return text
    if rules.strict:
        fault = "must not be missing" if value is None else "must be 1 to 36 characters of A-Z, a-z, 0-9 and -"
        raise PayloadError(f"'properties.$insert_id' is invalid: {fault}", field="properties.$insert_id")
    if not text or is_refused(text):
        return os.urandom(16).hex()  # never the same as another: such an event is never taken for a duplicate
    if len(text) > MAX_NAME:
        raise PayloadError(
            f"'properties.$insert_id' is invalid: must be at most {MAX_NAME} characters", field="properties.$insert_id"
        )
    return text


def _time(value: int | float | str | None, rules: Rules, moment: Moment) -> int:
    if value is None:
        if rules.stamps_time:
            return moment.now_ms
        raise _bad_time("must not be missing")
    if isinstance(value, str):
        value = _time_from_text(value, rules)
    if not -MILLISECONDS_BELOW < value < MILLISECONDS_BELOW:
        raise _bad_time("must be specified as seconds or milliseconds since epoch")
    time_ms = round(value * 1000) if -SECONDS_BELOW < value < SECONDS_BELOW else int(value)
    if time_ms > moment.now_ms + HOUR_MS:
        if rules.strict:
            raise _bad_time("must not be in the future")
        return moment.now_ms
    if time_ms < OLDEST_MS:
        raise _bad_time("must not be before 1971-01-01")
    if rules.max_age_ms is not None and time_ms < moment.now_ms - rules.max_age_ms:
        days = rules.max_age_ms // DAY_MS
        raise PayloadError(
            f"'properties.time' is older than {days} days: send old events to /import",
            field="properties.time",
            code="too_old",
        )
    return time_ms


def _time_from_text(text: str, rules: Rules) -> float:
    """Python's SDK sends a datetime as ISO 8601; without a zone it is UTC. Strict import refuses text."""
    if not rules.strict:
        try:
            return float(text) if text.replace(".", "", 1).isdecimal() else _iso(text).timestamp()
        except (ValueError, OverflowError):
            pass
    raise _bad_time("must be specified as seconds since epoch")


def _iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bad_time(fault: str) -> PayloadError:
    return PayloadError(f"'properties.time' is invalid: {fault}", field="properties.time")


def _located(raw: bytes, ip: Scalar, moment: Moment) -> bytes:
    """Add where the event came from (the address it carries, or else the request's), unless the sender said it."""
    geo, names = moment.geo, moment.geo_names
    if isinstance(ip, str) and moment.locate:
        geo, names = moment.locate(ip)
    if not geo or any(name in raw for name in names):
        return raw
    inside = raw[1:-1].strip()
    return b"{" + inside + (b"," if inside else b"") + geo + b"}"
