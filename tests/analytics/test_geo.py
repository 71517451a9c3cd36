"""Where an address is: read from a database in MaxMind's format that the test writes itself."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from analytics.geo import NOWHERE, Place, atlas

BONN = {
    "city": {"names": {"en": "Bonn", "de": "Bonn"}},
    "subdivisions": [{"names": {"en": "North Rhine-Westphalia"}}],
    "country": {"iso_code": "DE"},
    "location": {"time_zone": "Europe/Berlin"},
}


def _control(kind: int, size: int) -> bytes:
    lead = bytes([size]) if size < 29 else bytes([29, size - 29])
    if kind > 7:  # an extended type stands in a byte of its own, behind the size
        return bytes([lead[0], kind - 7]) + lead[1:]
    return bytes([kind << 5 | lead[0]]) + lead[1:]


def encoded(value: Any) -> bytes:
    if isinstance(value, str):
        text = value.encode()
        return _control(2, len(text)) + text
    if isinstance(value, int):
        number = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return _control(6, len(number)) + number
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(encoded, value))
    return _control(7, len(value)) + b"".join(encoded(key) + encoded(item) for key, item in value.items())


def write_database(path: Path, entry: dict[str, Any]) -> Path:
    """An IPv4 tree of one node: addresses with a leading 1 have the entry, the others have none."""
    nodes = 1
    record = nodes + 16  # the first byte of the data section
    tree = struct.pack(">I", nodes)[1:] + struct.pack(">I", record)[1:]
    metadata = {
        "node_count": nodes, "record_size": 24, "ip_version": 4, "database_type": "Test-City", "languages": ["en"],
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1, "description": {},
    }  # fmt: skip
    path.write_bytes(tree + b"\0" * 16 + encoded(entry) + b"\xab\xcd\xefMaxMind.com" + encoded(metadata))
    return path


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(write_database(tmp_path / "city.mmdb", BONN))


def test_a_place_as_events_and_profiles_name_it(database: str):
    place = atlas(database).locate("203.0.113.7")
    assert place == Place("Bonn", "North Rhine-Westphalia", "DE", "Europe/Berlin")
    assert place.event_properties() == {
        "$city": "Bonn",
        "$region": "North Rhine-Westphalia",
        "mp_country_code": "DE",
    }
    assert place.profile_properties() == {
        "$city": "Bonn",
        "$region": "North Rhine-Westphalia",
        "$country_code": "DE",
        "$timezone": "Europe/Berlin",
    }


@pytest.mark.parametrize("address", ["10.0.0.1", "", "0", "nonsense", "2001:db8::1", "300.1.1.1"])
def test_what_is_nowhere(database: str, address: str):
    assert atlas(database).locate(address) == NOWHERE
    assert NOWHERE.event_properties() == {}


def test_without_a_database_everything_is_nowhere():
    assert atlas("").locate("203.0.113.7") == NOWHERE


def test_a_bad_file_is_said_and_costs_only_the_places(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    bad = tmp_path / "bad.mmdb"
    bad.write_bytes(b"not a database")
    assert atlas(str(bad)).locate("203.0.113.7") == NOWHERE
    assert atlas(str(tmp_path / "absent.mmdb")).locate("203.0.113.7") == NOWHERE
    assert caplog.text.count("cannot be used") == 2
