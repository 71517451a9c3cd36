"""Asking over REST: cached or by a run, who may, and what is said when it cannot be asked."""

from __future__ import annotations

import pytest

from tests.web.cast import make_user
from tests.web.shop import NOON, breakdown, fill, question, where
from web.projects.models import Membership, Role, ServiceAccount
from web.reports.models import Run, RunState
from workers.runs import run_query

pytestmark = pytest.mark.django_db


def totals(response) -> dict[str, int]:
    assert response.status_code == 200, response.content
    assert "series" in response.json(), response.content
    return {series["label"]: series["total"] for series in response.json()["series"]}


def test_a_new_question_becomes_a_run_and_then_an_answer(shop, robot):
    sent = robot.post(f"{shop.url}/query", question(), format="json")
    assert sent.status_code == 202
    waiting = sent.json()
    assert waiting["state"] == "queued"
    assert sent.headers["Location"] == waiting["urls"]["run"] == f"{shop.url}/runs/{waiting['run_id']}"
    assert waiting["sentence"] == "Unique users who did Purchase, last 7 days, daily"

    run_query(waiting["run_id"])

    done = robot.get(waiting["urls"]["run"]).json()
    assert done["state"] == "done"
    assert done["series"][0]["total"] == 3
    assert done["series"][0]["values"] == [0, 0, 0, 2, 0, 2, 0]
    assert done["read_rows"] >= 5
    assert "FROM" in done["sql"]
    assert not done["cached"]


def test_a_question_is_answered_in_the_zone_it_names(shop, robot, answered):
    """Noon in UTC is the next day in Auckland."""
    days = {"kind": "fixed", "from": f"{NOON:%Y-%m-%d}", "to": f"{NOON:%Y-%m-%d}"}
    assert answered(question(dates=days)).json()["series"][0]["total"] == 2
    there = answered(question(dates=days, zone="Pacific/Auckland")).json()
    assert there["zone"] == there["query"]["zone"] == "Pacific/Auckland"
    assert there["series"][0]["total"] == 0
    assert there["sentence"].endswith(", in Pacific/Auckland time")
    assert "zone" not in answered(question(dates=days)).json()["query"]
    refused = robot.post(f"{shop.url}/query", question(zone="Europe/Berln"), format="json")
    assert refused.status_code == 400
    assert refused.json()["error"]["place"] == "zone"
    assert refused.json()["error"]["message"] == "'Europe/Berln' is not a time zone: did you mean Europe/Berlin?"


def test_a_known_answer_comes_at_once(shop, robot, answered):
    answered(question())
    again = robot.post(f"{shop.url}/query", question(), format="json")
    assert totals(again) == {"Purchase": 3}
    assert again.json()["cached"]
    assert Run.objects.count() == 1


def test_a_new_event_makes_the_known_answer_old(shop, robot, answered, clickhouse):
    answered(question())
    fill(clickhouse, shop.project.pk, [("mia", "Purchase", 1, {})])
    assert robot.post(f"{shop.url}/query", question(), format="json").status_code == 202
    assert totals(answered(question())) == {"Purchase": 4}


def test_what_would_take_long_is_held_if_that_is_wished(shop, robot, answered, clickhouse):
    clickhouse.execute(
        "INSERT INTO event_names (project_id, event, day, events, last_seen)"
        " SELECT {project:UInt32}, 'Purchase', today() - 1, 3000000000, now64(3)",
        {"project": shop.project.pk},
    )
    held = robot.post(f"{shop.url}/query?hold_over=5000", question(), format="json")
    assert (held.status_code, held.json()["state"], held.json()["run_id"]) == (200, "held", None)
    assert held.json()["sentence"] == "Unique users who did Purchase, last 7 days, daily"
    assert (held.json()["rows"], held.json()["learned_from"]) == (3_000_000_005, 0)
    assert 100_000 < held.json()["expected_ms"] < 1_000_000
    assert not Run.objects.exists()
    assert robot.post(f"{shop.url}/query?hold_over=10000000", question(), format="json").status_code == 202
    joined = robot.post(f"{shop.url}/query?hold_over=5000", question(), format="json")  # it is on its way already
    assert (joined.status_code, Run.objects.count()) == (202, 1)
    run_query(joined.json()["run_id"])
    assert totals(robot.post(f"{shop.url}/query?hold_over=5000", question(), format="json")) == {"Purchase": 3}
    assert Run.objects.get().read_rows >= 5


def test_what_is_held_takes_the_place_of_the_run_before_it(shop, robot):
    before = robot.post(f"{shop.url}/query", question(), format="json").json()["run_id"]
    other = question(dates={"kind": "last", "count": 6, "unit": "day"})
    held = robot.post(f"{shop.url}/query?hold_over=0&supersedes={before}", other, format="json").json()
    assert held["state"] in ("held", "queued")
    assert Run.objects.get(pk=before).state == RunState.CANCELLED


@pytest.mark.parametrize("wrong", ["-1", "soon", "1.5", "86400001"])
def test_how_long_is_long_is_a_number_of_milliseconds(shop, robot, wrong):
    refused = robot.post(f"{shop.url}/query?hold_over={wrong}", question(), format="json")
    assert (refused.status_code, refused.json()["error"]["place"]) == (400, "hold_over")


def test_filters_and_breakdowns_count_right(answered):
    assert totals(answered(question(breakdowns=breakdown("plan")))) == {"All": 3, "pro": 2, "free": 1}
    assert totals(answered(question(filters=where("amount", "greater_than", 6, type="number")))) == {"Purchase": 2}
    in_total = question(metrics=[{"events": ["Purchase"], "measure": {"kind": "total"}}])
    assert totals(answered(in_total)) == {"Purchase": 5}


def test_the_figure_comes_on_request_and_holds_the_same_numbers(answered):
    drawn = answered(question(), "?chart=column&theme=dark").json()
    bars = [trace for trace in drawn["figure"]["data"] if trace["type"] == "bar"]
    assert [trace["y"] for trace in bars] == [drawn["series"][0]["values"]]
    assert "figure" not in answered(question()).json()


def test_an_answer_says_which_charts_fit_it_and_why_others_do_not(answered):
    charts = {chart.pop("name"): chart for chart in answered(question()).json()["charts"]}
    assert charts["line"] == {"fits": True, "reason": None, "suggested": True}
    assert charts["pie"] == {
        "fits": False,
        "reason": "A pie needs at least two segments: add a breakdown.",
        "suggested": False,
    }


def test_the_suggested_chart_can_take_its_place(answered):
    for asked in ("?chart=pie&otherwise=suggested", "?chart=suggested"):
        answer = answered(question(), asked).json()
        assert answer["chart"] == "line"
        assert answer["figure"]["data"]
    assert answered(question(), "?chart=column&otherwise=suggested").json()["chart"] == "column"


def test_a_chart_that_does_not_fit_is_refused_with_the_reason(answered):
    response = answered(question(), "?chart=pie")
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["place"]) == ("invalid_query", "chart")
    assert "at least two segments" in error["message"]


@pytest.mark.parametrize(
    "query, place",
    [
        ("?chart=cake", "chart"),
        ("?chart=pie&otherwise=cake", "otherwise"),
        ("?chart=line&theme=pink", "theme"),
        ("?wait=nan", "wait"),
        ("?wait=31", "wait"),
    ],
)
def test_an_impossible_look_is_refused_before_anything_runs(shop, robot, query, place):
    response = robot.post(f"{shop.url}/query{query}", question(), format="json")
    assert response.status_code == 400
    assert response.json()["error"]["place"] == place
    assert not Run.objects.exists()


def test_an_impossible_question_names_the_place(shop, robot):
    response = robot.post(f"{shop.url}/query", question(interval="fortnight"), format="json")
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["code"], error["place"]) == ("invalid_query", "interval")
    assert "fortnight" in error["message"]


def test_what_is_not_json_is_said_so(shop, robot):
    response = robot.post(f"{shop.url}/query", '{"version": 1,', content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_json"


def test_waiting_gives_the_run_as_it_is_when_time_is_up(shop, robot):
    response = robot.post(f"{shop.url}/query?wait=0.05", question(), format="json")
    assert response.status_code == 202
    assert response.json()["elapsed_ms"] >= 50


def test_cancelling_a_run_that_waits_ends_it_for_good(shop, robot):
    waiting = robot.post(f"{shop.url}/query", question(), format="json").json()
    cancelled = robot.post(waiting["urls"]["cancel"]).json()
    assert cancelled["state"] == "cancelled"
    run_query(waiting["run_id"])  # its message is still in the queue
    assert Run.objects.get().state == RunState.CANCELLED


def test_two_who_ask_the_same_share_a_run_until_both_cancel(shop, robot, sign_in):
    first = robot.post(f"{shop.url}/query", question(), format="json").json()
    person = sign_in(shop.analyst)
    second = person.post(f"{shop.url}/query", question(), content_type="application/json").json()
    assert second["run_id"] == first["run_id"]
    assert robot.post(first["urls"]["cancel"]).json()["state"] == "queued"
    assert person.post(first["urls"]["cancel"]).json()["state"] == "cancelled"


class TestWhoMayAsk:
    def test_nobody_without_credentials(self, shop, client):
        response = client.post(f"{shop.url}/query", question(), content_type="application/json")
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "signed_out"
        assert response.headers["WWW-Authenticate"].startswith("Basic")

    def test_a_browser_is_not_asked_for_a_password_by_itself(self, shop, client):
        response = client.get(f"{shop.url}/events", headers={"Sec-Fetch-Mode": "cors"})
        assert response.status_code == 401
        assert not response.headers["WWW-Authenticate"].startswith("Basic")

    def test_a_member_with_a_session_and_its_csrf_token(self, shop):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(shop.analyst)
        refused = client.post(f"{shop.url}/query", question(), content_type="application/json")
        assert refused.status_code == 403
        assert "CSRF" in refused.json()["error"]["message"]

    def test_not_a_wrong_secret(self, shop, robot):
        robot.credentials(HTTP_AUTHORIZATION="Basic " + "Zm9vOmJhcg==")
        response = robot.get(f"{shop.url}/events")
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "wrong_credentials"

    def test_not_a_service_account_of_another_project(self, shop, robot, project_id):
        assert robot.get(f"/api/v1/projects/{project_id + 1}/events").status_code == 404

    def test_not_a_stranger_even_with_the_runs_address(self, shop, robot, sign_in):
        waiting = robot.post(f"{shop.url}/query", question(), format="json").json()
        stranger = make_user("Stranger")
        assert sign_in(stranger).get(waiting["urls"]["run"]).status_code == 404
        assert sign_in(stranger).post(waiting["urls"]["cancel"]).status_code == 404
        assert Run.objects.get().state == RunState.QUEUED

    def test_a_run_cannot_be_reached_through_another_project(self, shop, robot, sign_in, project_id):
        waiting = robot.post(f"{shop.url}/query", question(), format="json").json()
        from web.projects.models import Project

        mine = Project.objects.create(pk=project_id + 1, name="Mine")
        stranger = make_user("Stranger")
        Membership.objects.create(project=mine, user=stranger, role=Role.OWNER)
        borrowed = waiting["urls"]["run"].replace(f"/{shop.project.pk}/", f"/{mine.pk}/")
        assert sign_in(stranger).get(borrowed).status_code == 404

    def test_a_revoked_service_account_is_out(self, shop, robot):
        from django.utils import timezone

        from web.projects import credentials

        ServiceAccount.objects.update(revoked_at=timezone.now())
        credentials.forget()
        assert robot.get(f"{shop.url}/events").status_code == 401


def test_without_clickhouse_it_is_said_and_when_to_retry(shop, robot, settings):
    settings.CLICKHOUSE_QUERY_URL = "clickhouse://default@127.0.0.1:1/default"
    response = robot.post(f"{shop.url}/query", question(), format="json")
    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_an_unknown_address_answers_as_json(client):
    response = client.get("/api/v1/nothing")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
