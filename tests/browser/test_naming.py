"""The kinds of question are found by their names, and the page is called by the one that is asked."""

from __future__ import annotations

import pytest

from tests.browser.conftest import ask, until
from tests.browser.test_access import check_axe
from tests.browser.test_kinds import LAST_WEEK, QUESTIONS, asked

KINDS = ["insights", *QUESTIONS]


def named(page, kind: str) -> None:
    """Wait until all that names the page says the kind."""
    label = kind.capitalize()
    until(page, f"document.title === '{label} · Shop <i>& · Footfall'")
    assert page.locator("h1").inner_text() == label
    assert page.locator("summary.ask-button").inner_text().split() == ["Ask", label]
    links = "[...document.querySelectorAll('.nav [data-kind][aria-current=page]')].map((each) => each.dataset.kind)"
    assert page.evaluate(links) == [kind]


def test_a_funnel_is_found_by_name_from_any_page_with_the_keyboard(page, site):
    page.goto(f"{site.stack.url}/projects/{site.shop}/boards/")
    page.locator("summary.ask-button").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").split("\n")[0] == "Funnels"
    page.keyboard.press("Enter")
    page.wait_for_selector("#kind-funnels[aria-checked=true]")
    named(page, "funnels")


def test_the_name_follows_the_question(page, site):
    asked(page, site, "funnels")
    named(page, "funnels")
    page.locator("#kind-retention").click()
    named(page, "retention")
    page.keyboard.press("Control+z")
    named(page, "funnels")
    page.locator("#kind-insights").click()
    named(page, "insights")
    page.go_back()
    named(page, "funnels")


def test_the_menu_and_the_switch_have_the_same_names(page, site):
    page.goto(site.address())
    page.wait_for_selector("#builder .kinds")
    menu = """[...document.querySelectorAll(".nav .kind-link")]
        .map((each) => [each.dataset.kind, each.firstChild.data, each.lastChild.textContent])"""
    switch = """[...document.querySelectorAll(".kinds .kind")]
        .map((each) => [each.id.slice(5), each.innerText, each.title])"""
    assert page.evaluate(menu) == page.evaluate(switch)
    assert [each[0] for each in page.evaluate(menu)] == KINDS


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (360, False)], ids=["desk", "phone"])
def test_the_menu_is_accessible_and_fits(make_page, site, width, dark):
    page = make_page(width=width, height=740, dark=dark)
    asked(page, site, "retention")
    page.evaluate("scrollTo(0, 300)")
    page.locator("summary.ask-button").click()
    for kind in KINDS:
        box = page.locator(f".nav [data-kind={kind}]").bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 740
    check_axe(page, within=".nav")  # it lies over the page, half of whose buttons are then half covered
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".nav [data-kind=flows]").click()
    page.wait_for_selector("#kind-flows[aria-checked=true]", state="attached")


@pytest.mark.parametrize(("typed", "kind"), [("new funnel", "funnels"), ("new flow", "flows")])
def test_a_new_one_begins_from_the_palette(page, site, typed, kind):
    asked(page, site, "retention")
    page.keyboard.press("Control+k")
    page.locator("#palette-input").fill(typed)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#kind-{kind}[aria-checked=true]")
    named(page, kind)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("funnels", "Nobody began in this range"),
        ("retention", "Nobody began in this range"),
        ("flows", "No flow in this range"),
        ("lifecycle", "Nobody was active in this range"),
        ("frequency", "Nobody did it in this range"),
    ],
)
def test_nothing_is_said_in_the_words_of_the_kind(page, site, kind, said):
    long_ago = {"kind": "fixed", "from": "2020-01-01", "to": "2020-01-07"}
    ask(page, site, {"version": 1, "kind": kind, **QUESTIONS[kind], "dates": long_ago})
    page.get_by_role("heading", name=said).wait_for()


def test_a_project_without_events_says_what_has_nothing_to_count(page, site):
    page.goto(site.address("?kind=funnels", project=site.empty))
    page.get_by_role("heading", name="No events yet").wait_for()
    assert page.get_by_text("nothing to count for Funnels").is_visible()


@pytest.mark.parametrize(
    ("kind", "begun_by"),
    [
        ("funnels", {"steps": [{"events": ["Sign In"]}, {"events": {"all": True}}]}),
        ("retention", {"birth": {"events": ["Sign In"]}, "return": {"events": {"all": True}}}),
    ],
)
def test_what_nobody_can_have_begun_by_never_happened(page, site, kind, begun_by):
    """Though what comes after it happened a moment ago."""
    ask(page, site, {"version": 1, "kind": kind, "dates": LAST_WEEK, **QUESTIONS[kind], **begun_by})
    page.get_by_text("What you ask about never happened.").wait_for()
