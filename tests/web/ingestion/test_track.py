"""/track in every encoding that an SDK speaks, with every answer it expects."""

from __future__ import annotations

import base64
import gzip
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from analytics.errors import Unavailable
from analytics.spool import SpoolFull
from tests.analytics.test_geo import BONN, write_database
from tests.web.ingestion.conftest import Call, Kept
from web.ingestion import limits, spooling
from web.projects.models import Project

TOKEN = "t" * 32
FORM = "application/x-www-form-urlencoded"
# Every awkward sign: base64 of it has + and /, and it holds &, =, %, + and quotes.
AWKWARD = 'a&b=c+d%20é ~~~???>>> "q" 日本 😀'


def event(**properties: Any) -> dict[str, Any]:
    return {"event": "Sign Up", "properties": {"token": TOKEN, "distinct_id": "u", "a": AWKWARD, **properties}}


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def b64(value: Any) -> bytes:
    return base64.b64encode(dumped(value))


ONE = event()
assert b"+" in b64(ONE) + b64([ONE]) or b"/" in b64(ONE)

BODIES = {
    "form, JSON": (FORM, lambda v: b"data=" + quote_plus(dumped(v)).encode()),
    "form, JSON quoted otherwise": (FORM, lambda v: b"data=" + quote(dumped(v), safe="").encode()),
    "form, base64 url-encoded": (FORM, lambda v: b"data=" + quote_plus(b64(v)).encode()),
    "form, base64 bare": (FORM, lambda v: b"data=" + b64(v)),
    "form, base64 with + made spaces": (FORM, lambda v: b"data=" + b64(v).replace(b"+", b" ")),
    "form, base64 url-safe without padding": (
        FORM,
        lambda v: b"data=" + base64.urlsafe_b64encode(dumped(v)).rstrip(b"="),
    ),
    "form, base64 in lines": (FORM, lambda v: b"data=" + quote_plus(base64.encodebytes(dumped(v))).encode()),
    "form, JSON as it is": (FORM, lambda v: b"data=" + dumped(v)),
    "form, after flags": (FORM, lambda v: b"verbose=0&ip=0&data=" + quote_plus(dumped(v)).encode()),
    "form, JSON as it is after flags": (FORM, lambda v: b"ip=0&data=" + dumped(v)),
    "beacon": ("text/plain;charset=UTF-8", lambda v: b"data=" + quote_plus(b64(v)).encode()),
    "no type": ("", lambda v: b"data=" + quote_plus(dumped(v)).encode()),
    "JSON": ("application/json", dumped),
    "JSON with spaces and a mark": ("application/json; charset=utf-8", lambda v: b"\xef\xbb\xbf " + dumped(v) + b"\n"),
    "JSON as text": ("text/plain", dumped),
    "JSON that claims to be a form": (FORM, dumped),
}


@pytest.mark.parametrize("content_type, encode", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("many", [False, True], ids=["one", "array"])
def test_every_encoding(
    call: Call, kept: Kept, project: Project, content_type: str, encode: Any, packed: bool, many: bool
):
    body = encode([ONE, ONE] if many else ONE)
    headers = {"content_type": content_type, **({"content_encoding": "gzip"} if packed else {})}
    reply = call("POST", "/track/" if many else "/track", gzip.compress(body) if packed else body, **headers)
    assert (reply.status, reply.body) == (200, b"1")
    assert reply.headers["Content-Type"].startswith("text/plain")
    events = kept.events()
    assert len(events) == (2 if many else 1)
    assert all(each["properties"] == {"distinct_id": "u", "a": AWKWARD} for each in events)
    assert {each["project_id"] for each in events} == {project.pk}


@pytest.mark.parametrize("encode", [dumped, b64, lambda v: base64.urlsafe_b64encode(dumped(v)).rstrip(b"=")])
def test_get(call: Call, kept: Kept, project: Project, encode: Any):
    reply = call("GET", f"/track?ip=0&verbose=0&data={quote_plus(encode(ONE))}")
    assert (reply.status, reply.body) == (200, b"1")
    assert kept.events()[0]["properties"]["a"] == AWKWARD
    unquoted = call("GET", f"/track/?data={b64(ONE).decode()}")  # its + arrive as spaces
    assert unquoted.body == b"1"
    assert len(kept.events()) == 2


def test_flags_come_from_the_query_or_the_form(call: Call, project: Project):
    body = b"data=" + quote_plus(dumped(ONE)).encode()
    assert call("POST", "/track?verbose=1", body).json == {"status": 1, "error": ""}
    assert call("POST", "/track", body + b"&verbose=1").json == {"status": 1, "error": ""}
    assert call("POST", "/track", b"verbose=1&" + body).json == {"status": 1, "error": ""}
    assert call("POST", "/track", b"data=" + dumped(ONE) + b"&verbose=1").json == {"status": 1, "error": ""}
    assert call("POST", "/track", dumped(ONE)).body == b"1"


def test_a_pixel_and_a_callback(call: Call, project: Project):
    query = f"data={quote_plus(b64(ONE))}"
    pixel = call("GET", f"/track?{query}&img=1")
    assert pixel.headers["Content-Type"] == "image/gif"
    assert pixel.body.startswith(b"GIF89a")
    script = call("GET", f"/track?{query}&callback=mixpanel._jsc")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["X-Content-Type-Options"] == "nosniff"
    assert script.body == b"/**/mixpanel._jsc(1);"
    verbose = call("GET", f"/track?{query}&callback=f&verbose=1")
    assert verbose.body == b'/**/f({"status":1,"error":""});'


@pytest.mark.parametrize("name", ["alert(1)//", "a;b", "<script>", "", "é", "x" * 200])
def test_a_callback_is_a_name_and_nothing_else(call: Call, project: Project, name: str):
    reply = call("GET", f"/track?data={quote_plus(b64(ONE))}&callback={quote_plus(name)}")
    assert reply.body == b"1"
    assert reply.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "body, error",
    [
        (b"", "data, missing or empty"),
        (b"data=", "data, missing or empty"),
        (b"verbose=1", "data, missing or empty"),
        (b"data=%25%25%25", "data is neither JSON nor base64"),
        (b"data=hello", "data is neither"),
        (b"{", "not JSON"),
        (b'{"event":"x"}', "properties"),
    ],
)
def test_what_is_no_data_is_told_so(call: Call, kept: Kept, project: Project, body: bytes, error: str):
    reply = call("POST", "/track?verbose=1", body)
    assert reply.status == 200
    assert reply.json["status"] == 0
    assert error in reply.json["error"]
    if b"verbose" not in body:
        assert call("POST", "/track", body).body == b"0"
    assert not kept.batches()


def test_an_unknown_token_is_401_and_known_ones_beside_it_count(call: Call, kept: Kept, project: Project):
    stranger = {"event": "x", "properties": {"token": "nobody", "distinct_id": "u"}}
    reply = call("POST", "/track", dumped([stranger, stranger]))
    assert reply.status == 401
    assert reply.json["status"] == "error"
    assert call("POST", "/track", dumped({"event": "x", "properties": {"distinct_id": "u"}})).status == 401
    assert not kept.batches()
    assert call("POST", "/track", dumped([stranger, ONE])).body == b"1"
    assert len(kept.events()) == 1


def test_one_bad_item_never_sinks_a_browsers_batch(call: Call, kept: Kept, project: Project):
    bad = event(distinct_id="null")
    reply = call("POST", "/track/?verbose=1&ip=1&_=1", b"data=" + quote_plus(b64([ONE, bad, ONE])).encode())
    assert reply.json == {"status": 1, "error": ""}
    assert len(kept.events()) == 2
    assert [item.field for item in kept.rejected()] == ["properties.distinct_id"]
    everything_bad = call("POST", "/track?verbose=1", dumped([bad, bad]))
    assert everything_bad.json["status"] == 1  # it has arrived, and sending it again would not mend it


def test_a_single_bad_event_is_told_and_kept(call: Call, kept: Kept, project: Project):
    reply = call("POST", "/track?verbose=1", dumped(event(distinct_id="undefined")))
    assert reply.status == 200
    assert reply.json["status"] == 0
    assert "distinct_id" in reply.json["error"]
    (item,) = kept.rejected()
    assert item.reason == reply.json["error"]
    assert json.loads(item.payload)["properties"]["a"] == AWKWARD


def test_older_than_five_days_is_answered_1_and_kept_as_rejected(call: Call, kept: Kept, project: Project):
    reply = call("POST", "/track", dumped(event(time=int(time.time()) - 6 * 86_400)))
    assert reply.body == b"1"
    assert not kept.events()
    assert [item.code for item in kept.rejected()] == ["too_old"]


def test_time_and_insert_id_are_stamped_once(call: Call, kept: Kept, project: Project):
    before = time.time_ns() // 1_000_000
    call("POST", "/track", dumped(ONE))
    (first,), (again,) = kept.events(), kept.events()
    assert first == again
    assert before <= first["time_ms"] <= time.time_ns() // 1_000_000
    assert len(first["insert_id"]) == 32


def test_ignored_events_are_gone(call: Call, kept: Kept, project: Project):
    assert call("POST", "/track", dumped(event(**{"$ignore": True}))).body == b"1"
    assert not kept.batches()


def test_an_anonymous_caller_is_told_apart_by_a_keyed_hash_of_the_address(call: Call, kept: Kept, project: Project):
    nobody = {"event": "x", "properties": {"token": TOKEN}}
    for address in ("203.0.113.1", "203.0.113.1", "203.0.113.2"):
        call("POST", "/track?ip=1", dumped(nobody), remote_addr=address)
    call("POST", "/track?ip=0", dumped(nobody))
    ids = [each["distinct_id"] for each in kept.events()]
    assert ids[0] == ids[1] != ids[2]
    assert ids[3] == ""
    assert not any("203.0.113" in json.dumps(each) for each in kept.events())


def test_a_forwarded_address_counts_only_from_our_own_proxies(
    call: Call, kept: Kept, project: Project, monkeypatch: pytest.MonkeyPatch
):
    nobody = {"event": "x", "properties": {"token": TOKEN}}
    for forwarded in ("1.1.1.1", "2.2.2.2"):
        call("POST", "/track?ip=1", dumped(nobody), x_forwarded_for=forwarded)
    monkeypatch.setattr(limits, "TRUSTED_PROXIES", 1)
    for forwarded in ("9.9.9.9, 1.1.1.1", "8.8.8.8, 1.1.1.1", "1.1.1.1, 2.2.2.2"):
        call("POST", "/track?ip=1", dumped(nobody), x_forwarded_for=forwarded)
    ids = [each["distinct_id"] for each in kept.events()]
    assert ids[0] == ids[1]
    assert ids[2] == ids[3] != ids[4]
    assert ids[0] not in ids[2:]


def test_the_place_of_the_caller_with_a_database_and_never_the_address(
    call: Call, kept: Kept, project: Project, tmp_path: Path, settings: Any
):
    settings.GEOIP_DATABASE = str(write_database(tmp_path / "city.mmdb", BONN))
    call("POST", "/track?ip=1", dumped(ONE), remote_addr="203.0.113.7")
    call("POST", "/track?ip=0", dumped(ONE), remote_addr="203.0.113.7")
    call("POST", "/track", dumped(event(ip="203.0.113.8")))
    call("POST", "/track?ip=1", dumped(event(ip="10.0.0.1")), remote_addr="203.0.113.7")
    call("POST", "/track?ip=1", dumped(event(**{"$city": "Rome"})), remote_addr="203.0.113.7")
    assert [each["properties"].get("$city") for each in kept.events()] == ["Bonn", None, "Bonn", None, "Rome"]
    assert kept.events()[0]["properties"]["mp_country_code"] == "DE"
    assert "203.0" not in json.dumps(kept.events())


# --- limits ---


def test_too_many_events(call: Call, kept: Kept, project: Project):
    assert call("POST", "/track", dumped([ONE] * 2000)).body == b"1"
    reply = call("POST", "/track", dumped([ONE] * 2001))
    assert reply.status == 413  # a browser's SDK halves its batch at this
    assert len(kept.events()) == 2000


def test_too_large_a_body_is_refused_unread(call: Call, project: Project):
    reply = call("POST", "/track", b"short", content_length=str(limits.MAX_BODY_BYTES + 1))
    assert reply.status == 413
    assert str(limits.MAX_BODY_BYTES) in reply.json["error"]


def test_a_gzip_bomb_stops_at_the_limit(call: Call, project: Project):
    bomb = gzip.compress(b" " * (limits.MAX_BODY_BYTES + 1))
    assert len(bomb) < 20_000
    assert call("POST", "/track", bomb, content_encoding="gzip").status == 413
    members = gzip.compress(b" " * (limits.MAX_BODY_BYTES // 2)) * 3
    assert call("POST", "/track", members, content_encoding="gzip").status == 413


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_a_body_that_cannot_be_unpacked(call: Call, project: Project, encoding: str):
    assert call("POST", "/track", dumped(ONE), content_encoding=encoding).status == 400
    assert call("POST", "/track", gzip.compress(dumped(ONE))[:-9], content_encoding="gzip").status == 400


def test_a_body_shorter_than_announced(call: Call, project: Project):
    assert call("POST", "/track", dumped(ONE), content_length="9999").status == 400


def test_rate_limit_says_when_to_come_again(call: Call, kept: Kept, project: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "rate", limits.Rate(10, 100))
    assert call("POST", "/track", dumped([ONE] * 90)).status == 200
    reply = call("POST", "/track", dumped([ONE] * 50))
    assert reply.status == 429
    assert int(reply.headers["Retry-After"]) == 4
    assert len(kept.events()) == 90
    assert call("POST", "/track", dumped([ONE] * 10)).status == 200


def test_a_full_spool_is_503_with_retry_after(call: Call, project: Project, monkeypatch: pytest.MonkeyPatch):
    for error in (SpoolFull("the spool holds its 9 bytes"), Unavailable("the spool cannot be written")):

        def refuse(records: list[bytes], error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(spooling.spool(), "append", refuse)
        for path in ("/track", "/track/"):
            reply = call("POST", path, dumped(ONE))
            assert reply.status == 503
            assert int(reply.headers["Retry-After"]) > 0


def test_an_error_of_ours_is_500_in_the_sdks_shape(call: Call, project: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spooling.spool(), "append", lambda records: 1 / 0)
    reply = call("POST", "/track", dumped(ONE))
    assert reply.status == 500
    assert reply.json == {"status": "error", "error": "internal error"}


# --- CORS ---


def test_any_page_may_send_with_credentials(call: Call, project: Project):
    reply = call("POST", "/track", dumped(ONE), origin="https://shop.example")
    assert reply.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert reply.headers["Access-Control-Allow-Credentials"] == "true"
    assert reply.headers["Vary"] == "Origin"
    refused = call("POST", "/track", dumped({"event": "x", "properties": {}}), origin="https://shop.example")
    assert refused.status == 401
    assert refused.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "Access-Control-Allow-Origin" not in call("POST", "/track", dumped(ONE)).headers


@pytest.mark.parametrize(
    "path", ["/track", "/track/", "/engage/", "/groups", "/import", "/flags/", "/settings/", "/record/"]
)
def test_preflight(call: Call, path: str):
    reply = call(
        "OPTIONS",
        path,
        origin="https://shop.example",
        access_control_request_method="POST",
        access_control_request_headers="authorization,x-odd",
    )
    assert reply.status == 204
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert reply.headers["Access-Control-Allow-Headers"] == "authorization,x-odd"
    assert reply.headers["Access-Control-Allow-Credentials"] == "true"


def test_other_methods(call: Call, project: Project):
    assert call("PUT", "/track", dumped(ONE)).status == 405
    assert call("DELETE", "/import").status == 405


# --- what SDKs ask besides ---


def test_what_sdks_ask_is_answered_in_their_shape(call: Call, project: Project):
    assert call("GET", "/settings/?mp_lib=web&$lib_version=2").json == {"sdk_config": {"config": {}}}
    assert call("GET", "/flags/?mp_lib=web&token=x").json["flags"] == {}
    assert call("GET", "/decide?token=x").json["config"] == {}
    record = call("POST", "/record/?mp_lib=web", b"\x1f\x8b")
    assert record.status == 404
    assert record.json["code"] == 404


def test_a_persons_page_is_not_taken(call: Call, project: Project):
    assert call("GET", "/settings/").status == 404
    assert call("GET", "/trackers").status == 404
