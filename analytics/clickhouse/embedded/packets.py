"""The packets of ClickHouse's native protocol, as the server sees them (revision 54460).

54459 is the first revision that carries typed query parameters; 54460 adds the elapsed time to progress. Later ones ask
for things that we do not have (password rules, secrets between servers, time zone updates), so they are not announced.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from clickhouse_driver.protocol import ClientPacketTypes as Client
from clickhouse_driver.protocol import ServerPacketTypes as Server
from clickhouse_driver.settings.writer import SettingsFlags

from analytics.clickhouse.embedded.wire import Source, int32, text, varint

REVISION = 54460
HELLO_LIMIT = 4096  # bytes of a name or password from somebody who may be anybody
OLDEST_REVISION = 54459  # without it a client cannot send parameters, and blocks look different

__all__ = ["Client", "Hello", "Progress", "Query", "Server", "Setting"]

# The name of a client that reads rows by their places, and asks no answer for the names and types of its columns.
ROWS_ALONE = "Footfall"


@dataclass(frozen=True)
class Hello:
    client: str
    revision: int
    database: str
    user: str
    password: str

    @classmethod
    def read(cls, source: Source) -> Hello:
        name = source.text(HELLO_LIMIT)
        _major, _minor, revision = source.varint(), source.varint(), source.varint()
        return cls(name, revision, source.text(HELLO_LIMIT), source.text(HELLO_LIMIT), source.text(HELLO_LIMIT))

    @staticmethod
    def answer(version: tuple[int, int, int], zone: str) -> bytes:
        major, minor, patch = version
        name = text("ClickHouse (Footfall embedded)")
        numbers = varint(major) + varint(minor) + varint(REVISION)
        return varint(Server.HELLO) + name + numbers + text(zone) + text("embedded") + varint(patch)


@dataclass(frozen=True)
class Setting:
    name: str
    value: str
    important: bool


@dataclass(frozen=True)
class Query:
    id: str
    sql: str
    compressed: bool
    settings: tuple[Setting, ...] = ()
    params: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, source: Source) -> Query:
        id = source.text()
        _skip_client_info(source)
        settings = _settings(source)
        source.text()  # the secret between servers
        source.varint()  # the stage: always the whole query
        compressed = bool(source.varint())
        sql = source.text()
        return cls(id, sql, compressed, settings, {param.name: unquote(param.value) for param in _settings(source)})


@dataclass(frozen=True)
class Progress:
    """What grew since the last packet; only `elapsed_ns` too is an increment."""

    read_rows: int = 0
    read_bytes: int = 0
    total_rows: int = 0
    written_rows: int = 0
    written_bytes: int = 0
    elapsed_ns: int = 0

    def packet(self) -> bytes:
        read = varint(self.read_rows) + varint(self.read_bytes) + varint(self.total_rows)
        written = varint(self.written_rows) + varint(self.written_bytes)
        return varint(Server.PROGRESS) + read + written + varint(self.elapsed_ns)


def exception(code: int, message: str) -> bytes:
    body = int32(code) + text("DB::Exception") + text(message) + text("") + b"\0"
    return varint(Server.EXCEPTION) + body


def data(block: bytes) -> bytes:
    """A data packet for the result itself (its table name is empty)."""
    return varint(Server.DATA) + text("") + block


def profile_info(rows: int, blocks: int, bytes: int) -> bytes:
    no_limit = b"\0" + varint(0) + b"\0"
    return varint(Server.PROFILE_INFO) + varint(rows) + varint(blocks) + varint(bytes) + no_limit


def profile_events(block: bytes) -> bytes:
    """What a client waits for after each block of an INSERT before it sends the next. Never compressed."""
    return varint(Server.PROFILE_EVENTS) + text("") + block


PONG = varint(Server.PONG)
END_OF_STREAM = varint(Server.END_OF_STREAM)

_ESCAPES = {"b": "\b", "f": "\f", "r": "\r", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "v": "\v"}


def unquote(literal: str) -> str:
    """The text of a quoted literal: parameters travel as the dump of a string."""
    if len(literal) < 2 or literal[0] != "'" or literal[-1] != "'":
        return literal
    if "\\" not in literal:
        return literal[1:-1]
    out = []
    characters = iter(literal[1:-1])
    for character in characters:
        if character == "\\":
            escaped = next(characters, "\\")
            character = _ESCAPES.get(escaped, escaped)
        out.append(character)
    return "".join(out)


def _settings(source: Source) -> tuple[Setting, ...]:
    found = []
    while name := source.text():
        flags = source.read_one()
        found.append(Setting(name, source.text(), bool(flags & SettingsFlags.IMPORTANT)))
    return tuple(found)


def _skip_client_info(source: Source) -> None:
    if not source.read_one():  # no query kind: nothing follows
        return
    for _ in ("initial user", "initial query id", "initial address"):
        source.text()
    source.skip(8 + 1)  # start time, interface
    for _ in ("os user", "host", "client"):
        source.text()
    for _ in ("major", "minor", "revision"):
        source.varint()
    source.text()  # quota key
    source.varint()  # distributed depth
    source.varint()  # patch
    if source.read_one():  # a trace
        source.skip(16 + 8)
        source.text()
        source.skip(1)
    for _ in ("collaborate", "replicas", "replica"):
        source.varint()
