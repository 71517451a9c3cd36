"""The time zone of a question: chosen beside its dates, said wherever the answer is, and taken back like any edit."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from tests.browser.conftest import answered, ask, table, until
from tests.browser.modules import call
from tests.browser.test_access import check_axe
from tests.web.shop import NOON, question

# Noon in UTC is the next day in Auckland.
TWO_DAYS = {"kind": "fixed", "from": f"{NOON:%Y-%m-%d}", "to": f"{NOON + dt.timedelta(days=1):%Y-%m-%d}"}


def options(page: Any) -> list[str]:
    return page.locator("#zone-list [role=option]").all_inner_texts()


def open_list(page: Any) -> None:
    page.focus("#zone")
    page.keyboard.press("Enter")
    page.wait_for_selector("#zone-list [role=option]")


def numbers(page: Any) -> list[str]:
    """By the day."""
    return table(page)["Purchase"][1:]


def test_another_zone_is_chosen_by_keyboard_said_and_taken_back(page, site):
    ask(page, site, question(dates=TWO_DAYS))
    assert numbers(page) == ["2", "0"]
    assert page.locator("#zone").get_attribute("aria-label") == "Time zone: UTC, the project’s"
    open_list(page)
    assert [each.split("\n")[:2] for each in options(page)[:2]] == [
        ["UTC", "The project’s"],
        ["America/Los Angeles", "Yours"],
    ]
    page.keyboard.type("auckl")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo: time zone changed").wait_for()
    answered(page)
    until(page, "document.querySelector('#sentence').textContent.endsWith(', in Pacific/Auckland time')")
    until(page, "document.querySelector('.counted .rules').textContent.includes('Auckland')")
    assert numbers(page) == ["0", "2"]
    assert page.evaluate("document.activeElement.id") == "zone"
    assert page.locator("#zone").get_attribute("aria-label") == "Time zone: Pacific/Auckland, not the project’s"
    assert "Pacific/Auckland" in page.evaluate("document.getElementById('chart').layout.xaxis.title.text")
    page.locator(".counted summary").click()
    assert "those of Pacific/Auckland, as this question asks, and not of the project’s UTC" in (
        page.locator(".counted .rules").inner_text()
    )
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Redo: time zone changed").wait_for()
    until(page, "!document.querySelector('.counted .rules').textContent.includes('Auckland')")
    assert numbers(page) == ["2", "0"]
    assert "zone" not in page.url
    assert page.locator("#zone").inner_text().strip() == "UTC"


@pytest.mark.parametrize(
    "typed, found",
    [
        ("+5:45", ["Asia/Kathmandu", "Asia/Katmandu"]),
        ("utc+05:45", ["Asia/Kathmandu", "Asia/Katmandu"]),
        ("new york", ["America/New York"]),
        ("America/New_York", ["America/New York"]),
        ("yours", ["America/Los Angeles"]),
    ],
)
def test_a_zone_is_found_by_city_and_by_offset(page, site, typed, found):
    ask(page, site, question())
    open_list(page)
    page.keyboard.type(typed)
    assert [each.split("\n")[0] for each in options(page)] == found


def test_the_word_in_the_sentence_leads_to_it_and_it_fits_a_phone(make_page, site):
    page = make_page(width=360, height=740)
    ask(page, site, question(zone="Asia/Tokyo"))
    page.get_by_role("link", name="in Asia/Tokyo time").click()
    page.wait_for_selector("#zone-list [role=option]")
    assert page.locator("#zone-list .active").inner_text().split("\n")[0] == "Asia/Tokyo"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".zone .box-list").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    check_axe(page)
    page.keyboard.press("Home")
    page.keyboard.type("project")
    page.keyboard.press("Enter")
    until(page, "!location.search.includes('zone')")
    until(page, "document.querySelector('#zone').textContent.includes('UTC')")


def test_what_is_no_zone_is_said_and_another_can_be_chosen(page, site):
    """A link that was written by hand."""
    page.watched.expected = ("400",)
    ask(page, site, question(zone="Europe/Berln"))
    page.wait_for_selector(".failure")
    assert "'Europe/Berln' is not a time zone: did you mean Europe/Berlin?" in page.locator(".failure").inner_text()
    open_list(page)
    page.keyboard.type("berlin")
    page.keyboard.press("Enter")
    page.wait_for_selector(".numbers tbody tr")
    assert page.locator(".failure").count() == 0


def test_edits_keep_the_zone(blank):
    """It is left out where it is the project's."""
    start = json.dumps(question(zone="Asia/Tokyo"))
    actions = [{"type": "dates", "dates": TWO_DAYS}, {"type": "interval", "interval": "hour"}]
    reduced = "(m, [text, actions]) => m.toText(actions.reduce(m.reduce, m.fromText(text)))"
    assert json.loads(call(blank, "question", reduced, [start, actions]))["zone"] == "Asia/Tokyo"
    gone = call(blank, "question", reduced, [start, [*actions, {"type": "zone", "zone": None}]])
    assert "zone" not in json.loads(gone)
