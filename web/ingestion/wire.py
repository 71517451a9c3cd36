"""What a request says, in every encoding the SDKs speak: bytes in, JSON text and flags out. It knows no event.

docs/ingestion.md lists the encodings.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, unquote_to_bytes

from analytics.errors import PayloadError

Environ = dict[str, Any]

_PLAIN_DATA = re.compile(rb"(?:\A|&)data=(?=\s*[\[{])")
_URL_SAFE = bytes.maketrans(b"-_ ", b"+/+")
_MARK = b"\xef\xbb\xbf"
_TRUE = frozenset(["1", "true", "True"])


class TooLarge(Exception):
    """The body, or what it unpacks to, is beyond the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"request exceeds max limit of {limit} bytes")


class BadBody(Exception):
    """The body is cut short, or packed in a way we cannot unpack."""


@dataclass(slots=True)
class Request:
    """One call: its flags come from the query string and from the form, as SDKs use both."""

    environ: Environ
    flags: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, environ: Environ) -> Request:
        query = environ.get("QUERY_STRING", "")
        return cls(environ, dict(parse_qsl(query, keep_blank_values=True)) if query else {})

    def asks(self, flag: str) -> bool:
        return self.flags.get(flag, "") in _TRUE

    def header(self, name: str) -> str:
        return str(self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", ""))

    @property
    def method(self) -> str:
        return str(self.environ.get("REQUEST_METHOD", "GET"))

    @property
    def content_type(self) -> str:
        return str(self.environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()

    def address(self, proxies: int) -> str:
        """The caller's address: the one that the outermost of our own proxies saw."""
        if proxies:
            seen = [each.strip() for each in self.header("X-Forwarded-For").split(",") if each.strip()]
            if len(seen) >= proxies:
                return seen[-proxies]
        return str(self.environ.get("REMOTE_ADDR", ""))

    def basic_credentials(self) -> tuple[str, str] | None:
        """The user name and password of HTTP Basic."""
        scheme, _, encoded = self.header("Authorization").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (ValueError, UnicodeDecodeError):
            return None
        return user, password


@dataclass(frozen=True, slots=True)
class Data:
    """The JSON text a request carries; `per_line` if it is one object a line."""

    text: bytes
    per_line: bool = False


def data_of(request: Request, limit: int) -> Data:
    """The data of a request, its form's other fields added to its flags."""
    if request.method == "GET":
        return Data(_json_of(request.flags.get("data", "").encode(), unquoted=True))
    body = unpacked(body_of(request.environ, limit), request.header("Content-Encoding"), limit)
    if request.content_type in ("application/x-ndjson", "application/ndjson"):
        return Data(body, per_line=True)
    if body[:64].removeprefix(_MARK).lstrip()[:1] in (b"[", b"{"):
        return Data(body)
    return Data(_form(request, body))


def body_of(environ: Environ, limit: int) -> bytes:
    """The whole body; refused before it is read if it says that it is too large."""
    stream = environ["wsgi.input"]
    announced = environ.get("CONTENT_LENGTH")
    if not announced:
        body: bytes = stream.read(limit + 1) if environ.get("HTTP_TRANSFER_ENCODING") else b""
    else:
        try:
            length = int(announced)
        except ValueError:
            raise BadBody("Content-Length is not a number") from None
        if length > limit:
            raise TooLarge(limit)
        body = stream.read(length)
        if len(body) < length:
            raise BadBody("the body ended before its Content-Length")
    if len(body) > limit:
        raise TooLarge(limit)
    return body


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """The body as it was before gzip, never more than the limit in memory."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise BadBody(f"Content-Encoding {encoding} is not supported: send gzip or nothing")
    pieces = []
    size = 0
    while body:  # a gzip stream may have several members
        member = zlib.decompressobj(wbits=31)
        try:
            piece = member.decompress(body, limit + 1 - size)
        except zlib.error:
            raise BadBody("the body is not gzip") from None
        size += len(piece)
        if size > limit:
            raise TooLarge(limit)
        if not member.eof:
            raise BadBody("the gzip body is cut short")
        pieces.append(piece)
        body = member.unused_data
    return b"".join(pieces)


def _form(request: Request, body: bytes) -> bytes:
    """`data` of a form, and its other fields as flags. The content type is not asked: sendBeacon says text/plain."""
    plain = _PLAIN_DATA.search(body)
    if plain:  # JSON that nobody url-encoded: an & may be part of it, so it ends at its last bracket
        end = max(body.rfind(b"}"), body.rfind(b"]")) + 1
        text = body[plain.end() : end]
        if b"%22" not in text:
            _take_flags(request, body[: plain.start()] + b"&" + body[end:])
            return text
    data = b""
    others = []
    for part in body.strip().split(b"&"):
        name, _, value = part.partition(b"=")
        if name == b"data":
            data = value
        else:
            others.append(part)
    _take_flags(request, b"&".join(others))
    return _json_of(data)


def _take_flags(request: Request, fields: bytes) -> None:
    for part in fields.split(b"&"):
        name, _, value = part.partition(b"=")
        if name:
            request.flags.setdefault(unquote_plus(name.decode("latin-1")), unquote_plus(value.decode("latin-1")))


def _json_of(value: bytes, *, unquoted: bool = False) -> bytes:
    """JSON out of `data`: itself, or in base64 (url-safe or not, padded or not, with + that became spaces)."""
    text = value if unquoted else unquote_to_bytes(value.replace(b"+", b" "))
    if not text.strip():
        raise PayloadError("data, missing or empty", field="data")
    if text.lstrip()[:1] in (b"[", b"{"):
        return text
    digits = b"".join(text.translate(_URL_SAFE, b"\r\n\t=").split())
    try:
        return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4), strict_mode=True)
    except binascii.Error:
        raise PayloadError("data is neither JSON nor base64", field="data") from None
