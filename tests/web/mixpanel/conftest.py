"""A shop per test, asked as Mixpanel's clients ask: by a service account, in the address or in a form."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.web.shop import Shop, open_shop
from web.projects import actions
from web.projects.models import Role


@pytest.fixture
def shop(db, clickhouse, project_id) -> Shop:
    return open_shop(project_id, clickhouse)


def client_of(username: str, secret: str) -> APIClient:
    client = APIClient()
    token = base64.b64encode(f"{username}:{secret}".encode()).decode()
    client.credentials(HTTP_AUTHORIZATION=f"Basic {token}")
    return client


@pytest.fixture
def viewer(shop) -> APIClient:
    return client_of(shop.username, shop.secret)


@pytest.fixture
def analyst(shop) -> APIClient:
    account, secret = actions.create_service_account(
        project=shop.project, actor=shop.project.members.first(), label="Exporter", role=Role.ANALYST
    )
    return client_of(account.username, secret)


@pytest.fixture
def asked(viewer) -> Callable[..., Any]:
    """`asked("segmentation", event=…)`: the JSON of an answer of success."""

    def ask(address: str, **params: Any) -> Any:
        response = viewer.get(f"/api/query/{address}", params)
        assert response.status_code == 200, response.content
        return response.json()

    return ask


@pytest.fixture
def refused(viewer) -> Callable[..., str]:
    """`refused("segmentation", …)`: the sentence of a 400."""

    def ask(address: str, **params: Any) -> str:
        response = viewer.get(f"/api/query/{address}", params)
        assert response.status_code == 400, response.content
        answer = response.json()
        assert set(answer) == {"error", "request"}
        assert answer["request"].startswith(f"/api/query/{address}")
        return str(answer["error"])

    return ask
