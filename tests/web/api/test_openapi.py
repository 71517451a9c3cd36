"""The API's description: complete, open to all, and readable without a foreign byte."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from jsonschema import Draft202012Validator

from tests.web.test_permissions import addresses
from web.api.openapi import document

METHODS = ("get", "post", "put", "patch", "delete")
OPERATIONS = [
    (path, method, described) for path, methods in document()["paths"].items() for method, described in methods.items()
]


def test_it_is_served_to_everybody(client):
    response = client.get("/api/v1/openapi.json")
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == json.loads(json.dumps(document()))
    assert response.json()["openapi"].startswith("3.1")


def test_nothing_else_is_described():
    assert all(path.startswith("/api/v1/projects/{project_id}/") for path, _, _ in OPERATIONS)


def test_every_address_of_a_project_is_described():
    described = {(re.sub(r"\{\w+\}", "{}", path), method) for path, method, _ in OPERATIONS}
    from django.urls import get_resolver

    views = [
        pattern
        for resolver in get_resolver().url_patterns
        if getattr(resolver, "namespace", "") == "api"
        for pattern in resolver.url_patterns
        if hasattr(pattern.callback, "cls")
    ]
    wanted = {
        (
            "/api/v1/" + re.sub(r"\(\?P<\w+>.*?\)(?=/|$)", "{}", str(pattern.pattern).strip("^$").removesuffix("/?")),
            method,
        )
        for pattern in views
        for method in METHODS
        if hasattr(pattern.callback.cls, method)
    }
    assert described == wanted
    assert len(views) == len([each for each in addresses() if each.name.startswith("api:")]) - 3


@pytest.mark.parametrize("path, method, described", OPERATIONS, ids=[each[2]["operationId"] for each in OPERATIONS])
def test_every_operation_is_told_in_full(path, method, described):
    assert described["summary"]
    assert described["tags"][0] in {tag["name"] for tag in document()["tags"]}
    assert {"serviceAccount": []} in described["security"]
    named = {each["name"] for each in described["parameters"] if each["in"] == "path"}
    assert named == set(re.findall(r"\{(\w+)\}", path))
    assert all(each["description"] and each["schema"] for each in described["parameters"])
    assert {"400", "401", "403", "404", "406", "429", "503"} <= set(described["responses"])
    if "requestBody" in described:
        assert {"413", "415"} <= set(described["responses"])
    assert "Retry-After" in described["responses"]["429"]["headers"]


def contents():
    for path, method, described in OPERATIONS:
        places = [("body", described.get("requestBody", {})), *described["responses"].items()]
        for place, part in places:
            for content in part.get("content", {}).values():
                yield f"{method} {path} {place}", content


@pytest.mark.parametrize("where, content", list(contents()), ids=lambda each: each if isinstance(each, str) else "")
def test_every_example_fits_its_schema(where, content):
    schema = {**content["schema"], "components": document()["components"]}
    for example in content.get("examples", {}).values():
        Draft202012Validator(schema).validate(example["value"])


def test_every_reference_leads_somewhere():
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document())))
    assert names <= set(document()["components"]["schemas"])


class TestThePage:
    @pytest.fixture
    def page(self, client):
        response = client.get("/api/v1/docs")
        assert response.status_code == 200
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        return response.content.decode()

    def test_it_tells_every_operation_and_every_field(self, page):
        for path, _, described in OPERATIONS:
            assert f'id="{described["operationId"]}"' in page
            assert path in page
        for name, schema in document()["components"]["schemas"].items():
            assert f'id="schema-{name}"' in page
            assert schema.get("description", "").replace("`", "") in unescape(page)
        for operator in ("not_contains", "any_item_is", "is_not_set"):
            assert f'"{operator}"' in unescape(page)

    def test_its_links_lead_somewhere(self, page):
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)

    def test_nothing_comes_from_elsewhere_and_nothing_stands_inline(self, page):
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
        assert not re.search(r"<style|<script(?![^>]* src=)| style=| on\w+=", page)


@pytest.mark.parametrize("address", ["/api/v1/openapi.json", "/api/v1/docs"])
def test_they_are_for_reading(client, address):
    response = client.post(address)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.json()["error"]["code"] == "method_not_allowed"
    assert client.get(f"{address}/").status_code == 200
