"""Questions that are built with the keyboard alone, on the events of tests/web/shop.py."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.browser.conftest import answered, ask, table, until
from tests.browser.test_access import check_axe
from tests.web.shop import breakdown, question, where

TOTAL = [{"events": ["Purchase"], "measure": {"kind": "total"}}]
TWO = [*TOTAL, {"events": ["Purchase"], "measure": {"kind": "unique"}}]


def asked(page) -> dict[str, Any]:
    return json.loads(parse_qs(urlsplit(page.url).query)["q"][0])


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def tab_to(page, name: str) -> None:
    """Press Tab until the control has the focus: the way there is part of what is tested."""
    for _ in range(80):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name}")


def choose(page, text: str, option: str | None = None) -> None:
    """Type into the open list, and take the option with Enter."""
    page.keyboard.type(text)
    chosen = page.get_by_role("option", name=option or text).filter(has_not_text="Use “").first
    chosen.wait_for()
    until(page, f"document.querySelector('[role=option].active')?.textContent.includes({json.dumps(option or text)})")
    page.keyboard.press("Enter")


def says(page, text: str) -> None:
    until(page, f"document.querySelector('#sentence').textContent.includes({json.dumps(text)})")


def test_from_users_to_revenue_with_a_filter_and_two_breakdowns(page, site):
    ask(page, site, question())
    tab_to(page, "metric-0-measure")
    page.keyboard.press("Enter")
    choose(page, "sum", "Sum")
    assert focused(page) == "metric-0-property"  # the list of properties is open already
    says(page, "Unique users")  # and nothing else is asked before there is one
    choose(page, "amo", "amount")
    says(page, "Sum of amount in Purchase")
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '52'")

    tab_to(page, "filter-add")
    page.keyboard.press("Enter")
    choose(page, "plan")
    assert focused(page) == "filter-0-operator"
    page.keyboard.press("Enter")  # "is" will do: on to the value
    assert focused(page) == "filter-0-values"
    choose(page, "pro")
    says(page, "where plan is pro")
    page.keyboard.press("Escape")

    tab_to(page, "breakdown-add")
    page.keyboard.press("Enter")
    choose(page, "brows", "$browser")
    tab_to(page, "breakdown-add")
    page.keyboard.press("Enter")
    choose(page, "plan")
    says(page, "by $browser and plan")
    until(page, "document.querySelector('.numbers').textContent.includes('Firefox · pro')")
    assert table(page)["Firefox · pro"][0] == "40"
    assert asked(page)["metrics"][0]["measure"] == {
        "kind": "sum",
        "property": {"name": "amount", "source": "event", "type": "number"},
    }

    # The second becomes the first, and the focus goes with it.
    tab_to(page, "breakdown-1-up")
    page.keyboard.press("Enter")
    says(page, "by plan and $browser")
    assert focused(page) == "breakdown-0-up"


def test_a_formula_is_checked_while_it_is_written(page, site):
    ask(page, site, question(metrics=TWO))
    tab_to(page, "formula-add")
    page.keyboard.press("Enter")
    assert focused(page) == "formula-0"
    until(page, "document.querySelectorAll('.numbers tbody tr').length === 3")
    assert float(table(page)["A / B"][0]) == pytest.approx(5 / 3, abs=0.01)
    page.keyboard.press("End")
    page.keyboard.type(" + D")
    page.get_by_text("The formula names D, and there is only A and B.").wait_for()
    assert page.locator("#formula-0").get_attribute("aria-invalid") == "true"
    assert [each["expression"] for each in asked(page)["formulas"]] == ["A / B"]  # the last that could be read
    for _ in range(4):
        page.keyboard.press("Backspace")
    page.keyboard.type(" * 100")
    until(page, "document.querySelector('.numbers').textContent.includes('A / B * 100')")
    tab_to(page, "formula-0-name")
    page.keyboard.type("Purchases each")
    page.keyboard.press("Enter")
    says(page, "Purchases each")
    tab_to(page, "formula-0-unit")
    page.keyboard.type("Per")
    until(page, "new URL(location).searchParams.get('q').includes('percent')")
    assert asked(page)["formulas"] == [{"expression": "A / B * 100", "name": "Purchases each", "unit": "percent"}]


def test_comparing_with_the_period_before(page, site):
    ask(page, site, question(metrics=TOTAL))
    page.keyboard.press("c")
    assert focused(page) == "compare"
    page.keyboard.type("vs the per")
    says(page, "compared with the period before")
    answered(page)
    assert asked(page)["comparison"] == {"kind": "previous"}
    tab_to(page, "rolling")
    page.keyboard.type("average of 3")
    says(page, "as a rolling average of 3")
    assert asked(page)["rolling"] == 3


def test_undo_and_redo_are_named_and_are_back_and_forward(page, site):
    ask(page, site, question(metrics=TOTAL))
    assert page.get_by_role("button", name="Undo", exact=True).get_attribute("aria-disabled") == "true"
    tab_to(page, "filter-add")
    page.keyboard.press("Enter")
    choose(page, "plan")
    page.keyboard.press("Enter")
    choose(page, "free")
    page.keyboard.press("Escape")
    says(page, "where plan is free")
    page.keyboard.press("Escape")
    tab_to(page, "breakdown-add")
    page.keyboard.press("Enter")
    choose(page, "brows", "$browser")
    page.get_by_role("button", name="Undo: breakdown added").wait_for()
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Redo: breakdown added").wait_for()
    page.get_by_role("button", name="Undo: filter added").wait_for()
    assert "breakdowns" not in asked(page)
    page.go_back()  # the same as undo
    page.get_by_role("button", name="Redo: filter added").wait_for()
    assert page.locator("#sentence").inner_text() == "Total of Purchase, last 7 days, daily"
    page.keyboard.press("Control+Shift+z")
    says(page, "where plan is free")
    page.reload()  # the names are kept
    page.get_by_role("button", name="Redo: breakdown added").click()
    says(page, "by $browser")
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Redo: breakdown added").wait_for()
    # Another edit takes the place of what was undone.
    page.get_by_role("button", name="30 days").click()
    page.get_by_role("button", name="Undo: dates changed").wait_for()
    assert page.get_by_role("button", name="Redo", exact=True).get_attribute("aria-disabled") == "true"


def test_the_words_of_the_sentence_lead_to_their_controls(make_page, site):
    page = make_page(width=360, height=740)
    ask(page, site, question(filters=where("plan", "is", "pro"), breakdowns=breakdown("$browser")))
    assert not page.locator("#builder").is_visible()
    page.get_by_role("link", name="plan is pro").click()
    assert focused(page) == "filter-0-operator"
    assert page.locator("#builder").is_visible()
    page.get_by_role("link", name="last 7 days").click()
    page.get_by_role("dialog", name="Other dates").wait_for()
    page.get_by_label("Ending how many units ago").fill("2")
    page.keyboard.press("Tab")
    says(page, "7 days up to 2 days ago")
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    check_axe(page)


def test_the_palette_finds_actions_and_events(page, site):
    ask(page, site, question())
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find anything").wait_for()
    check_axe(page)
    choose(page, "sgin", "Sign Up")
    says(page, "B: Unique users who did Sign Up")
    page.keyboard.press("Control+k")
    choose(page, "yesterd", "Yesterday")
    says(page, "yesterday")
    page.keyboard.press("Control+k")
    choose(page, "columns", "Columns")
    until(page, "new URL(location).searchParams.get('chart') === 'column'")


def test_single_keys_can_be_switched_off(page, site):
    ask(page, site, question())
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keyboard shortcuts").wait_for()
    check_axe(page)
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    assert focused(page) != "filter-add"
    page.reload()
    answered(page)
    page.keyboard.press("f")
    assert focused(page) != "filter-add"
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Single keys are on").check()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keyboard shortcuts").blur()
    page.keyboard.press("f")
    assert focused(page) == "filter-add"


def test_groups_of_filters_and_pasted_values(page, site):
    ask(page, site, question(metrics=TOTAL, filters=where("plan", "is", "gold")))
    tab_to(page, "filter-group")
    page.keyboard.press("Enter")
    choose(page, "brows", "$browser")
    page.get_by_label("Filters that must hold").select_option("any")
    page.locator("#filter-1-0-values").click()
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", "Firefox\\nChrome\\n");
            const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }"""
    )
    says(page, "where plan is gold or ($browser is Firefox or Chrome)")
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '5'")
    check_axe(page)


def test_a_question_that_is_too_long_for_a_line_survives_a_reload_and_is_undone(page, site):
    """A server refuses long lines, so the question stands where the browser keeps it to itself."""
    ask(page, site, question(metrics=TOTAL, filters=where("$browser", "is", "Firefox")))
    page.locator("#filter-0-values").click()
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            const ids = Array.from({ length: 900 }, (_, at) => `customer number ${at}`);
            clipboardData.setData("text", ["Chrome", ...ids].join("\\n"));
            const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }"""
    )
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '5'")
    assert "#q=" in page.url
    page.reload()
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '5'")
    assert page.title().startswith("Insights")
    page.go_back()
    until(page, "!location.hash && document.querySelector('.numbers td.total')?.textContent.trim() === '2'")


def test_a_pattern_is_written_with_the_keyboard_and_a_wrong_one_says_where(page, site):
    page.watched.expected = ("400",)
    ask(page, site, question(metrics=TOTAL))
    tab_to(page, "filter-add")
    page.keyboard.press("Enter")
    choose(page, "brows", "$browser")
    page.keyboard.type("matches")
    page.keyboard.press("Enter")
    assert focused(page) == "filter-0-value-pattern"
    page.keyboard.type("(?i)^fire|(x")
    page.keyboard.press("Enter")
    page.locator("#builder").get_by_text("cannot be read at character 11: this bracket is not closed").wait_for()
    check_axe(page)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    says(page, "where $browser matches the pattern (?i)^fire|")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '2'")


def test_a_filter_of_one_metric_says_so(page, site):
    ask(page, site, question(metrics=TWO))
    page.get_by_role("button", name="Metric B: Add a filter").click()
    choose(page, "plan")
    page.keyboard.press("Enter")
    choose(page, "free")
    page.get_by_text("Only in B").wait_for()
    until(
        page,
        "[...document.querySelectorAll('.numbers td.total')].map((cell) => cell.innerText).join() === '5,1'",
    )
    assert "filters" not in asked(page)


def test_text_is_read_as_a_number_in_place(page, site):
    ask(page, site, question(metrics=TOTAL, filters=where("plan", "is", "pro")))
    page.get_by_label("plan is asked as").select_option("number")
    page.get_by_label("Operator").select_option("at_least")
    page.get_by_label("plan value").fill("3")
    page.keyboard.press("Tab")
    says(page, "plan read as number is at least 3")
    answered(page)
    assert asked(page)["filters"]["conditions"][0]["property"] == {
        "name": "plan",
        "source": "event",
        "type": "number",
        "cast": True,
    }


def test_a_metric_can_be_copied_moved_and_counted_once_ever(page, site):
    ask(page, site, question(metrics=TOTAL))
    page.get_by_role("button", name="Metric A: more").click()
    page.get_by_role("switch", name="First time ever only").click()
    says(page, "Total of Purchase for the first time")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Duplicate").click()
    until(page, "document.querySelectorAll('.metric').length === 2")
    assert focused(page) == "metric-1-more"
    page.get_by_role("button", name="Metric B: count every time").click()
    says(page, "A: Total of Purchase for the first time; B: Total of Purchase,")
    page.get_by_role("button", name="Metric B: more").click()
    page.get_by_role("button", name="Move up").click()
    says(page, "A: Total of Purchase; B: Total of Purchase for the first time")


def test_a_metric_has_the_name_that_it_is_given(page, site):
    ask(page, site, question(metrics=TOTAL))
    page.get_by_role("button", name="Metric A: more").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "metric-0-name"
    page.keyboard.type("Orders")
    page.keyboard.press("Enter")
    assert focused(page) == "metric-0-more"
    until(page, "document.querySelector('.numbers').textContent.includes('Orders')")
    assert asked(page)["metrics"][0]["name"] == "Orders"
    page.get_by_role("button", name="Undo: metric renamed").click()
    until(page, "document.querySelector('.numbers').textContent.includes('Purchase')")


def test_breakdowns_are_dragged_into_another_order(page, site):
    ask(page, site, question(breakdowns=breakdown("plan") + breakdown("$browser")))
    handle = page.locator(".breakdowns li").nth(1).locator(".handle")
    handle.drag_to(page.locator(".breakdowns li").nth(0))
    says(page, "by $browser and plan")


def test_filters_and_breakdowns_move_between_sections_by_menu_and_keyboard(page, site):
    ask(page, site, question(metrics=TWO, filters=where("plan", "is", "pro")))

    def take(button: str, entry: str) -> None:
        page.get_by_role("button", name=button).focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name=entry).focus()
        page.keyboard.press("Enter")

    take("More on the filter on plan", "Move to metric B")
    assert focused(page) == "metric-1-filter-0-operator"
    page.get_by_role("button", name="Undo: filter moved").wait_for()
    until(page, "[...document.querySelectorAll('.numbers td.total')].map((cell) => cell.innerText).join() === '5,2'")
    take("More on the filter on plan", "Move to all metrics")
    until(page, "[...document.querySelectorAll('.numbers td.total')].map((cell) => cell.innerText).join() === '3,2'")
    take("More on the filter on plan", "Break down by it instead")
    says(page, "by plan")
    assert "filters" not in asked(page)
    take("More on the breakdown by plan", "Filter by it instead")
    assert focused(page) == "filter-0-operator"
    page.get_by_text("Not asked yet: it needs a value.").wait_for()
    assert "breakdowns" not in asked(page)
    answered(page)
    check_axe(page)


def test_a_filter_is_dragged_to_the_breakdowns_and_back(page, site):
    ask(page, site, question(metrics=TOTAL, filters=where("plan", "is", "pro")))
    page.locator(".condition .handle").drag_to(page.get_by_role("heading", name="Breakdown"))
    says(page, "by plan")
    assert "filters" not in asked(page)
    page.locator(".breakdown .handle").drag_to(page.get_by_role("heading", name="Filters"))
    page.get_by_text("Not asked yet: it needs a value.").wait_for()
    assert "breakdowns" not in asked(page)
    assert page.locator(".drop-here").count() == 0


def test_recent_events_are_a_key_away_from_the_picker(page, site):
    ask(page, site, question(metrics=TOTAL))
    tab_to(page, "metric-0-event-0")
    page.keyboard.press("Enter")
    page.keyboard.type("sign u")
    until(page, "document.querySelector('[role=option].active')?.textContent.includes('Sign Up')")
    page.keyboard.press("Alt+Enter")
    panel = page.get_by_role("dialog", name="Recent events")
    panel.get_by_text("Sign Up · the latest 20").wait_for()
    panel.get_by_text("ada").wait_for()
    assert panel.locator(".drill-events > li").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first event opens
    panel.get_by_text("pro", exact=True).wait_for()
    check_axe(page)
    page.keyboard.press("Escape")
    until(page, "document.activeElement.id === 'metric-0-event-0'")
    assert asked(page)["metrics"] == TOTAL  # only looked at
    page.get_by_role("button", name="Metric A: more").click()
    page.get_by_role("button", name="Show recent events").click()
    until(page, "document.querySelectorAll('#samples .drill-events > li').length === 5")


def test_how_much_each_filter_leaves_is_said_before_the_question_is_run(page, site):
    """The question itself waits: it takes long. Its filters are counted, each by itself, and anew when changed."""
    held = {"run_id": None, "state": "held", "query": {}, "sentence": "", "rows": 9e9, "expected_ms": 9e5}

    def answer(route):
        is_ours = "filters" in route.request.post_data_json
        return route.fulfill(json={**held, "learned_from": 0}) if is_ours else route.continue_()

    page.route("**/query?*", answer)
    filters = where("plan", "is", "pro")
    filters["conditions"] += where("amount", "at_least", 7, type="number")["conditions"]
    wanted = question(metrics=TOTAL, filters=filters)
    page.goto(site.address("?" + urlencode({"q": json.dumps(wanted)})))
    page.locator("#held").wait_for()
    plan = page.get_by_role("group", name="Filter on plan")
    plan.get_by_text("Alone: …").wait_for()
    below = page.get_by_role("heading", name="Breakdown").bounding_box()
    plan.get_by_text("Alone: 60%, 3 of 5 events").wait_for()
    page.get_by_role("group", name="Filter on amount").get_by_text("Alone: 60%, 3 of 5 events").wait_for()
    assert page.get_by_role("heading", name="Breakdown").bounding_box() == below  # nothing moves under the pointer
    assert page.locator("#held").is_visible()
    page.get_by_label("amount value").fill("20")
    page.keyboard.press("Tab")
    page.get_by_role("group", name="Filter on amount").get_by_text("Alone: 20%, 1 of 5 events").wait_for()
    check_axe(page)


def test_where_the_range_is_dear_filters_are_counted_over_the_last_days(page, site):
    held = {"run_id": None, "state": "held", "query": {}, "sentence": "", "rows": 9e9, "expected_ms": 9e5}
    year = {"kind": "last", "count": 12, "unit": "month"}
    page.route(
        "**/query?*",
        lambda route: (
            route.fulfill(json={**held, "learned_from": 0})
            if route.request.post_data_json["dates"] == year
            else route.continue_()
        ),
    )
    wanted = question(metrics=TOTAL, dates=year, interval="month", filters=where("plan", "is", "free"))
    page.goto(site.address("?" + urlencode({"q": json.dumps(wanted)})))
    page.get_by_text("Alone: 40%, 2 of 5 events of the last 7 days").wait_for()


def test_an_answer_that_comes_leaves_alone_what_is_being_typed(page, site):
    ranges = {"kind": "custom", "edges": [10, 100]}
    ask(page, site, question(metrics=TOTAL, breakdowns=[{**breakdown("amount", "number")[0], "buckets": ranges}]))
    held: list[Any] = []
    page.route("**/query*", lambda route: held.append(route))
    page.get_by_role("button", name="30 days").click()
    page.get_by_label("Edges").fill("6, 8")
    until(page, "document.querySelector('.chart-card').ariaBusy === 'true'")
    for route in held:
        route.continue_()
    page.unroute("**/query*")
    answered(page)
    assert page.get_by_label("Edges").input_value() == "6, 8"
    page.keyboard.press("Enter")
    says(page, "amount from 6 and 8")
    page.go_back()
    says(page, "amount from 10 and 100")
    assert page.get_by_label("Edges").input_value() == "10, 100"


def test_numbers_in_ranges_of_ones_own(page, site):
    ask(page, site, question(metrics=TOTAL, breakdowns=breakdown("amount", "number")))
    page.get_by_role("combobox", name="Numbers", exact=True).select_option("custom")
    page.get_by_label("Edges").fill("10 6, 8")
    page.keyboard.press("Enter")
    says(page, "amount from 6, 8 and 10")
    answered(page)
    assert asked(page)["breakdowns"][0]["buckets"] == {"kind": "custom", "edges": [6, 8, 10]}
