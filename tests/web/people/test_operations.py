"""The eight operations, and how an update is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.errors import PayloadError
from web.people import operations

NOW = datetime(2024, 3, 1, 12, 0, 0, tzinfo=UTC)
SEEN = "2024-03-01T12:00:00"


def read(item: dict[str, Any], *, groups: bool = False) -> operations.Update:
    whose = {"$group_key": "company", "$group_id": "acme"} if groups else {"$distinct_id": "u"}
    return operations.read(json.dumps({"$token": "t", **whose, **item}).encode(), NOW, groups=groups)


def applied(before: dict[str, Any] | None, item: dict[str, Any], place: dict[str, Any] | None = None) -> Any:
    return operations.apply(read({"$ignore_time": True, **item}), before, place or {})


@pytest.mark.parametrize(
    "before, item, after",
    [
        (None, {"$set": {"a": 1, "b": [1, {"c": None}]}}, {"a": 1, "b": [1, {"c": None}]}),
        ({"a": 1, "z": 0}, {"$set": {"a": "2"}}, {"a": "2", "z": 0}),
        ({"a": 1}, {"$set_once": {"a": 2, "b": 3}}, {"a": 1, "b": 3}),
        ({"a": None}, {"$set_once": {"a": 2}}, {"a": None}),
        ({"a": 1}, {"$add": {"a": 2, "b": -3, "c": 0.5}}, {"a": 3, "b": -3, "c": 0.5}),
        ({"n": 2**62}, {"$add": {"n": 2**62}}, {"n": 2**63}),
        (None, {"$append": {"l": 1}}, {"l": [1]}),
        ({"l": [1]}, {"$append": {"l": 1}}, {"l": [1, 1]}),
        ({"l": [1]}, {"$append": {"l": [2]}}, {"l": [1, [2]]}),
        ({"l": "x"}, {"$append": {"l": "y"}}, {"l": ["x", "y"]}),
        ({"l": [1, 2]}, {"$union": {"l": [2, 3, 3], "m": ["a"]}}, {"l": [1, 2, 3], "m": ["a"]}),
        ({"l": [1]}, {"$union": {"l": [True, 1.0, "1"]}}, {"l": [1, True, "1"]}),
        ({"l": [1, 2, 1], "s": "x"}, {"$remove": {"l": 1, "s": "x", "none": 1}}, {"l": [2], "s": "x"}),
        ({"l": [1, True]}, {"$remove": {"l": True}}, {"l": [1]}),
        ({"a": 1, "b": 2}, {"$unset": ["a", "zzz"]}, {"b": 2}),
        ({"a": 1, "b": 2}, {"$unset": "a"}, {"b": 2}),
        ({"a": 1}, {"$delete": ""}, None),
        (None, {"$delete": True}, None),
        ({"a": 1}, {"$delete": "", "$set": {"b": 1}}, {"b": 1}),
        ({"a": 1}, {"$set": {"a": 5}, "$add": {"a": 1}, "$unset": ["z"]}, {"a": 6}),
    ],
)
def test_operations(before: dict[str, Any] | None, item: dict[str, Any], after: dict[str, Any] | None):
    given = json.dumps(before)
    result = applied(before, item)
    assert json.dumps(result, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert json.dumps(before) == given


@pytest.mark.parametrize(
    "item, field",
    [
        ({}, ""),
        ({"$set": 1}, "$set"),
        ({"$set": ["a"]}, "$set"),
        ({"$add": {"a": "1"}}, "$add.a"),
        ({"$add": {"a": True}}, "$add.a"),
        ({"$union": {"a": 1}}, "$union.a"),
        ({"$unset": {"a": 1}}, "$unset"),
        ({"$unset": [1]}, "$unset"),
        ({"$set": {"x" * 256: 1}}, "$set." + "x" * 60),
        ({"$set": {"": 1}}, "$set."),
    ],
)
def test_what_an_operation_cannot_take(item: dict[str, Any], field: str):
    with pytest.raises(PayloadError) as caught:
        read(item)
    assert caught.value.field == field


@pytest.mark.parametrize("so_far, amount", [(1.7e308, 1.7e308), (10**400, 0.5)])
def test_adding_beyond_what_a_number_can_be_is_refused(so_far: float, amount: float):
    with pytest.raises(PayloadError, match="larger than a number can be"):
        applied({"n": so_far}, {"$add": {"n": amount}})


def test_adding_to_text_is_refused():
    with pytest.raises(PayloadError, match="cannot add to 'a'"):
        applied({"a": "x"}, {"$add": {"a": 1}})


@pytest.mark.parametrize("distinct_id", ["", "null", None, [], {"a": 1}, "x" * 256])
def test_whose_it_is_must_be_said(distinct_id: Any):
    with pytest.raises(PayloadError, match="distinct_id"):
        read({"$distinct_id": distinct_id, "$set": {}})


def test_groups_have_a_key_and_an_id():
    update = read({"$group_id": 17, "$set": {"a": 1}}, groups=True)
    assert (update.kind, update.distinct_id) == ("company", "17")
    with pytest.raises(PayloadError, match="group_key"):
        read({"$group_key": "", "$set": {"a": 1}}, groups=True)


@pytest.mark.parametrize(
    "modifiers, seen",
    [
        ({}, SEEN),
        ({"$time": 1_600_000_000}, "2020-09-13T12:26:40"),
        ({"$time": 1_600_000_000_000}, "2020-09-13T12:26:40"),
        ({"$time": 9_999_999_999}, SEEN),
        ({"$time": 0}, SEEN),
        ({"$time": "soon"}, SEEN),
        ({"$ignore_time": True}, None),
        ({"$ignore_time": "true"}, None),
        ({"$ignore_time": False}, SEEN),
    ],
)
def test_last_seen(modifiers: dict[str, Any], seen: str | None):
    after = operations.apply(read({**modifiers, "$set": {"a": 1}}), None, {})
    assert after is not None
    assert after.get("$last_seen") == seen


def test_an_explicit_last_seen_and_place_win():
    place = {"$city": "Bonn", "$timezone": "Europe/Berlin"}
    after = operations.apply(read({"$set": {"$last_seen": "x", "$city": "Rome"}}), None, place)
    assert after == {"$last_seen": "x", "$city": "Rome", "$timezone": "Europe/Berlin"}


def test_limits_of_a_profile():
    assert applied(None, {"$set": {"a": "é" * 300}}) == {"a": "é" * 255}
    assert applied(None, {"$set": {"a": ["x" * 300, {"b": "\x00y"}]}}) == {"a": ["x" * 255, {"b": "y"}]}
    with pytest.raises(PayloadError, match="at most 2000"):
        applied({f"p{n}": n for n in range(2000)}, {"$set": {"one more": 1}})
    with pytest.raises(PayloadError, match="more than 262144 bytes"):
        applied({"l": ["x" * 250] * 1040}, {"$append": {"l": "x" * 250}})
    with pytest.raises(PayloadError, match="larger than"):
        operations.read(b'{"$distinct_id":"u","$set":{"a":"%b"}}' % (b"x" * 1_048_576), NOW, groups=False)


@pytest.mark.parametrize(
    "item", [b"17", b"[]", b"{", b'{"a":NaN}', b'{"$distinct_id":"u","$set":{"a":1e999}}', b"[" * 9999]
)
def test_what_is_no_update(item: bytes):
    with pytest.raises(PayloadError):
        operations.read(item, NOW, groups=False)
