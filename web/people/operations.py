"""The eight operations on a profile's properties: pure, one function each, and the reading of an update.

An update is refused as a whole (PayloadError) before anything of it is applied.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from analytics.errors import PayloadError
from analytics.events import is_refused, text_of

Properties = dict[str, Any]

MAX_UPDATE_BYTES = 1_048_576
MAX_PROPERTIES = 2000
MAX_NESTED_BYTES = 262_144
MAX_NAME = 255
MAX_TEXT = 255
SECONDS_BELOW = 1e11


@dataclass(frozen=True, slots=True)
class Update:
    """One item of a request: whose profile, and what to do with it, in the order it was written."""

    token: str
    kind: str
    distinct_id: str
    operations: tuple[tuple[str, Any], ...]
    seen: str | None  # what $last_seen becomes; None leaves it
    ip: str | None

    @property
    def deletes(self) -> bool:
        return any(name == "$delete" for name, _ in self.operations)


def read(item: bytes, now: datetime, *, groups: bool) -> Update:
    """One update by its rules."""
    if len(item) > MAX_UPDATE_BYTES:
        raise PayloadError(f"the update is larger than {MAX_UPDATE_BYTES} bytes")
    try:
        members = msgspec.json.decode(item)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise PayloadError("the update is not JSON") from None
    if not isinstance(members, dict):
        raise PayloadError("the update is not an object")
    key = "user"
    if groups:
        key = _identifier(members, "$group_key")
    distinct_id = _identifier(members, "$group_id" if groups else "$distinct_id")
    operations = tuple((name, _cleaned(name, payload)) for name, payload in members.items() if name in OPERATIONS)
    if not operations:
        raise PayloadError(f"the update has no operation: one of {', '.join(OPERATIONS)}")
    token = members.get("$token", members.get("token"))
    ip = members.get("$ip")
    return Update(
        token=token if isinstance(token, str) else "",
        kind=key,
        distinct_id=distinct_id,
        operations=operations,
        seen=None if _is_true(members.get("$ignore_time")) else _seen(members.get("$time"), now),
        ip=ip if isinstance(ip, str) else None,
    )


def apply(update: Update, properties: Properties | None, place: Properties) -> Properties | None:
    """The profile after an update; None means that there is none (any more). The given properties are not changed."""
    after = None if properties is None else dict(properties)
    for name, payload in update.operations:
        after = OPERATIONS[name]({} if after is None else after, payload)
    if after is None:
        return None
    explicit = {name for operation, payload in update.operations if operation != "$unset" for name in payload or ()}
    after |= {name: value for name, value in place.items() if name not in explicit}
    if update.seen is not None and "$last_seen" not in explicit:
        after["$last_seen"] = update.seen
    if len(after) > MAX_PROPERTIES:
        raise PayloadError(f"a profile has at most {MAX_PROPERTIES} properties")
    for name, value in after.items():
        if isinstance(value, (list, dict)) and len(msgspec.json.encode(value)) > MAX_NESTED_BYTES:
            raise PayloadError(f"'{name}' would hold more than {MAX_NESTED_BYTES} bytes", field=name)
    return after


def _set(properties: Properties, payload: Properties) -> Properties:
    return properties | payload


def _set_once(properties: Properties, payload: Properties) -> Properties:
    return payload | properties


def _add(properties: Properties, payload: Properties) -> Properties:
    for name in payload:
        if not _is_number(properties.get(name, 0)):
            raise PayloadError(f"'$add' cannot add to '{name}': it is not a number", field=f"$add.{name}")
    sums = {name: _sum(name, properties.get(name, 0), amount) for name, amount in payload.items()}
    return properties | sums


def _sum(name: str, so_far: float, amount: float) -> float:
    """A whole sum keeps its digits; one beyond what a number can hold would be no JSON."""
    try:
        added = so_far + amount
        fits = math.isfinite(added)
    except OverflowError:
        fits = False
    if not fits:
        raise PayloadError(f"'$add' makes '{name}' larger than a number can be", field=f"$add.{name}")
    return added


def _append(properties: Properties, payload: Properties) -> Properties:
    return properties | {name: [*_list(properties, name), value] for name, value in payload.items()}


def _union(properties: Properties, payload: Properties) -> Properties:
    joined = {name: list(_list(properties, name)) for name in payload}
    for name, values in payload.items():
        for value in values:
            if not any(_same(value, other) for other in joined[name]):
                joined[name].append(value)
    return properties | joined


def _remove(properties: Properties, payload: Properties) -> Properties:
    return properties | {
        name: [other for other in properties[name] if not _same(value, other)]
        for name, value in payload.items()
        if isinstance(properties.get(name), list)
    }


def _unset(properties: Properties, payload: list[str]) -> Properties:
    return {name: value for name, value in properties.items() if name not in payload}


def _delete(properties: Properties, payload: object) -> None:
    return None


OPERATIONS: dict[str, Callable[[Properties, Any], Properties | None]] = {
    "$set": _set,
    "$set_once": _set_once,
    "$add": _add,
    "$append": _append,
    "$union": _union,
    "$remove": _remove,
    "$unset": _unset,
    "$delete": _delete,
}


def _cleaned(operation: str, payload: Any) -> Any:
    """What an operation carries, in its shape and within its limits."""
    if operation == "$delete":
        return None
    if operation == "$unset":
        names = [payload] if isinstance(payload, str) else payload
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise PayloadError("'$unset' takes a list of property names", field="$unset")
        return names
    if not isinstance(payload, dict):
        raise PayloadError(f"'{operation}' takes an object", field=operation)
    for name, value in payload.items():
        place = f"{operation}.{name[:60]}"
        if not name or len(name) > MAX_NAME or "\x00" in name:
            raise PayloadError(f"'{place}' is invalid: names have 1 to {MAX_NAME} characters", field=place)
        if operation == "$add" and not _is_number(value):
            raise PayloadError(f"'{place}' is invalid: must be a number", field=place)
        if operation == "$union" and not isinstance(value, list):
            raise PayloadError(f"'{place}' is invalid: must be a list", field=place)
    return {name: _cut(value, 0) for name, value in payload.items()}


def _cut(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")[:MAX_TEXT]  # PostgreSQL's JSON cannot hold a NUL
    if depth > 8 and isinstance(value, (list, dict)):
        raise PayloadError("a property is nested too deep")
    if isinstance(value, list):
        return [_cut(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {name.replace("\x00", ""): _cut(item, depth + 1) for name, item in value.items()}
    return value


def _identifier(members: Properties, name: str) -> str:
    value = members.get(name, members.get(name.removeprefix("$")))
    if isinstance(value, (list, dict)):
        raise PayloadError(f"'{name}' is invalid: must be text or a number", field=name)
    text = text_of(value).replace("\x00", "")
    if not text or len(text) > MAX_NAME or is_refused(text):
        raise PayloadError(f"'{name}' is missing or invalid", field=name)
    return text


def _seen(value: Any, now: datetime) -> str:
    moment = now
    if _is_number(value) and value > 0:
        seconds = value if value < SECONDS_BELOW else value / 1000
        try:
            moment = min(datetime.fromtimestamp(seconds, UTC), now)
        except (OverflowError, ValueError, OSError):
            moment = now
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _list(properties: Properties, name: str) -> list[Any]:
    """The list under a name; a single value counts as a list of it."""
    if name not in properties:
        return []
    value = properties[name]
    return value if isinstance(value, list) else [value]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_true(value: object) -> bool:
    return value in (True, 1, "1", "true")


def _same(a: object, b: object) -> bool:
    """Equal as JSON: true is not 1, though Python thinks so."""
    return isinstance(a, bool) == isinstance(b, bool) and a == b
