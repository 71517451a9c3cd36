"""PyPI `mixpanel`, unmodified but for the host."""

from __future__ import annotations

import functools
import json
import time
from datetime import UTC, datetime
from typing import Any

import mixpanel
import pytest
from mixpanel.credentials import ServiceAccountCredentials

from tests.integration.clients.conftest import Shop

pytestmark = pytest.mark.client


def addresses(shop: Shop) -> dict[str, str]:
    return {
        "events_url": f"{shop.url}/track",
        "people_url": f"{shop.url}/engage",
        "groups_url": f"{shop.url}/groups",
        "import_url": f"{shop.url}/import",
    }


@pytest.fixture
def client(shop: Shop) -> mixpanel.Mixpanel:
    return mixpanel.Mixpanel(shop.token, consumer=mixpanel.Consumer(**addresses(shop)))


def test_track(shop: Shop, client: mixpanel.Mixpanel):
    before = time.time()
    client.track(
        "ann", "Sign Up", {"plan": "pro & more", "n": 3, "f": 1.5, "yes": True, "list": ["a", 1], "é": "日本 😀"}
    )
    stored = shop.event("Sign Up", 1)
    sent = {"plan": "pro & more", "n": 3, "f": 1.5, "yes": True, "list": ["a", 1], "é": "日本 😀", "mp_lib": "python"}
    assert sent.items() <= stored["properties"].items()
    assert "token" not in stored["properties"]
    assert stored["distinct_id"] == "ann"
    assert len(stored["insert_id"]) == 32
    # The SDK sends its time as a float, so that milliseconds survive.
    assert abs(stored["time"].timestamp() - stored["properties"]["time"]) < 0.001
    assert before - 1 < stored["time"].timestamp() < time.time() + 1


def test_the_same_insert_id_twice_is_one_event_and_the_last_wins(shop: Shop, client: mixpanel.Mixpanel):
    now = time.time()
    for version in (1, 2):
        client.track("ann", "Paid", {"$insert_id": "order-17", "time": now, "version": version})
    client.track("ann", "End")
    assert shop.event("Paid", 2)["properties"]["version"] == 2
    assert len(shop.events(2)) == 2


def test_a_buffer_with_one_bad_event_is_not_stuck(shop: Shop):
    buffered = mixpanel.BufferedConsumer(max_size=50, **addresses(shop))
    client = mixpanel.Mixpanel(shop.token, consumer=buffered)
    for number in range(120):
        client.track("null" if number == 60 else f"u{number}", "Seen", {"number": number})
    client.people_set("ann", {"plan": "pro"})
    buffered.flush()
    assert sorted(event["properties"]["number"] for event in shop.events(119)) == [n for n in range(120) if n != 60]
    assert shop.profile("ann") is not None
    reason, payload = shop.rejected()
    assert "distinct_id" in reason
    assert json.loads(payload)["properties"]["number"] == 60


def test_errors_reach_the_caller(shop: Shop, client: mixpanel.Mixpanel):
    with pytest.raises(mixpanel.MixpanelException, match="distinct_id"):
        client.track("undefined", "x")
    stranger = mixpanel.Mixpanel("nobody", consumer=mixpanel.Consumer(**addresses(shop)))
    with pytest.raises(mixpanel.MixpanelException, match="token"):
        stranger.track("ann", "x")


def test_a_datetime_and_an_older_event(shop: Shop, client: mixpanel.Mixpanel):
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    client.track("ann", "Dated", {"time": now})  # the SDK writes it as ISO 8601 without a zone
    assert shop.event("Dated", 1)["time"].replace(tzinfo=None) == now
    client.track("ann", "Old", {"time": time.time() - 6 * 86_400})  # answered as taken, as documented
    client.track("ann", "End")
    assert {event["event"] for event in shop.events(2)} == {"Dated", "End"}
    assert "older than 5 days" in shop.rejected()[0]


def test_people(shop: Shop, client: mixpanel.Mixpanel):
    client.people_set("ann", {"$name": "Ann", "n": 1, "l": ["a"]})
    client.people_set_once("ann", {"$name": "Other", "first": "yes"})
    client.people_increment("ann", {"n": 4})
    client.people_append("ann", {"l": "b"})
    client.people_union("ann", {"l": ["b", "c"]})
    client.people_remove("ann", {"l": "a"})
    client.people_unset("ann", ["first"])
    client.people_track_charge("ann", 12.5, {"$time": "2024-01-01T00:00:00"})
    found = shop.profile("ann")
    assert found is not None
    assert found.pop("$last_seen")
    assert found == {
        "$name": "Ann",
        "n": 5,
        "l": ["b", "c"],
        "$transactions": [{"$time": "2024-01-01T00:00:00", "$amount": 12.5}],
    }
    client.people_clear_charges("ann")
    found = shop.profile("ann")
    assert found is not None
    assert "$transactions" not in found or found["$transactions"] == []
    client.people_delete("ann")
    assert shop.profile("ann") is None


def test_groups(shop: Shop, client: mixpanel.Mixpanel):
    client.group_set("company", "acme", {"seats": 5, "l": ["a"]})
    client.group_set_once("company", "acme", {"seats": 9, "since": 2020})
    client.group_union("company", "acme", {"l": ["a", "b"]})
    client.group_remove("company", "acme", {"l": "a"})
    client.group_unset("company", "acme", ["since"])
    found = shop.profile("acme", "company")
    assert found is not None
    found.pop("$last_seen")
    assert found == {"seats": 5, "l": ["b"]}
    client.group_delete("company", "acme")
    assert shop.profile("acme", "company") is None


def test_alias(shop: Shop, client: mixpanel.Mixpanel, monkeypatch: pytest.MonkeyPatch):
    # alias() makes a Consumer of its own, whatever one was given: so its host is what is changed.
    monkeypatch.setattr(mixpanel, "Consumer", functools.partial(mixpanel.Consumer, **addresses(shop)))
    client.alias("ann@example.com", "ann")
    stored = shop.event("$create_alias", 1)
    assert (stored["distinct_id"], stored["properties"]["alias"]) == ("ann", "ann@example.com")


@pytest.mark.parametrize("way", ["service account", "secret", "key"])
def test_import(shop: Shop, way: str):
    long_ago = int(time.time()) - 400 * 86_400
    arguments: dict[str, Any] = {"api_key": None, "distinct_id": "ann", "event_name": "Old", "timestamp": long_ago}
    consumer_options: dict[str, Any] = addresses(shop)
    if way == "service account":
        consumer_options["credentials"] = ServiceAccountCredentials(shop.username, shop.secret, str(shop.project_id))
    elif way == "secret":
        arguments["api_secret"] = shop.token
    buffered = mixpanel.BufferedConsumer(**consumer_options) if way == "key" else None
    client = mixpanel.Mixpanel(shop.token, consumer=buffered or mixpanel.Consumer(**consumer_options))
    if way == "key":
        # Without a secret the SDK sends no key at all, so the import is refused, and the caller is told.
        arguments["api_key"] = shop.token
        client.import_data(**arguments, properties={"n": 1})
        with pytest.raises(mixpanel.MixpanelException, match="Invalid credentials"):
            buffered.flush()  # type: ignore[union-attr]
        return
    client.import_data(**arguments, properties={"n": 1})
    stored = shop.event("Old", 1)
    assert stored["time"].timestamp() == long_ago
    assert stored["properties"]["n"] == 1
