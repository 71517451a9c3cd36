"""Payload → accepted and rejected: a bad item never takes its neighbours along; what is stored is what was sent."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from analytics import ingest
from analytics.errors import PayloadError
from analytics.events import IMPORT, STRICT_IMPORT, TRACK, AcceptedBatch, Moment, RejectedBatch, Row
from analytics.ingest.store import SPANS_PER_INSERT, by_span, joined, picked, received_at, rejected

NOW = 1_700_000_000_000
MOMENT = Moment(NOW)
TOKENS = {"t1": 1, "t2": 2}


def event(name: str = "e", **properties: Any) -> dict[str, Any]:
    return {"event": name, "properties": {"time": NOW, "distinct_id": "u", "$insert_id": name, **properties}}


def text(*events: Any) -> bytes:
    return json.dumps(list(events)).encode()


def track(body: bytes) -> ingest.Outcome:
    return ingest.check(ingest.events(body), TRACK, MOMENT, TOKENS.get)


GOOD = json.dumps(event("good", token="t1")).encode()

BAD_ITEMS = {
    "NaN": b'{"event":"x","properties":{"token":"t1","a":NaN}}',
    "Infinity": b'{"event":"x","properties":{"token":"t1","a":-Infinity}}',
    "a tower": b'{"event":"x","properties":{"token":"t1","a":%b%b}}' % (b"[" * 20_000, b"]" * 20_000),
    "a number": b"17",
    "null": b"null",
    "an array": b'["event"]',
    "no event": b'{"properties":{"token":"t1"}}',
    "event is a number": b'{"event":1,"properties":{"token":"t1"}}',
    "properties is a list": b'{"event":"x","properties":["token"]}',
    "no properties": b'{"event":"x"}',
    "a control character": b'{"event":"x","properties":{"token":"t1","a":"\x01"}}',
    "bare words": b'{"event":"x","properties":{"token":"t1","a":undefined}}',
    "a comma too many": b'{"event":"x","properties":{"token":"t1",}}',
    "brackets in text": b'{"event":"x","properties":{"token":"t1","a":"]}[{\\"","b":NaN}}',
}


@pytest.mark.parametrize("bad", BAD_ITEMS.values(), ids=BAD_ITEMS.keys())
@pytest.mark.parametrize("at", [0, 1, 2])
def test_one_bad_item_leaves_its_neighbours_alone(bad: bytes, at: int):
    items = [GOOD, GOOD]
    items.insert(at, bad)
    outcome = track(b"[" + b",".join(items) + b"]")
    assert outcome.stored == 2
    assert [failure.index for failure in outcome.failures] == [at]
    if b'"token":"t1"' in bad:
        (kept,) = outcome.rejected[1]
        assert kept.reason == outcome.failures[0].message
        assert kept.payload == bad[:65_536]
    else:
        assert not outcome.rejected
        assert outcome.strangers == 1 or "token" not in outcome.failures[0].field


NO_TEXT = {
    "half a pair in the name": b'{"event":"x\\ud83d","properties":{"token":"t1"}}',
    "half a pair in a value": b'{"event":"x","properties":{"token":"t1","a":"\\uD83D"}}',
    "the other half in a key": b'{"event":"x","properties":{"token":"t1","a\\udc00":1}}',
    "not UTF-8": b'{"event":"x","properties":{"token":"t1","a":"\xff"}}',
    "not UTF-8 in the name": b'{"event":"x\xff","properties":{"token":"t1"}}',
}


@pytest.mark.parametrize("bad", NO_TEXT.values(), ids=NO_TEXT.keys())
def test_what_is_no_text_is_mended_on_the_lenient_ways_and_refused_on_the_strict(bad: bytes):
    outcome = track(b"[%b,%b]" % (GOOD, bad))
    assert outcome.stored == 2
    mended = outcome.accepted[1][1]
    assert "\ufffd" in mended.event + json.dumps(json.loads(mended.properties), ensure_ascii=False)
    strict = ingest.check(ingest.events(b"[%b,%b]" % (GOOD, bad), mend=False), STRICT_IMPORT, MOMENT, 1)
    assert strict.stored == 1
    assert [failure.index for failure in strict.failures] == [1]


def test_an_emoji_whose_halves_were_encoded_apart_is_one_character():
    halves = "😀".encode("utf-16-be")
    apart = b"".join(
        halves[n : n + 2].decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass") for n in (0, 2)
    )
    outcome = track(b'{"event":"x","properties":{"token":"t1","a":"%b \xff %b"}}' % (apart, apart[:3]))
    assert json.loads(outcome.accepted[1][0].properties)["a"].startswith("😀 \ufffd \ufffd")


def test_whole_pairs_and_backslashes_are_left_alone():
    body = rb'{"event":"x","properties":{"token":"t1","a":"\ud83d\ude00","b":"\\ud83d","c":"\u00e9\ud83d"}}'
    outcome = track(body)
    assert json.loads(outcome.accepted[1][0].properties) == {"a": "😀", "b": "\\ud83d", "c": "é\ufffd"}


@pytest.mark.parametrize("body", [b"", b"  ", b"hello", b"[", b'[{"event":"x"}', b'{"event":', b"[1]]", b"17"])
def test_what_is_not_json_at_all(body: bytes):
    with pytest.raises(PayloadError) as refusal:
        track(body)
    assert refusal.value.field == "data"


def test_shapes_of_a_payload():
    assert len(ingest.events(b"\xef\xbb\xbf " + text(event()) + b"\n")) == 1
    assert ingest.events(json.dumps(event()).encode()).single
    assert not ingest.events(text(event())).single
    lines = b"\n".join(json.dumps(event(f"e{n}")).encode() for n in range(3)) + b"\r\n\n"
    assert len(ingest.events(lines, per_line=True)) == 3
    assert len(ingest.events(b"[]")) == 0
    assert len(ingest.objects(b'[{"a":1}, {"b":2}]')) == 2


def test_tokens_send_each_event_to_its_own_project():
    outcome = track(
        text(event("a", token="t1"), event("b", token="t2"), event("c", token="t1"), event("d", token="no"), event("e"))
    )
    assert {project: [row.event for row in rows] for project, rows in outcome.accepted.items()} == {
        1: ["a", "c"],
        2: ["b"],
    }
    assert outcome.strangers == 2
    assert [failure.index for failure in outcome.failures] == [3, 4]
    assert not outcome.rejected
    assert outcome.items_by_project() == {1: 2, 2: 1}
    assert not any(b"token" in row.properties for rows in outcome.accepted.values() for row in rows)


def test_a_token_that_is_no_text_is_nobodys():
    outcome = track(b'[{"event":"x","properties":{"token":1}},{"event":"x","properties":{"token":["t1"]}}]')
    assert outcome.stored == 0
    assert len(outcome.failures) == 2


def test_ignored_events_are_neither_stored_nor_refused():
    outcome = track(
        text(
            event("a", token="t1", **{"$ignore": True}),
            event("b", token="t1"),
            event("c", token="t1", **{"$ignore": "0"}),
        )
    )
    assert [row.event for row in outcome.accepted[1]] == ["b"]
    assert outcome.ignored == 2
    assert not outcome.failures


def test_refusals_say_which_item_and_which_field():
    body = text(event("a"), event("b", time=5), event("c", distinct_id="null"), event("d"))
    outcome = ingest.check(ingest.events(body), STRICT_IMPORT, MOMENT, 9)
    assert outcome.stored == 2
    assert [(f.index, f.insert_id, f.field) for f in outcome.failures] == [
        (1, "b", "properties.time"),
        (2, "c", "properties.distinct_id"),
    ]
    assert [json.loads(item.payload)["event"] for item in outcome.rejected[9]] == ["b", "c"]


def test_what_goes_into_a_record_comes_out_of_it():
    outcome = ingest.check(ingest.events(text(event("ä"), event("b", time=5))), IMPORT, MOMENT, 9)
    batches = [ingest.decode(ingest.encode(batch)) for batch in outcome.batches("import")]
    accepted, refused = batches
    assert isinstance(accepted, AcceptedBatch)
    assert isinstance(refused, RejectedBatch)
    assert accepted.event == ["ä"]
    assert refused.rejected == outcome.rejected[9]
    assert accepted.version < refused.version


def test_a_made_insert_id_is_made_once():
    outcome = ingest.check(ingest.events(b'[{"event":"x","properties":{"time":1700000000}}]'), IMPORT, MOMENT, 9)
    (first,) = outcome.batches("import")
    record = ingest.encode(first)
    one, two = ingest.decode(record), ingest.decode(record)
    assert isinstance(one, AcceptedBatch)
    assert one == two
    assert len(one.insert_id[0]) == 32


def test_versions_grow_even_if_the_clock_does_not(monkeypatch: pytest.MonkeyPatch):
    first = ingest.next_version()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    later = [ingest.next_version() for _ in range(3)]
    assert first < later[0] < later[1] < later[2]
    assert all(b - a >= 4096 for a, b in zip([first, *later], later, strict=False))


def batch(times: list[int], project: int = 1, version: int = 4096) -> AcceptedBatch:
    return AcceptedBatch.of(project, version, [Row("e", "u", str(n), t, "", "", b"{}") for n, t in enumerate(times)])


def test_batches_join_into_the_columns_of_one_insert():
    whole = joined([batch([1, 2], 7, 100), batch([3], 8, 5)])
    assert whole.project_id == [7, 7, 8]
    assert whole.version == [100, 101, 5]
    assert whole.time_ms == [1, 2, 3]
    assert picked(whole, [2, 0]).time_ms == [3, 1]


def test_an_insert_never_touches_more_months_than_clickhouse_takes():
    month = 2_629_746_000
    times = [NOW - n * month for n in range(600)]
    parts = list(by_span(joined([batch(times)])))
    assert sorted(t for part in parts for t in part.time_ms) == sorted(times)
    assert all(len({t // (31 * 86_400_000) for t in part.time_ms}) <= SPANS_PER_INSERT for part in parts)
    for part in parts:
        months = {time.gmtime(t / 1000)[:2] for t in part.time_ms}
        assert len(months) < 100
    assert len(list(by_span(joined([batch([NOW] * 1000)])))) == 1


def test_refused_items_as_rows_keep_their_ids():
    outcome = ingest.check(ingest.events(text(event("a", time=5), event("b", time=5))), IMPORT, MOMENT, 9)
    (refused,) = outcome.batches("import")
    assert isinstance(refused, RejectedBatch)
    rows = rejected(refused)
    assert rows == rejected(refused)
    assert len({row.id for row in rows}) == 2
    assert rows[0].project_id == 9
    assert rows[0].field == "properties.time"
    assert rows[0].endpoint == "import"
    assert abs(received_at(refused.version).timestamp() - time.time()) < 60
