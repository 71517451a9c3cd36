"""/import: who may, what strict mode says of each record, and that a partial success is one."""

from __future__ import annotations

import base64
import gzip
import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.utils import timezone

from tests.web.ingestion.conftest import Call, Kept
from web.ingestion import limits
from web.projects import credentials
from web.projects.models import Project, Role, ServiceAccount

TOKEN = "t" * 32
YEAR = 365 * 86_400


def basic(user: str, password: str = "") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def event(number: int = 0, **changes: Any) -> dict[str, Any]:
    properties = {"time": int(time.time()) - YEAR, "distinct_id": "u", "$insert_id": f"i-{number}", **changes}
    return {"event": "Old", "properties": {name: value for name, value in properties.items() if value is not ...}}


def dumped(*events: Any) -> bytes:
    return json.dumps(events).encode()


@pytest.fixture
def account(project: Project) -> ServiceAccount:
    return ServiceAccount.objects.create(
        project=project, label="r", username="robot", secret_hash=credentials.hash_secret("s3cret"), role=Role.ANALYST
    )


def test_strict_import_counts(call: Call, kept: Kept, project: Project, account: ServiceAccount):
    reply = call(
        "POST",
        f"/import?strict=1&project_id={project.pk}",
        dumped(*[event(n) for n in range(2000)]),
        authorization=basic("robot", "s3cret"),
        content_type="application/json",
    )
    assert reply.json == {"code": 200, "num_records_imported": 2000, "status": "OK"}
    assert len(kept.events()) == 2000


def test_strict_import_is_a_partial_success(call: Call, kept: Kept, project: Project):
    body = dumped(
        event(0),
        event(1, time="yesterday"),
        event(2, **{"$insert_id": ...}),
        event(3),
        event(4, distinct_id=...),
        event(5, time=time.time() + 7200),
        {"event": "", "properties": event(6)["properties"]},
        event(7, distinct_id="null"),
    )
    reply = call("POST", "/import?strict=1", body, authorization=basic(TOKEN))
    assert reply.status == 400
    answer = reply.json
    assert answer["code"] == 400
    assert answer["status"] == "Bad Request"
    assert answer["error"] == "some data points in the request failed validation"
    assert answer["num_records_imported"] == 2
    failed = answer["failed_records"]
    assert [(each["index"], each["field"], each["insert_id"]) for each in failed] == [
        (1, "properties.time", "i-1"),
        (2, "properties.$insert_id", ""),
        (4, "properties.distinct_id", "i-4"),
        (5, "properties.time", "i-5"),
        (6, "event", "i-6"),
        (7, "properties.distinct_id", "i-7"),
    ]
    assert all(each["$insert_id"] == each["insert_id"] for each in failed)
    assert failed[0]["message"] == "'properties.time' is invalid: must be specified as seconds since epoch"
    assert failed[2]["message"] == "'properties.distinct_id' is invalid: must not be missing"
    assert failed[3]["message"] == "'properties.time' is invalid: must not be in the future"
    assert failed[4]["message"] == "'event' must not be missing or blank"
    assert len(kept.events()) == 2
    assert len(kept.rejected()) == 6


def test_strict_refuses_text_that_is_none(call: Call, project: Project):
    body = b'[{"event":"x","properties":{"time":1600000000,"distinct_id":"u","$insert_id":"i","utm_source":"\\ud83d"}}]'
    (failed,) = call("POST", "/import?strict=1", body, authorization=basic(TOKEN)).json["failed_records"]
    assert failed["field"] == "properties.utm_source"
    assert failed["message"] == "'properties.utm_source' is invalid: string should be valid utf8"


def test_the_lenient_way_answers_like_track(call: Call, kept: Kept, project: Project):
    single = json.dumps(event(0)).encode()
    form = b"data=" + quote_plus(single).encode() + b"&verbose=1"
    reply = call("POST", "/import", form, authorization=basic(TOKEN))
    assert reply.json == {"status": 1, "error": ""}
    assert call("POST", "/import/", single, authorization=basic(TOKEN)).body == b"1"
    bad = json.dumps(event(0, time=...)).encode()
    reply = call("POST", "/import?verbose=1", bad, authorization=basic(TOKEN))
    assert reply.json["status"] == 0
    assert "time" in reply.json["error"]
    assert call("POST", "/import", dumped(event(1, time=...), event(2)), authorization=basic(TOKEN)).body == b"1"
    assert len(kept.events()) == 3
    assert len(kept.rejected()) == 2


def test_lines_and_gzip(call: Call, kept: Kept, project: Project):
    lines = b"\n".join(json.dumps(event(n)).encode() for n in range(3)) + b"\n"
    reply = call(
        "POST",
        "/import?strict=1",
        gzip.compress(lines),
        authorization=basic(TOKEN),
        content_type="application/x-ndjson",
        content_encoding="gzip",
    )
    assert reply.json["num_records_imported"] == 3
    assert len(kept.events()) == 3


def test_get_as_node_sends_a_single_event(call: Call, kept: Kept, project: Project):
    data = quote_plus(base64.b64encode(json.dumps(event()).encode()))
    assert call("GET", f"/import?ip=0&verbose=0&data={data}", authorization=basic(TOKEN)).body == b"1"
    assert call("GET", f"/import?data={data}").status == 401
    assert len(kept.events()) == 1


def test_who_may_not(call: Call, kept: Kept, project: Project, account: ServiceAccount):
    for authorization in ("", "Bearer x", "Basic !!!", basic("robot", "wrong"), basic("nobody", "s3cret"), basic("x")):
        headers = {"authorization": authorization} if authorization else {}
        reply = call("POST", "/import?strict=1", dumped(event()), **headers)
        assert reply.status == 401, authorization
        assert reply.json == {"code": 401, "error": "Invalid credentials", "status": "Unauthorized"}
    right = {"authorization": basic("robot", "s3cret")}
    assert call("POST", f"/import?project_id={project.pk + 1}", dumped(event()), **right).status == 401
    assert not kept.batches()
    ServiceAccount.objects.update(role=Role.VIEWER)
    credentials.forget()
    assert call("POST", "/import", dumped(event()), **right).status == 403
    ServiceAccount.objects.update(role=Role.OWNER, expires_at=timezone.now() - timedelta(seconds=1))
    credentials.forget()
    assert call("POST", "/import", dumped(event()), **right).status == 401
    assert not kept.batches()


def test_a_public_token_inside_an_event_opens_nothing(call: Call, project: Project):
    assert call("POST", "/import", dumped(event(0, token=TOKEN))).status == 401


def test_an_old_librarys_api_key_in_the_form(call: Call, kept: Kept, project: Project):
    body = b"data=" + quote_plus(json.dumps(event())).encode() + b"&api_key=" + TOKEN.encode() + b"&verbose=1"
    assert call("POST", "/import", body).json["status"] == 1
    assert len(kept.events()) == 1


def test_an_events_own_token_does_not_send_it_elsewhere(call: Call, kept: Kept, project: Project):
    call("POST", "/import", dumped(event(0, token="of-another")), authorization=basic(TOKEN))
    (stored,) = kept.events()
    assert stored["project_id"] == project.pk
    assert "token" not in stored["properties"]


def test_limits(call: Call, kept: Kept, project: Project, monkeypatch: pytest.MonkeyPatch):
    right = {"authorization": basic(TOKEN)}
    many = call("POST", "/import?strict=1", dumped(*[event()] * 2001), **right)
    assert (many.status, many.json["status"]) == (413, "Request Entity Too Large")
    large = call("POST", "/import?strict=1", b" " * (limits.MAX_BODY_BYTES + 1), **right)
    assert large.json["error"] == f"request exceeds max limit of {limits.MAX_BODY_BYTES} bytes"
    bad = call("POST", "/import?strict=1", b"[1", **right)
    assert (bad.status, bad.json["code"]) == (400, 400)
    monkeypatch.setattr(limits, "rate", limits.Rate(1, 1))
    call("POST", "/import", dumped(event()), **right)
    slow = call("POST", "/import?strict=1", dumped(event()), **right)
    assert slow.status == 429
    assert slow.json["status"] == "Too Many Requests"
    assert slow.headers["Retry-After"] == "1"


def test_the_rate_is_a_bucket():
    rate = limits.Rate(10, 100)
    assert rate.take(1, 100, now=0) == 0
    assert rate.take(1, 1, now=0) == 1
    assert rate.take(2, 1, now=0) == 0  # another project's
    assert rate.take(1, 50, now=1) == 4
    assert rate.take(1, 50, now=5) == 0
    assert rate.take(1, 1000, now=5) == 10  # more than ever fits: when the bucket is full
    assert rate.take(1, 1000, now=15) == 0
    assert rate.take(1, 1, now=16) > 80  # and then it is paid back
