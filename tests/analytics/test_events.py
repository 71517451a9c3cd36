"""One event's rules: ids, times, limits, and properties that keep their bytes."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import PayloadError
from analytics.events import IMPORT, STRICT_IMPORT, TRACK, AcceptedBatch, Moment, Row, Rules, bounds, known_of, row
from analytics.events.rules import REFUSED_IDS

NOW = 1_700_000_000_000
MOMENT = Moment(NOW)
DAY = 86_400_000


def recorded(
    properties: dict[str, Any] | bytes, rules: Rules = TRACK, moment: Moment = MOMENT, event: str = "e"
) -> Row:
    raw = properties if isinstance(properties, bytes) else json.dumps(properties, separators=(",", ":")).encode()
    return row(event, raw, known_of(raw), rules, moment)


def whole(**changes: Any) -> dict[str, Any]:
    return {"time": NOW // 1000, "distinct_id": "u", "$insert_id": "i-1", **changes}


def refusal(properties: dict[str, Any] | bytes, rules: Rules = STRICT_IMPORT, event: str = "e") -> PayloadError:
    with pytest.raises(PayloadError) as caught:
        recorded(properties, rules, event=event)
    return caught.value


# --- time ---


@pytest.mark.parametrize(
    "sent, stored",
    [
        (1_699_999_999, 1_699_999_999_000),
        (1_699_999_999.123, 1_699_999_999_123),
        (1_699_999_999.9996, 1_700_000_000_000),
        (1_699_999_999_123, 1_699_999_999_123),
        (1_699_999_999_123.7, 1_699_999_999_123),
        (31_536_000, 31_536_000_000),
        (NOW + 3_600_000, NOW + 3_600_000),
    ],
)
def test_time_is_seconds_or_milliseconds_by_its_size(sent: float, stored: int):
    assert recorded(whole(time=sent), STRICT_IMPORT).time_ms == stored


@pytest.mark.parametrize(
    "sent, fault",
    [
        (NOW + 3_600_001, "must not be in the future"),
        (31_535_999, "must not be before 1971-01-01"),
        (-5, "must not be before 1971-01-01"),
        (1_700_000_000_000_000, "must be specified as seconds or milliseconds since epoch"),
        (1e300, "must be specified as seconds or milliseconds since epoch"),
        (10**40, "must be specified as seconds or milliseconds since epoch"),
        ("2023-11-14T22:13:20", "must be specified as seconds since epoch"),
        (True, "must be specified as seconds since epoch"),
        (None, "must not be missing"),
        ([1], "must be text or a number"),
    ],
)
def test_strict_import_refuses_other_times(sent: Any, fault: str):
    error = refusal(whole(time=sent))
    assert error.field == "properties.time"
    assert fault in error.message


@pytest.mark.parametrize(
    "sent, stored",
    [
        ("2023-11-14T22:13:19", NOW - 1000),
        ("2023-11-14T23:13:19.500+01:00", NOW - 500),
        ("1699999999.5", NOW - 500),
        (str(NOW), NOW),
        (NOW + 3_600_001, NOW),  # in the future: a clock that is wrong
    ],
)
def test_the_lenient_ways_read_text_and_mend_the_future(sent: Any, stored: int):
    assert recorded(whole(time=sent), IMPORT).time_ms == stored
    assert recorded(whole(time=sent), TRACK).time_ms == stored


@pytest.mark.parametrize("sent", ["soon", "", "2023-13-01", True, 1e16])
def test_no_way_in_guesses_a_time(sent: Any):
    assert refusal(whole(time=sent), TRACK).field == "properties.time"


def test_track_stamps_a_missing_time_and_import_does_not():
    assert recorded({"distinct_id": "u"}).time_ms == NOW
    assert "missing" in refusal({"distinct_id": "u"}, IMPORT).message


def test_track_takes_five_days_and_import_any():
    assert recorded(whole(time=NOW - 5 * DAY)).time_ms == NOW - 5 * DAY
    error = refusal(whole(time=NOW - 5 * DAY - 1), TRACK)
    assert error.code == "too_old"
    assert "/import" in error.message
    assert recorded(whole(time=NOW - 2000 * DAY), IMPORT).time_ms == NOW - 2000 * DAY


# --- ids ---


@pytest.mark.parametrize("value", sorted(REFUSED_IDS) + ["NULL", "Undefined", " null "])
def test_ids_that_name_nobody_are_refused(value: str):
    assert refusal(whole(distinct_id=value), TRACK).field == "properties.distinct_id"
    assert refusal(whole(**{"$insert_id": value})).field == "properties.$insert_id"


@pytest.mark.parametrize(
    "sent, stored",
    [(17, "17"), (17.0, "17"), (1.5, "1.5"), (10**30, str(10**30)), ("", ""), ("Ünï 💥", "Ünï 💥"), (" a ", " a ")],
)
def test_distinct_id_becomes_text(sent: Any, stored: str):
    assert recorded(whole(distinct_id=sent), STRICT_IMPORT).distinct_id == stored


@pytest.mark.parametrize("sent", [True, False, 0, -1, [], {}, ["a"], {"a": 1}, "x" * 256])
def test_what_cannot_be_a_distinct_id(sent: Any):
    assert refusal(whole(distinct_id=sent), TRACK).field == "properties.distinct_id"


def test_a_missing_distinct_id_is_the_user_else_the_device_else_the_stranger():
    assert recorded({"$user_id": "u", "$device_id": "d"}).distinct_id == "u"
    assert recorded({"$device_id": "d"}).distinct_id == "$device:d"
    assert recorded({}, moment=Moment(NOW, stranger="s")).distinct_id == "s"
    assert recorded({}).distinct_id == ""
    assert recorded({"time": NOW, "$insert_id": "i", "$device_id": "d"}, STRICT_IMPORT).distinct_id == "$device:d"
    assert "must not be missing" in refusal({"time": NOW, "$insert_id": "i"}).message
    assert recorded({"distinct_id": None, "$user_id": "u"}).distinct_id == "u"


def test_user_and_device_are_read_and_nobodys_name_never_merges():
    accepted = recorded(whole(**{"$user_id": 7, "$device_id": "d"}))
    assert (accepted.user_id, accepted.device_id) == ("7", "d")
    accepted = recorded(whole(**{"$user_id": "null", "$device_id": "undefined"}))
    assert (accepted.user_id, accepted.device_id) == ("", "")


@pytest.mark.parametrize("sent", ["", "x" * 37, "a b", "ä", None])
def test_insert_ids_of_strict_import(sent: Any):
    assert refusal(whole(**{"$insert_id": sent})).field == "properties.$insert_id"


def test_the_lenient_ways_keep_odd_insert_ids_and_make_missing_ones():
    assert recorded(whole(**{"$insert_id": "a b ä"})).insert_id == "a b ä"
    assert recorded(whole(**{"$insert_id": 12})).insert_id == "12"
    made = {recorded(whole(**{"$insert_id": sent})).insert_id for sent in (None, "", "null", "undefined") for _ in "ab"}
    assert len(made) == 8
    assert all(len(each) == 32 for each in made)


# --- the event's name ---


@pytest.mark.parametrize("name", ["", "  ", "x" * 256])
def test_names_that_no_event_has(name: str):
    assert refusal(whole(), TRACK, event=name).field == "event"


# --- properties ---


def test_properties_keep_the_senders_bytes():
    raw = b'{ "time": 1700000000, "distinct_id":"u","n":1.50,"big":123456789012345678901234567890, "s":"\xc3\xa9" }'
    assert recorded(raw).properties == raw


@pytest.mark.parametrize("spaces", ["", " "])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_token_is_cut_out_wherever_it_stands(spaces: str, place: int):
    members = [("distinct_id", "u"), ("a", "b")]
    members.insert(place, ("token", "t" * 32))
    raw = json.dumps(dict(members), separators=("," + spaces, ":" + spaces)).encode()
    kept = recorded(raw).properties
    assert json.loads(kept) == {"distinct_id": "u", "a": "b"}


def test_the_token_alone_and_with_others_of_its_name():
    assert recorded(b'{"token":"t"}').properties == b"{}"
    kept = recorded(b'{"nested":{"token":"t"},"token":"t","text":"\\"token\\":\\"t\\""}').properties
    assert json.loads(kept) == {"nested": {"token": "t"}, "text": '"token":"t"'}
    assert json.loads(recorded(b'{"a":"token","token":"t"}').properties) == {"a": "token"}


def test_an_address_is_never_kept():
    assert json.loads(recorded(whole(ip="10.1.2.3")).properties) == whole()
    assert json.loads(recorded(whole(ip=["10.1.2.3"])).properties) == whole(ip=["10.1.2.3"])


def test_the_place_is_added_unless_the_sender_knows_better():
    there = Moment(NOW, geo=b'"$city":"Bonn","mp_country_code":"DE"', geo_names=(b'"$city"', b'"mp_country_code"'))
    assert json.loads(recorded({"a": 1}, moment=there).properties) == {
        "a": 1,
        "$city": "Bonn",
        "mp_country_code": "DE",
    }
    assert json.loads(recorded({}, moment=there).properties) == {"$city": "Bonn", "mp_country_code": "DE"}
    assert json.loads(recorded({"$city": "Rome"}, moment=there).properties) == {"$city": "Rome"}
    carried = Moment(NOW, locate=lambda ip: (b'"$city":"%b"' % ip.encode(), (b'"$city"',)))
    assert json.loads(recorded({"ip": "x"}, moment=carried).properties) == {"$city": "x"}


def test_long_text_is_cut_at_255_characters_at_any_depth_and_all_else_keeps_its_spelling():
    long = "é" * 256
    raw = json.dumps({"a": long, "l": ["x", long], "o": {"p": {"q": long}}}, ensure_ascii=False).encode()
    raw = raw[:-1] + b',"n":123456789012345678901234567890,"f":1.10}'
    kept = recorded(raw).properties
    assert json.loads(kept) == {
        "a": "é" * 255,
        "l": ["x", "é" * 255],
        "o": {"p": {"q": "é" * 255}},
        "n": 123456789012345678901234567890,
        "f": 1.1,
    }
    assert b'"f":1.10' in kept


@pytest.mark.parametrize("length", [254, 255, 256, 257, 300, 5000])
@pytest.mark.parametrize("before", [0, 1, 100, 254, 255, 256, 257])
def test_no_long_text_slips_through_the_quick_look(length: int, before: int):
    raw = json.dumps({"p" * before: "y", "a": "x" * length, "b": 1}).encode()
    if before > 255:
        assert "names have at most" in refusal(raw, TRACK).message
    else:
        assert len(json.loads(recorded(raw).properties)["a"]) == min(length, 255)


@pytest.mark.parametrize(
    "properties, field",
    [
        ({f"p{n}": n for n in range(255)}, "properties"),
        ({"o": {f"p{n}": n for n in range(255)}}, "properties.o"),
        ({"l": list(range(255))}, "properties.l"),
        ({"o": {"a": {"b": {"c": {}}}}}, "properties.o"),
        ({"l": [[[[[[[[[]]]]]]]]]}, "properties.l"),
        ({"l": ["x" * 250] * 33}, "properties.l"),
        ({"x" * 256: 1}, "properties." + "x" * 60),
    ],
)
def test_what_is_too_much_is_refused_and_named(properties: dict[str, Any], field: str):
    for rules in (TRACK, STRICT_IMPORT):
        error = refusal(whole(**properties), rules)
        assert error.field == field


@pytest.mark.parametrize(
    "properties",
    [
        {f"p{n}": n for n in range(250)},
        {"o": {f"p{n}": n for n in range(254)}, "l": list(range(254))},
        {"o": {"a": {"b": {}}}, "l": [{"a": {"b": 1}}]},
        {"t": "{[" * 100, "c": ":,"},
    ],
)
def test_what_is_just_within_the_limits(properties: dict[str, Any]):
    assert json.loads(recorded(whole(**properties), STRICT_IMPORT).properties) == whole(**properties)


def test_a_huge_event_is_refused():
    assert "smaller than" in refusal(whole(a="x" * 1_048_576), TRACK).message


@pytest.mark.parametrize(
    "value",
    [b'"\\ud800"', b'["\\ud800"]', b'{"\\ud800":1}', b'{"a":{"b":"\\udfff x"}}'],
)
def test_half_a_surrogate_pair_is_refused(value: bytes):
    assert refusal(b'{"a":%b}' % value, TRACK).field in ("properties.a", "properties")


def test_a_tower_of_brackets_is_refused_and_does_no_harm():
    with pytest.raises((PayloadError, RecursionError)):
        recorded(b'{"a":%b%b}' % (b"[" * 5000, b"]" * 5000))


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=20),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(max_size=300),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
            max_leaves=10,
        ),
        max_size=10,
    ).filter(lambda made: not made.keys() & {"ip", "token"}),
    st.booleans(),
)
def test_the_quick_look_and_the_walk_agree(properties: dict[str, Any], ascii_only: bool):
    raw = json.dumps(properties, ensure_ascii=ascii_only, separators=(",", ":")).encode()
    try:
        walked = bounds._walked(raw)
    except PayloadError:
        with pytest.raises(PayloadError):
            bounds.bounded(raw)
    else:
        assert bounds.bounded(raw) == walked
        if walked is raw:
            assert json.loads(walked) == properties


def test_a_batch_is_columns_and_can_be_cut():
    rows = [Row(f"e{n}", "u", f"i{n}", n, "", "", b"{}") for n in range(5)]
    batch = AcceptedBatch.of(3, 4096, rows)
    assert len(batch) == 5
    assert batch.part(2, 4).event == ["e2", "e3"]
    assert batch.part(2, 4).version == 4098
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(batch), type=AcceptedBatch) == batch
    assert len(AcceptedBatch.of(3, 1, [])) == 0
