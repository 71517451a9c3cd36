"""Journeys over boards: made without a mouse, arranged, answered tile by tile, and shown without a login."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from tests.browser.conftest import (
    EMAIL,
    focused,
    listen,
    press,
    tab_to,
    until,
    until_focused,
    until_heard,
    until_told,
)
from tests.browser.test_access import check_axe
from tests.web.shop import breakdown, question, where


@pytest.fixture
def board(site):
    """A board of three reports and a text, and its id."""
    return make_board(site, "Weekly", reports(site)[:3], ["Look at this\nfirst"])


REPORTS = {
    "Buyers": question(),
    "Buys by plan": question(
        metrics=[{"events": ["Purchase"], "measure": {"kind": "total"}}], breakdowns=breakdown("plan")
    ),
    "Payers": question(filters=where("plan", "is", "pro")),
}


def reports(site) -> list[int]:
    if "reports" not in site.states:
        site.states["reports"] = site.stack.django(
            """
            from analytics.queries.codec import parse
            from web.accounts.models import User
            from web.projects.models import Project
            from web.reports.actions import save_report
            project, ada = Project.objects.get(pk=arguments[0]), User.objects.get(email=arguments[1])
            answer = [
                save_report(project=project, actor=ada, name=name, description="", query=parse(query)).pk
                for name, query in json.loads(arguments[2]).items()
            ]
            """,
            site.shop,
            EMAIL,
            json.dumps(REPORTS),
        )
    return site.states["reports"]


def make_board(site, name, of, texts=()) -> int:
    return site.stack.django(
        """
        from web.accounts.models import User
        from web.boards.actions import add_tile, create_board
        from web.projects.models import Project
        from web.reports.models import Report
        project, ada = Project.objects.get(pk=arguments[0]), User.objects.get(email=arguments[1])
        board = create_board(project=project, actor=ada, name=arguments[2])
        for report in json.loads(arguments[3]):
            add_tile(board=board, actor=ada, report=Report.objects.get(pk=report))
        for text in json.loads(arguments[4]):
            add_tile(board=board, actor=ada, text=text)
        answer = board.pk
        """,
        site.shop,
        EMAIL,
        name,
        json.dumps(of),
        json.dumps(texts),
    )


def open_board(page, site, board: int) -> None:
    page.goto(f"{site.stack.url}/projects/{site.shop}/boards/{board}/")
    settled(page)


def settled(page) -> None:
    page.wait_for_selector(".board-grid")
    until(page, "!document.querySelector('.tile-body[aria-busy=true]')")


def names(page) -> list[str]:
    return page.locator(".tile-card").evaluate_all("(cards) => cards.map((card) => card.getAttribute('aria-label'))")


def press_until(page, key: str, wanted: str) -> None:
    for _ in range(80):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement.matches({json.dumps(wanted)})"):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


def test_a_board_is_made_with_the_keyboard_alone(page, site):
    reports(site)
    page.goto(f"{site.stack.url}/projects/{site.shop}/boards/")
    press_until(page, "Tab", "#name")
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/boards/\d+/$"))
    assert page.get_by_role("heading", name="Nothing on this board yet").is_visible()
    press_until(page, "Tab", "#add-report")
    page.keyboard.type("Buyers")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('.tile').length === 1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('.tile').length === 2")
    settled(page)
    assert names(page) == ["Buyers", "Text: New text"]
    press_until(page, "Tab", "[id^=later-]")
    page.keyboard.press("Enter")
    assert names(page) == ["Text: New text", "Buyers"]
    assert page.locator("#said").inner_text() == "Buyers moved to place 2 of 2."
    assert page.evaluate("document.activeElement.id").startswith("later-")  # the focus went along
    page.keyboard.press("Alt+ArrowLeft")
    assert names(page) == ["Buyers", "Text: New text"]
    page.keyboard.press("Alt+ArrowLeft")
    assert page.locator("#said").inner_text() == "Buyers is already the first."
    with page.expect_response(re.compile("/order$")) as order:
        page.keyboard.press("Alt+ArrowRight")
    assert order.value.status == 200
    page.reload()
    settled(page)
    assert names(page) == ["Text: New text", "Buyers"]


def test_tiles_are_dragged_resized_and_removed(page, site, board):
    open_board(page, site, board)
    page.get_by_role("button", name="Edit board").click()
    with page.expect_response(re.compile("/order$")):
        page.locator(".tile", has_text="Payers").locator(".tile-handle").drag_to(
            page.locator(".tile", has_text="Buyers")
        )
    assert names(page) == ["Payers", "Buyers", "Buys by plan", "Text: Look at this"]
    assert "moved to place 1 of 4" in page.locator("#said").inner_text()
    with page.expect_response(re.compile(r"/tiles/\d+$")):
        page.get_by_label("Width of Buyers").select_option("4")
    until(page, "document.querySelector('.tile-4 .tile-name')?.textContent === 'Buyers'")
    page.get_by_role("button", name="Remove Buys by plan").click()
    until(page, "document.querySelectorAll('.tile').length === 3")
    page.reload()
    settled(page)
    assert names(page) == ["Payers", "Buyers", "Text: Look at this"]


def test_tiles_show_their_answers_and_lead_to_their_questions(page, site, board):
    open_board(page, site, board)
    assert page.locator(".tile-chart .main-svg").count() >= 3
    assert page.locator("p.tile-text").inner_text() == "Look at this\nfirst"
    assert page.locator(".tile-age").first.inner_text() != ""
    page.get_by_role("button", name="Numbers of Payers").click()
    assert page.locator(".tile-numbers td.total").inner_text() == "2"
    with page.expect_response(re.compile("/run")):
        page.get_by_role("button", name="Refresh Payers").click()
    settled(page)
    page.get_by_role("link", name="Payers").click()
    page.wait_for_url(re.compile(r"/insights/\?q=.*"))
    page.wait_for_selector(".numbers")
    assert "plan is pro" in page.locator("#sentence").inner_text()


def test_a_tile_fails_alone_and_recovers_alone(page, site, board):
    page.watched.expected = ("500", "Failed to load resource")
    page.route(re.compile(r"/tiles/\d+/run"), break_first := Break())
    open_board(page, site, board)
    assert break_first.done
    assert page.locator(".failure").count() == 1
    assert page.locator(".tile-chart .main-svg").count() >= 2
    press(page, f"Retry {page.locator('.tile:has(.failure) .tile-name').inner_text()}")
    assert focused(page).startswith("Refresh ")  # of the same tile: Retry is gone
    settled(page)
    assert page.locator(".failure").count() == 0
    assert page.locator(".tile-chart").count() == 3


class Break:
    """Lets every request pass but the first."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self, route) -> None:
        if self.done:
            route.continue_()
        else:
            self.done = True
            body = json.dumps({"error": {"code": "internal", "message": "It broke.", "place": ""}})
            route.fulfill(status=500, content_type="application/json", body=body)


def test_dates_and_filters_lie_over_every_tile(page, site, board):
    open_board(page, site, board)
    page.get_by_role("button", name="30 days").click()
    settled(page)
    until(
        page, "[...document.querySelectorAll('.tile-sentence')].every((each) => each.textContent.includes('30 days'))"
    )
    assert page.get_by_text("Only you see this.").is_visible()
    page.get_by_role("button", name="+ Filter").click()
    page.get_by_role("option", name="plan").click()
    page.get_by_label("Value", exact=True).fill("free")
    page.get_by_role("button", name="Add", exact=True).click()
    settled(page)
    until(page, "document.querySelector('.tile-sentence').textContent.includes('plan is free')")
    page.reload()  # the address has it
    settled(page)
    assert page.get_by_role("button", name="30 days").get_attribute("aria-pressed") == "true"
    with page.expect_response(lambda response: response.request.method == "PATCH"):
        page.get_by_role("button", name="Save for everyone").click()
    until(page, "!document.querySelector('.laid')")
    open_board(page, site, board)
    assert "plan is free" in page.locator(".tile-sentence").first.inner_text()
    assert page.locator(".filter-chip").inner_text().startswith("plan is free")
    page.get_by_role("button", name="Remove the filter: plan is free").click()
    settled(page)
    page.get_by_role("button", name="Reset").click()
    assert page.locator(".filter-chip").count() == 1


def test_a_board_is_named_written_on_and_cleared_by_keyboard_alone(page, site, board):
    open_board(page, site, board)
    listen(page)
    press(page, "Edit board")
    tab_to(page, "Name")
    page.keyboard.press("Control+A")
    page.keyboard.type("Monthly")
    page.keyboard.press("Tab")
    page.keyboard.type("Read on the first")
    press(page, "Save")
    until_heard(page, "Saved.")
    assert page.locator("h1").inner_text() == "Monthly"
    press(page, "Add text")
    until_focused(page, ".tile-text textarea")
    page.keyboard.type("Written by hand")  # in the place of “New text”, which is selected
    page.keyboard.press("Tab")
    until_heard(page, "Text: Written by hand is changed.")
    tab_to(page, "Width of Payers", "Shift+Tab")
    page.keyboard.press("4")
    until_heard(page, "Payers is 4 of 4 columns wide.")
    press(page, "Remove Buyers", "Shift+Tab")
    until_heard(page, "Buyers is removed from the board.")
    assert focused(page) == "Remove Buys by plan"  # the one that has taken its place
    press(page, "Remove Text: Written by hand")
    until_heard(page, "Text: Written by hand is removed from the board.")
    assert focused(page) == "Remove Text: Look at this"  # the last one now
    page.reload()
    settled(page)
    assert names(page) == ["Buys by plan", "Payers", "Text: Look at this"]
    assert page.locator(".board-description").inner_text() == "Read on the first"


def test_a_board_is_copied_deleted_and_restored_by_keyboard_alone(page, site):
    board = make_board(site, "To be copied", reports(site)[:1])
    open_board(page, site, board)
    press(page, "Duplicate")
    until_told(page, "This is the copy")
    settled(page)
    assert page.locator("h1").inner_text() == "To be copied (copy)"
    assert names(page) == ["Buyers"]
    press(page, "Delete")
    until_told(page, "“To be copied (copy)” is deleted.")
    press(page, "Deleted")
    page.get_by_role("heading", name="Deleted boards and reports").wait_for()
    press(page, "Restore To be copied (copy)")
    until_told(page, "“To be copied (copy)” is back.")
    settled(page)


def test_a_deleted_report_is_restored_from_its_tile_by_keyboard(page, site):
    report = reports(site)[2]
    site.stack.django(
        "from web.reports.models import Report; from django.utils import timezone; "
        "Report.objects.filter(pk=arguments[0]).update(deleted_at=timezone.now()); answer = None",
        report,
    )
    open_board(page, site, make_board(site, "Half gone", [report, reports(site)[0]]))
    press(page, "Restore the report")
    until_focused(page, ".tile-foot button")
    assert focused(page) == "Refresh Payers"
    settled(page)
    assert page.locator(".tile-chart").count() == 2


def test_dates_and_filters_of_a_board_by_keyboard_alone(page, site, board):
    open_board(page, site, board)
    listen(page)
    press(page, "30 days")
    settled(page)
    assert focused(page) == "30 days"
    press(page, "Fixed")
    page.keyboard.press("Tab")
    page.keyboard.type("10012024")  # 1 October; a year is 0002 while it is typed
    until(page, "document.querySelector('.tile-sentence').textContent.includes('2024-10-01')")
    assert focused(page) == "From"
    tab_to(page, "To, included")
    page.keyboard.type("09152024")  # before the other
    assert dates_of(page)["from"] == "2024-10-01"
    tab_to(page, "+ Filter")
    until(page, f"{DATES_OF}.from === '2024-09-15'")
    assert dates_of(page)["to"] == "2024-10-01"
    settled(page)
    for value in ("free", "pro"):
        page.keyboard.press("Enter")
        page.keyboard.type("pla")
        until(page, "document.querySelector('[role=option].active')?.textContent.includes('plan')")
        page.keyboard.press("Enter")
        assert focused(page) == "Operator"
        page.keyboard.press("Tab")
        page.keyboard.type(value)
        page.keyboard.press("Enter")
        until_heard(page, f"Filter added: plan is {value}.")
        assert focused(page) == "+ Filter"
    tab_to(page, "Remove the filter: plan is free", "Shift+Tab")
    page.keyboard.press("Enter")
    until_heard(page, "Filter removed: plan is free.")
    assert focused(page) == "Remove the filter: plan is pro"
    page.keyboard.press("Enter")
    assert focused(page) == "+ Filter"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # the list
    assert focused(page) == "Property"
    page.keyboard.press("Escape")  # the form
    assert focused(page) == "+ Filter"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # shuts the list, and goes on from it
    page.locator(".filter-form button:focus").wait_for()
    assert page.locator("[role=listbox]").count() == 0
    press(page, "Cancel")
    press(page, "Reset")
    assert focused(page) == "+ Filter"
    press(page, "7 days", "Shift+Tab")
    press(page, "Save for everyone")
    until_heard(page, "Saved for everyone.")
    assert focused(page) == "+ Filter"
    press(page, "Refresh Buyers")
    settled(page)
    assert focused(page) == "Refresh Buyers"


DATES_OF = "JSON.parse(new URLSearchParams(location.search).get('over')).dates"


def dates_of(page) -> dict[str, str]:
    return page.evaluate(DATES_OF)


def test_full_screen_by_keyboard_keeps_the_focus(page, site, board):
    open_board(page, site, board)
    press(page, "Full screen")
    until(page, "document.fullscreenElement?.id === 'board'")
    until(page, "document.activeElement.textContent === 'Leave full screen'")
    tab_to(page, "Auto-refresh")
    page.keyboard.type("5")
    until(page, "document.getElementById('said').textContent === 'Refreshes by itself every 5 minutes.'")
    press(page, "Leave full screen")
    until(page, "!document.fullscreenElement")
    until(page, "document.activeElement.textContent === 'Full screen'")


def test_full_screen_and_refreshing_by_itself(page, site, board):
    open_board(page, site, board)
    page.get_by_role("button", name="Full screen").click()
    until(page, "document.fullscreenElement?.id === 'board'")
    page.get_by_label("Auto-refresh").select_option("5")
    assert page.locator("#said").inner_text() == "Refreshes by itself every 5 minutes."
    page.get_by_role("button", name="Leave full screen").click()
    until(page, "!document.fullscreenElement")


def test_a_public_link_is_looked_at_without_a_login(make_page, site, board):
    page = make_page()
    open_board(page, site, board)
    page.get_by_role("link", name="Share").click()
    assert page.get_by_label("Show").input_value() == f"board-{board}"
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Public link").input_value()
    stranger = make_page(signed_in=False)
    stranger.goto(link)
    check_axe(stranger)
    stranger.get_by_label("Password").fill("open sesame")
    stranger.get_by_role("button", name="Open").click()
    settled(stranger)
    until(stranger, "document.querySelectorAll('.tile-chart .main-svg').length >= 3")
    assert stranger.get_by_role("heading", name="Weekly").is_visible()
    assert stranger.locator("a[href*='/projects/']").count() == 0
    assert stranger.get_by_role("button", name="Edit board").count() == 0
    assert stranger.get_by_role("button", name="+ Filter").count() == 0
    stranger.get_by_role("button", name="Numbers of Buyers").click()
    assert stranger.locator(".tile-numbers td.total").inner_text() == "3"
    page.goto(f"{site.stack.url}/projects/{site.shop}/shares/")
    page.get_by_role("button", name="Revoke").first.click()
    stranger.watched.expected = ("404",)
    stranger.goto(link)
    assert stranger.get_by_role("heading", name="There is nothing here").is_visible()


def test_a_public_link_is_made_opened_and_revoked_by_keyboard_alone(make_page, site):
    board = make_board(site, "Shown by hand", reports(site)[:1])
    page = make_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_board(page, site, board)
    press(page, "Share")
    page.wait_for_url("**/shares/**")
    tab_to(page, "Show")
    assert page.evaluate("document.activeElement.value") == f"board-{board}"
    page.keyboard.press("Tab")
    assert focused(page) == "It works for"
    page.keyboard.type("7 d")
    page.keyboard.press("Tab")
    page.keyboard.type("open sesame")
    page.keyboard.press("Enter")
    until_focused(page, "#link")
    link = page.evaluate("document.activeElement.value")
    press(page, "Copy")
    until(page, "document.activeElement.textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == link
    row = page.locator("tbody tr").filter(has_text="Shown by hand")
    assert "with a password" in row.inner_text()
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=7)
    assert f"until {ends:%b} {ends.day}, {ends.year}" in row.inner_text()
    stranger = make_page(signed_in=False)
    stranger.goto(link)
    assert focused(stranger) == "Password"
    stranger.keyboard.type("open sesam")
    stranger.keyboard.press("Enter")
    stranger.get_by_text("This is not the password of this link.").wait_for()
    assert focused(stranger) == "Password"
    stranger.keyboard.type("open sesame")
    stranger.keyboard.press("Enter")
    settled(stranger)
    press(stranger, "Numbers of Buyers")
    assert stranger.locator(".tile-numbers td.total").inner_text() == "3"
    press(page, f"Revoke the link {row.locator('.mono').inner_text().rstrip('…')}")
    until_told(page, "The link to “Shown by hand” is revoked")
    stranger.watched.expected = ("404",)
    stranger.reload()
    stranger.get_by_role("heading", name="There is nothing here").wait_for()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_rule_of_axe_is_broken(make_page, site, board, dark, width):
    page = make_page(width=width, dark=dark)
    open_board(page, site, board)
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Edit board").click()
    page.get_by_role("button", name="+ Filter").click()
    page.get_by_role("button", name="Numbers of Buyers").click()
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for path in ("boards/", "boards/?deleted", f"reports/{reports(site)[0]}/", "shares/"):
        page.goto(f"{site.stack.url}/projects/{site.shop}/{path}")
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_up_to_four_stand_side_by_side_on_a_desk_and_one_on_a_phone(make_page, site):
    ids = [report for report in reports(site) for _ in range(2)][:4]
    board = make_board(site, "Narrow", ids)
    site.stack.django(
        "from web.boards.models import Tile; Tile.objects.filter(board=arguments[0]).update(width=1); answer = None",
        board,
    )
    for width, rows in ((1280, 1), (1000, 2), (360, 4)):
        page = make_page(width=width)
        open_board(page, site, board)
        tops = page.locator(".tile").evaluate_all("(tiles) => tiles.map((tile) => tile.getBoundingClientRect().top)")
        assert len(set(tops)) == rows
