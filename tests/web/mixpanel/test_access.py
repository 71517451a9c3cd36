"""Who may ask, and how it is said that somebody may not."""

from __future__ import annotations

import base64

import pytest
from rest_framework.test import APIClient

from tests.web.mixpanel.conftest import client_of
from tests.web.mixpanel.test_segmentation import RANGE
from web.mixpanel import limits

pytestmark = pytest.mark.django_db

QUESTION = {"event": "Purchase", **RANGE}


def test_nobody_without_credentials(shop):
    response = APIClient().get("/api/query/segmentation", QUESTION)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic")
    assert response.json()["request"].startswith("/api/query/segmentation?event=Purchase&")


def test_not_with_a_wrong_secret_nor_with_a_secret_alone(shop):
    assert client_of(shop.username, "wrong").get("/api/2.0/events", QUESTION).status_code == 401
    assert client_of(shop.secret, "").get("/api/2.0/events", QUESTION).status_code == 401
    broken = APIClient()
    broken.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(b"\xff\xfe").decode())
    assert broken.get("/api/2.0/events", QUESTION).status_code == 401


def test_not_a_person_with_a_session(shop, sign_in):
    assert sign_in(shop.analyst).get("/api/query/segmentation", QUESTION).status_code == 401


def test_not_about_another_project(shop, viewer):
    assert viewer.get("/api/query/events", {**QUESTION, "project_id": shop.project.pk}).status_code == 200
    response = viewer.get("/api/query/events", {**QUESTION, "project_id": shop.project.pk + 1})
    assert response.status_code == 404
    assert response.json()["error"] == "No such project."


def test_an_account_sees_its_own_project_alone(shop, viewer, clickhouse, project_id):
    from tests.web.shop import open_shop

    other = open_shop(project_id + 1, clickhouse)
    found = client_of(other.username, other.secret).get("/api/query/segmentation", QUESTION).json()
    assert sum(found["data"]["values"]["Purchase"].values()) == 5, "and not those of both"


def test_addresses_that_are_not_there(viewer):
    for address in ("/api/query/jql", "/api/2.0/engage/revenue", "/api/query/export"):
        response = viewer.get(address)
        assert response.status_code == 404
        assert response.json() == {
            "error": f"There is no {address} here; docs/mixpanel.md lists what there is.", "request": address,
        }  # fmt: skip


def test_methods_and_bodies_that_are_not_taken(viewer):
    assert viewer.put("/api/query/events").status_code == 405
    assert viewer.post("/api/query/events", "[]", content_type="application/json").status_code == 415


def test_whatever_a_client_accepts_it_gets_json(viewer):
    response = viewer.get("/api/query/segmentation", QUESTION, HTTP_ACCEPT="text/plain")
    assert response.headers["Content-Type"] == "application/json"


def test_a_parameter_given_twice(viewer):
    response = viewer.get("/api/query/segmentation?event=a&event=b")
    assert response.json()["error"] == "event: It is given twice."


def test_questions_at_once_are_limited_for_each_project_and_in_all(shop, viewer, monkeypatch):
    monkeypatch.setattr(limits, "at_once", limits.AtOnce(of_a_project=1, in_all=2))
    with limits.at_once.slot(shop.project.pk):
        response = viewer.get("/api/query/segmentation", QUESTION)
        assert response.status_code == 429
        assert response.headers["Retry-After"]
        assert f"project_id: {shop.project.pk}" in response.json()["error"]
    with limits.at_once.slot(shop.project.pk + 1):
        assert viewer.get("/api/query/segmentation", QUESTION).status_code == 200
        with limits.at_once.slot(shop.project.pk + 2):
            assert viewer.get("/api/query/segmentation", QUESTION).status_code == 429
    assert not limits.at_once.running


def test_without_clickhouse_it_is_said_and_when_to_retry(viewer, settings):
    settings.CLICKHOUSE_QUERY_URL = "clickhouse://default@127.0.0.1:1/default"
    response = viewer.get("/api/query/segmentation", QUESTION)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "does not answer" in response.json()["error"]


def test_what_takes_too_long_is_not_worth_repeating(viewer, monkeypatch):
    monkeypatch.setattr("analytics.segmentation.LONGEST_SECONDS", 0.000001)
    response = viewer.get("/api/query/segmentation", QUESTION)
    assert response.status_code == 400
    assert "took longer than allowed" in response.json()["error"]
