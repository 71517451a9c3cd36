"""The tables beneath every kind of question but Insights: sorted, filtered, hidden, walked and taken away as there."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.browser.conftest import ask, until
from tests.browser.test_access import check_axe
from tests.browser.test_kinds import QUESTIONS, asked, cells
from tests.web.shop import breakdown

WEEK = {"kind": "last", "count": 7, "unit": "day"}


def names(page: Any, title: str) -> list[str]:
    return [row[0] for row in cells(page, title)]


def focused(page: Any) -> list[str | None]:
    """The row and the column of the cell that has the focus."""
    return page.evaluate("[document.activeElement.dataset.row, document.activeElement.dataset.column]")


def test_rows_are_filtered_hidden_and_shown_again(page, site):
    asked(page, site, "lifecycle")
    days = names(page, "Users")
    assert len(days) == 7
    page.get_by_label("Filter the rows of Users").fill(days[2].upper())
    assert names(page, "Users") == [days[2]]
    assert page.get_by_text("1 of 7 rows").is_visible()
    page.get_by_label("Filter the rows of Users").fill("no such day")
    assert page.get_by_text("No row has “no such day” in its name.").is_visible()
    page.get_by_label("Filter the rows of Users").fill("")
    for day in days[:2]:
        page.get_by_role("button", name=f"Hide {day}").click()
    assert names(page, "Users") == days[2:]
    assert page.get_by_text("5 of 7 rows").is_visible()
    page.get_by_label("Filter the rows of Users").fill(days[0])
    assert names(page, "Users") == []
    page.get_by_label("Filter the rows of Users").fill("")
    page.get_by_role("button", name="2 hidden · show all").click()
    assert names(page, "Users") == days
    assert page.get_by_role("button", name="show all").count() == 0


def test_a_hidden_row_stays_hidden_when_the_question_changes(page, site):
    asked(page, site, "lifecycle")
    day = names(page, "Users")[3]
    page.get_by_role("button", name=f"Hide {day}").click()
    page.get_by_role("button", name="30 days", exact=True).click()
    until(page, "document.querySelectorAll('.kind-table tbody tr').length === 29")
    assert day not in names(page, "Users")


def test_a_table_of_few_rows_has_nothing_to_filter(page, site):
    asked(page, site, "funnels")
    region = page.get_by_role("region", name="Step by step", exact=True)
    assert region.get_by_role("button", name="Copy table").is_visible()
    assert region.get_by_role("searchbox").count() == region.locator(".hide").count() == 0


def test_a_table_is_sorted_and_the_answers_own_order_comes_back(page, site):
    asked(page, site, "lifecycle")
    own = names(page, "Users")
    region = page.get_by_role("region", name="Users", exact=True)
    head = region.get_by_role("columnheader", name="New")
    for order in ("descending", "ascending", "none"):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == order
        counts = [int(row[1]) for row in cells(page, "Users")]
        assert counts == (sorted(counts, reverse=order == "descending") if order != "none" else counts)
    assert names(page, "Users") == own
    region.get_by_role("columnheader", name="Begins").get_by_role("button").click()
    region.get_by_role("columnheader", name="Begins").get_by_role("button").click()
    assert names(page, "Users") == own[::-1]  # by time, not by the name of the day


def test_the_average_of_cohorts_stays_on_top(page, site):
    asked(page, site, "retention")
    region = page.get_by_role("region", name="Cohorts", exact=True)
    days = names(page, "Cohorts")
    region.get_by_role("columnheader", name="Users").get_by_role("button").click()
    found = cells(page, "Cohorts")
    assert found[0][0] == days[0] == "Average of whole ones"
    sizes = [int(row[1]) for row in found[1:]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1]
    region.get_by_role("searchbox").fill("nothing")
    assert names(page, "Cohorts") == ["Average of whole ones"]
    assert region.get_by_role("button", name="Hide Average").count() == 0


def test_averages_stand_beside_those_of_the_time_before(page, site):
    """Of the two who bought yesterday one did so again on that day; of the two three days ago, nobody."""
    dates = {"kind": "last", "count": 2, "unit": "day"}
    asked(page, site, "retention", dates=dates, comparison={"kind": "previous"})
    assert [row[:3] for row in cells(page, "Cohorts")[:3]] == [
        ["Average of whole ones", "2", "50.00%"],
        ["The time before", "2", "0.00%"],
        ["Difference", "", "+50%"],
    ]
    page.wait_for_selector("#chart .scatterlayer .trace:nth-child(2)")
    assert page.locator("#chart .legendtext").first.text_content().endswith("(before)")
    assert page.locator("#sentence").inner_text().endswith("compared with the period before")


def test_the_rows_shown_are_copied_and_all_are_saved(make_page, site):
    page = make_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asked(page, site, "lifecycle")
    days = names(page, "Users")
    page.get_by_role("button", name=f"Hide {days[0]}").click()
    region = page.get_by_role("region", name="Users", exact=True)
    region.get_by_role("columnheader", name="Begins").get_by_role("button").click()
    region.get_by_role("columnheader", name="Begins").get_by_role("button").click()
    page.get_by_role("button", name="Copy table of Users").click()
    page.get_by_text("The table is copied.").first.wait_for()
    copied = [line.split("\t") for line in page.evaluate("navigator.clipboard.readText()").splitlines()]
    assert copied[0] == ["Begins", "New", "Returning", "Resurrecting", "Dormant", "Change"]
    begins = [row[0] for row in copied[1:]]
    assert len(begins) == 6
    assert begins == sorted(begins, reverse=True)
    saving = page.get_by_role("button", name="CSV of Users")
    assert saving.get_attribute("title") == "All 7 rows"
    with page.expect_download() as download:
        saving.click()
    saved = list(csv.reader(io.StringIO(download.value.path().read_text())))
    assert saved[0] == copied[0]
    assert [row[0] for row in saved[2:]] == begins[::-1]  # in the answer's order, with the hidden one first
    assert len(saved) == 1 + 7


def test_a_table_is_walked_by_keyboard_alone(page, site):
    asked(page, site, "lifecycle")
    days = names(page, "Users")
    page.get_by_label("Filter the rows of Users").focus()
    for _ in range(3):  # copy, CSV, the table
        page.keyboard.press("Tab")
    assert focused(page) == ["0", "1"]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")  # on a heading: sorts
    head = page.get_by_role("columnheader", name="New")
    assert head.get_attribute("aria-sort") == "descending"
    for key in ("Enter", "Enter", "ArrowDown", "ArrowDown", "Home"):
        page.keyboard.press(key)
    assert focused(page) == ["1", "0"]
    page.keyboard.press("Enter")  # on a name: hides its row
    assert names(page, "Users") == [days[0], *days[2:]]
    assert "is hidden" in page.locator("#said").inner_text()
    assert focused(page) == ["1", "0"]
    page.keyboard.press("Control+End")
    assert focused(page) == ["5", "5"]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")  # on a number: what is behind it
    page.get_by_role("menuitem", name="Users").wait_for()
    page.keyboard.press("Escape")
    assert focused(page) == ["5", "4"]
    page.get_by_role("button", name="1 hidden · show all").focus()
    page.keyboard.press("Enter")
    assert names(page, "Users") == days
    assert focused(page) == ["5", "4"]
    page.keyboard.press("Tab")  # one stop for all of the table
    assert page.evaluate("document.activeElement.closest('.numbers')") is None


@pytest.mark.parametrize("kind", ["lifecycle", "retention"])
def test_the_heads_stay_in_sight_on_a_phone(make_page, site, kind):
    page = make_page(width=360, height=740)
    ask(page, site, {"version": 1, "kind": kind, **QUESTIONS[kind], "dates": {**WEEK, "count": 30}})
    region = page.locator(".kind-table").first
    region.locator("tbody tr").nth(20).wait_for()
    wrap = region.locator(".numbers")
    corner, name = region.locator("thead th").first, region.locator("tbody th").nth(15)
    before = corner.bounding_box()
    wrap.evaluate("(element) => element.scrollBy(90, 200)")
    assert wrap.evaluate("(element) => [element.scrollLeft > 0, element.scrollTop]") == [True, 200]
    assert corner.bounding_box() == before
    assert name.bounding_box()["x"] == before["x"]
    assert before["width"] <= 180


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["light", "phone"])
def test_a_filtered_table_is_accessible(make_page, site, width, dark):
    page = make_page(width=width, dark=dark)
    asked(page, site, "frequency", breakdowns=breakdown("plan"))
    region = page.get_by_role("region", name="Over the whole range", exact=True)
    region.get_by_role("searchbox").fill("pro")
    assert {row[0] for row in cells(page, "Over the whole range")} == {"pro"}
    region.locator("tbody th").first.focus()
    page.keyboard.press("Enter")
    region.get_by_role("button", name="1 hidden · show all").wait_for()
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
