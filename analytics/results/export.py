"""An exported event as a line of JSON. What was received keeps its spelling, digits included."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

# Facts of the event, which the line says itself; and the project's token, which is nobody's to read.
_OURS = frozenset(["time", "distinct_id", "$insert_id", "mp_processing_time_ms", "token"])

# Between the members of an object that was sent with line breaks; in a text they would be escaped.
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class ExportRow:
    event: str
    time_ms: int
    distinct_id: str
    insert_id: str
    version: int  # microseconds of the acknowledgement, shifted left by 12 bits
    properties: str

    def line(self, *, in_milliseconds: bool) -> bytes:
        """`{"event": …, "properties": {…}}` and the end of the line. Seconds lose their fraction."""
        received = b"".join(
            b",%b:%b" % (_encode(name), bytes(value))
            for name, value in _members.decode(self.properties.encode()).items()
            if name not in _OURS
        ).translate(_ONE_LINE)
        return (
            b'{"event":%b,"properties":{"time":%d,"distinct_id":%b,"$insert_id":%b%b,"mp_processing_time_ms":%d}}\n'
            % (
                _encode(self.event),
                self.time_ms if in_milliseconds else self.time_ms // 1000,
                _encode(self.distinct_id),
                _encode(self.insert_id),
                received,
                (self.version >> 12) // 1000,
            )
        )
