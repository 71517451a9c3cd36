"""A public link shows one board or report, to whoever has it, and nothing else of anything."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from analytics.queries.codec import parse
from tests.web.shop import open_shop, question, where
from web.accounts.models import FailedLogin
from web.boards.actions import add_tile, change_board, create_board, delete_board
from web.boards.models import Share
from web.boards.shares import make_share, revoke_share
from web.projects.models import AuditEntry
from web.reports.actions import change_report, delete_report, save_report
from web.reports.models import Run
from workers.runs import run_query

pytestmark = pytest.mark.django_db

PASSWORD = "open sesame"
SECRETS = ("sql", "query", "data_version", "read_bytes")


@pytest.fixture
def shop(db, clickhouse, project_id):
    return open_shop(project_id, clickhouse)


@pytest.fixture
def report(shop):
    query = parse(question(filters=where("plan", "is", "pro")))
    return save_report(project=shop.project, actor=shop.analyst, name="Payers", description="", query=query)


@pytest.fixture
def board(shop, report):
    board = create_board(project=shop.project, actor=shop.analyst, name="Growth", description="For all")
    add_tile(board=board, actor=shop.analyst, text="<b>Hello</b>", width=4)
    add_tile(board=board, actor=shop.analyst, report=report, chart="column")
    return board


@pytest.fixture
def share(shop):
    """`share(board, password=…)`: the address and the share."""

    def share(subject, **more):
        made, token = make_share(project=shop.project, actor=shop.analyst, subject=subject, **more)
        return f"/shared/{token}/", made

    return share


def page_data(response):
    found = re.search(r'id="board-data" type="application/json">(.*?)</script>', response.content.decode())
    return json.loads(found.group(1))


def asked(client, url, tile):
    """The answer of a tile, with the worker's part done in between."""
    response = client.post(f"{url}tiles/{tile}/run")
    if response.status_code == 202:
        run_query(response.json()["run_id"])
        response = client.get(f"{response.json()['urls']['run']}?chart=line")
    return response


def test_a_board_is_looked_at_without_a_login(client, share, board):
    url, made = share(board)
    response = client.get(url)
    assert response.status_code == 200
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "<b>Hello" not in response.content.decode()
    text, tile = page_data(response)["tiles"]
    assert text["text"] == "<b>Hello</b>"
    assert tile["report"]["sentence"] == "Unique users who did Purchase where plan is pro, last 7 days, daily"
    answer = asked(client, url, tile["id"]).json()
    assert answer["series"][0]["total"] == 2
    assert answer["figure"]["data"]
    made.refresh_from_db()
    assert (made.views, made.last_used_at is not None) == (1, True)


def test_neither_the_page_nor_the_answers_tell_more_than_is_seen(client, share, board, shop):
    url, _ = share(board)
    response = client.get(url)
    assert f"/projects/{shop.project.pk}" not in response.content.decode()
    assert shop.analyst.email not in response.content.decode()
    assert str(shop.project) not in response.content.decode()
    tile = page_data(response)["tiles"][1]["id"]
    waiting = client.post(f"{url}tiles/{tile}/run")
    assert not set(SECRETS) & set(waiting.json())
    assert waiting.json()["urls"] == {"run": f"{url}runs/{waiting.json()['run_id']}"}
    run_query(waiting.json()["run_id"])
    for answer in (client.get(waiting.json()["urls"]["run"]), client.post(f"{url}tiles/{tile}/run")):
        assert not set(SECRETS) & set(answer.json())
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_report_alone_is_shared_too(client, share, report):
    url, _ = share(report)
    assert [each["id"] for each in page_data(client.get(url))["tiles"]] == [0]
    assert asked(client, url, 0).json()["series"][0]["total"] == 2
    assert client.post(f"{url}tiles/1/run").status_code == 404


def test_nothing_that_is_sent_changes_the_question(client, share, report):
    url, _ = share(report)
    body = {**question(filters=None), "dates": {"kind": "last", "count": 1, "unit": "day"}, "filters": None}
    client.post(f"{url}tiles/0/run", body, content_type="application/json")
    assert json.loads(Run.objects.get().query)["filters"]["conditions"][0]["values"] == ["pro"]
    assert client.post(f"{url}tiles/0/run?supersedes={Run.objects.get().pk}").status_code == 400
    assert client.post(f"{url}tiles/0/run?query=x").status_code == 400


def test_dead_links_all_look_the_same(client, share, board, report, shop):
    addresses = ["/shared/nothing/", f"/shared/{'x' * 500}/"]
    url, revoked = share(board)
    revoke_share(share=revoked, actor=shop.analyst)
    addresses.append(url)
    url, expired = share(board)
    Share.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    addresses.append(url)
    url, _ = share(report)
    delete_report(report=report, actor=shop.analyst)
    addresses.append(url)
    url, _ = share(board)
    delete_board(board=board, actor=shop.analyst)
    addresses.append(url)
    pages = [client.get(address) for address in addresses]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(rb'value="[^"]+"', b"", page.content) for page in pages}) == 1
    answers = [client.post(f"{address}tiles/0/run") for address in addresses]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}


def test_a_deleted_report_is_no_longer_on_a_shared_board(client, share, board, report, shop):
    url, _ = share(board)
    tile = page_data(client.get(url))["tiles"][1]["id"]
    delete_report(report=report, actor=shop.analyst)
    assert [each["kind"] for each in page_data(client.get(url))["tiles"]] == ["text"]
    assert client.post(f"{url}tiles/{tile}/run").status_code == 404


def test_a_change_of_the_board_is_a_change_of_what_is_shared(client, share, board, shop):
    url, _ = share(board)
    fields = {"dates": {"kind": "last", "count": 2, "unit": "day"}, "filters": where("$browser", "is", "Chrome")}
    change_board(board=board, actor=shop.analyst, fields=fields)
    response = client.get(url)
    assert "Last 2 days, where $browser is Chrome" in response.content.decode()
    said = "Unique users who did Purchase where plan is pro and $browser is Chrome, last 2 days, daily"
    assert page_data(response)["tiles"][1]["report"]["sentence"] == said


class TestTenants:
    """Whatever a link is given, it shows the questions of its own subject, of its own project."""

    @pytest.fixture
    def other(self, clickhouse, project_id):
        shop = open_shop(project_id + 1, clickhouse)
        report = save_report(
            project=shop.project, actor=shop.analyst, name="Secret", description="", query=parse(question())
        )
        board = create_board(project=shop.project, actor=shop.analyst, name="Secret")
        shop.tile = add_tile(board=board, actor=shop.analyst, report=report)
        return shop

    def test_no_tile_of_another_board(self, client, share, board, other, shop, report):
        url, _ = share(board)
        assert client.post(f"{url}tiles/{other.tile.pk}/run").status_code == 404
        mine = create_board(project=shop.project, actor=shop.analyst, name="Unshared")
        unshared = add_tile(board=mine, actor=shop.analyst, report=report)
        assert client.post(f"{url}tiles/{unshared.pk}/run").status_code == 404
        assert client.post(f"{url}tiles/0/run").status_code == 404
        assert not Run.objects.exists()

    def test_no_run_of_another_question_or_project(self, client, share, board, other, sign_in, shop):
        url, _ = share(board)
        for place, query in (
            (shop, question()),  # of the same project, but not shared
            (other, question(filters=where("plan", "is", "pro"))),  # the shared question, of another project
        ):
            asked = sign_in(place.analyst).post(f"{place.url}/query", query, content_type="application/json")
            run_query(asked.json()["run_id"])
            assert client.get(f"{url}runs/{asked.json()['run_id']}").status_code == 404

    def test_a_run_of_the_shared_question_is_seen(self, client, share, board, sign_in, shop):
        url, _ = share(board)
        query = question(filters=where("plan", "is", "pro"))
        asked = sign_in(shop.analyst).post(f"{shop.url}/query", query, content_type="application/json")
        assert client.get(f"{url}runs/{asked.json()['run_id']}").status_code == 202

    def test_a_run_is_not_seen_any_more_when_its_question_is_not_shared(self, client, share, report, shop):
        url, _ = share(report)
        run = client.post(f"{url}tiles/0/run").json()
        change_report(report=report, actor=shop.analyst, query=parse(question()))
        assert client.get(run["urls"]["run"]).status_code == 404

    def test_a_link_opens_nothing_else(self, client, share, board, shop, other):
        url, _ = share(board)
        client.get(url)
        tile = page_data(client.get(url))["tiles"][1]["id"]
        for address in (
            f"{shop.url}/boards/{board.pk}",
            f"{other.url}/boards/{other.tile.board_id}",
            f"{shop.url}/reports",
        ):
            assert client.get(address).status_code == 401
        assert client.post(f"{shop.url}/boards/{board.pk}/tiles/{tile}/run").status_code == 401
        assert client.get(f"/projects/{shop.project.pk}/boards/{board.pk}/").status_code == 302
        body = {"query": question(), "at": {}}
        assert client.post(f"{shop.url}/query/users", body, content_type="application/json").status_code == 401

    def test_a_project_that_is_gone_takes_its_links_along(self, client, share, board, shop):
        url, _ = share(board)
        shop.project.delete()
        assert client.get(url).status_code == 404
        assert not Share.objects.exists()


class TestPassword:
    def test_it_is_asked_for_once(self, client, share, board):
        url, made = share(board, password=PASSWORD)
        assert PASSWORD not in made.password_hash
        locked = client.get(url)
        assert locked.status_code == 200
        assert "Growth" not in locked.content.decode()
        assert client.post(url, {"password": PASSWORD}).status_code == 302
        assert page_data(client.get(url))["tiles"]
        made.refresh_from_db()
        assert made.views == 1
        assert "A password is needed" in Client().get(url).content.decode()

    def test_without_it_nothing_is_answered(self, client, share, board):
        url, _ = share(board, password=PASSWORD)
        tile = board.tiles.last().pk
        assert client.post(f"{url}tiles/{tile}/run").status_code == 403
        client.post(url, {"password": PASSWORD})
        run = client.post(f"{url}tiles/{tile}/run").json()["urls"]["run"]
        assert client.get(run).status_code == 202
        assert Client().get(run).status_code == 403

    def test_the_password_of_one_link_opens_no_other(self, client, share, board):
        one, other = share(board, password=PASSWORD)[0], share(board, password=PASSWORD)[0]
        client.post(one, {"password": PASSWORD})
        cookie = client.cookies["share"].value
        stranger = Client()
        stranger.cookies["share"] = cookie
        assert "A password is needed" in stranger.get(other).content.decode()
        stranger.cookies["share"] = "forged"
        assert "A password is needed" in stranger.get(one).content.decode()
        assert client.cookies["share"]["path"] == one
        assert client.cookies["share"]["httponly"]

    def test_guessing_is_slowed_down(self, client, share, board):
        url, made = share(board, password=PASSWORD)
        other = share(board, password=PASSWORD)[0]
        for _ in range(10):
            assert "not the password" in client.post(url, {"password": "wrong"}).content.decode()
        refused = client.post(url, {"password": PASSWORD})
        assert refused.status_code == 429
        assert "share" not in client.cookies
        assert client.post(other, {"password": PASSWORD}).status_code == 302
        FailedLogin.objects.all().delete()
        assert client.post(url, {"password": PASSWORD}).status_code == 302

    def test_it_is_long_enough(self, shop, sign_in, board):
        client = sign_in(shop.analyst)
        body = {"board": board.pk, "password": "short"}
        refused = client.post(f"{shop.url}/shares", body, content_type="application/json")
        assert (refused.status_code, refused.json()["error"]["place"]) == (400, "password")


class TestMaking:
    def test_over_rest(self, client, shop, sign_in, board, report):
        analyst = sign_in(shop.analyst)
        sent = analyst.post(f"{shop.url}/shares", {"board": board.pk}, content_type="application/json")
        assert sent.status_code == 201
        made = sent.json()
        assert (made["board"], made["report"], made["state"], made["views"]) == (board.pk, None, "active", 0)
        assert made["expires_at"] > f"{timezone.now() + timedelta(days=29):%Y-%m-%d}"
        assert client.get(made["url"]).status_code == 200
        listed = analyst.get(f"{shop.url}/shares").json()["results"]
        assert [each["id"] for each in listed] == [made["id"]]
        assert "url" not in listed[0]
        assert made["url"].split("/")[-2] not in json.dumps(list(Share.objects.values()), default=str)
        assert analyst.get(sent.headers["Location"]).json()["views"] == 1
        assert analyst.delete(sent.headers["Location"]).status_code == 204
        assert client.get(made["url"]).status_code == 404
        assert analyst.get(sent.headers["Location"]).json()["state"] == "revoked"
        trail = AuditEntry.objects.filter(action__startswith="share.").order_by("pk")
        assert [each.action for each in trail] == ["share.created", "share.revoked"]

    def test_without_an_end(self, shop, sign_in, report):
        body = {"report": report.pk, "days": None}
        made = sign_in(shop.analyst).post(f"{shop.url}/shares", body, content_type="application/json").json()
        assert made["expires_at"] is None

    @pytest.mark.parametrize(
        "body, place",
        [
            ({}, "board"),
            ({"board": 1, "report": 1}, "board"),
            ({"board": "1"}, "board"),
            ({"report": 10**30}, "report"),
            ({"board": None}, "board"),
            ({"days": 0}, "days"),
            ({"days": 5000}, "days"),
            ({"days": True}, "days"),
            ({"password": 12345678}, "password"),
        ],
    )
    def test_what_cannot_be_is_refused(self, shop, sign_in, board, body, place):
        body = body if {"board", "report"} & set(body) or not body else {**body, "board": board.pk}
        refused = sign_in(shop.analyst).post(f"{shop.url}/shares", body, content_type="application/json")
        assert (refused.status_code, refused.json()["error"]["place"]) == (400, place)
        assert not Share.objects.exists()

    def test_on_the_page(self, client, shop, sign_in, board):
        analyst = sign_in(shop.analyst)
        page = f"/projects/{shop.project.pk}/shares/"
        assert "Growth" in analyst.get(f"{page}?subject=board-{board.pk}").content.decode()
        made = analyst.post(page, {"subject": f"board-{board.pk}", "days": "0", "password": ""}).content.decode()
        url = re.search(r'value="http://testserver(/shared/[^"]+)"', made).group(1)
        assert client.get(url).status_code == 200
        assert url not in analyst.get(page).content.decode()
        share = Share.objects.get()
        assert analyst.post(f"{page}{share.pk}/revoke/").status_code == 302
        assert client.get(url).status_code == 404
        assert analyst.post(page, {"subject": "board-999999", "days": "7"}).status_code == 200
        assert Share.objects.count() == 1


def test_a_link_that_is_asked_in_a_loop_is_slowed_down(client, share, report, settings, tmp_path):
    settings.API_REQUESTS_PER_MINUTE, settings.DATA_DIR = 2, tmp_path
    url, _ = share(report)
    statuses = [client.post(f"{url}tiles/0/run").status_code for _ in range(4)]
    assert statuses[0] == 202
    assert statuses[-1] == 429
