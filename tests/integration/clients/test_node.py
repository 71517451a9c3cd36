"""npm `mixpanel`, unmodified but for the host: GET with base64, batches as bare base64, no time and no insert id."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.clients.conftest import HERE, Shop

pytestmark = pytest.mark.client


def test_everything_a_node_program_does(shop: Shop, node_modules: Path, https: tuple[Path, str]):
    started = time.time()
    host = shop.url.removeprefix("http://")
    certificate, secure_host = https
    account = [shop.username, shop.secret, str(shop.project_id)]
    done = subprocess.run(
        ["node", "send.js", shop.token, host, secure_host, *account],
        cwd=HERE,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(certificate)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr

    events = shop.events(129)
    assert len(events) == 129
    by_name: dict[str, list[dict[str, object]]] = {}
    for event in events:
        by_name.setdefault(event["event"], []).append(event)
    counts = {name: len(found) for name, found in by_name.items()}
    once = ["Sign Up", "Verbose", "Located", "Dated", "Old", "Oldest", "$create_alias"]
    assert counts == {**dict.fromkeys(once, 1), "Batch": 120, "Older": 2}

    signed_up = shop.event("Sign Up", 1)
    sent = {"distinct_id": "ann", "plan": "pro & more", "city": "日本 😀 ~~~???"}
    assert signed_up["properties"] == {**sent, "mp_lib": "node", "$lib_version": "0.24.0"}
    assert started - 1 < signed_up["time"].timestamp() < time.time()  # stamped by us
    assert len(signed_up["insert_id"]) == 32
    assert shop.event("Dated", 1)["properties"]["again"] is True  # a Date is sent in milliseconds; the last wins
    assert sorted(event["properties"]["number"] for event in events if event["event"] == "Batch") == list(range(120))
    assert {event["time"].year for event in events if event["event"] == "Older"} == {2019}
    assert shop.event("Old", 1)["time"].replace(tzinfo=UTC) <= datetime(2020, 1, 2, tzinfo=UTC)

    ann = shop.profile("ann")
    assert ann is not None
    assert ann.pop("$last_seen")
    (charge,) = ann.pop("$transactions")
    assert charge["$amount"] == 50
    assert ann == {"$first_name": "Ann", "n": 5, "color": "red", "list": ["b"]}
    assert shop.profile("bob") is None
    acme = shop.profile("acme", "company")
    assert acme is not None
    acme.pop("$last_seen")
    assert acme == {"seats": 5, "list": ["a"]}
    assert "distinct_id" in shop.rejected()[0]
