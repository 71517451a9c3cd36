"""Every kind of question on the page, each from the builder to the people behind a number."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import answered, ask
from tests.browser.test_access import check_axe
from tests.web.shop import NOON, breakdown

LAST_WEEK = {"kind": "last", "count": 7, "unit": "day"}
QUESTIONS: dict[str, dict[str, Any]] = {
    "funnels": {"steps": [{"events": ["Sign Up"]}, {"events": ["Purchase"]}], "interval": "day"},
    "retention": {
        "birth": {"events": ["Purchase"]},
        "return": {"events": ["Purchase"]},
        "unit": "day",
        "periods": 4,
        "alignment": "calendar",
        "interval": "day",
    },
    "flows": {"anchor": {"events": ["Sign Up"]}, "after": 2},
    "lifecycle": {"activity": {"events": {"all": True}}, "interval": "day"},
    "frequency": {"activity": {"events": ["Purchase"]}, "each": "day", "per": "week"},
}


def asked(page: Any, site: Any, kind: str, **more: Any) -> None:
    ask(page, site, {"version": 1, "kind": kind, "dates": LAST_WEEK, **QUESTIONS[kind], **more})
    page.wait_for_selector("#insights[data-answered]")


def cells(page: Any, title: str) -> list[list[str]]:
    rows = page.get_by_role("region", name=title, exact=True).locator("tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def test_a_funnel_from_the_first_step_to_who_dropped_out(page, site):
    """Of ada, who signed up and bought two days later, and nobody else."""
    asked(page, site, "funnels")
    assert cells(page, "Step by step") == [
        ["1. Sign Up", "1", "–", "100%", "", "–", "–"],
        ["2. Purchase", "1", "100%", "100%", "0", "3 days", "3 days"],
    ]
    page.get_by_role("button", name="Reached 2. Purchase: 1").click()
    page.get_by_role("menuitem", name="Users").click()
    page.wait_for_selector("#drill .drill-user")
    assert page.locator("#drill h2").inner_text() == "1 user"
    assert page.locator("#drill .drill-user").all_inner_texts() == ["ada"]


def test_the_views_of_a_funnel_by_keyboard_alone(page, site):
    asked(page, site, "funnels")
    for view, title in (
        ("trend", "By when they began"),
        ("times", "Time to convert"),
        ("paths", "What was done in between"),
    ):
        page.focus(f"#view-{view}")
        page.keyboard.press("Enter")
        page.get_by_role("region", name=title, exact=True).wait_for()
        assert page.evaluate("document.activeElement.id") == f"view-{view}"
        assert f"%22view%22%3A%22{view}%22" in page.url


def test_segments_are_held_against_the_one_that_is_chosen(page, site):
    """Of few people no difference is more than chance, and that is said."""
    steps = [{"events": ["Purchase"]}] * 2
    asked(page, site, "funnels", steps=steps, breakdowns=breakdown("plan"))
    assert "the others" in page.get_by_role("region", name="Segments", exact=True).locator("thead").inner_text()
    chosen = page.get_by_label("Held against")
    [_, first, second, *_] = chosen.locator("option").all_inner_texts()
    chosen.select_option(label=second)
    page.get_by_role("columnheader", name=f"Against {second}").wait_for()
    said = {row[0]: row[-1] for row in cells(page, "Segments")}
    assert (said["All"], said[second]) == ("", "")
    assert said[first] == "Fewer than 30 began in one of the two."
    check_axe(page)


def test_a_step_is_added_and_the_window_changed(page, site):
    asked(page, site, "funnels")
    page.focus("#add-metric")
    page.keyboard.press("Enter")
    page.keyboard.type("<b>Sign")
    page.keyboard.press("Enter")
    page.get_by_text("3. <b>Sign & Out</b>").first.wait_for()
    page.locator("#window").fill("1")
    page.locator("#window").press("Enter")
    page.get_by_text("within 1 day", exact=False).first.wait_for()
    page.get_by_role("button", name="Reached 2. Purchase: 0").wait_for()


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_kind_answers_with_a_chart_its_table_and_its_people(page, site, kind):
    asked(page, site, kind)
    page.wait_for_selector("#chart .main-svg")
    assert page.locator(f"#kind-{kind}").get_attribute("aria-checked") == "true"
    page.focus("#chart")
    page.keyboard.press("ArrowRight")
    said = page.locator("#said").inner_text()
    assert ":" in said
    page.keyboard.press("Enter")
    page.get_by_role("menuitem").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_selector("#drill .drill-user, #drill .drill-inside > p.muted:not(.drill-loading)")
    assert int(page.locator("#drill h2").inner_text().split()[0]) == page.locator("#drill .drill-user").count()
    page.keyboard.press("Escape")
    page.wait_for_selector("#drill", state="detached")


@pytest.mark.parametrize("kind", QUESTIONS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_kind_is_accessible_and_fits_a_phone(make_page, site, kind, dark):
    page = make_page(width=360 if dark else 1280, dark=dark)
    asked(page, site, kind)
    page.wait_for_selector("#chart .main-svg")
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_switching_keeps_what_applies_and_says_what_is_lost(page, site):
    asked(page, site, "funnels", breakdowns=breakdown("plan"))
    page.focus("#kind-funnels")
    page.keyboard.press("ArrowRight")  # retention has a breakdown, too
    page.wait_for_selector("#kind-retention[aria-checked=true]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#kind-flows[aria-checked=true]")
    assert "has no place for an event and the breakdown" in page.locator("#told").inner_text()
    answered(page)
    page.keyboard.press("Control+z")
    page.wait_for_selector("#kind-retention[aria-checked=true]")
    assert page.locator("#breakdown-0").is_visible()


LOST = [{"events": ["<b>Sign & Out</b>"]}, {"events": ["Purchase"]}, {"events": ["Sign Up"]}]


def press(page: Any, bar: Any) -> Any:
    """The menu of a bar that is clicked."""
    box = bar.bounding_box()
    page.mouse.move(0, 0)  # Plotly looks at most every 50 ms what is under the mouse: a click knows what it last saw
    page.wait_for_selector("#chart .hovertext", state="detached")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#chart .hovertext")
    page.mouse.down()
    page.mouse.up()
    page.locator("#point-menu").wait_for()
    return page.locator("#point-menu")


def test_the_bar_that_is_pressed_is_the_one_that_opens(page, site):
    asked(page, site, "funnels")
    page.wait_for_selector("#chart .main-svg")
    bars = page.locator("#chart .trace.bars").first.locator(".point path")
    for place, name in enumerate(["Began: Sign Up", "Reached 2. Purchase"]):
        assert name in press(page, bars.nth(place)).inner_text()
        page.keyboard.press("Escape")
        page.wait_for_selector("#point-menu", state="detached")


@pytest.mark.parametrize(
    "kind, chart, mark, said",
    [
        ("retention", "heat", ".textpoint", "Day 0"),
        ("retention", "trend", ".scatterlayer .point", "Day 1"),
        ("lifecycle", "stacked_column", ".trace.bars .point path", "New"),
        ("frequency", "bar", ".trace.bars .point path", "1 day"),
    ],
)
def test_what_is_behind_a_mark_is_opened_in_every_chart(page, site, kind, chart, mark, said):
    """And what is said over it stands there once: the words of Insights would lie on it."""
    document = {"version": 1, "kind": kind, "dates": LAST_WEEK, **QUESTIONS[kind]}
    ask(page, site, document, chart=chart)
    marks = page.locator(f"#chart {mark}")
    marks.first.wait_for(state="attached")
    menu = press(page, next(each for each in marks.all() if each.bounding_box()["height"]))
    assert said in menu.inner_text()
    assert page.locator("#tip").is_hidden()
    menu.get_by_role("menuitem").first.click()
    page.wait_for_selector("#drill .drill-user, #drill .drill-inside > p.muted:not(.drill-loading)")
    assert int(page.locator("#drill h2").inner_text().split()[0]) == page.locator("#drill .drill-user").count()


def test_those_who_dropped_out_are_followed_and_nobody_else(page, site):
    """Three purchased; bob alone had signed out before and did not sign up after it: the flow begins with as many as
    the bar has that was pressed."""
    asked(page, site, "funnels", steps=LOST)
    page.wait_for_selector("#chart .main-svg")
    assert cells(page, "Step by step")[2][4] == "1"
    menu = press(page, page.locator("#chart .trace.bars").last.locator(".point path").last)
    assert "Not 3. Sign Up" in menu.inner_text()
    assert "1 user" in menu.inner_text()
    menu.get_by_role("menuitem", name="What did they do next? As a flow").click()
    page.wait_for_selector("#kind-flows[aria-checked=true]")
    anchor = page.get_by_role("button", name="Purchase, The anchor: 1")
    anchor.wait_for()
    assert [row[:3] for row in cells(page, "Step by step")[:2]] == [
        ["The anchor", "Purchase", "1"],
        ["1 step after", "Purchase", "1"],
    ]
    anchor.click()
    page.get_by_role("menuitem", name="Users").click()
    page.wait_for_selector("#drill .drill-user")
    assert page.locator("#drill .drill-user").all_inner_texts() == ["bob"]


def test_those_of_the_time_before_are_followed_in_that_time(page, site):
    """Bob and eve purchased in the two days before these two, and did not sign up after it."""
    first, last = (f"{NOON - dt.timedelta(days=back):%Y-%m-%d}" for back in (1, 0))
    these = {"kind": "fixed", "from": first, "to": last}
    asked(page, site, "funnels", steps=LOST[1:], dates=these, comparison={"kind": "previous"})
    page.wait_for_selector("#chart .main-svg")
    menu = press(page, page.locator("#chart .trace.bars").nth(1).locator(".point path").last)
    assert "the time before" in menu.inner_text()
    assert "2 users" in menu.inner_text()
    menu.get_by_role("menuitem", name="What did they do next? As a flow").click()
    page.get_by_role("button", name="Purchase, The anchor: 2").wait_for()
    assert page.locator("#of").inner_text().strip().endswith("in the period before")


def test_whose_flows_they_are_is_said_taken_away_and_led_back_from(page, site):
    asked(page, site, "funnels", steps=LOST)
    page.get_by_role("button", name="Not 3. Sign Up: 1").click()
    page.get_by_role("menuitem", name="What did they do next? As a flow").click()
    whose = page.locator("#of")
    whose.wait_for()
    assert whose.inner_text().strip() == (
        "Only those who dropped after step 2 (Purchase) of <b>Sign & Out</b> → Purchase → Sign Up"
    )
    page.reload()  # the address has it
    page.get_by_role("button", name="Purchase, The anchor: 1").wait_for()
    page.get_by_role("button", name="Follow everybody").click()
    page.get_by_role("button", name="Purchase, The anchor: 3").wait_for()
    assert whose.count() == 0
    assert page.locator("#undo").get_attribute("aria-label") == "Undo: choice of users removed"
    page.locator("#undo").click()
    page.get_by_role("button", name="Purchase, The anchor: 1").wait_for()
    page.focus("#kind-flows")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#kind-lifecycle[aria-checked=true]")
    assert "no place for the choice of users" in page.locator("#told").inner_text()
    page.keyboard.press("Control+z")
    page.locator("#to-funnel").click()
    page.wait_for_selector("#kind-funnels[aria-checked=true]")
    page.get_by_role("button", name="Not 3. Sign Up: 1").wait_for()
    assert page.locator("#undo").get_attribute("aria-label") == "Undo: back to the funnel"


def test_a_node_of_a_flow_becomes_a_funnel(page, site):
    asked(page, site, "flows")
    page.get_by_role("button", name="Purchase, 1 step after: 1").click()
    page.get_by_role("menuitem", name="As a funnel").click()
    page.wait_for_selector("#kind-funnels[aria-checked=true]")
    page.get_by_text("1. Sign Up").first.wait_for()
    assert [row[0] for row in cells(page, "Step by step")] == ["1. Sign Up", "2. Purchase"]


def test_a_new_funnel_begins_with_what_is_done_most(page, site):
    page.goto(site.address("?kind=funnels"))
    page.wait_for_selector("#kind-funnels[aria-checked=true]")
    page.get_by_role("region", name="Step by step", exact=True).wait_for()
    assert cells(page, "Step by step")[0][:2] == ["1. Purchase", "3"]
    page.locator("#metric-1-more").click()
    page.get_by_role("button", name="Duplicate").click()
    page.get_by_role("button", name="Reached 3.").wait_for()
    assert len(cells(page, "Step by step")) == 3


def test_what_cannot_be_asked_yet_says_what_is_missing(page, site):
    unnamed = {"version": 1, "kind": "funnels", "steps": [{"events": []}] * 2, "dates": LAST_WEEK, "interval": "day"}
    page.goto(site.address("?q=" + quote(json.dumps(unnamed))))
    page.get_by_role("heading", name="Not asked yet").wait_for()
    page.get_by_role("button", name="Choose an event").last.click()
    page.wait_for_selector("#metric-0-event-0-list")
    assert page.locator("#metric-0-event-0-list [role=option]").count() > 1


def test_what_cannot_be_counted_names_its_place(page, site):
    """A link that was written by hand: the sentence stands at the part that is wrong, and over the chart."""
    page.watched.expected = ("400",)
    too_long = {"kind": "time", "count": 400, "unit": "day"}
    ask(page, site, {"version": 1, "kind": "funnels", "dates": LAST_WEEK, **QUESTIONS["funnels"], "window": too_long})
    page.wait_for_selector(".failure")
    assert "1 second to 366 days" in page.locator(".failure").inner_text()
    assert "1 second to 366 days" in page.locator("#builder .error").inner_text()


@pytest.mark.parametrize("kind, chart, more", [
    ("retention", "heat", {"dates": {"kind": "last", "count": 60, "unit": "day"}}),
    ("funnels", "steps", {"steps": [{"events": ["Sign Up"]}] * 8}),
])  # fmt: skip
def test_on_a_phone_a_chart_has_the_room_that_its_names_need(make_page, site, kind, chart, more):
    """The page is as high as its rows want it, and what is wider scrolls by itself."""
    page = make_page(width=360, height=800)
    question = {"version": 1, "kind": kind, "dates": LAST_WEEK, **QUESTIONS[kind], **more}
    ask(page, site, question, chart=chart)
    page.wait_for_selector("#chart.js-plotly-plot")
    found = page.evaluate(
        """() => {
            const chart = document.getElementById("chart");
            const { least_height = 0 } = chart.layout.meta;
            return { high: chart.clientHeight - least_height, wide: document.documentElement.scrollWidth,
                ticks: [chart.querySelectorAll(".xtick text").length, chart.querySelectorAll(".ytick text").length] };
        }"""
    )
    assert found["high"] >= -20  # the bar that scrolls it
    assert found["wide"] <= 360
    assert found["ticks"] == ([5, 60] if kind == "retention" else [8, 5])
