"""PyPI `mixpanel-utils`, unmodified but for the host, on the way out: raw events, and back into another project."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest
from mixpanel_utils import MixpanelUtils

from tests.integration.clients.conftest import Shop
from tests.integration.stack import Stack

pytestmark = pytest.mark.client

YEAR = 365 * 86_400
START = int(time.time()) - YEAR
RANGE = {
    name: time.strftime("%Y-%m-%d", time.gmtime(START + off)) for name, off in (("from_date", 0), ("to_date", 9999))
}


def client_of(shop: Shop) -> MixpanelUtils:
    made = MixpanelUtils(
        shop.secret, token=shop.token, service_account_username=shop.username, project_id=shop.project_id, pool_size=2
    )
    made.import_api = shop.url
    made.raw_api = made.formatted_api = f"{shop.url}/api"
    return made


@pytest.fixture
def client(shop: Shop) -> MixpanelUtils:
    return client_of(shop)


def events(count: int) -> list[dict[str, Any]]:
    return [
        {
            "event": "Old" if number % 3 else "Rare",
            "properties": {
                "time": START + number, "distinct_id": f"u{number % 7}", "$insert_id": f"n-{number}", "number": number,
                "name": "Zoë\n\"x\"", "tags": ["a", number], "deep": {"a": {"b": None}}, "paid": number % 2 == 0,
                "$user_id": f"u{number % 7}", "$device_id": f"d{number % 5}",
            },
        }
        for number in range(count)
    ]  # fmt: skip


def plain(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the moment of processing, in the order of sending."""
    for each in found:
        assert each["properties"].pop("mp_processing_time_ms") > START * 1000
    return sorted(found, key=lambda each: each["properties"]["number"])


def test_what_went_in_comes_out_once(shop: Shop, client: MixpanelUtils):
    sent = events(2500)
    client.import_events(sent, timezone_offset=0)
    client.import_events(sent[:50], timezone_offset=0)
    shop.events(2500)
    assert plain(client.query_export(dict(RANGE))) == sent
    assert plain(client.query_export(dict(RANGE), add_gzip_header=True)) == sent
    some = client.query_export({**RANGE, "event": ["Rare"], "where": 'properties["number"] < 9 and properties["paid"]'})
    assert [each["properties"]["number"] for each in plain(some)] == [0, 6]
    assert client.query_export({**RANGE, "event": ["Never"]}) == []


def test_files(shop: Shop, client: MixpanelUtils, tmp_path: Path):
    sent = events(20)
    client.import_events(sent, timezone_offset=0)
    shop.events(20)
    client.export_events(str(tmp_path / "all.json"), dict(RANGE))
    assert plain(json.loads((tmp_path / "all.json").read_text())) == sent
    client.export_events(str(tmp_path / "raw.jsonl"), dict(RANGE), raw_stream=True, add_gzip_header=True)
    raw = gzip.decompress((tmp_path / "raw.jsonl.gz").read_bytes()).decode()
    assert plain([json.loads(line) for line in raw.splitlines()]) == sent


def test_an_export_imported_elsewhere_is_the_same_events(shop: Shop, client: MixpanelUtils, stack: Stack):
    client.import_events(events(300), timezone_offset=0)
    shop.events(300)
    taken = client.query_export(dict(RANGE))
    elsewhere = Shop(stack, **stack.make_project())
    there = client_of(elsewhere)
    there.import_events(taken, timezone_offset=0)
    elsewhere.events(300)
    assert plain(there.query_export(dict(RANGE))) == plain(taken)
    assert elsewhere.users() == shop.users() == 7


def test_a_refusal_is_told(shop: Shop, client: MixpanelUtils, caplog: pytest.LogCaptureFixture):
    with pytest.raises(AttributeError):  # its own way to fail: it reads the answer that it did not get
        client.query_export({**RANGE, "where": "properties["})
    assert "A name in quotes is needed" in caplog.text
