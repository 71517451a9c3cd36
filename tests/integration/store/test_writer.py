"""What the writer leaves behind: events, catalogues, refused payloads, versions that only grow."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime

from analytics.clickhouse.client import connect
from analytics.clickhouse.versions import data_version
from analytics.clickhouse.writer import EventBatch, RejectedEvent, bump_data_versions, write_events, write_rejected


def test_texts_may_be_bytes(clickhouse, project_id):
    batch = EventBatch(
        [project_id], [1], ["Größe".encode()], [b"ann"], [b"i"], [0], [b""], [b""], ['{"a":"é"}'.encode()]
    )
    write_events(clickhouse, batch)
    rows = clickhouse.execute(
        "SELECT event, distinct_id, properties, strings FROM events WHERE project_id = {p:UInt32}", {"p": project_id}
    )
    assert rows == [("Größe", "ann", '{"a":"é"}', {"a": "é"})]


def test_an_empty_batch_writes_nothing(clickhouse):
    assert write_events(clickhouse, EventBatch()) == 0


def test_each_write_raises_its_projects_version_and_no_other(clickhouse, project_id, write):
    assert data_version(clickhouse, project_id) == 0
    write({})
    first = data_version(clickhouse, project_id)
    write({})
    second = data_version(clickhouse, project_id)
    assert 0 < first < second
    write({}, project=project_id + 1)
    assert data_version(clickhouse, project_id) == second


def test_who_sees_a_version_sees_the_writes_before_it(clickhouse_url, clickhouse, project_id):
    """Writers race; a reader that reads the version first must never find more rows later under the same version."""
    batch = EventBatch([project_id], [1], ["e"], ["u"], [""], [0], [""], [""], ["{}"])
    done = threading.Event()

    def writes(writer: int) -> None:
        client = connect(clickhouse_url)
        for number in range(8):
            write_events(client, replace(batch, insert_id=[f"{writer}-{number}"]))
        client.disconnect()

    threads = [threading.Thread(target=writes, args=(writer,)) for writer in range(3)]
    seen: dict[int, set[int]] = {}
    for thread in threads:
        thread.start()
    while not done.is_set():
        if not any(thread.is_alive() for thread in threads):
            done.set()
        version = data_version(clickhouse, project_id)
        [(rows,)] = clickhouse.execute("SELECT count() FROM events WHERE project_id = {p:UInt32}", {"p": project_id})
        seen.setdefault(version, set()).add(rows)
    for thread in threads:
        thread.join()
    assert rows == 24
    assert max(seen) == version
    assert seen[version] == {24}, "a cached answer under the last version would be stale"


def test_bumping_nothing_is_nothing(clickhouse):
    bump_data_versions(clickhouse, [])


def test_names_are_kept_with_type_volume_and_last_sight(clickhouse, project_id, write):
    day = 86_400_000
    write(
        {
            "event": "Buy",
            "time_ms": 0,
            "properties": '{"plan": "pro", "at": "2024-03-09T10:00:00", "n": 1, "$browser": "Edge"}',
        },
        {"event": "Buy", "time_ms": day, "properties": '{"plan": 5, "ok": true, "tags": [], "o": {}, "none": null}'},
        {"event": "View", "time_ms": day, "properties": '{"token": "t", "plan": "x"}'},
    )
    events = clickhouse.execute(
        "SELECT event, toString(day), sum(events) FROM event_names"
        " WHERE project_id = {p:UInt32} GROUP BY ALL ORDER BY ALL",
        {"p": project_id},
    )
    assert events == [("Buy", "1970-01-01", 1), ("Buy", "1970-01-02", 1), ("View", "1970-01-02", 1)]
    properties = clickhouse.execute(
        "SELECT event, property, type, sum(events), toUnixTimestamp64Milli(max(last_seen)) FROM property_names"
        " WHERE project_id = {p:UInt32} GROUP BY ALL ORDER BY ALL",
        {"p": project_id},
    )
    assert properties == [
        ("Buy", "$browser", "string", 1, 0),
        ("Buy", "at", "datetime", 1, 0),
        ("Buy", "n", "number", 1, 0),
        ("Buy", "o", "object", 1, day),
        ("Buy", "ok", "boolean", 1, day),
        ("Buy", "plan", "number", 1, day),
        ("Buy", "plan", "string", 1, 0),
        ("Buy", "tags", "list", 1, day),
        ("View", "plan", "string", 1, day),
    ]


def test_a_rejected_event_is_marked_as_replayed_by_writing_it_again(clickhouse, project_id):
    received = datetime(2024, 3, 9, 12, 0, 0, 123000, tzinfo=UTC)
    refused = RejectedEvent(
        project_id, uuid.uuid4(), received, "import", "properties.time", "is missing", "missing", b"{}"
    )
    write_rejected(clickhouse, [refused])
    write_rejected(clickhouse, [replace(refused, replayed_at=received)])
    rows = clickhouse.execute(
        "SELECT id, received_at, reason, payload, replayed_at FROM rejected_events FINAL WHERE project_id = {p:UInt32}",
        {"p": project_id},
    )
    assert rows == [(refused.id, received, "is missing", "{}", received)]
    assert write_rejected(clickhouse, []) == 0
