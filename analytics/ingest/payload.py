"""Payload text → items: one object, an array, or one object per line, each item's fault its own.

The quick way decodes the whole payload at once. When that fails, the payload is taken apart by its brackets, so that
one broken item (NaN, half a surrogate pair, a tower of brackets) does not take its neighbours with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from analytics.errors import PayloadError
from analytics.events import Line

_lines = msgspec.json.Decoder(list[Line])
_raws = msgspec.json.Decoder(list[msgspec.Raw])
_line = msgspec.json.Decoder(Line)
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_HALVES_IN_UTF8 = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_OPEN = (b"[", b"{")
_CLOSE = (b"]", b"}")


@dataclass(frozen=True, slots=True)
class Payload:
    """What a request carries. `lines` if every item has the shape of an event; `items` otherwise."""

    single: bool  # one bare object, which is answered for itself
    lines: list[Line] | None = None
    items: list[bytes] | None = None

    def __len__(self) -> int:
        return len(self.lines if self.lines is not None else self.items or ())

    def item(self, index: int) -> bytes:
        """The text of one item, for the record of why it was refused."""
        if self.items is not None:
            return self.items[index]
        assert self.lines is not None
        return msgspec.json.encode(self.lines[index])


def events(text: bytes, *, per_line: bool = False, mend: bool = True) -> Payload:
    """The events of a request. PayloadError only if there is nothing like JSON in it.

    `mend` puts U+FFFD where text is no text: browsers' SDKs cut at 255 units and so halve an emoji now and then.
    """
    text, single = _as_array(mended(text) if mend else text, per_line=per_line)
    if _is_utf8(text):
        try:
            return Payload(single, lines=_lines.decode(text))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
    return Payload(single, items=_items(text))


def objects(text: bytes) -> Payload:
    """The profile updates of a request, unread."""
    text, single = _as_array(mended(text), per_line=False)
    return Payload(single, items=_items(text))


def line(item: bytes) -> Line:
    """One item on its own; PayloadError says what is wrong with it."""
    text = mended(item)
    if text != item:
        raise _no_text(text)
    try:
        return _line.decode(item)
    except msgspec.ValidationError:
        raise _misshapen(item) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PayloadError(f"the item is not JSON: {_plain(error)}") from None


def mended(text: bytes) -> bytes:
    """The text with U+FFFD for bytes that are not UTF-8 and for halves of surrogate pairs."""
    if not _is_utf8(text):
        # The browser's SDK encodes the two halves of an emoji each on its own before it makes base64 of them.
        text = _HALVES_IN_UTF8.sub(_one_character, text).decode(errors="replace").encode()
    if b"\\" in text and (b"\\ud" in text or b"\\uD" in text):
        text = _ESCAPES.sub(_whole_pair, text)
    return text


def _one_character(halves: re.Match[bytes]) -> bytes:
    units = halves.group().decode("utf-8", "surrogatepass")
    return units.encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _whole_pair(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape.group("half") else escape.group()


def _as_array(text: bytes, *, per_line: bool) -> tuple[bytes, bool]:
    text = text.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise PayloadError("data, missing or empty", field="data")
    if per_line:
        return b"[" + b",".join(each for each in text.splitlines() if each.strip()) + b"]", False
    if text[:1] == b"[":
        return text, False
    if text[:1] == b"{":
        return b"[" + text + b"]", True
    raise PayloadError("data is neither a JSON object nor a JSON array", field="data")


def _items(text: bytes) -> list[bytes]:
    try:
        return [bytes(raw) for raw in _raws.decode(text)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _taken_apart(text)


def _taken_apart(array: bytes) -> list[bytes]:
    """The items of an array that no parser takes, found by counting brackets outside of strings."""
    depth = 0
    start = 1
    items: list[bytes] = []
    for token in _TOKENS.finditer(array):
        sign = token.group()
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth -= 1
            if depth == 0:
                items.append(array[start : token.start()].strip())
                if array[token.end() :].strip():
                    break
                return [item for item in items if item]
        elif sign == b"," and depth == 1:
            items.append(array[start : token.start()].strip())
            start = token.end()
    raise PayloadError("data is not JSON: it ends before its last bracket, or goes on after it", field="data")


def _misshapen(item: bytes) -> PayloadError:
    try:
        members = msgspec.json.decode(item, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        return PayloadError("the item is not an object")
    name = bytes(members.get("event", b"null"))
    if name == b"null":
        return PayloadError("'event' must not be missing or blank", field="event")
    if name[:1] != b'"':
        return PayloadError("'event' is invalid: must be text", field="event")
    return PayloadError("'properties' is invalid: must be an object", field="properties")


def _no_text(text: bytes) -> PayloadError:
    """Names the first property that had to be mended."""
    place = "event"
    try:
        members = msgspec.json.decode(_line.decode(text).properties, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError):
        members = {}
    for name, value in members.items():
        if any(sign in name.encode() + bytes(value) for sign in (b"\\ufffd", "\ufffd".encode())):
            place = f"properties.{name[:60]}"
            break
    return PayloadError(f"'{place}' is invalid: string should be valid utf8", field=place)


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _plain(error: BaseException) -> str:
    return str(error).removeprefix("JSON is malformed: ")
