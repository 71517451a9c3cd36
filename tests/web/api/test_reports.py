"""Saved reports over REST: kept canonical, changed by analysts, asked by everybody, deleted but not gone."""

from __future__ import annotations

import base64

import pytest
from rest_framework.test import APIClient

from analytics.queries.codec import canonical, parse
from tests.web.cast import make_user
from tests.web.shop import question, where
from web.projects import actions
from web.projects.models import AuditEntry, Membership, Project, Role
from web.reports.models import Report
from workers.runs import run_query

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(shop):
    """A service account that may write."""
    account, secret = actions.create_service_account(project=shop.project, actor=None, label="Writer")
    client = APIClient()
    token = base64.b64encode(f"{account.username}:{secret}".encode()).decode()
    client.credentials(HTTP_AUTHORIZATION=f"Basic {token}")
    client.username = account.username
    return client


def new(**changes):
    return {"name": "Buyers", "query": question(), **changes}


@pytest.fixture
def saved(shop, analyst):
    return analyst.post(f"{shop.url}/reports", new(description="For Monday"), format="json").json()


def test_a_report_is_saved_with_its_canonical_question_and_its_author(shop, analyst):
    sent = analyst.post(f"{shop.url}/reports", new(description="For Monday"), format="json")
    assert sent.status_code == 201
    report = sent.json()
    assert sent.headers["Location"] == f"{shop.url}/reports/{report['id']}"
    assert (report["name"], report["description"]) == ("Buyers", "For Monday")
    assert report["query"]["breakdowns"] == []  # what was left out is written out
    assert report["sentence"] == "Unique users who did Purchase, last 7 days, daily"
    assert report["created_by"] == report["updated_by"] == analyst.username
    assert analyst.get(sent.headers["Location"]).json() == report
    assert Report.objects.get().query == canonical(parse(question()))


def test_a_person_saves_one_too(shop, sign_in):
    report = sign_in(shop.analyst).post(f"{shop.url}/reports", new(), content_type="application/json").json()
    assert report["created_by"] == str(shop.analyst)
    assert Report.objects.get().created_by == shop.analyst


def test_reports_come_in_pages_the_last_changed_first(shop, analyst):
    ids = [
        analyst.post(f"{shop.url}/reports", new(name=f"R{number}"), format="json").json()["id"] for number in range(3)
    ]
    analyst.patch(f"{shop.url}/reports/{ids[0]}", {"name": "R0, better"}, format="json")
    first = analyst.get(f"{shop.url}/reports", {"limit": 2}).json()
    assert [each["id"] for each in first["results"]] == [ids[0], ids[2]]
    second = analyst.get(first["next"]).json()
    assert [each["id"] for each in second["results"]] == [ids[1]]
    assert second["next"] is None


def test_reports_are_found_by_name_and_description(shop, analyst):
    for name, description in [("Buyers", "For Monday"), ("Payers", "who buy"), ("Visitors", "")]:
        analyst.post(f"{shop.url}/reports", new(name=name, description=description), format="json")

    def found(search):
        return [each["name"] for each in analyst.get(f"{shop.url}/reports", {"search": search}).json()["results"]]

    assert found("BUY") == ["Payers", "Buyers"]
    assert found(" monday ") == ["Buyers"]
    assert found("%") == []
    assert len(found("")) == 3
    first = analyst.get(f"{shop.url}/reports", {"search": "buy", "limit": 1}).json()
    assert [each["name"] for each in analyst.get(first["next"]).json()["results"]] == ["Buyers"]


def test_a_change_changes_what_it_names(shop, analyst, sign_in, saved):
    url = f"{shop.url}/reports/{saved['id']}"
    changed = sign_in(shop.analyst).patch(url, {"name": "Payers"}, content_type="application/json").json()
    assert (changed["name"], changed["description"], changed["query"]) == ("Payers", "For Monday", saved["query"])
    assert (changed["created_by"], changed["updated_by"]) == (analyst.username, str(shop.analyst))
    asked = analyst.patch(url, {"query": question(interval="week")}, format="json").json()
    assert (asked["name"], asked["query"]["interval"]) == ("Payers", "week")


def test_a_change_to_nothing_new_leaves_no_trace(shop, analyst, saved):
    before = AuditEntry.objects.count()
    same = analyst.patch(f"{shop.url}/reports/{saved['id']}", {"name": saved["name"]}, format="json").json()
    assert same == saved
    assert AuditEntry.objects.count() == before


def test_a_deleted_report_is_nowhere_until_it_is_restored(shop, analyst, saved):
    url = f"{shop.url}/reports/{saved['id']}"
    gone = analyst.delete(url)
    assert (gone.status_code, gone.content) == (204, b"")
    refused = analyst.get(url)
    assert refused.status_code == 404
    assert "restore" in refused.json()["error"]["message"]
    assert analyst.post(f"{url}/run").status_code == 404
    assert analyst.get(f"{shop.url}/reports").json()["results"] == []
    assert analyst.post(f"{url}/restore").json() == saved
    assert analyst.get(url).json() == saved


def test_a_report_is_asked_like_its_question(shop, robot, saved):
    url = f"{shop.url}/reports/{saved['id']}/run"
    waiting = robot.post(url)
    assert waiting.status_code == 202
    assert waiting.json()["query"] == saved["query"]
    run_query(waiting.json()["run_id"])
    assert robot.post(f"{url}?chart=line").json()["series"][0]["total"] == 3
    assert robot.post(f"{shop.url}/query", question(), format="json").json()["cached"]


def test_the_trail_says_who_did_what(shop, analyst, saved):
    url = f"{shop.url}/reports/{saved['id']}"
    analyst.patch(url, {"name": "Payers"}, format="json")
    analyst.delete(url)
    analyst.post(f"{url}/restore")
    trail = AuditEntry.objects.filter(action__startswith="report.").order_by("pk")
    assert [each.action for each in trail] == ["report.created", "report.changed", "report.deleted", "report.restored"]
    assert {each.actor_email for each in trail} == {analyst.username}
    assert (trail[1].before["name"], trail[1].after["name"]) == ("Buyers", "Payers")


@pytest.mark.parametrize(
    "body, place",
    [
        ({"query": question()}, "name"),
        ({"name": "No question"}, "query"),
        (new(name=""), "name"),
        (new(name="  "), "name"),
        (new(name="x" * 201), "name"),
        (new(name="a\0b"), "name"),
        (new(name=7), "name"),
        (new(description="x" * 5001), "description"),
        (new(description=None), "description"),
        (new(colour="red"), "colour"),
        (new(query=question(interval="fortnight")), "query.interval"),
        (new(query="{}"), "query"),
        (["a list"], ""),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_place(shop, analyst, body, place):
    response = analyst.post(f"{shop.url}/reports", body, format="json")
    assert response.status_code == 400
    assert response.json()["error"]["place"] == place
    assert not Report.objects.exists()


def test_viewers_read_and_ask_but_do_not_write(shop, robot, saved):
    url = f"{shop.url}/reports/{saved['id']}"
    assert robot.get(f"{shop.url}/reports").json()["results"] == [saved]
    assert robot.post(f"{url}/run").status_code == 202
    refused = [
        robot.post(f"{shop.url}/reports", new(), format="json"),
        robot.patch(url, {"name": "Mine"}, format="json"),
        robot.delete(url),
        robot.post(f"{url}/restore"),
    ]
    assert [each.status_code for each in refused] == [403] * 4
    assert "Analyst" in refused[0].json()["error"]["message"]
    assert Report.objects.get().name == "Buyers"


def test_another_project_never_sees_it(shop, saved, sign_in, project_id):
    mine = Project.objects.create(pk=project_id + 1, name="Mine")
    stranger = make_user("Stranger")
    Membership.objects.create(project=mine, user=stranger, role=Role.OWNER)
    client = sign_in(stranger)
    for base in (shop.url, f"/api/v1/projects/{mine.pk}"):
        url = f"{base}/reports/{saved['id']}"
        assert client.get(url).status_code == 404
        assert client.patch(url, {"name": "Mine"}, content_type="application/json").status_code == 404
        assert client.delete(url).status_code == 404
        assert client.post(f"{url}/run").status_code == 404
        assert client.post(f"{url}/restore").status_code == 404
    assert client.get(f"/api/v1/projects/{mine.pk}/reports").json()["results"] == []
    report = Report.objects.get()
    assert (report.name, report.deleted_at) == ("Buyers", None)


class TestVersions:
    """Every change keeps what was; going back is one more change."""

    @pytest.fixture
    def url(self, shop, saved):
        return f"{shop.url}/reports/{saved['id']}"

    @pytest.fixture
    def changed(self, analyst, url):
        analyst.patch(url, {"name": "Payers"}, format="json")
        return analyst.patch(url, {"query": question(filters=where("plan", "is", "pro"))}, format="json").json()

    def test_each_change_keeps_one_and_says_what_changed(self, analyst, url, changed):
        found = analyst.get(f"{url}/versions").json()["results"]
        assert [each["number"] for each in found] == [3, 2, 1]
        assert [each["changes"] for each in found] == [
            ["Filter added: plan is pro"],
            ["Name: “Payers” instead of “Buyers”"],
            [],
        ]
        assert found[0]["sentence"] == "Unique users who did Purchase where plan is pro, last 7 days, daily"
        assert found[0]["query"] == changed["query"]
        assert {each["made_by"] for each in found} == {analyst.username}
        assert changed["version"] == 3

    def test_nothing_new_is_no_version(self, analyst, url, saved):
        analyst.patch(url, {"name": saved["name"]}, format="json")
        assert [each["number"] for each in analyst.get(f"{url}/versions").json()["results"]] == [1]

    def test_any_two_can_be_compared(self, analyst, url, changed):
        version = analyst.get(f"{url}/versions/3", {"against": 1}).json()
        assert version["against"] == 1
        assert version["changes"] == ["Name: “Payers” instead of “Buyers”", "Filter added: plan is pro"]
        assert analyst.get(f"{url}/versions/1", {"against": 3}).json()["changes"][1] == "Filter removed: plan is pro"
        assert analyst.get(f"{url}/versions/1").json()["against"] is None
        assert analyst.get(f"{url}/versions/4").status_code == 404
        assert analyst.get(f"{url}/versions/1", {"against": 9}).status_code == 404

    def test_going_back_is_a_new_version(self, analyst, url, saved, changed):
        back = analyst.post(f"{url}/versions/1/restore").json()
        assert (back["name"], back["query"], back["version"]) == (saved["name"], saved["query"], 4)
        newest = analyst.get(f"{url}/versions/4").json()
        assert (newest["restored_from"], newest["sentence"]) == (1, saved["sentence"])
        assert analyst.post(f"{url}/versions/9/restore").status_code == 404

    def test_a_change_to_an_older_version_is_refused_and_says_who_was_first(self, analyst, sign_in, shop, url):
        first = sign_in(shop.analyst).patch(url, {"name": "Mine", "version": 1}, content_type="application/json")
        assert first.json()["version"] == 2
        second = analyst.patch(url, {"name": "Ours", "version": 1}, format="json")
        assert second.status_code == 409
        error = second.json()["error"]
        assert error["code"] == "outdated"
        assert str(shop.analyst) in error["message"]
        assert "version 2" in error["message"]
        assert Report.objects.get().name == "Mine"
        assert analyst.patch(url, {"name": "Ours", "version": 2}, format="json").json()["name"] == "Ours"

    @pytest.mark.parametrize("version", [0, -1, "1", True, 1.5, 99])
    def test_a_version_that_is_none_is_refused(self, analyst, url, version):
        refused = analyst.patch(url, {"name": "Ours", "version": version}, format="json")
        assert refused.status_code == 400
        assert refused.json()["error"]["place"] == "version"

    def test_viewers_read_them_and_do_not_go_back(self, robot, url):
        assert robot.get(f"{url}/versions").json()["results"][0]["number"] == 1
        assert robot.post(f"{url}/versions/1/restore").status_code == 403
