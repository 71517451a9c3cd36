"""A shop per test, asked over REST as its service account."""

from __future__ import annotations

import base64

import pytest
from rest_framework.test import APIClient

from tests.web.shop import Shop, open_shop
from workers.runs import run_query


@pytest.fixture
def shop(db, clickhouse, project_id) -> Shop:
    return open_shop(project_id, clickhouse)


@pytest.fixture
def robot(shop) -> APIClient:
    client = APIClient()
    token = base64.b64encode(f"{shop.username}:{shop.secret}".encode()).decode()
    client.credentials(HTTP_AUTHORIZATION=f"Basic {token}")
    return client


@pytest.fixture
def answered(shop, robot):
    """`answered(question)`: the answer, with a worker's part done here, in between."""

    def ask(question, query=""):
        response = robot.post(f"{shop.url}/query{query}", question, format="json")
        if response.status_code != 202:
            return response
        run_query(response.json()["run_id"])
        return robot.get(response.json()["urls"]["run"] + query)

    return ask
