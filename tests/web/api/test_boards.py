"""Boards over REST: made and arranged by analysts, asked by everybody, deleted but not gone."""

from __future__ import annotations

import base64

import pytest
from rest_framework.test import APIClient

from tests.web.cast import make_user
from tests.web.shop import breakdown, question, where
from web.boards.models import MOST_TILES, Board, Tile
from web.projects import actions
from web.projects.models import AuditEntry, Membership, Project, Role
from workers.runs import run_query

pytestmark = pytest.mark.django_db

WEEK = {"kind": "last", "count": 7, "unit": "day"}


@pytest.fixture
def analyst(shop):
    account, secret = actions.create_service_account(project=shop.project, actor=None, label="Writer")
    client = APIClient()
    token = base64.b64encode(f"{account.username}:{secret}".encode()).decode()
    client.credentials(HTTP_AUTHORIZATION=f"Basic {token}")
    client.username = account.username
    return client


def save(shop, client, name="Buyers", **changes):
    body = {"name": name, "query": question(**changes)}
    return client.post(f"{shop.url}/reports", body, format="json").json()["id"]


@pytest.fixture
def report(shop, analyst):
    return save(shop, analyst)


@pytest.fixture
def board(shop, analyst):
    return analyst.post(f"{shop.url}/boards", {"name": "Growth"}, format="json").json()


@pytest.fixture
def url(shop, board):
    return f"{shop.url}/boards/{board['id']}"


@pytest.fixture
def tiles(analyst, url, report):
    """Two reports with a text between them, by their ids."""
    bodies = [
        {"kind": "report", "report": report, "width": 3, "chart": "column"},
        {"kind": "text", "text": "Mind\nthe gap"},
        {"kind": "report", "report": report},
    ]
    return [analyst.post(f"{url}/tiles", body, format="json").json()["id"] for body in bodies]


def test_a_board_is_made_read_and_changed(shop, analyst, board, url):
    assert (board["name"], board["description"], board["dates"], board["filters"]) == ("Growth", "", None, None)
    assert (board["tiles"], board["created_by"]) == ([], analyst.username)
    assert analyst.get(url).json() == board
    changed = analyst.patch(
        url, {"name": "Growth!", "dates": WEEK, "filters": where("plan", "is", "pro")}, format="json"
    )
    assert changed.json()["dates"] == {**WEEK, "skip": 0}
    assert changed.json()["filters"]["conditions"][0]["property"]["cast"] is False  # written out
    cleared = analyst.patch(url, {"dates": None, "filters": None}, format="json").json()
    assert (cleared["name"], cleared["dates"], cleared["filters"]) == ("Growth!", None, None)


def test_boards_come_in_pages_the_last_changed_first(shop, analyst):
    ids = [analyst.post(f"{shop.url}/boards", {"name": f"B{n}"}, format="json").json()["id"] for n in range(3)]
    analyst.post(f"{shop.url}/boards/{ids[0]}/tiles", {"kind": "text", "text": "Hello"}, format="json")
    first = analyst.get(f"{shop.url}/boards", {"limit": 2}).json()
    assert [each["id"] for each in first["results"]] == [ids[0], ids[2]]
    assert "tiles" not in first["results"][0]
    assert [each["id"] for each in analyst.get(first["next"]).json()["results"]] == [ids[1]]


def test_tiles_have_their_report_or_text(analyst, url, tiles, report):
    first, text, last = analyst.get(url).json()["tiles"]
    assert (first["width"], first["chart"], first["report"]["id"]) == (3, "column", report)
    assert first["report"]["sentence"] == "Unique users who did Purchase, last 7 days, daily"
    assert (text["kind"], text["text"], text["report"]) == ("text", "Mind\nthe gap", None)
    assert (last["width"], last["chart"]) == (2, "")


def test_the_question_of_a_tile_is_told_with_what_lies_over_it(analyst, url, tiles):
    over = {"dates": {"kind": "last", "count": 12, "unit": "month"}, "filters": where("plan", "is", "pro")}
    told = analyst.patch(url, over, format="json").json()["tiles"][0]["report"]
    assert told["sentence"] == "Unique users who did Purchase where plan is pro, last 12 months, daily"
    assert told["query"]["dates"]["unit"] == "month"


def test_tiles_are_changed_removed_and_arranged(analyst, url, tiles):
    first, text, last = tiles
    assert analyst.patch(f"{url}/tiles/{first}", {"width": 1, "chart": ""}, format="json").json()["width"] == 1
    assert analyst.patch(f"{url}/tiles/{text}", {"text": "Hi"}, format="json").json()["text"] == "Hi"
    arranged = analyst.put(f"{url}/order", {"tiles": [last, first, text]}, format="json").json()
    assert [each["id"] for each in arranged["tiles"]] == [last, first, text]
    assert analyst.delete(f"{url}/tiles/{first}").status_code == 204
    assert [each["id"] for each in analyst.get(url).json()["tiles"]] == [last, text]
    added = analyst.post(f"{url}/tiles", {"kind": "text", "text": "End"}, format="json").json()["id"]
    assert [each["id"] for each in analyst.get(url).json()["tiles"]] == [last, text, added]


def test_an_order_of_other_tiles_is_refused(analyst, url, tiles):
    for order in (tiles[:2], [*tiles, tiles[-1] + 1]):
        refused = analyst.put(f"{url}/order", {"tiles": order}, format="json")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "outdated")
    for order in ("x", ["x"], [True], [0], [tiles[0], tiles[0]]):
        assert analyst.put(f"{url}/order", {"tiles": order}, format="json").status_code == 400


def test_a_tile_is_asked_with_the_boards_dates_and_filters(shop, analyst, robot, url, tiles):
    analyst.patch(url, {"filters": where("plan", "is", "pro")}, format="json")
    asked = robot.post(f"{url}/tiles/{tiles[0]}/run", {}, format="json")
    assert asked.status_code == 202
    assert asked.json()["sentence"] == "Unique users who did Purchase where plan is pro, last 7 days, daily"
    run_query(asked.json()["run_id"])
    answer = robot.post(f"{url}/tiles/{tiles[0]}/run", {}, format="json").json()
    assert (answer["series"][0]["total"], answer["chart"]) == (2, "column")
    assert answer["figure"]["data"][0]["type"] == "bar"


def test_somebody_who_looks_can_lay_something_else_over_it(robot, url, tiles):
    over = {"dates": {"kind": "last", "count": 2, "unit": "day"}, "filters": where("plan", "is", "free")}
    asked = robot.post(f"{url}/tiles/{tiles[0]}/run?theme=dark", over, format="json").json()
    assert asked["sentence"] == "Unique users who did Purchase where plan is free, last 2 days, daily"
    refused = robot.post(f"{url}/tiles/{tiles[0]}/run", {"dates": {"kind": "never"}}, format="json")
    assert (refused.status_code, refused.json()["error"]["place"]) == (400, "dates.kind")


def test_a_chart_that_does_not_fit_gives_way_to_one_that_does(shop, analyst, url, answered):
    whole = save(shop, analyst, "Parts", breakdowns=breakdown("plan"))  # users overlap, so no pie
    tile = analyst.post(f"{url}/tiles", {"kind": "report", "report": whole, "chart": "pie"}, format="json").json()["id"]
    answered(question(breakdowns=breakdown("plan")))
    assert analyst.post(f"{url}/tiles/{tile}/run", {}, format="json").json()["chart"] == "line"


def test_a_deleted_report_is_said_to_be_and_not_asked(shop, analyst, url, tiles, report):
    analyst.delete(f"{shop.url}/reports/{report}")
    assert analyst.get(url).json()["tiles"][0]["report"]["deleted"] is True
    refused = analyst.post(f"{url}/tiles/{tiles[0]}/run", {}, format="json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "report_deleted")
    assert analyst.post(f"{url}/tiles", {"kind": "report", "report": report}, format="json").status_code == 400
    analyst.post(f"{shop.url}/reports/{report}/restore")
    assert analyst.post(f"{url}/tiles/{tiles[0]}/run", {}, format="json").status_code == 202


def test_a_deleted_board_is_nowhere_until_it_is_restored(shop, analyst, url, tiles):
    before = analyst.get(url).json()
    assert analyst.delete(url).status_code == 204
    assert "restore" in analyst.get(url).json()["error"]["message"]
    assert analyst.post(f"{url}/tiles/{tiles[0]}/run", {}, format="json").status_code == 404
    assert analyst.get(f"{shop.url}/boards").json()["results"] == []
    assert analyst.post(f"{url}/restore").json() == before


def test_a_duplicate_has_tiles_of_its_own(shop, analyst, url, tiles):
    analyst.patch(url, {"dates": WEEK}, format="json")
    sent = analyst.post(f"{url}/duplicate", {}, format="json")
    copy = sent.json()
    assert sent.headers["Location"] == f"{shop.url}/boards/{copy['id']}"
    assert (copy["name"], copy["dates"]["count"], len(copy["tiles"])) == ("Growth (copy)", 7, 3)
    analyst.delete(f"{shop.url}/boards/{copy['id']}/tiles/{copy['tiles'][0]['id']}")
    assert len(analyst.get(url).json()["tiles"]) == 3
    assert analyst.post(f"{url}/duplicate", {"name": "Europe"}, format="json").json()["name"] == "Europe"


@pytest.mark.parametrize(
    "body, place",
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "B", "description": None}, "description"),
        ({"name": "B", "dates": {"kind": "last", "count": 0, "unit": "day"}}, "dates.count"),
        ({"name": "B", "dates": "today"}, "dates"),
        ({"name": "B", "filters": {"match": "all", "conditions": []}}, "filters.conditions"),
        ({"name": "B", "tiles": []}, "tiles"),
        (["a list"], ""),
    ],
)
def test_a_board_that_cannot_be_is_refused_by_its_place(shop, analyst, body, place):
    refused = analyst.post(f"{shop.url}/boards", body, format="json")
    assert (refused.status_code, refused.json()["error"]["place"]) == (400, place)
    assert not Board.objects.exists()


@pytest.mark.parametrize(
    "body, place",
    [
        ({}, "kind"),
        ({"kind": "video"}, "kind"),
        ({"kind": "report"}, "report"),
        ({"kind": "report", "report": "1"}, "report"),
        ({"kind": "report", "report": 10**30}, "report"),
        ({"kind": "report", "report": 1, "text": "no"}, "text"),
        ({"kind": "text"}, "text"),
        ({"kind": "text", "text": " "}, "text"),
        ({"kind": "text", "text": "x" * 5001}, "text"),
        ({"kind": "text", "text": "x", "chart": "line"}, "chart"),
        ({"kind": "text", "text": "x", "width": 5}, "width"),
        ({"kind": "text", "text": "x", "width": True}, "width"),
    ],
)
def test_a_tile_that_cannot_be_is_refused_by_its_place(analyst, url, body, place):
    refused = analyst.post(f"{url}/tiles", body, format="json")
    assert (refused.status_code, refused.json()["error"]["place"]) == (400, place)
    assert not Tile.objects.exists()


def test_a_board_has_no_more_tiles_than_can_be_looked_at(analyst, board, url):
    Tile.objects.bulk_create(Tile(board_id=board["id"], place=n, kind="text", text="x") for n in range(MOST_TILES))
    assert analyst.post(f"{url}/tiles", {"kind": "text", "text": "x"}, format="json").status_code == 400


def test_the_trail_says_who_did_what(analyst, url, tiles):
    analyst.patch(url, {"name": "Money"}, format="json")
    analyst.put(f"{url}/order", {"tiles": tiles[::-1]}, format="json")
    analyst.delete(url)
    trail = AuditEntry.objects.filter(action__startswith="board.").order_by("pk")
    assert [each.action for each in trail] == [
        "board.created", *["board.changed"] * 4, "board.arranged", "board.deleted",
    ]  # fmt: skip
    assert {each.actor_email for each in trail} == {analyst.username}
    assert trail[4].after == {"name": "Money"}


def test_viewers_look_and_ask_but_change_nothing(shop, robot, board, url, tiles):
    assert robot.get(url).json()["tiles"][0]["id"] == tiles[0]
    assert robot.post(f"{url}/tiles/{tiles[0]}/run", {}, format="json").status_code == 202
    refused = [
        robot.post(f"{shop.url}/boards", {"name": "Mine"}, format="json"),
        robot.patch(url, {"name": "Mine"}, format="json"),
        robot.delete(url),
        robot.post(f"{url}/restore"),
        robot.post(f"{url}/duplicate", {}, format="json"),
        robot.post(f"{url}/tiles", {"kind": "text", "text": "x"}, format="json"),
        robot.patch(f"{url}/tiles/{tiles[0]}", {"width": 1}, format="json"),
        robot.delete(f"{url}/tiles/{tiles[0]}"),
        robot.put(f"{url}/order", {"tiles": tiles[::-1]}, format="json"),
    ]
    assert [each.status_code for each in refused] == [403] * len(refused)
    assert robot.get(url).json()["name"] == "Growth"


def test_another_project_never_sees_it(shop, analyst, sign_in, project_id, url, tiles, report):
    mine = Project.objects.create(pk=project_id + 1, name="Mine")
    stranger = make_user("Stranger")
    Membership.objects.create(project=mine, user=stranger, role=Role.OWNER)
    client = sign_in(stranger)
    own = f"/api/v1/projects/{mine.pk}"
    sent = {"content_type": "application/json"}
    for base in (url, url.replace(shop.url, own)):
        answers = [
            client.get(base),
            client.patch(base, {"name": "Mine"}, **sent),
            client.delete(base),
            client.post(f"{base}/restore", {}, **sent),
            client.post(f"{base}/duplicate", {}, **sent),
            client.post(f"{base}/tiles", {"kind": "text", "text": "x"}, **sent),
            client.post(f"{base}/tiles/{tiles[0]}/run", {}, **sent),
            client.patch(f"{base}/tiles/{tiles[0]}", {"width": 1}, **sent),
            client.delete(f"{base}/tiles/{tiles[0]}"),
            client.put(f"{base}/order", {"tiles": tiles}, **sent),
        ]
        assert [each.status_code for each in answers] == [404] * len(answers)
    assert client.get(f"{own}/boards").json()["results"] == []
    # Not even as a tile of a board of one's own can a foreign report be asked.
    board = client.post(f"{own}/boards", {"name": "Mine"}, **sent).json()
    body = {"kind": "report", "report": report}
    assert client.post(f"{own}/boards/{board['id']}/tiles", body, **sent).status_code == 400
    body = {"report": report}
    assert client.post(f"{own}/shares", body, **sent).status_code == 400
    # Nor a tile by way of another board of the same project.
    other = analyst.post(f"{shop.url}/boards", {"name": "Other"}, format="json").json()["id"]
    assert analyst.patch(f"{shop.url}/boards/{other}/tiles/{tiles[0]}", {"width": 1}, format="json").status_code == 404
