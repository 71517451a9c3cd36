"""How large an event's properties may be, checked on the bytes the sender wrote.

Almost every event is far from every limit, and a few searches in its bytes prove it. Only the others are walked, member
by member, and even they keep the spelling of each value that is not cut (numbers of forty digits included).
"""

from __future__ import annotations

import msgspec

from analytics.errors import PayloadError

MAX_PROPERTIES = 254  # "fewer than 255", also for the members of an object and the items of a list
MAX_NAME = 255
MAX_TEXT = 255  # characters; longer text is cut
MAX_NESTED_BYTES = 8192  # a list or an object with all it holds
MAX_OBJECTS_DEEP = 3
MAX_CONTAINERS_DEEP = 8

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])
_text = msgspec.json.Decoder(str)


def bounded(raw: bytes) -> bytes:
    """The properties within their limits: the same bytes, or with long text cut; PayloadError if cutting would lie."""
    return raw if _surely_within(raw) else _walked(raw)


def without(raw: bytes, token: str | None, *, ip: bool) -> bytes:
    """The properties without the token (and the address): neither may be seen by those who ask questions later."""
    if token is not None and not ip:
        cut = _without_token(raw, token)
        if cut is not None:
            return cut
    members = members_of(raw)
    kept = [(name, value) for name, value in members.items() if name not in ("token", "ip")]
    return b"{" + b",".join(_member(name, bytes(value)) for name, value in kept) + b"}"


def _without_token(raw: bytes, token: str) -> bytes | None:
    """The quick way, for a token that is written once, in the outermost object, as SDKs do; None if it is not so."""
    start = raw.find(b'"token"')
    inner = raw.find(b"{", 1)
    if start < 0 or raw.find(b'"token"', start + 1) >= 0 or -1 < inner < start or b"\\" in raw:
        return None
    for spelling in (b'"token":"%b"', b'"token": "%b"'):
        member = spelling % token.encode()
        if raw.startswith(member, start):
            before, after = raw[:start].rstrip(), raw[start + len(member) :].lstrip()
            if after.startswith(b","):
                return before + after[1:].lstrip()
            return before.removesuffix(b",") + after
    return None


def _surely_within(raw: bytes) -> bool:
    size = len(raw)
    if b"\\" in raw or _has_long_run(raw, size):
        return False
    opened = raw.count(b"{") + raw.count(b"[")
    if opened > 1 + MAX_OBJECTS_DEEP or (opened > 1 and size > MAX_NESTED_BYTES):
        return False
    # 255 members take five bytes each at the least, 255 items two.
    if size > 5 * MAX_PROPERTIES and raw.count(b":") > MAX_PROPERTIES:
        return False
    return not (opened > 1 and size > 2 * MAX_PROPERTIES and raw.count(b",") >= MAX_PROPERTIES)


def _has_long_run(raw: bytes, size: int) -> bool:
    """Whether 256 bytes in a row hold no quote, as in a text that is too long. Leaps from quote to quote."""
    position = 0
    while position + MAX_TEXT + 1 < size:
        # One byte more would let a window reach from a long text's first character to its closing quote.
        quote = raw.rfind(b'"', position, position + MAX_TEXT + 1)
        if quote < 0:
            return True
        position = quote + 1
    return False


def _walked(raw: bytes) -> bytes:
    members = members_of(raw)
    _count(len(members), "properties")
    written = []
    changed = False
    for name, value in members.items():
        place = f"properties.{name[:60]}"
        if len(name) > MAX_NAME:
            raise PayloadError(f"'{place}…' is invalid: names have at most {MAX_NAME} characters", field=place)
        before = bytes(value)
        if before[:1] in b"{[" and len(before) > MAX_NESTED_BYTES:
            raise PayloadError(
                f"'{place}' is invalid: lists and objects have at most {MAX_NESTED_BYTES} bytes", field=place
            )
        after = _value(before, place, 0, 0)
        changed = changed or after is not before
        written.append(_member(name, after))
    return b"{" + b",".join(written) + b"}" if changed else raw


def _value(raw: bytes, place: str, objects: int, containers: int) -> bytes:
    """One value within its limits: the very same bytes where nothing had to be cut."""
    first = raw[:1]
    if first == b'"':
        return _cut(raw, place)
    if first not in (b"{", b"["):
        return raw
    objects += first == b"{"
    containers += 1
    if objects > MAX_OBJECTS_DEEP or containers > MAX_CONTAINERS_DEEP:
        raise PayloadError(f"'{place}' is invalid: objects may be nested {MAX_OBJECTS_DEEP} deep", field=place)
    if first == b"[":
        items = [bytes(item) for item in _items.decode(raw)]
        _count(len(items), place)
        cut = [_value(item, place, objects, containers) for item in items]
        return raw if all(a is b for a, b in zip(items, cut, strict=True)) else b"[" + b",".join(cut) + b"]"
    members = {name: bytes(value) for name, value in members_of(raw, place).items()}
    _count(len(members), place)
    inner = {name: _value(value, place, objects, containers) for name, value in members.items()}
    if all(inner[name] is value for name, value in members.items()):
        return raw
    return b"{" + b",".join(_member(name, value) for name, value in inner.items()) + b"}"


def _cut(raw: bytes, place: str) -> bytes:
    try:
        text = _text.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise PayloadError(f"'{place}' is invalid: string should be valid utf8", field=place) from None
    return raw if len(text) <= MAX_TEXT else msgspec.json.encode(text[:MAX_TEXT])


def members_of(raw: bytes, place: str = "properties") -> dict[str, msgspec.Raw]:
    try:
        return _members.decode(raw)
    except msgspec.ValidationError:
        raise PayloadError(f"'{place}' is invalid: must be an object", field=place) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PayloadError(f"'{place}' is invalid: not JSON that anybody can read ({error})", field=place) from None


def _count(members: int, place: str) -> None:
    if members > MAX_PROPERTIES:
        raise PayloadError(f"'{place}' is invalid: must have fewer than {MAX_PROPERTIES + 1} members", field=place)


def _member(name: str, value: bytes) -> bytes:
    return msgspec.json.encode(name) + b":" + value
