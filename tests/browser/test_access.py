"""The page without a mouse, on a phone, in the dark, and read out."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import answered, ask, table, until
from tests.web.shop import breakdown, question, where

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # what is right need not be told node by node
}


def check_axe(page, within: str | None = None) -> None:
    page.evaluate("scrollTo(0, 0)")  # so that nothing is half under the header, where axe calls it too small
    found = Axe().run(page, context=within, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def test_what_breaks_a_rule_is_seen(page, site):
    page.goto(f"{site.stack.url}/projects/")
    page.evaluate("document.querySelector('h1').style.color = 'silver'")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    with pytest.raises(AssertionError, match=r"(?s)color-contrast.*html-has-lang"):
        check_axe(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_rule_of_axe_is_broken(make_page, site, dark, width):
    page = make_page(width=width, dark=dark)
    page.goto(f"{site.stack.url}/projects/")
    page.evaluate("document.documentElement.dataset.theme = 'system'")
    ask(page, site, question(breakdowns=breakdown("plan"), filters=where("plan", "is_not", "gold")))
    if width == 360:
        page.get_by_role("button", name="Edit the question").click()
    page.get_by_text("How is this counted?").click()
    check_axe(page)
    page.get_by_role("button", name="Values of plan").click()
    page.get_by_role("option", name="pro").wait_for()
    check_axe(page)


def test_no_rule_of_axe_is_broken_where_there_is_nothing(page, site):
    page.goto(site.address(project=site.empty))
    page.get_by_role("heading", name="No events yet").wait_for()
    check_axe(page)
    ask(page, site, question(filters=where("plan", "is", "gold")))
    check_axe(page)


def test_a_filter_from_property_to_value_with_the_keyboard_alone(page, site):
    ask(page, site, question(metrics=[{"events": ["Purchase"], "measure": {"kind": "total"}}]))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "filter-add":
            break
    page.keyboard.press("Enter")
    page.keyboard.type("pla")
    page.get_by_role("option", name="plan").wait_for()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "filter-0-operator"
    page.keyboard.press("ArrowDown")  # is → is not
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="pro").wait_for()
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '2'")
    assert "plan is not pro" in page.locator("#sentence").inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "filter-0-values"


def test_a_value_that_is_not_listed_can_be_typed(page, site):
    ask(page, site, question(filters=where("plan", "is", "pro")))
    page.get_by_role("button", name="Values of plan").click()
    page.keyboard.type("enterprise")
    page.get_by_role("option", name="Use “enterprise”").wait_for()
    page.keyboard.press("Enter")
    until(page, "document.querySelectorAll('.chip').length === 2")
    until(page, "document.querySelector('#sentence').textContent.includes('pro or enterprise')")


def test_the_arrow_keys_read_out_the_points(page, site):
    ask(page, site, question())
    page.locator("#chart").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#said").inner_text().startswith("Purchase, ")
    assert page.locator("#said").inner_text().endswith(": 0, not whole")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#said").inner_text().endswith(": 2")


def test_the_answer_is_announced(page, site):
    ask(page, site, question())
    said = page.locator("#said")
    assert said.get_attribute("role") == "status"
    assert said.inner_text() == "Answered: in total Purchase 3."


def test_it_fits_a_phone(make_page, site):
    page = make_page(width=360, height=740)
    ask(page, site, question(breakdowns=breakdown("plan")))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not page.locator("#builder").is_visible()
    page.get_by_role("button", name="Edit the question").click()
    page.get_by_role("button", name="Break down by").click()
    page.get_by_role("option", name="$browser").click()
    until(page, "document.querySelector('.numbers').textContent.includes('Firefox')")
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert table(page)["pro · Firefox"][0] == "1"


def test_builder_chart_and_table_are_seen_together_on_a_desk(make_page, site):
    page = make_page(width=1024, height=800)
    ask(page, site, question())
    for part in ("#builder", "#chart", ".numbers"):
        assert page.locator(part).is_visible()
    builder, chart = page.locator("#builder").bounding_box(), page.locator("#chart").bounding_box()
    assert builder["x"] + builder["width"] <= chart["x"]
    assert page.locator(".numbers").bounding_box()["y"] < 800


def test_the_chart_follows_the_window_and_the_theme(page, site):
    ask(page, site, question())
    width = page.evaluate("document.querySelector('#chart .main-svg').clientWidth")
    page.set_viewport_size({"width": 1024, "height": 800})
    until(page, f"document.querySelector('#chart .main-svg').clientWidth < {width}")
    light = page.evaluate("document.getElementById('chart').data[0].line.color")
    page.emulate_media(color_scheme="dark")
    until(page, f"document.getElementById('chart').data[0].line.color !== '{light}'")
