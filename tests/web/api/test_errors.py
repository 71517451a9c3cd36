"""Every failure has one shape and a code of docs/api.md, whatever is sent, and by whom."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from analytics import errors as analytics_errors
from tests.web.shop import question
from web.api.parsing import LONGEST_BODY
from web.projects import actions, credentials
from web.projects.models import ProjectToken, Role, ServiceAccount

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


def error(response, status: int) -> dict[str, str]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    assert list(response.json()) == ["error"]
    assert sorted(response.json()["error"]) == ["code", "message", "place"]
    assert response.json()["error"]["message"]
    return response.json()["error"]


def basic(username: str, secret: str = "") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{secret}".encode()).decode()}


class TestWhatIsSent:
    def test_an_unknown_address(self, client):
        assert error(client.get("/api/v1/nothing"), 404)["code"] == "not_found"
        assert error(client.get("/api/v1/projects/1/nothing"), 404)["code"] == "not_found"
        assert error(client.get("/api/v1/%00/%ff"), 404)["code"] == "not_found"

    def test_another_method(self, shop, robot):
        refused = robot.get(f"{shop.url}/query")
        assert error(refused, 405)["code"] == "method_not_allowed"
        assert refused.headers["Allow"] == "POST"
        assert robot.put(f"{shop.url}/reports").headers["Allow"] == "GET, HEAD, POST"
        assert error(robot.options(f"{shop.url}/events"), 405)["code"] == "method_not_allowed"

    def test_an_answer_that_is_not_json(self, shop, robot):
        assert error(robot.get(f"{shop.url}/events", HTTP_ACCEPT="text/csv"), 406)["code"] == "not_acceptable"

    def test_a_body_that_is_not_called_json(self, shop, robot):
        response = robot.post(f"{shop.url}/query", "a=b", content_type="application/x-www-form-urlencoded")
        assert error(response, 415)["code"] == "unsupported_media_type"

    @pytest.mark.parametrize("size, status, code", [(0, 400, "invalid_query"), (1, 413, "too_large")])
    def test_a_body_that_is_too_large(self, shop, robot, size, status, code):
        body = b"{" + b" " * (LONGEST_BODY - 2 + size) + b"}"
        assert error(robot.post(f"{shop.url}/query", body, content_type="application/json"), status)["code"] == code

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b'{"version": 1,',
            b"\xff\xfe",
            b'{"a": NaN}',
            b'{"a": 1, "a": 2}',
            b"[" * 100_000,
            b'{"a": ' + b"9" * 5000 + b"}",
        ],
        ids=["empty", "cut", "not UTF-8", "NaN", "twice", "deep", "digits"],
    )
    def test_a_body_that_is_not_json(self, shop, robot, body):
        response = robot.post(f"{shop.url}/query", body, content_type="application/json")
        assert error(response, 400)["code"] == ("invalid_query" if body == b"" else "invalid_json")

    @pytest.mark.parametrize(
        "sent, place",
        [
            (question(version=1e400), "version"),
            (question(**{"a\ud800b": 1}), "a\\ud800b"),
            (question(dates={"kind": "last", "count": 10**400, "unit": "day"}), "dates.count"),
            (question(metrics=[{"events": ["\ud800"], "measure": {"kind": "total"}}]), "metrics[0].events[0]"),
            ("text", ""),
            ([], ""),
            (None, ""),
        ],
    )
    def test_values_that_no_question_has(self, shop, robot, sent, place):
        body = json.dumps(sent).replace("Infinity", "1e400")
        response = robot.post(f"{shop.url}/query", body, content_type="application/json")
        assert error(response, 400)["place"] == place

    @pytest.mark.parametrize(
        "query, place",
        [
            ("events?limit=0", "limit"),
            ("events?limit=5001", "limit"),
            ("events?limit=1e3", "limit"),
            ("events?limit=%D9%A3", "limit"),  # a digit, but of another script
            ("events?offset=-1", "offset"),
            ("events?offset=99999999999999999999", "offset"),
            ("events?limit=1&limit=2", "limit"),
            ("events?serach=x", "serach"),
            ("properties?search=" + "x" * 201, "search"),
            ("properties?event=", "event"),
            ("properties?" + "event=a&" * 101, "event"),
            ("values?property=a&limit=1001", "limit"),
            ("reports?limit=201", "limit"),
        ],
    )
    def test_parameters_out_of_their_bounds(self, shop, robot, query, place):
        refused = error(robot.get(f"{shop.url}/{query}"), 400)
        assert (refused["code"], refused["place"]) == ("invalid_query", place)

    def test_odd_text_is_text(self, shop, robot):
        for odd in ("%00", "%FF%FE", "'%22%60\\", "%F0%9F%92%A9", "{x:String}"):
            assert robot.get(f"{shop.url}/events?search={odd}").json()["events"] == []
            assert robot.get(f"{shop.url}/values?property={odd}&search={odd}").json()["values"] == []

    def test_something_that_breaks_is_told_as_ours(self, shop, robot, monkeypatch):
        monkeypatch.setattr("web.reports.choices.events", lambda *_, **__: 1 / 0)
        robot.raise_request_exception = False
        assert error(robot.get(f"{shop.url}/events"), 500)["code"] == "internal"


class TestWhoSends:
    @pytest.mark.parametrize(
        "header", ["Basic", "Basic ???", "Basic w6k=é", "Bearer abc", "Digest username=x", "Basic " + "A" * 4000]
    )
    def test_malformed_credentials(self, shop, client, header):
        response = client.get(f"{shop.url}/events", headers={"Authorization": header})
        assert error(response, 401)["code"] == "wrong_credentials"
        assert response.headers["WWW-Authenticate"].startswith("Basic")

    @pytest.mark.parametrize("by", ["user name", "bearer", "parameter"])
    def test_a_project_token_opens_nothing_and_is_told_what_does(self, shop, client, by):
        token = ProjectToken.objects.create(project=shop.project, label="Web").token
        headers = {"user name": basic(token), "bearer": {"Authorization": f"Bearer {token}"}}.get(by, {})
        address = f"{shop.url}/events" + (f"?token={token}" if by == "parameter" else "")
        refused = error(client.get(address, headers=headers), 401)
        assert refused["code"] == "project_token"
        assert "service account" in refused["message"]

    def test_a_made_up_token_is_told_the_same(self, shop, client):
        """Nobody learns here which tokens there are."""
        assert error(client.get(f"{shop.url}/events", headers=basic("0" * 32)), 401)["code"] == "project_token"

    def test_a_service_account_does_what_its_role_may_as_long_as_it_lasts(self, shop):
        for role, status in ((Role.VIEWER, 403), (Role.ANALYST, 201), (Role.ADMIN, 201), (Role.OWNER, 201)):
            account, secret = actions.create_service_account(
                project=shop.project, actor=None, label="Robot", role=role, expires_at=timezone.now() + DAY
            )
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=basic(account.username, secret)["Authorization"])
            report = {"name": role, "query": question()}
            assert client.post(f"{shop.url}/reports", report, format="json").status_code == status
            ServiceAccount.objects.filter(pk=account.pk).update(expires_at=timezone.now() - DAY)
            credentials.forget()
            assert error(client.get(f"{shop.url}/reports"), 401)["code"] == "wrong_credentials"

    def test_both_secrets_open_it_while_it_rotates(self, shop, client):
        account, old = actions.create_service_account(project=shop.project, actor=None, label="Robot")
        shop.project.member_role = Role.OWNER
        new = actions.rotate_secret(account=account, project=shop.project, actor=shop.analyst, grace=DAY)
        credentials.forget()
        for secret in (old, new):
            assert client.get(f"{shop.url}/reports", headers=basic(account.username, secret)).status_code == 200
        ServiceAccount.objects.filter(pk=account.pk).update(previous_expires_at=timezone.now())
        credentials.forget()
        assert client.get(f"{shop.url}/reports", headers=basic(account.username, old)).status_code == 401
        assert old not in account.secret_hash


DAY = timedelta(days=1)


def used_codes() -> set[str]:
    """Every code that web.api can say: its own, the framework's and those of analytics.errors."""
    texts = [path.read_text() for path in (ROOT / "web" / "api").rglob("*.py")]
    texts += [path.read_text() for path in (ROOT / "analytics" / "clickhouse").glob("*.py")]
    texts.append((ROOT / "web" / "reports" / "runs.py").read_text())
    said = r'(?:plain_error\(|_respond\(|default_code = |code=|"error_code": |_give_up\([^"]*|\w+: \(|\w+: )"([a-z_]+)"'
    codes = {code for text in texts for code in re.findall(said, text)}
    known = {value.code for value in vars(analytics_errors).values() if hasattr(value, "code")}
    framework = {"permission_denied", "method_not_allowed", "not_acceptable", "unsupported_media_type", "throttled"}
    return {code for code in codes if "_" in code or code in ("forbidden", "cancelled")} | known | framework


# Of rooms that no REST answer comes from, or never raised as they are.
NOT_SAID = {"error", "invalid", "invalid_payload", "limit_reached"}
NOT_SAID |= {"max_execution_time", "max_memory_usage", "max_rows_to_read"}  # names of limits beside codes


def test_every_code_is_documented():
    listed = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "api.md").read_text().split("## Errors")[1]))
    missing = used_codes() - NOT_SAID - listed
    assert not missing, f"docs/api.md does not explain {sorted(missing)}"
