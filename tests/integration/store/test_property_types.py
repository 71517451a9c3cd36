"""What becomes of each JSON value: its place by type, and the text as received beside it."""

from __future__ import annotations

import json

import pytest

COLUMNS = ("strings", "numbers", "digits", "booleans", "nested")


@pytest.fixture
def stored(clickhouse, project_id, write):
    """Write one event with these properties; give back its non-empty maps and the text."""

    def stored(properties):
        text = properties if isinstance(properties, (str, bytes)) else json.dumps(properties)
        write({"properties": text})
        [row] = clickhouse.execute(
            "SELECT strings, numbers, digits, booleans, nested, properties FROM events"
            " WHERE project_id = {p:UInt32} ORDER BY version DESC LIMIT 1",
            {"p": project_id},
        )
        maps = {name: dict(value) for name, value in zip(COLUMNS, row, strict=False) if value}
        expected = text.decode() if isinstance(text, bytes) else text
        assert row[5] == expected, "the event as received must come back byte for byte"
        return maps

    return stored


@pytest.mark.parametrize(
    "properties, maps",
    [
        ({"a": "x"}, {"strings": {"a": "x"}}),
        ({"a": ""}, {"strings": {"a": ""}}),
        ({"a": 5}, {"numbers": {"a": 5.0}}),
        ({"a": "5"}, {"strings": {"a": "5"}}),
        ({"a": -0.25, "b": 1e300, "c": 1e-7}, {"numbers": {"a": -0.25, "b": 1e300, "c": 1e-7}}),
        ({"a": True, "b": False}, {"booleans": {"a": True, "b": False}}),
        ({"a": "true", "b": "null"}, {"strings": {"a": "true", "b": "null"}}),
        ({"a": None}, {}),
        ({"a": [1, "x", None], "b": {"c": {"d": 1}}}, {"nested": {"a": '[1,"x",null]', "b": '{"c":{"d":1}}'}}),
        ({"a": [], "b": {}}, {"nested": {"a": "[]", "b": "{}"}}),
        ({"a": "[1]", "b": "{}"}, {"strings": {"a": "[1]", "b": "{}"}}),
        ({"ключ 日本 'q\" \\ . `": "值\n\t\\\"'😀"}, {"strings": {"ключ 日本 'q\" \\ . `": "值\n\t\\\"'😀"}}),
        ({"": "no name"}, {"strings": {"": "no name"}}),
        ({"long": "é" * 5000}, {"strings": {"long": "é" * 5000}}),
        ({"nul": "a\0b"}, {"strings": {"nul": "a\0b"}}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_each_type_has_its_place(stored, properties, maps):
    assert stored(properties) == maps


@pytest.mark.parametrize(
    "number, digits",
    [
        (9007199254740992, None),  # 2^53, the last that a float counts up to
        (9007199254740993, "9007199254740993"),
        (-9007199254740992, None),
        (-9007199254740993, "-9007199254740993"),
        (18446744073709551615, "18446744073709551615"),
        (123456789012345678901234567890, "123456789012345678901234567890"),
        (-123456789012345678901234567890, "-123456789012345678901234567890"),
        (1234567890123456.5, None),
    ],
)
def test_whole_numbers_keep_every_digit(stored, number, digits):
    maps = stored({"order": number})
    assert maps["numbers"] == {"order": float(number)}
    assert maps.get("digits", {}) == ({"order": digits} if digits else {})
    assert "strings" not in maps


def test_long_digits_that_were_text_stay_text(stored):
    digits = "123456789012345678901234567890"
    assert stored({"card": digits, "order": 7}) == {"strings": {"card": digits}, "numbers": {"order": 7.0}}
    maps = stored(f'{{"card": "{digits}", "order": {digits}1}}')
    assert maps["strings"] == {"card": digits}
    assert maps["digits"] == {"order": f"{digits}1"}


@pytest.mark.parametrize(
    "text, maps",
    [
        ('{"a": 1, "a": "x"}', {"strings": {"a": "x"}}),
        ('{"a": "x", "b": 2, "a": 1}', {"numbers": {"a": 1.0, "b": 2.0}}),
        ('{"a": "x", "a": null}', {}),
        ('{"$browser": "Chrome", "$browser": "Edge"}', {}),
    ],
)
def test_the_last_of_two_equal_keys_wins(stored, text, maps):
    assert stored(text) == maps


@pytest.mark.parametrize(
    "text",
    ["", "[]", "[1,2]", '"text"', "7", "null", '{"a": 1', '{"a": 1} x', "{'a': 1}", '{"a": 1e400}', '{"a":"\\ud83d"}'],
)
def test_odd_json_never_stops_its_neighbours(clickhouse, project_id, write, text):
    write({"properties": '{"ok": 1}'}, {"properties": text}, {"properties": '{"ok": 1}'})
    rows = clickhouse.execute(
        "SELECT properties, numbers FROM events WHERE project_id = {p:UInt32} ORDER BY version", {"p": project_id}
    )
    assert rows == [('{"ok": 1}', {"ok": 1.0}), (text, {}), ('{"ok": 1}', {"ok": 1.0})]


def test_a_number_beyond_every_float_is_not_set_and_spares_its_neighbours(stored):
    maps = stored('{"plan": "pro", "huge": -1.5e+999 , "list": [1e400,2], "fine": 2e3}')
    assert maps == {"strings": {"plan": "pro"}, "numbers": {"fine": 2000.0}, "nested": {"list": "[null,2]"}}


def test_what_has_a_column_is_in_no_map(stored):
    properties = {
        "time": 1.5,
        "distinct_id": "ann",
        "$insert_id": "i",
        "$user_id": "u",
        "$device_id": "d",
        "token": "secret",
    }
    assert stored({**properties, "plan": "pro"}) == {"strings": {"plan": "pro"}}


def test_time_keeps_its_milliseconds_in_utc(clickhouse, project_id, write):
    write({"time_ms": 1_710_000_000_123}, {"time_ms": -1}, {"time_ms": 0})
    rows = clickhouse.execute(
        "SELECT toUnixTimestamp64Milli(time), toString(time) FROM events"
        " WHERE project_id = {p:UInt32} ORDER BY version",
        {"p": project_id},
    )
    assert rows == [
        (1_710_000_000_123, "2024-03-09 16:00:00.123"),
        (-1, "1969-12-31 23:59:59.999"),
        (0, "1970-01-01 00:00:00.000"),
    ]
