"""What can be picked: names with their volume, properties with their type, values by frequency."""

from __future__ import annotations

import json

import pytest

from analytics.clickhouse.writer import ProfileRow, write_profiles
from analytics.queries.codec import parse
from tests.web.shop import fill, question

pytestmark = pytest.mark.django_db


def test_events_come_by_volume(shop, robot):
    events = robot.get(f"{shop.url}/events").json()["events"]
    assert [(each["name"], each["events"]) for each in events] == [
        ("Purchase", 5), ("<b>Sign & Out</b>", 1), ("Sign Up", 1),
    ]  # fmt: skip
    assert events[0]["last_seen"].endswith("Z")


def test_properties_of_an_event_have_their_types(shop, robot):
    found = robot.get(f"{shop.url}/properties", {"event": "Purchase"}).json()["properties"]
    assert {(each["name"], each["type"]): each["events"] for each in found} == {
        ("plan", "string"): 5, ("$browser", "string"): 5, ("amount", "number"): 4,
    }  # fmt: skip


def test_properties_of_everything_and_of_several_events(shop, robot):
    everything = {each["name"] for each in robot.get(f"{shop.url}/properties").json()["properties"]}
    assert everything == {"plan", "$browser", "amount", "<i>why</i>"}
    several = robot.get(f"{shop.url}/properties?event=Sign+Up&event=Purchase").json()["properties"]
    assert {each["name"]: each["events"] for each in several}["plan"] == 6


def test_a_property_in_two_types_is_there_twice(shop, robot, clickhouse):
    fill(clickhouse, shop.project.pk, [("ada", "Odd", 0, {"size": "5"}), ("ada", "Odd", 1, {"size": 5})])
    found = robot.get(f"{shop.url}/properties", {"event": "Odd"}).json()["properties"]
    assert sorted((each["name"], each["type"]) for each in found) == [("size", "number"), ("size", "string")]


def test_zones_come_with_how_far_they_are_ahead(shop, robot):
    zones = {each["name"]: each["offset"] for each in robot.get(f"{shop.url}/zones").json()["zones"]}
    assert (zones["UTC"], zones["Asia/Tokyo"], zones["Asia/Kathmandu"], zones["America/Bogota"]) == (0, 540, 345, -300)
    assert list(zones) == sorted(zones)
    for name in zones:
        parse(question(zone=name))


def test_a_date_is_called_a_date(shop, robot, clickhouse):
    fill(clickhouse, shop.project.pk, [("ada", "Odd", 0, {"born": "2001-02-03"})])
    found = robot.get(f"{shop.url}/properties", {"event": "Odd"}).json()["properties"]
    assert [(each["name"], each["type"]) for each in found] == [("born", "date")]


@pytest.mark.parametrize(
    "params, values",
    [
        ({"property": "plan"}, [("pro", 4), ("free", 2)]),
        ({"property": "plan", "event": "Purchase"}, [("pro", 3), ("free", 2)]),
        ({"property": "plan", "search": "FR"}, [("free", 2)]),
        ({"property": "amount", "type": "number"}, [("10", 1), ("30", 1), ("5", 1), ("7", 1)]),
        ({"property": "amount"}, []),
        ({"property": "tags", "type": "list"}, [("a", 2), ("b", 1)]),
        ({"property": "<i>why</i>"}, [("<img src=x onerror=alert(1)>", 1)]),
    ],
)
def test_values_come_by_frequency(shop, robot, clickhouse, params, values):
    fill(
        clickhouse,
        shop.project.pk,
        [("ada", "Tagged", 0, {"tags": ["a", "b", "a"]}), ("ada", "Tagged", 1, {"tags": ["a"]})],
    )
    found = robot.get(f"{shop.url}/values", params).json()
    assert [(each["value"], each["events"]) for each in found["values"]] == values
    assert found["more"] is False


def test_values_say_when_there_are_more(shop, robot, clickhouse):
    fill(clickhouse, shop.project.pk, [("ada", "Many", 0, {"n": f"value {number}"}) for number in range(51)])
    found = robot.get(f"{shop.url}/values", {"property": "n"}).json()
    assert len(found["values"]) == 50
    assert found["more"] is True


@pytest.mark.parametrize(
    "params, place", [({"property": ""}, "property"), ({}, "property"), ({"property": "x", "type": "cake"}, "type")]
)
def test_what_is_no_property_is_refused(shop, robot, params, place):
    response = robot.get(f"{shop.url}/values", params)
    assert response.status_code == 400
    assert response.json()["error"]["place"] == place


@pytest.fixture
def people(shop, clickhouse):
    """Three profiles, one of them deleted, and one of another project."""
    known = {
        "ada": {"plan": "pro", "seats": 5, "paid": True, "tags": ["a", "b", "a"], "born": "2001-02-03", "$os": "BSD"},
        "bob": {"plan": "Free", "seats": 5, "tags": ["a"], "place": {"x": 1}},
        "eve": {"plan": 7, "secret": "of nobody"},
    }
    rows = [
        ProfileRow(shop.project.pk, who, number, False, json.dumps(properties))
        for number, (who, properties) in enumerate(known.items())
    ]
    gone = ProfileRow(shop.project.pk, "eve", 9, True, "{}")
    strange = ProfileRow(shop.project.pk + 1, "ada", 1, False, '{"plan": "theirs"}')
    write_profiles(clickhouse, [*rows, gone, strange])


def test_properties_of_users_have_their_types(shop, robot, people):
    found = robot.get(f"{shop.url}/properties", {"source": "user"}).json()["properties"]
    assert [(each["name"], each["type"], each["profiles"]) for each in found] == [
        ("plan", "string", 2), ("seats", "number", 2), ("tags", "list", 2), ("$os", "string", 1), ("born", "date", 1),
        ("paid", "boolean", 1), ("place", "object", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "params, values",
    [
        ({"property": "plan"}, [("Free", 1), ("pro", 1)]),
        ({"property": "plan", "search": "FR"}, [("Free", 1)]),
        ({"property": "plan", "type": "number"}, []),
        ({"property": "seats", "type": "number"}, [("5", 2)]),
        ({"property": "tags", "type": "list"}, [("a", 2), ("b", 1)]),
        ({"property": "paid", "type": "boolean"}, [("true", 1)]),
        ({"property": "place", "type": "object"}, [('{"x":1}', 1)]),
        ({"property": "born", "type": "date"}, [("2001-02-03", 1)]),
        ({"property": "$os"}, [("BSD", 1)]),
        ({"property": "secret"}, []),
    ],
)
def test_values_of_users_come_by_the_number_of_profiles(shop, robot, people, params, values):
    found = robot.get(f"{shop.url}/values", {"source": "user", **params}).json()
    assert [(each["value"], each["profiles"]) for each in found["values"]] == values
    assert found["more"] is False


@pytest.mark.parametrize("address", ["properties", "values"])
@pytest.mark.parametrize(
    "params, place", [({"source": "moon"}, "source"), ({"source": "user", "event": "Purchase"}, "event")]
)
def test_what_is_no_source_is_refused(shop, robot, address, params, place):
    named = {"property": "plan"} if address == "values" else {}
    response = robot.get(f"{shop.url}/{address}", named | params)
    assert response.status_code == 400
    assert response.json()["error"]["place"] == place


CART = {
    "total": 12.5,
    "currency": "EUR",
    "gift": False,
    "at": "2024-03-01T10:00:00Z",
    "items": [{"sku": "a"}],
    "note": None,
    "coupon": {"code": "SPRING", "by": {"team": "x", "deep": {"deeper": 1}}},
    "a.b": 1,
    "ü'\\": "odd",
    "": "nameless",
}


def keys(robot, shop, **params):
    """(property, path, type) → on how many; and how many were looked at."""
    found = robot.get(f"{shop.url}/keys", params).json()
    assert found["more"] is False
    names = {(each["property"], *each["path"], each["type"]): each["events"] for each in found["keys"]}
    assert len(names) == len(found["keys"])
    return names, found["looked_at"]


def test_keys_inside_objects_come_with_their_types(shop, robot, clickhouse):
    fill(
        clickhouse,
        shop.project.pk,
        [
            ("ada", "Checkout", 0, {"cart": CART, "plan": "pro"}),
            ("bob", "Checkout", 1, {"cart": {"total": "12.5", "currency": "EUR"}, "tags": ["a"]}),
            ("eve", "Checkout", 2, {"cart": {}, "plan": "pro"}),
            ("eve", "Open", 0, {"screen": {"width": 1280}}),
            ("eve", "Old", 60, {"gone": {"a": 1}}),  # not of the last 30 days
        ],
    )
    of_carts = {
        ("cart", "currency", "string"): 2,
        ("cart", "total", "number"): 1,
        ("cart", "total", "string"): 1,
        ("cart", "gift", "boolean"): 1,
        ("cart", "at", "date"): 1,
        ("cart", "items", "list"): 1,
        ("cart", "coupon", "object"): 1,
        ("cart", "coupon", "code", "string"): 1,
        ("cart", "coupon", "by", "object"): 1,
        ("cart", "coupon", "by", "team", "string"): 1,
        ("cart", "coupon", "by", "deep", "object"): 1,
        ("cart", "a.b", "number"): 1,
        ("cart", "ü'\\", "string"): 1,
    }
    assert keys(robot, shop) == (of_carts | {("screen", "width", "number"): 1}, 4)
    assert keys(robot, shop, event="Checkout") == (of_carts, 3)
    assert keys(robot, shop, event="Purchase") == ({}, 0)
    for property, *path, type in of_carts:
        wanted = {"name": property, "path": path, "type": type}
        condition = {"property": wanted, "operator": "is_set", "values": []}
        parse(question(filters={"match": "all", "conditions": [condition]}))


def test_the_latest_events_are_looked_at(shop, robot, clickhouse, monkeypatch):
    monkeypatch.setattr("analytics.compiler.keys.EVENTS_OF_NAME", 2)
    events = [("ada", "Open", days, {"screen": {f"key {days}": 1}}) for days in (0, 0, 1, 2)]
    fill(clickhouse, shop.project.pk, events)
    assert keys(robot, shop) == ({("screen", "key 0", "number"): 2}, 2)


def test_no_more_than_so_many_objects_of_an_event_are_looked_at(shop, robot, clickhouse, monkeypatch):
    monkeypatch.setattr("analytics.compiler.keys.OBJECTS_OF_EVENT", 3)
    fill(clickhouse, shop.project.pk, [("ada", "Open", 0, {"screen": {"width": number}}) for number in range(20)])
    assert keys(robot, shop) == ({("screen", "width", "number"): 3}, 3)


def test_more_keys_than_are_listed_are_said(shop, robot, clickhouse):
    fill(clickhouse, shop.project.pk, [("ada", "Wide", 0, {"wide": {f"key {n}": n for n in range(1001)}})])
    found = robot.get(f"{shop.url}/keys").json()
    assert (len(found["keys"]), found["looked_at"], found["more"]) == (1000, 1, True)


def test_keys_of_users_are_those_of_their_profiles(shop, robot, people):
    found = robot.get(f"{shop.url}/keys", {"source": "user"}).json()
    assert found == {
        "keys": [{"property": "place", "path": ["x"], "type": "number", "profiles": 1}], "looked_at": 1, "more": False,
    }  # fmt: skip
    refused = robot.get(f"{shop.url}/keys", {"source": "user", "event": "Open"})
    assert refused.json()["error"]["place"] == "event"


@pytest.mark.parametrize(
    "params, values",
    [
        ({"path": "currency"}, [("EUR", 2)]),
        ({"path": "total", "type": "number"}, [("12.5", 1)]),
        ({"path": ["coupon", "code"], "search": "spr"}, [("SPRING", 1)]),
        ({"path": "gift", "type": "boolean"}, [("false", 1)]),
        ({"path": "nothing"}, []),
    ],
)
def test_values_inside_objects_are_listed(shop, robot, clickhouse, params, values):
    carts = [CART, {"total": "12.5", "currency": "EUR"}]
    fill(clickhouse, shop.project.pk, [("ada", "Checkout", 0, {"cart": cart}) for cart in carts])
    found = robot.get(f"{shop.url}/values", {"property": "cart", **params}).json()
    assert [(each["value"], each["events"]) for each in found["values"]] == values


def test_values_inside_objects_of_users_are_listed(shop, robot, people):
    params = {"source": "user", "property": "place", "path": "x", "type": "number"}
    assert robot.get(f"{shop.url}/values", params).json()["values"] == [{"value": "1", "profiles": 1}]
