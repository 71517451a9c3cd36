"""Journeys of somebody who asks: the numbers are counted by hand from tests/web/shop.py."""

from __future__ import annotations

import datetime as dt
import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.browser.conftest import answered, ask, drawn, log_in, tab_to, table, until, until_focused
from tests.browser.test_access import check_axe
from tests.web.shop import breakdown, question, where


def asked(page) -> dict:
    return json.loads(parse_qs(urlsplit(page.url).query)["q"][0])


def pick(page, label: str, text: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{label}")).first.click()
    page.get_by_role("combobox", name=re.compile(f"^{label}")).fill(text)
    # Not "Use “…”", which is there at once: the property has its type, and comes with the list.
    page.get_by_role("option", name=text).filter(has_not_text="Use “").first.click()


def test_from_logging_in_to_a_chart_with_its_table(make_page, site):
    page = make_page(signed_in=False)
    log_in(page, site)
    page.goto(f"{site.stack.url}/projects/")
    page.get_by_role("main").get_by_role("link", name="Shop <i>&").click()
    page.wait_for_url("**/insights/**")
    answered(page)
    # The most frequent event is asked by itself.
    assert page.locator("#sentence").inner_text() == "Unique users who did Purchase, last 30 days, daily"
    assert table(page)["Purchase"][0] == "3"
    assert sum(drawn(page)[0]) == 4  # two users on each of two days
    assert page.locator("#chart .scatterlayer .points path").count() >= 30

    pick(page, "Event", "Sign Up")
    until(page, "document.querySelector('#sentence').textContent.includes('Sign Up')")
    answered(page)
    assert table(page)["Sign Up"][0] == "1"
    assert asked(page)["metrics"][0]["events"] == ["Sign Up"]


def test_total_instead_of_users(page, site):
    ask(page, site, question())
    pick(page, "Metric A: measure", "Total events")
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '5'")
    assert [int(number) for number in table(page)["Purchase"][1:]] == drawn(page)[0] == [0, 0, 0, 2, 0, 3, 0]


def test_a_breakdown_and_back_again(page, site):
    ask(page, site, question())
    pick(page, "Break down by", "plan")
    page.wait_for_selector(".numbers tr.whole")
    answered(page)
    assert {name: row[0] for name, row in table(page).items()} == {"All": "3", "pro": "2", "free": "1"}
    assert len(drawn(page)) == 2
    page.go_back()
    until(page, "!document.querySelector('.numbers tr.whole')")
    answered(page)
    assert {name: row[0] for name, row in table(page).items()} == {"Purchase": "3"}
    page.go_forward()
    page.wait_for_selector(".numbers tr.whole")


def test_filtering_by_two_values(page, site):
    ask(page, site, question(metrics=[{"events": ["Purchase"], "measure": {"kind": "total"}}]))
    pick(page, "Add a filter", "plan")
    page.get_by_role("button", name="Values of plan").click()
    page.get_by_role("option", name="pro").click()
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '3'")
    page.get_by_role("option", name="free").click()
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '5'")
    assert asked(page)["filters"]["conditions"][0]["values"] == ["pro", "free"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove pro").click()
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '2'")


def test_a_number_between_two(page, site):
    ask(page, site, question(metrics=[{"events": ["Purchase"], "measure": {"kind": "total"}}]))
    pick(page, "Add a filter", "amount")
    page.get_by_label("Operator").select_option("between")
    page.get_by_label("amount from").fill("6")
    page.get_by_label("amount to").fill("10")
    page.keyboard.press("Tab")
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '2'")


def test_a_link_opens_the_whole_question(page, site):
    ask(page, site, question(breakdowns=breakdown("$browser"), filters=where("plan", "is_not", "free")), chart="column")
    assert {name: row[0] for name, row in table(page).items()} == {"All": "2", "Chrome": "1", "Firefox": "1"}
    assert page.get_by_role("radio", name="Columns", exact=True).get_attribute("aria-checked") == "true"
    assert page.locator("#chart .barlayer .point path").count() > 0
    assert page.locator(".chip").inner_text() == "free"
    assert page.get_by_text("Also counts events on which plan is not set.").is_visible()


def test_the_number_of_segments_can_be_chosen(page, site):
    ask(page, site, question(breakdowns=breakdown("plan")))
    page.get_by_label("Segments shown").select_option("5")
    answered(page)
    assert asked(page)["segments"] == {"limit": 5}
    assert "limit" not in asked(page)["breakdowns"][0]
    assert {name: row[0] for name, row in table(page).items()} == {"All": "3", "pro": "2", "free": "1"}


def test_an_average_shows_no_value_where_nothing_was_bought(page, site):
    """Bought on two of seven days: the others are a dash and a gap, never 0."""
    amount = {"name": "amount", "type": "number"}
    ask(page, site, question(metrics=[{"events": ["Purchase"], "measure": {"kind": "average", "property": amount}}]))
    numbers = table(page)["Purchase"]
    assert numbers.count("–") == 5
    assert page.get_by_role("button", name="Metric A: measure: Average").is_visible()
    assert page.get_by_role("button", name="Metric A: property: amount").is_visible()
    assert len([number for number in drawn(page)[0] if number is not None]) == 2
    assert [number for number in drawn(page)[0] if number is None]


def test_a_date_among_the_last_days(page, site):
    when = {"name": "time", "source": "event", "type": "date"}
    wanted = {"match": "all", "conditions": [{"property": when, "operator": "in_last", "values": [2, "day"]}]}
    ask(page, site, question(metrics=[{"events": ["Purchase"], "measure": {"kind": "total"}}], filters=wanted))
    page.get_by_label("time how many").fill("7")
    page.keyboard.press("Tab")
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '5'")
    assert asked(page)["filters"]["conditions"][0]["values"] == [7, "day"]
    page.get_by_label("time unit").select_option("month")
    answered(page)
    assert asked(page)["filters"]["conditions"][0]["values"] == [7, "month"]
    # What another operator cannot use is gone, and nothing is asked with it.
    page.get_by_label("Operator").select_option("between")
    assert page.get_by_label("time from").input_value() == ""
    assert page.get_by_text("Not asked yet: it needs a value.").is_visible()


def test_two_metrics_stand_side_by_side(page, site):
    ask(page, site, question())
    pick(page, "Add a metric", "Sign Up")
    until(page, "document.querySelectorAll('.numbers tbody tr').length === 2")
    assert {name: row[0] for name, row in table(page).items()} == {"Purchase": "3", "Sign Up": "1"}
    page.get_by_role("button", name="Metric A: more").click()
    page.get_by_role("button", name="Remove metric A").click()
    until(page, "document.querySelectorAll('.numbers tbody tr').length === 1")
    assert list(table(page)) == ["Sign Up"]


def test_names_with_html_are_names(page, site):
    evil = "<b>Sign & Out</b>"
    ask(
        page,
        site,
        question(metrics=[{"events": [evil], "measure": {"kind": "unique"}}], breakdowns=breakdown("<i>why</i>")),
    )
    assert evil in page.locator("#sentence").inner_text()
    assert "<img src=x onerror=alert(1)>" in table(page)
    assert page.locator("#insights img").count() == 0
    page.get_by_role("button", name="Event: <b>").click()
    assert page.get_by_role("option", name=evil).is_visible()
    page.locator("#chart").scroll_into_view_if_needed()
    assert page.locator("#chart text b, #chart img").count() == 0


def test_ranges_and_intervals(page, site):
    ask(page, site, question())
    page.get_by_role("button", name="12 months").click()
    until(page, "document.querySelectorAll('.numbers thead th').length === 14")
    assert asked(page)["interval"] == "month"
    page.get_by_role("button", name="Other dates").click()
    page.get_by_role("button", name="Fixed").click()
    page.get_by_label("From", exact=True).fill("2020-02-01")
    page.get_by_label("To, included").fill("2020-02-29")
    page.get_by_text("Nothing in this range").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Look at 12 months").click()
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '3'")


def test_a_range_is_typed_and_what_was_understood_is_said(page, site):
    """By keyboard alone; in the project's zone, whatever the browser's is."""
    ask(page, site, question())
    page.keyboard.press("d")
    until(page, "document.activeElement.id === 'typed-dates'")
    page.keyboard.type("last fortnite")
    page.get_by_text("Not understood. For example: last 6 weeks").wait_for()
    assert page.locator("#typed-dates").get_attribute("aria-invalid") == "true"
    page.keyboard.press("Enter")
    assert page.locator("#typed-dates").is_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("yesterday")
    day = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    page.get_by_text(f"Yesterday: {day:%a, %b} {day.day}, {day.year}").wait_for()
    check_axe(page)
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'dates'")
    assert asked(page)["dates"] == {"kind": "last", "count": 1, "unit": "day", "skip": 1}
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '2'")
    page.keyboard.press("Control+k")
    page.keyboard.type("1-15 Oct 2025")
    page.get_by_role("option", name="Wed, Oct 1, 2025 – Wed, Oct 15, 2025, 15 days").wait_for()
    page.keyboard.press("Enter")
    until(page, "new URL(location).searchParams.get('q').includes('2025-10-15')")
    assert asked(page)["dates"] == {"kind": "fixed", "from": "2025-10-01", "to": "2025-10-15"}


def test_both_ends_of_a_fixed_range_are_typed_digit_by_digit(page, site):
    """Its year is 0002 at first, and the end may come before the beginning until both are written."""
    ask(page, site, question(dates={"kind": "fixed", "from": "2026-01-10", "to": "2026-01-20"}))
    page.keyboard.press("d")
    until_focused(page, "#typed-dates")
    tab_to(page, "From")
    page.keyboard.type("03152024")
    until(page, "new URL(location).searchParams.get('q').includes('2024-03-15')")
    tab_to(page, "To, included")
    page.keyboard.type("03012024")
    assert asked(page)["dates"]["from"] == "2024-03-15"
    page.keyboard.press("Escape")
    until_focused(page, "#dates")
    until(page, "new URL(location).searchParams.get('q').includes('2024-03-01')")
    assert asked(page)["dates"] == {"kind": "fixed", "from": "2024-03-01", "to": "2024-03-15"}


def test_a_single_date_is_typed_digit_by_digit(page, site):
    ask(page, site, question(dates={"kind": "since", "from": "2026-11-10"}))
    page.keyboard.press("d")
    until_focused(page, "#typed-dates")
    page.locator("#since").focus()
    page.keyboard.type("11102024")
    until(page, "new URL(location).searchParams.get('q').includes('2024-11-10')")
    page.go_back()
    until(page, "new URL(location).searchParams.get('q').includes('2026-11-10')")  # one edit, not one for each digit


def test_filters_that_leave_nothing_say_so_and_can_be_removed(page, site):
    ask(page, site, question(filters=where("plan", "is", "gold")))
    assert page.get_by_text("The filters leave nothing").is_visible()
    page.get_by_role("button", name="Remove the filters").click()
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '3'")


def test_a_project_without_events_shows_the_way(page, site):
    page.goto(site.address(project=site.empty))
    page.get_by_role("heading", name="No events yet").wait_for()
    page.get_by_role("link", name="Send your first event").click()
    page.wait_for_url("**/start/")


def test_a_wrong_link_says_what_is_wrong_with_it(page, site):
    page.watched.expected = ("400",)
    ask(page, site, question(interval="fortnight"))
    assert page.get_by_text("This cannot be asked").is_visible()
    assert page.get_by_text("At interval").is_visible()
    page.get_by_label("Interval", exact=True).select_option("day")
    page.wait_for_selector(".numbers")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "The question is an object, not"),
        ('{"version": 1, "kind": "nope"}', "The kind is insights, funnels"),
        ('{"version": 7, "kind": "insights"}', "This is version 7 of the question"),
    ],
)
def test_a_link_that_is_no_question_says_why_and_lets_begin_anew(page, site, given, said):
    page.watched.expected = ("400",)
    page.goto(site.address(f"?q={quote(given)}"))
    answered(page)
    assert said in page.locator(".failure").inner_text()
    page.get_by_role("button", name="Begin a new question").click()
    page.wait_for_selector(".numbers")


def test_every_number_says_how_it_was_counted(page, site):
    ask(page, site, question())
    page.get_by_text("How is this counted?").click()
    details = page.locator(".counted")
    assert "each user counts once in each point" in details.inner_text()
    assert "UTC" in details.inner_text()
    assert "SELECT" in details.locator("code").inner_text()
    assert re.search(r"\d+ rows", details.inner_text())
