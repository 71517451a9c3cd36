"""/engage and /groups through the real WSGI application: committed before it is answered."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.db import DatabaseError

from tests.web.ingestion.conftest import (  # noqa: F401 - fixtures
    Call,
    call,
    connection_of_the_test,
    project,
    spool_folder,
)
from web.people import profiles
from web.people.models import Profile
from web.projects.models import Project

TOKEN = "t" * 32


def update(**changes: Any) -> dict[str, Any]:
    named = {f"${name}": value for name, value in changes.items()}
    return {"$token": TOKEN, "$distinct_id": "u", "$ignore_time": True, **named}


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_set_and_read(call: Call, project: Project):  # noqa: F811
    body = b"data=" + quote_plus(base64.b64encode(dumped(update(set={"$name": "Ann", "plan": "pro"})))).encode()
    assert call("POST", "/engage/", body).body == b"1"
    assert profiles.read(project.pk, "u") == {"$name": "Ann", "plan": "pro"}
    assert profiles.read(project.pk, "nobody") is None
    assert profiles.read(project.pk + 1, "u") is None


def test_one_array_mixes_operations_over_profiles_in_order(call: Call, project: Project):  # noqa: F811
    mixed = [
        update(set={"n": 1}),
        update(add={"n": 2}),
        {**update(append={"l": "a"}), "$distinct_id": "v"},
        update(union={"l": ["x", "y"]}),
        {**update(append={"l": "b"}), "$distinct_id": "v"},
        update(remove={"l": "x"}),
        {**update(set={"a": 1}), "$distinct_id": "w"},
        {**update(delete=""), "$distinct_id": "w"},
        {**update(set={"a": 1}), "$distinct_id": "x"},
        {**update(delete=""), "$distinct_id": "x"},
        {**update(set_once={"b": 1}), "$distinct_id": "x"},
    ]
    assert call("POST", "/engage?verbose=1", dumped(mixed)).json == {"status": 1, "error": ""}
    assert profiles.read(project.pk, "u") == {"n": 3, "l": ["y"]}
    assert profiles.read(project.pk, "v") == {"l": ["a", "b"]}
    assert profiles.read(project.pk, "w") is None
    assert profiles.read(project.pk, "x") == {"b": 1}


def test_groups_are_apart_from_users(call: Call, project: Project):  # noqa: F811
    group = {"$token": TOKEN, "$group_key": "company", "$group_id": "u", "$ignore_time": True, "$set": {"seats": 5}}
    assert call("POST", "/groups", b"verbose=1&data=" + quote_plus(dumped(group)).encode()).json["status"] == 1
    assert profiles.read(project.pk, "u", "company") == {"seats": 5}
    assert profiles.read(project.pk, "u") is None
    call("POST", "/groups/", dumped({**group, "$delete": ""}))
    assert profiles.read(project.pk, "u", "company") is None


def test_a_bad_update_is_told_alone_and_does_not_sink_a_batch(call: Call, project: Project):  # noqa: F811
    bad = update(add={"n": "x"})
    assert call("POST", "/engage?verbose=1", dumped(bad)).json["status"] == 0
    assert call("POST", "/engage", dumped(bad)).body == b"0"
    assert call("POST", "/engage", dumped([bad, update(set={"a": 1})])).body == b"1"
    assert profiles.read(project.pk, "u") == {"a": 1}
    strict = call("POST", "/engage?strict=1", dumped([bad, update(set={"b": 1}), update(add={"a": 1, "b": 1}), bad]))
    assert strict.status == 400
    assert strict.json["num_records_imported"] == 2
    assert [each["index"] for each in strict.json["failed_records"]] == [0, 3]
    late = call("POST", "/engage?strict=1", dumped([update(set={"a": "text"}), update(add={"a": 1})]))
    assert [each["field"] for each in late.json["failed_records"]] == ["$add.a"]


def test_strangers(call: Call, project: Project):  # noqa: F811
    nobody = {**update(set={"a": 1}), "$token": "x"}
    assert call("POST", "/engage", dumped(nobody)).status == 401
    assert call("POST", "/engage", dumped([nobody, update(set={"a": 1})])).body == b"1"
    assert Profile.objects.count() == 1


def test_a_database_away_is_503(call: Call, project: Project, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    def away(*arguments: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(profiles, "update", away)
    reply = call("POST", "/engage", dumped(update(set={"a": 1})))
    assert reply.status == 503
    assert reply.headers["Retry-After"]


def test_many_profiles_at_once(call: Call, project: Project):  # noqa: F811
    updates = [{**update(set={"n": n}), "$distinct_id": f"u{n}"} for n in range(2000)]
    assert call("POST", "/engage", dumped(updates)).body == b"1"
    assert Profile.objects.count() == 2000
    assert profiles.read(project.pk, "u1999") == {"n": 1999}
    assert call("POST", "/engage", dumped([*updates, updates[0]])).status == 413
