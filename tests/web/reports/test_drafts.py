"""What is not saved yet is kept for whoever asks it, and shown to nobody else."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from analytics.queries.codec import parse
from tests.web.shop import question
from web.reports.actions import save_report
from web.reports.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(cast):
    return reverse("reports:draft", args=[cast.project.pk])


@pytest.fixture
def report(cast):
    return save_report(project=cast.project, actor=cast.bob, name="Buyers", description="", query=parse(question()))


def put(client, url, body):
    return client.put(url, body if isinstance(body, str) else json.dumps(body), content_type="application/json")


def test_it_is_there_again_after_logging_out(cast, sign_in, url):
    assert sign_in(cast.carol).get(url).json() == {"draft": None}
    kept = put(sign_in(cast.carol), url, {"query": {"metrics": []}, "chart": "bar"})
    assert kept.status_code == 200
    draft = sign_in(cast.carol).get(url).json()["draft"]
    assert (draft["query"], draft["chart"]) == ({"metrics": []}, "bar")
    put(sign_in(cast.carol), url, {"query": question()})
    assert sign_in(cast.carol).get(url).json()["draft"]["query"] == question()
    assert Draft.objects.count() == 1


def test_each_report_has_one_of_its_own(cast, sign_in, url, report):
    client = sign_in(cast.carol)
    put(client, f"{url}?report={report.pk}", {"query": {"of": "report"}})
    put(client, url, {"query": {"of": "nothing"}})
    assert client.get(f"{url}?report={report.pk}").json()["draft"]["query"] == {"of": "report"}
    assert client.delete(f"{url}?report={report.pk}").status_code == 204
    assert client.get(f"{url}?report={report.pk}").json() == {"draft": None}
    assert client.get(url).json()["draft"]["query"] == {"of": "nothing"}


def test_it_is_nobody_elses(cast, sign_in, url, report):
    put(sign_in(cast.bob), url, {"query": {}})
    assert sign_in(cast.carol).get(url).json() == {"draft": None}
    assert sign_in(cast.mallory).get(url).status_code == 404
    foreign = reverse("reports:draft", args=[cast.other_project.pk])
    assert put(sign_in(cast.mallory), f"{foreign}?report={report.pk}", {"query": {}}).status_code == 404
    assert sign_in(cast.mallory).get(f"{foreign}?report=x").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[",
        "[]",
        {},
        {"query": []},
        {"query": {}, "chart": "map"},
        {"query": {}, "chart": ["line"]},
        {"query": {}, "colour": 1},
        {"query": "x" * 600_000},
    ],
    ids=lambda body: str(body)[:20],
)
def test_what_is_no_draft_is_refused(cast, sign_in, url, body):
    response = put(sign_in(cast.carol), url, body)
    assert response.status_code == 400
    assert response.json()["error"]["message"]
    assert not Draft.objects.exists()
