"""PyPI `mixpanel-utils`, unmodified but for the host: strict imports of 2000 with a service account, and profiles."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from mixpanel_utils import MixpanelUtils

from tests.integration.clients.conftest import Shop

pytestmark = pytest.mark.client

YEAR = 365 * 86_400


@pytest.fixture
def client(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MixpanelUtils:
    monkeypatch.chdir(tmp_path)  # where it leaves a copy of what it deletes
    made = MixpanelUtils(
        shop.secret, token=shop.token, service_account_username=shop.username, project_id=shop.project_id, pool_size=2
    )
    made.import_api = shop.url
    return made


def event(number: int) -> dict[str, object]:
    properties = {"distinct_id": f"u{number % 100}", "$insert_id": f"n-{number}", "number": number}
    return {"event": "Old", "properties": {**properties, "time": int(time.time()) - YEAR + number}}


def test_import_events(shop: Shop, client: MixpanelUtils):
    events = [event(number) for number in range(4500)]
    client.import_events(events, timezone_offset=0)
    client.import_events(events[:100], timezone_offset=0)  # again: the same events
    found = shop.events(4500)
    assert len(found) == 4500
    assert [each["properties"]["number"] for each in found] == list(range(4500))
    assert not any("token" in each["properties"] for each in found)


def test_a_bad_record_does_not_stop_the_good_ones(shop: Shop, client: MixpanelUtils):
    events = [event(number) for number in range(10)]
    events[4]["properties"]["distinct_id"] = "null"  # type: ignore[index]
    client.import_events(events, timezone_offset=0)
    assert len(shop.events(9)) == 9
    assert "distinct_id" in shop.rejected()[0]


def test_profiles(shop: Shop, client: MixpanelUtils):
    client.import_people([{"$distinct_id": f"u{n}", "$properties": {"$name": f"U{n}", "n": n}} for n in range(30)])
    found = shop.profile("u29")
    assert found is not None
    assert (found["$name"], found["n"]) == ("U29", 29)
    client.people_set({"plan": "pro"}, profiles=[{"$distinct_id": "u1", "$properties": {}}])
    again = shop.profile("u1")
    assert again is not None
    assert again["plan"] == "pro"
