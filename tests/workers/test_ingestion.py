"""The drain: what was acknowledged is stored, once, whatever breaks in between."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics import ingest
from analytics.clickhouse import writer
from analytics.clickhouse.client import Client
from analytics.clickhouse.versions import data_version
from analytics.errors import QueryFailed, Unavailable
from analytics.events import IMPORT, AcceptedBatch, Moment, Row
from analytics.ingest import drain as drains
from analytics.ingest.drain import Drain
from analytics.spool import Reader, Spool

NOW = 1_700_000_000_000


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool", 256 << 20)
    yield made
    made.close()


def acknowledge(spool: Spool, project_id: int, *events: dict[str, Any]) -> None:
    outcome = ingest.check(ingest.events(json.dumps(events).encode()), IMPORT, Moment(NOW), project_id)
    spool.append([ingest.encode(batch) for batch in outcome.batches("import")])


def event(number: int, **properties: Any) -> dict[str, Any]:
    whole = {"time": NOW - number * 1000, "distinct_id": f"u{number % 7}", "$insert_id": f"i-{number}", **properties}
    return {"event": "e", "properties": whole}


def stored(client: Client, project_id: int) -> dict[str, str]:
    rows = client.execute(
        "SELECT insert_id, properties FROM events FINAL WHERE project_id = {p:UInt32}", {"p": project_id}
    )
    assert len({insert_id for insert_id, _ in rows}) == len(rows)
    return dict(rows)


def refused(client: Client, project_id: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = client.execute(
        "SELECT reason, field, code, endpoint, payload FROM rejected_events FINAL "
        "WHERE project_id = {p:UInt32} ORDER BY received_at, id",
        {"p": project_id},
    )
    return rows


def drained(spool: Spool, url: str) -> int:
    drain = Drain(spool.folder, url)
    try:
        return drain.drain()
    finally:
        drain.close()


def test_events_and_refusals_arrive_and_the_data_version_grows(
    spool: Spool, clickhouse_url: str, clickhouse: Client, project_id: int
):
    before = data_version(clickhouse, project_id)
    acknowledge(spool, project_id, *[event(n, a=n) for n in range(500)], event(500, distinct_id="null"))
    assert drained(spool, clickhouse_url) == 500
    found = stored(clickhouse, project_id)
    assert len(found) == 500
    assert json.loads(found["i-7"])["a"] == 7
    (refusal,) = refused(clickhouse, project_id)
    assert refusal[1:4] == ("properties.distinct_id", "invalid_payload", "import")
    assert json.loads(refusal[4])["properties"]["$insert_id"] == "i-500"
    assert data_version(clickhouse, project_id) > before


def test_replaying_the_whole_spool_changes_nothing(
    spool: Spool, clickhouse_url: str, clickhouse: Client, project_id: int
):
    acknowledge(spool, project_id, *[event(n, a="first") for n in range(50)], event(999, distinct_id="null"))
    acknowledge(spool, project_id, *[event(n, a="last") for n in range(25)])
    no_id = {"event": "e", "properties": {"time": NOW, "distinct_id": "u"}}
    acknowledge(spool, project_id, no_id, no_id)
    drained(spool, clickhouse_url)
    first, first_refused = stored(clickhouse, project_id), refused(clickhouse, project_id)
    assert len(first) == 52
    assert sum(json.loads(each).get("a") == "last" for each in first.values()) == 25
    for _ in range(2):
        (spool.folder / "cursor.json").unlink()
        assert drained(spool, clickhouse_url) == 77
        assert stored(clickhouse, project_id) == first
        assert refused(clickhouse, project_id) == first_refused


def test_a_crash_between_insert_and_cursor_stores_nothing_twice(
    spool: Spool, clickhouse_url: str, clickhouse: Client, project_id: int, monkeypatch: pytest.MonkeyPatch
):
    acknowledge(spool, project_id, *[event(n) for n in range(20)])
    with monkeypatch.context() as patch:
        patch.setattr(Reader, "confirm", lambda reader, position: 1 / 0)
        drain = Drain(spool.folder, clickhouse_url)
        with pytest.raises(ZeroDivisionError):
            drain.step()
        drain.close()
    assert len(stored(clickhouse, project_id)) == 20
    assert drained(spool, clickhouse_url) == 20
    assert len(stored(clickhouse, project_id)) == 20


def test_poison_is_found_and_the_rest_is_stored(spool: Spool, clickhouse_url: str, clickhouse: Client, project_id: int):
    """One in a hundred cannot be a row at all: it got past the checks, as a future mistake of ours might."""
    rows = [Row("e", "u", f"i-{n}", NOW, "", "", b'{"n":%d}' % n) for n in range(200)]
    batch = AcceptedBatch.of(project_id, ingest.next_version(), rows)
    for n in (0, 150):
        batch.time_ms[n] = 2**63
    spool.append([ingest.encode(batch)])
    acknowledge(spool, project_id, event(1000))
    drained(spool, clickhouse_url)
    assert stored(clickhouse, project_id).keys() == {f"i-{n}" for n in range(200) if n not in (0, 150)} | {"i-1000"}
    found = refused(clickhouse, project_id)
    assert [json.loads(row[4])["properties"]["n"] for row in found] == [0, 150]
    assert {row[2] for row in found} == {"not_storable"}
    assert all("cannot store it" in row[0] for row in found)


def test_a_fault_of_ours_rejects_nobody(
    spool: Spool, clickhouse_url: str, project_id: int, monkeypatch: pytest.MonkeyPatch
):
    acknowledge(spool, project_id, *[event(n) for n in range(60)])

    def broken(client: object, batch: object) -> int:
        raise TypeError("a mistake in the writer")

    drain = Drain(spool.folder, clickhouse_url)
    with monkeypatch.context() as patch:
        patch.setattr(writer, "write_events", broken)
        with pytest.raises(Unavailable, match="takes none of 60"):
            drain.step()
        patch.setattr(writer, "write_events", lambda *a: (_ for _ in ()).throw(QueryFailed("no", engine_code=241)))
        with pytest.raises(QueryFailed):  # out of memory: waiting helps, refusing does not
            drain.step()
    assert drain.drain() == 60
    drain.close()


def test_a_record_nobody_can_read_is_set_aside(
    spool: Spool, clickhouse_url: str, clickhouse: Client, project_id: int, caplog: pytest.LogCaptureFixture
):
    spool.append([b"\xc1 from another version"])
    acknowledge(spool, project_id, event(1))
    assert drained(spool, clickhouse_url) == 1
    (aside,) = (spool.folder / "damaged").iterdir()
    assert aside.read_bytes() == b"\xc1 from another version"
    assert aside.name in caplog.text


def test_an_import_over_twelve_years_is_one_batch_for_us_and_several_for_clickhouse(
    spool: Spool, clickhouse_url: str, clickhouse: Client, project_id: int
):
    month = 2_629_746
    acknowledge(spool, project_id, *[event(n, time=NOW // 1000 - n * month) for n in range(150)])
    assert drained(spool, clickhouse_url) == 150
    assert len(stored(clickhouse, project_id)) == 150


def test_clickhouse_away_and_back(
    spool: Spool,
    clickhouse_url: str,
    clickhouse: Client,
    project_id: int,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(drains, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(drains, "LONGEST_WAIT", 0.05)
    drain = Drain(spool.folder, "clickhouse://default@127.0.0.1:1/default")
    stop = threading.Event()
    thread = threading.Thread(target=drain.run, args=(stop,))
    with caplog.at_level(logging.INFO, logger="analytics.ingest.drain"):
        thread.start()
        acknowledge(spool, project_id, *[event(n) for n in range(10)])
        time.sleep(0.6)
        assert drain.is_stuck
        acknowledge(spool, project_id, *[event(n) for n in range(10, 20)])
        drain._url = clickhouse_url
        deadline = time.monotonic() + 10
        while drain.stored < 20 and time.monotonic() < deadline:
            time.sleep(0.02)
        stop.set()
        thread.join()
    drain.close()
    assert len(stored(clickhouse, project_id)) == 20
    told = [record.getMessage() for record in caplog.records if record.name == "analytics.ingest.drain"]
    assert len(told) == 2  # gone, and back
    assert "does not take events" in told[0]
    assert "again" in told[1]


def test_stopping_finishes_the_batch_in_hand(
    spool: Spool, clickhouse_url: str, clickhouse: Client, project_id: int, monkeypatch: pytest.MonkeyPatch
):
    inserting = threading.Event()
    really = writer.write_events

    def slow(client: writer.Writes, batch: writer.EventBatch) -> int:
        inserting.set()
        time.sleep(0.3)
        return really(client, batch)

    monkeypatch.setattr(writer, "write_events", slow)
    acknowledge(spool, project_id, event(1))
    drain = Drain(spool.folder, clickhouse_url)
    stop = threading.Event()
    thread = threading.Thread(target=drain.run, args=(stop,))
    thread.start()
    assert inserting.wait(5)
    stop.set()
    thread.join()
    drain.close()
    assert len(stored(clickhouse, project_id)) == 1
    reader = Reader(spool.folder)
    assert not reader.has_more()
    reader.close()


def test_memory_is_bounded_by_the_batch(
    spool: Spool, clickhouse_url: str, clickhouse: Client, project_id: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(drains, "BATCH_BYTES", 20_000)
    sizes = []
    really = writer.write_events
    monkeypatch.setattr(writer, "write_events", lambda c, b: (sizes.append(len(b)), really(c, b))[1])
    for start in range(0, 1000, 20):
        acknowledge(spool, project_id, *[event(n, a="x" * 100) for n in range(start, start + 20)])
    assert drained(spool, clickhouse_url) == 1000
    assert max(sizes) <= 120
    assert len(stored(clickhouse, project_id)) == 1000
