"""/export: each event once, as it was received, line by line; and never half of them as if they were all."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from analytics import segmentation
from analytics.clickhouse.writer import EventBatch, ProfileRow, write_events, write_profiles
from analytics.errors import QueryFailed
from analytics.export import LIMITS
from tests.web.shop import NOON
from web.mixpanel import export, limits

pytestmark = pytest.mark.django_db

RANGE = {"from_date": (NOON - dt.timedelta(days=3)).date().isoformat(), "to_date": NOON.date().isoformat()}


def lines(response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    text = b"".join(response.streaming_content).decode()
    return [json.loads(line) for line in text.splitlines()]


def send(clickhouse: Any, project_id: int, properties: str, **changes: Any) -> None:
    row = {
        "project_id": project_id, "version": (1_700_000_000_123_456 << 12) + 5, "event": "Raw", "distinct_id": "ann",
        "insert_id": "i1", "time_ms": int(NOON.timestamp() * 1000) + 789, "user_id": "", "device_id": "",
        "properties": properties,
    }  # fmt: skip
    batch = EventBatch()
    for name, value in {**row, **changes}.items():
        getattr(batch, name).append(value)
    write_events(clickhouse, batch)


RECEIVED = (
    '{"time": 5, "distinct_id": "ann", "$insert_id": "i1", "mp_processing_time_ms": 1, "id": 12345678901234567890,'
    ' "price": 1.10, "ü \\"": "\\u00e9\\n", "list": [1,\n  {"a": null}], "on": true}'
)


def test_an_event_is_handed_out_as_it_was_received(shop, analyst, clickhouse):
    send(clickhouse, shop.project.pk, RECEIVED)
    response = analyst.get("/api/2.0/export", {"event": '["Raw"]', "project_id": shop.project.pk, **RANGE})
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    body = b"".join(response.streaming_content).decode()
    seconds = int(NOON.timestamp())
    assert body == (
        f'{{"event":"Raw","properties":{{"time":{seconds},"distinct_id":"ann","$insert_id":"i1",'
        '"id":12345678901234567890,"price":1.10,"ü \\"":"\\u00e9\\n","list":[1,   {"a": null}],"on":true,'
        '"mp_processing_time_ms":1700000000123}}\n'
    )
    assert json.loads(body)["properties"]['ü "'] == "é\n"


def test_milliseconds_on_request(shop, analyst, clickhouse):
    send(clickhouse, shop.project.pk, "{}")
    found = lines(analyst.get("/api/2.0/export", {"event": "Raw", "time_in_ms": "true", **RANGE}))
    assert found[0]["properties"]["time"] == int(NOON.timestamp() * 1000) + 789


def test_the_last_received_of_equal_events_counts(shop, analyst, clickhouse):
    version = 1_800_000_000_000_000 << 12
    send(clickhouse, shop.project.pk, '{"n": 2}', version=version)
    send(clickhouse, shop.project.pk, '{"n": 1}', version=version - 1)
    found = lines(analyst.get("/api/2.0/export", {"event": "Raw", **RANGE}))
    assert [each["properties"]["n"] for each in found] == [2]


def test_events_where_and_limit(analyst):
    everything = lines(analyst.get("/api/2.0/export", RANGE))
    assert len(everything) == 7
    some = lines(analyst.get("/api/2.0/export", {"event": '["Purchase", "Sign Up"]', **RANGE}))
    assert len(some) == 6
    where = {"where": 'properties["plan"] == "pro" and properties["amount"] >= 10', **RANGE}
    assert sorted(each["properties"]["amount"] for each in lines(analyst.get("/api/2.0/export", where))) == [10, 30]
    first = lines(analyst.get("/api/2.0/export", {"limit": 2, **RANGE}))
    assert {each["event"] for each in first} == {"Sign Up", "<b>Sign & Out</b>"}, "the earliest"


def test_where_may_ask_about_users(shop, analyst, clickhouse):
    write_profiles(clickhouse, [ProfileRow(shop.project.pk, "ada", 1, False, '{"vip": true}')])
    found = lines(analyst.get("/api/2.0/export", {"where": 'user["vip"]', **RANGE}))
    assert [each["properties"]["distinct_id"] for each in found] == ["ada"] * 3


def test_a_form_will_do(analyst):
    form = f"from_date={RANGE['from_date']}&to_date={RANGE['to_date']}&event=Purchase"
    response = analyst.post("/api/2.0/export/", form, content_type="application/x-www-form-urlencoded")
    assert len(lines(response)) == 5


def test_days_are_the_projects(shop, analyst, clickhouse):
    shop.project.timezone = "Europe/Berlin"
    shop.project.save()
    day = dt.date(2024, 3, 2)
    for hour, insert_id in ((22, "before"), (23, "midnight"), (46, "last"), (47, "after")):
        at = dt.datetime(2024, 3, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour)
        send(clickhouse, shop.project.pk, "{}", insert_id=insert_id, time_ms=int(at.timestamp() * 1000))
    found = lines(analyst.get("/api/2.0/export", {"from_date": day, "to_date": day}))
    assert {each["properties"]["$insert_id"] for each in found} == {"midnight", "last"}


def test_packed_on_request(analyst):
    response = analyst.get("/api/2.0/export", RANGE, HTTP_ACCEPT_ENCODING="gzip, deflate")
    assert response.headers["Content-Encoding"] == "gzip"
    text = gzip.decompress(b"".join(response.streaming_content)).decode()
    assert len(text.splitlines()) == 7


def test_nothing_is_an_empty_answer(analyst):
    assert lines(analyst.get("/api/2.0/export", {"event": "Never", **RANGE})) == []
    packed = analyst.get("/api/2.0/export", {"event": "Never", **RANGE}, HTTP_ACCEPT_ENCODING="gzip")
    assert gzip.decompress(b"".join(packed.streaming_content)) == b""


def test_a_viewer_may_not(viewer):
    response = viewer.get("/api/2.0/export", RANGE)
    assert response.status_code == 403
    assert "needs the role Analyst" in response.json()["error"]


@pytest.mark.parametrize(
    "params, sentence",
    [
        ({"from_date": ""}, "from_date: It is missing."),
        ({"limit": "0"}, "limit: The limit is from 1"),
        ({"time_in_ms": "maybe"}, "time_in_ms: true or false is needed"),
        ({"where": "x"}, "where: “x” (character 1) is not a word"),
        ({"event": "[]"}, "event: No event is named."),
    ],
)
def test_what_cannot_be_asked(analyst, params, sentence):
    response = analyst.get("/api/2.0/export", {**RANGE, **params})
    assert response.status_code == 400
    assert response.json()["error"].startswith(sentence)


class TestBreakingOff:
    """The other half, over a real socket, is in tests/integration/test_export.py."""

    @pytest.fixture
    def broken(self, monkeypatch):
        def found(query, scope, *, url):
            yield b"x" * export.PIECE
            raise QueryFailed("the engine fell over")

        monkeypatch.setattr(export, "lines", found)

    def test_it_raises_after_the_first_piece(self, broken, analyst):
        stream = iter(analyst.get("/api/2.0/export", RANGE).streaming_content)
        assert len(next(stream)) == export.PIECE
        with pytest.raises(QueryFailed):
            next(stream)

    def test_over_the_old_protocol_a_line_tells(self, broken, analyst):
        stream = iter(analyst.get("/api/2.0/export", RANGE, SERVER_PROTOCOL="HTTP/1.0").streaming_content)
        next(stream)
        assert next(stream) == b"terminated early\n"
        with pytest.raises(QueryFailed):
            next(stream)

    def test_what_fails_at_once_has_a_status(self, analyst, settings):
        settings.CLICKHOUSE_QUERY_URL = "clickhouse://default@127.0.0.1:1/default"
        response = analyst.get("/api/2.0/export", RANGE)
        assert response.status_code == 503
        assert response.headers["Retry-After"]


def test_a_servers_query_user_may_ask_for_these_limits():
    root = ET.parse(Path(__file__).resolve().parents[3] / "deploy" / "clickhouse" / "users.xml").getroot()
    for asked in (LIMITS, {"max_execution_time": segmentation.LONGEST_SECONDS}):
        for name, value in asked.items():
            highest = root.find(f"profiles/query/constraints/{name}/max")
            assert highest is not None
            assert value <= int(highest.text or 0)


def test_a_client_that_leaves_frees_its_place(analyst, shop):
    for _ in range(limits.MOST_IN_ALL + 1):
        response = analyst.get("/api/2.0/export", RANGE)
        next(iter(response.streaming_content))
        response.close()
    assert not limits.at_once.running
