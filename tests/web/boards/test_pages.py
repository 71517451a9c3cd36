"""The pages of boards and saved reports, as the server draws them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from analytics.queries.codec import parse
from analytics.queries.sentence import sentence
from tests.web.shop import fill, question, where
from web.boards.actions import add_tile, create_board, delete_board
from web.boards.models import Board
from web.boards.starter import starters
from web.projects.models import Membership, Project, Role
from web.reports.actions import change_report, delete_report, save_report
from web.reports.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast):
    return save_report(
        project=cast.project, actor=cast.bob, name="Buyers <i>", description="For Monday", query=parse(question())
    )


@pytest.fixture
def board(cast, report):
    board = create_board(project=cast.project, actor=cast.bob, name="Growth & more", description="We grow")
    add_tile(board=board, actor=cast.bob, report=report)
    return board


def at(name, cast, *more):
    return reverse(f"boards:{name}", args=[cast.project.pk, *more])


class TestTheList:
    def test_boards_and_reports_with_who_changed_them(self, cast, sign_in, board):
        page = sign_in(cast.carol).get(at("boards", cast)).content.decode()
        assert "Growth &amp; more" in page
        assert "Buyers &lt;i&gt;" in page
        assert page.count("by Bob") == 2
        assert "Delete" not in page.replace("Deleted", "")
        assert "New board" not in page

    def test_the_search_looks_into_descriptions(self, cast, sign_in, board):
        client = sign_in(cast.bob)
        page = client.get(at("boards", cast), {"search": "monday"}).content.decode()
        assert "Buyers" in page
        assert "Growth" not in page
        assert "No report has “&lt;x&gt;”" in client.get(at("boards", cast), {"search": "<x>"}).content.decode()

    def test_what_is_deleted_can_be_brought_back(self, cast, sign_in, board, report):
        client = sign_in(cast.bob)
        client.post(at("delete", cast, board.pk))
        client.post(at("delete_report", cast, report.pk))
        assert "Growth" not in client.get(at("boards", cast)).content.decode().split("</h1>")[1].split("messages")[0]
        deleted = client.get(at("boards", cast), {"deleted": ""}).content.decode()
        assert deleted.count("Restore<") == 2
        assert client.get(at("board", cast, board.pk)).status_code == 404
        assert "Restore it" in client.get(at("board", cast, board.pk)).content.decode()
        client.post(at("restore", cast, board.pk))
        client.post(at("restore_report", cast, report.pk))
        assert client.get(at("board", cast, board.pk)).status_code == 200
        assert not Report.objects.exclude(deleted_at=None).exists()

    def test_one_click_from_nothing(self, cast, sign_in):
        assert "Make a starter board" in sign_in(cast.bob).get(at("boards", cast)).content.decode()
        assert "Make a starter board" not in sign_in(cast.carol).get(at("boards", cast)).content.decode()

    def test_a_board_is_made_and_duplicated(self, cast, sign_in, board):
        client = sign_in(cast.bob)
        made = client.post(at("make", cast), {"name": "Money"})
        assert made.headers["Location"] == at("board", cast, Board.objects.get(name="Money").pk)
        assert client.post(at("make", cast), {"name": " "}).headers["Location"] == at("boards", cast)
        copied = client.post(at("duplicate", cast, board.pk))
        copy = Board.objects.get(name="Growth & more (copy)")
        assert copied.headers["Location"] == at("board", cast, copy.pk)
        assert copy.tiles.get().report == board.tiles.get().report

    def test_it_does_not_ask_once_per_line(self, cast, sign_in, board, django_assert_max_num_queries):
        for number in range(20):
            create_board(project=cast.project, actor=cast.bob, name=f"B{number}")
        client = sign_in(cast.bob)
        with django_assert_max_num_queries(12):
            client.get(at("boards", cast))


class TestTheHistory:
    def test_each_version_says_what_changed_and_can_be_gone_back_to(self, cast, sign_in, report):
        change_report(report=report, actor=cast.anna, query=parse(question(filters=where("plan", "is", "<pro>"))))
        client = sign_in(cast.bob)
        page = client.get(at("report", cast, report.pk)).content.decode()
        assert "Filter added: plan is &lt;pro&gt;" in page
        assert "by Anna" in page
        client.post(at("restore_version", cast, report.pk, 1))
        report.refresh_from_db()
        assert (report.version, parse(report.query)) == (3, parse(question()))
        assert "Went back to version 1" in client.get(at("report", cast, report.pk)).content.decode()
        assert client.post(at("restore_version", cast, report.pk, 9)).status_code == 404
        compared = client.get(at("report", cast, report.pk), {"from": "1", "to": "3"}).content.decode()
        assert "They are the same" in compared

    def test_renaming_what_somebody_else_has_renamed_is_refused(self, cast, sign_in, report):
        client, url = sign_in(cast.bob), at("report", cast, report.pk)
        change_report(report=report, actor=cast.anna, name="Hers")
        refused = client.post(url, {"name": "His", "description": "", "version": 1})
        assert "Anna changed this report" in refused.content.decode()
        assert client.post(url, {"name": "His", "description": "a\r\nb", "version": 2}).status_code == 302
        report.refresh_from_db()
        assert (report.name, report.description) == ("His", "a\nb")

    def test_viewers_read_it(self, cast, sign_in, report):
        page = sign_in(cast.carol).get(at("report", cast, report.pk)).content.decode()
        assert "Version 1" in page
        assert "Go back" not in page
        assert "<textarea" not in page

    def test_a_deleted_one_says_so(self, cast, sign_in, report):
        delete_report(report=report, actor=cast.bob)
        page = sign_in(cast.bob).get(at("report", cast, report.pk)).content.decode()
        assert "was deleted" in page
        assert "Restore it" in page


def test_foreign_boards_and_reports_are_not_there(cast, sign_in, board, report):
    client = sign_in(cast.mallory)
    theirs = cast.other_project.pk
    for name, pk in (("board", board.pk), ("report", report.pk)):
        assert client.get(at(name, cast, pk)).status_code == 404
        assert client.get(reverse(f"boards:{name}", args=[theirs, pk])).status_code == 404
    for name, pk in (("delete", board.pk), ("duplicate", board.pk), ("delete_report", report.pk)):
        assert client.post(reverse(f"boards:{name}", args=[theirs, pk])).status_code == 404
    delete_board(board=board, actor=cast.bob)
    assert client.post(reverse("boards:restore", args=[theirs, board.pk])).status_code == 404
    assert "Growth" not in client.get(reverse("boards:boards", args=[theirs])).content.decode()


class TestTheStarterBoard:
    def test_its_questions_are_about_what_happens_most(self):
        made = starters(["Purchase", "Sign Up"], "plan")
        said = [sentence(each.query) for each in made]
        assert said[1] == "Unique users who did anything, last 30 days, daily"
        assert said[2] == "A: Total of Purchase; B: Total of Sign Up, last 30 days, daily"
        assert said[4] == "Total of Purchase, by plan, last 30 days, daily"
        assert len(starters(["Purchase"], None)) == 4

    @pytest.fixture
    def project(self, cast, clickhouse, project_id):
        """One whose events are nobody else's: the store is shared by all tests."""
        project = Project.objects.create(pk=project_id, name="Own")
        Membership.objects.create(project=project, user=cast.bob, role=Role.ANALYST)
        return project

    def test_it_is_made_from_the_projects_own_events(self, cast, sign_in, clickhouse, project):
        fill(clickhouse, project.pk)
        sent = sign_in(cast.bob).post(reverse("boards:starter", args=[project.pk]))
        board = Board.objects.get(project=project)
        assert sent.headers["Location"] == reverse("boards:board", args=[project.pk, board.pk])
        names = [tile.report.name for tile in board.tiles.exclude(report=None)]
        assert "Purchase by plan" in names
        assert board.tiles.count() == 6

    def test_a_project_without_events_is_shown_the_way(self, cast, sign_in, project):
        sent = sign_in(cast.bob).post(reverse("boards:starter", args=[project.pk]))
        assert sent.headers["Location"] == reverse("projects:start", args=[project.pk])
        assert not Board.objects.exists()
