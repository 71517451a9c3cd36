"""What can be done with an answer, by mouse and by keyboard alone: the numbers are counted from tests/web/shop.py."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from tests.browser.conftest import answered, ask, drawn, ended, focused, press, table, until
from tests.browser.test_access import check_axe
from tests.browser.test_insights import asked
from tests.web.shop import breakdown, question

TOTAL = [{"events": ["Purchase"], "measure": {"kind": "total"}}]
BY_PLAN: dict[str, Any] = {"metrics": TOTAL, "breakdowns": breakdown("plan")}


def cell(page, row: str, column: int):
    """A number of the table; 1 is the total."""
    return (
        page.locator(".numbers tbody tr")
        .filter(has=page.get_by_text(row, exact=True))
        .locator(f"[data-column='{column}']")
    )


def menu(page, words: str) -> None:
    page.locator("#point-menu").get_by_role("menuitem", name=re.compile(f"^{re.escape(words)}")).click()


def point(page, series: int, bucket: int) -> dict[str, float]:
    """Where the chart shows a number, on the screen."""
    return page.evaluate(
        """([series, bucket]) => {
            const element = document.getElementById("chart");
            const { x, y } = element.getBoundingClientRect();
            const trace = element._fullData.find((each) => each.hoverinfo !== "skip" && each.meta.series === series);
            const { xaxis: across, yaxis: up } = element._fullLayout;
            const [right, down] = [across.d2p(trace.x[bucket]), up.d2p(trace.y[bucket])];
            return { x: x + across._offset + right, y: y + up._offset + down };
        }""",
        [series, bucket],
    )


# --- the kinds of chart -----------------------------------------------------------------------------------------------


def test_a_chart_that_does_not_suit_says_why_to_mouse_and_keyboard(page, site):
    ask(page, site, question())
    assert page.get_by_role("radio", name="Lines").get_attribute("aria-checked") == "true"  # the suggested one
    assert "chart=" not in page.url
    pie = page.get_by_role("radio", name="Pie")
    assert pie.get_attribute("aria-disabled") == "true"
    reason = page.locator(f"#{pie.get_attribute('aria-describedby')}")
    assert "add a breakdown" in reason.text_content()
    assert not reason.is_visible()
    pie.hover()
    assert reason.is_visible()
    page.mouse.move(0, 0)
    page.keyboard.press("Alt+c")
    page.keyboard.press("6")
    assert reason.is_visible()
    until(page, "document.getElementById('said').textContent.includes('add a breakdown')")
    assert page.get_by_role("radio", name="Lines").get_attribute("aria-checked") == "true"


def test_two_keystrokes_change_the_chart_and_the_address_has_it(page, site):
    ask(page, site, question(**BY_PLAN))
    for key, name, shows in [
        ("6", "pie", ".pielayer .slice"),
        ("3", "column", ".barlayer .point"),
        ("2", "stacked", ".scatterlayer .js-fill"),
        ("5", "bar", ".barlayer .point"),
    ]:
        page.keyboard.press("Alt+c")
        page.keyboard.press(key)
        until(page, f"document.getElementById('chart-{name}').getAttribute('aria-checked') === 'true'")
        until(page, f"document.querySelectorAll('#chart {shows}').length > 0")
        assert f"chart={name}" in page.url
    page.keyboard.press("Alt+c")
    page.keyboard.press("7")
    page.locator(".single-value").wait_for()
    assert page.locator(".single-value").inner_text() == "5"
    page.keyboard.press("Alt+c")
    page.keyboard.press("8")
    until(page, "document.querySelector('.chart-figure').hidden")
    assert table(page)["pro"][0] == "3"
    page.go_back()
    page.locator(".single-value").wait_for()


def test_a_chosen_chart_gives_way_where_it_does_not_fit(page, site):
    ask(page, site, question(**BY_PLAN), chart="pie")
    assert page.locator("#chart .pielayer .slice").count() == 2
    page.get_by_role("button", name="Remove the breakdown").click()
    until(page, "document.getElementById('chart-line').getAttribute('aria-checked') === 'true'")
    page.go_back()
    until(page, "document.querySelectorAll('#chart .pielayer .slice').length === 2")


def test_a_comparison_is_one_row_with_what_changed(page, site):
    week = {"kind": "last", "count": 3, "unit": "day"}
    ask(page, site, question(**BY_PLAN, dates=week, comparison={"kind": "previous"}))
    # Today, yesterday and the day before it; before them the two purchases of three days ago are not in.
    assert page.locator(".numbers thead th").all_inner_texts()[1:5] == ["Total", "Before", "Difference", "Change"]
    rows = table(page)
    assert list(rows) == ["All", "pro", "free"]
    total, before, difference, change = rows["pro"][:4]
    assert int(difference) == int(total) - int(before)
    assert (change == "–") == (before == "0")
    assert page.locator("#chart .scatterlayer .trace").count() > 0
    assert page.locator(".legend-note").inner_text() == "Pale: before"


# --- what is behind a number ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "number", "users"), [("All", "5", "3 users"), ("pro", "3", "2 users"), ("free", "2", "1 user")]
)
def test_the_list_counts_what_was_clicked(page, site, row, number, users):
    ask(page, site, question(**BY_PLAN))
    assert cell(page, row, 1).inner_text() == number
    cell(page, row, 1).click()
    menu(page, "Events")
    page.get_by_role("heading", name=f"{number} events").wait_for()
    assert page.locator(".drill-events > li").count() == int(number)
    assert page.locator(".drill .notice").count() == 0
    page.locator(".drill-events summary").first.click()
    assert "$browser" in page.locator(".drill-events dl").first.inner_text()
    page.locator("#drill-users").click()
    page.get_by_role("heading", name=users, exact=True).wait_for()
    page.keyboard.press("Escape")
    until(page, "!document.getElementById('drill')")
    assert page.evaluate("document.activeElement.dataset.column") == "1"


def test_a_click_on_the_chart_opens_its_number(page, site):
    ask(page, site, question(**BY_PLAN))
    rows = table(page)
    bucket = rows["pro"][1:].index("2")  # where the two are not on top of each other
    page.mouse.move(0, 0)
    page.mouse.move(**point(page, 2, bucket))
    page.locator("#tip .tip-rows li").first.wait_for()
    sizes = [int(number) for number in page.locator("#tip b").all_inner_texts()]
    assert sizes == sorted(sizes, reverse=True)
    page.mouse.click(**point(page, 2, bucket))
    assert page.locator("#point-menu .menu-of b").inner_text() == "1"
    menu(page, "Users")
    page.get_by_role("heading", name="1 user", exact=True).wait_for()
    assert page.locator(".drill-user").all_inner_texts() == ["bob"]


def test_a_formula_opens_the_metrics_that_it_names(page, site):
    metrics = [*TOTAL, {"events": ["Purchase"], "measure": {"kind": "unique"}}]
    ask(page, site, question(metrics=metrics, formulas=[{"expression": "A / B", "name": "Each"}]))
    cell(page, "Each", 1).click()
    items = page.locator("#point-menu").get_by_role("menuitem").all_inner_texts()
    assert [" ".join(words.split()) for words in items[:4]] == [
        "Users of A Purchase (total)", "Events of A Purchase (total)",
        "Users of B Purchase (unique users)", "Events of B Purchase (unique users)",
    ]  # fmt: skip
    menu(page, "Events of A")
    page.get_by_role("heading", name="5 events").wait_for()


def test_only_without_break_out_and_zoom(page, site):
    ask(page, site, question(**BY_PLAN))
    cell(page, "pro", 1).click()
    menu(page, "Only plan")
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '3'")
    assert asked(page)["filters"]["conditions"][0]["values"] == ["pro"]
    page.go_back()
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '5'")
    answered(page)
    cell(page, "pro", 1).click()
    menu(page, "Without plan")
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '2'")
    page.go_back()
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '5'")
    answered(page)
    cell(page, "pro", 1).click()
    menu(page, "Break out by")
    page.keyboard.type("browser")
    page.locator("#point-menu").get_by_role("option", name="$browser").wait_for()
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#sentence').textContent.includes('by $browser')")
    answered(page)
    assert {name: row[0] for name, row in table(page).items()} == {"All": "3", "Firefox": "2", "Chrome": "1"}
    page.go_back()
    until(page, "document.querySelector('#sentence').textContent.includes('by plan')")
    answered(page)
    bucket = next(at for at, number in enumerate(table(page)["All"]) if at and number == "3")
    cell(page, "All", bucket + 1).click()
    menu(page, "Zoom in, by hour")
    until(page, "document.querySelectorAll('.numbers thead th').length === 26")
    assert asked(page)["interval"] == "hour"
    assert table(page)["All"][0] == "3"
    page.get_by_role("button", name="Reset zoom").click()
    until(page, "document.querySelectorAll('.numbers thead th').length === 9")
    assert page.get_by_role("button", name="Reset zoom").count() == 0


def test_from_the_question_to_the_users_and_back_by_keyboard_alone(page, site):
    page.goto(site.address())
    answered(page)
    page.locator("#metric-0-measure").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("total")
    until(page, "document.querySelector('[role=option].active')?.textContent.includes('Total events')")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '5'")
    answered(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "chart":
            break
    assert page.evaluate("document.activeElement.id") == "chart"
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    until(page, "/Purchase, .*: 3$/.test(document.getElementById('said').textContent)")
    assert page.locator("#cursor").is_visible()
    assert page.locator("#tip b").inner_text() == "3"
    page.keyboard.press("Enter")
    page.locator("#point-menu").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2 users", exact=True).wait_for()
    assert sorted(page.locator(".drill-user").all_inner_texts()) == ["ada", "bob"]
    page.keyboard.press("Escape")
    until(page, "document.activeElement.id === 'chart'")
    page.keyboard.press("Enter")
    page.locator("#point-menu").wait_for()
    page.keyboard.press("Escape")
    until(page, "document.activeElement.id === 'chart'")
    assert page.locator("#cursor").is_visible()
    page.keyboard.press("Home")
    until(page, "/: 0$/.test(document.getElementById('said').textContent)")


# --- the range --------------------------------------------------------------------------------------------------------


def test_a_brush_sets_the_range_and_one_click_resets_it(page, site):
    ask(page, site, question(metrics=TOTAL))
    before = asked(page)["dates"]
    first, last = point(page, 0, 3), point(page, 0, 5)
    middle = page.locator("#chart").bounding_box()
    height = middle["y"] + middle["height"] / 2
    page.mouse.move(first["x"] - 8, height)
    page.mouse.down()
    page.mouse.move((first["x"] + last["x"]) / 2, height, steps=4)
    page.mouse.move(last["x"] + 8, height, steps=4)
    page.mouse.up()
    until(page, "document.querySelectorAll('.numbers thead th').length === 5")
    assert asked(page)["dates"]["kind"] == "fixed"
    assert drawn(page)[0] == [2, 0, 3]
    page.locator("#reset-zoom").click()
    until(page, "document.querySelectorAll('.numbers thead th').length === 9")
    assert asked(page)["dates"] == before


# --- the table --------------------------------------------------------------------------------------------------------


def test_rows_are_sorted_filtered_and_hidden(page, site):
    ask(page, site, question(**BY_PLAN))
    assert list(table(page)) == ["All", "pro", "free"]
    page.get_by_role("button", name="Segment").click()
    assert list(table(page)) == ["All", "free", "pro"]
    assert page.get_by_role("columnheader", name="Segment").get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Total", exact=True).click()
    assert page.get_by_role("columnheader", name="Total").get_attribute("aria-sort") == "descending"
    assert list(table(page)) == ["All", "pro", "free"]
    page.get_by_label("Filter the rows").fill("FR")
    assert list(table(page)) == ["All", "free"]
    page.get_by_label("Filter the rows").fill("")
    page.get_by_role("button", name="Show pro in the chart").click()
    until(page, "document.getElementById('chart').data.filter((trace) => trace.visible === false).length > 0")
    assert page.locator(".legend-item[aria-pressed=false]").inner_text() == "pro"
    page.locator(".legend-item").first.click()
    until(page, "document.getElementById('chart').data.every((trace) => trace.visible !== false)")


def test_the_table_is_walked_by_arrow_keys(page, site):
    ask(page, site, question(**BY_PLAN))
    cell(page, "All", 1).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")  # on the heading: sorts
    assert page.get_by_role("columnheader", name="Total").get_attribute("aria-sort") == "descending"
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.column") == "8"
    page.keyboard.press("Enter")
    page.locator("#point-menu").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.column") == "8"


def test_two_thousand_rows_of_ninety_columns_stay_quick(page, site):
    def larger(route):
        answer = ended(route)
        [one] = [series for series in answer["series"] if series["label"] == "pro"]
        place = {"kind": "value", "upper": None}
        answer["series"] = [
            one | {"label": f"Place {at}", "segment": [place | {"value": at}], "total": 2000 - at, "values": [at] * 90}
            for at in range(2000)
        ]
        answer["buckets"] = (answer["buckets"] * 13)[:90]
        route.fulfill(json=answer)

    page.route("**/query?*", larger)
    ask(page, site, question(**BY_PLAN), chart="table")
    assert page.locator(".numbers table").get_attribute("aria-rowcount") == "2001"
    assert page.locator(".numbers td").count() < 4000  # of 180,000
    times = page.evaluate(
        """async () => {
            const wrap = document.querySelector(".numbers");
            const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            const times = [];
            for (const change of [
                () => (wrap.scrollTop = 40000),
                () => document.querySelector(".sort[data-column='1']").click(),
                () => document.querySelector(".sort[data-column='1']").click(),
                () => (wrap.scrollTop = 0),
            ]) {
                const started = performance.now();
                change();
                await frame();
                times.push(performance.now() - started);
            }
            return times;
        }"""
    )
    assert max(times) < 2000, times  # a tenth of that on a machine with nothing else to do
    assert page.locator(".numbers .series-name").first.inner_text() == "Place 1999"
    page.locator("[data-row='0'][data-column='1']").focus()
    page.keyboard.press("Control+End")
    assert page.evaluate("document.activeElement.dataset.row") == "1999"
    assert page.evaluate("document.activeElement.closest('tr').querySelector('.series-name').textContent") == "Place 0"
    page.get_by_label("Filter the rows").fill("place 17")
    until(page, "document.querySelectorAll('.numbers .series-name').length > 20")
    assert page.get_by_text("111 of 2,000 rows").is_visible()


def test_more_than_eight_series_are_scrolled_by_the_wheel(page, site):
    def more(route):
        answer = ended(route)
        [one] = [series for series in answer["series"] if series["label"] == "pro"]
        place = answer["series"].index(one)
        traces = [each for each in answer["figure"]["data"] if each["meta"]["series"] == place]
        for at in range(20):
            series = len(answer["series"])
            segment = [{"kind": "value", "value": f"Place {at}"}]
            answer["series"].append(one | {"label": f"Place {at}", "segment": segment})
            meta = {"series": series, "compared": False}
            answer["figure"]["data"] += [trace | {"meta": meta} for trace in traces]
            answer["figure"]["layout"]["meta"]["drawn"].append({"series": series, "colour": "#123456"})
        route.fulfill(json=answer)

    page.route("**/query?*", more)
    ask(page, site, question(**BY_PLAN), chart="line")
    page.mouse.move(**point(page, 1, 3))
    page.locator("#tip .tip-rows li").nth(20).wait_for()
    top = page.evaluate("document.querySelector('.tip-rows').scrollTop")
    page.mouse.wheel(0, 150)
    until(page, f"document.querySelector('.tip-rows').scrollTop > {top}")
    assert page.evaluate("scrollY") == 0
    page.locator("#chart").focus()
    page.keyboard.press("Home")
    for _ in range(21):
        page.keyboard.press("ArrowDown")
    assert page.locator("#tip [data-here]").is_visible()
    assert page.locator("#tip [data-here] .tip-name").inner_text() == "Place 19"


def test_the_file_has_every_row_and_no_formula(page, site):
    for sign in ("=", "+", "-", "@", "\t", "\r"):
        assert harmless(page, site, f"{sign}1+cmd|'/c calc'!A1").startswith("'")
    assert harmless(page, site, "-12.5") == "-12.5"
    assert harmless(page, site, "plain") == "plain"
    ask(page, site, question(**BY_PLAN))
    page.get_by_label("Filter the rows").fill("free")
    with page.expect_download() as download:
        page.locator("[data-take=csv]").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text())))
    assert rows[0][:4] == ["Metric", "Name", "plan", "Total"]
    assert len(rows[0]) == 4 + 7
    assert [row[:4] for row in rows[1:]] == [
        ["A", "Purchase", name, total] for name, total in (("All", "5"), ("pro", "3"), ("free", "2"))
    ]


def harmless(page, site, text: str) -> str:
    if "/insights/" not in page.url:
        ask(page, site, question())
    return page.evaluate(
        """async (text) => {
            const names = performance.getEntriesByType("resource").map((each) => each.name);
            return (await import(names.find((name) => /insights\\/csv[^/]*\\.js$/.test(name)))).harmless(text);
        }""",
        text,
    )


def test_an_image_and_the_link_can_be_taken_away(make_page, site):
    page = make_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, site, question(**BY_PLAN), chart="column")
    with page.expect_download() as download:
        page.locator("#png").click()
    assert download.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    page.locator("#copy-link").click()
    page.get_by_text("The link is copied.").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.locator("[data-take=copy]").click()
    page.get_by_text("The table is copied.").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()").splitlines()[0].split("\t")[:4] == [
        "Metric",
        "Name",
        "plan",
        "Total",
    ]


def test_image_files_and_link_are_taken_away_by_keyboard_alone(make_page, site):
    page = make_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, site, question(**BY_PLAN), chart="column")
    with page.expect_download() as download:
        press(page, "PNG")
    assert download.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    until(page, "document.getElementById('said').textContent === 'The image is saved.'")
    press(page, "Copy link")
    until(page, "document.getElementById('said').textContent === 'The link is copied.'")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    press(page, "Copy table")
    until(page, "document.getElementById('said').textContent === 'The table is copied.'")
    with page.expect_download() as download:
        press(page, "CSV")
    assert download.value.path().read_text().splitlines()[0].startswith("Metric,Name,plan,Total,")
    until(page, "document.getElementById('said').textContent === 'The file is saved.'")
    assert focused(page) == "CSV"


# --- everybody --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True])
def test_menu_panel_and_table_are_accessible(make_page, site, dark):
    page = make_page(dark=dark)
    page.goto(f"{site.stack.url}/projects/")
    page.evaluate("document.documentElement.dataset.theme = 'system'")
    ask(page, site, question(**BY_PLAN, comparison={"kind": "previous"}))
    check_axe(page)
    cell(page, "pro", 1).click()
    page.locator("#point-menu").wait_for()
    check_axe(page)
    menu(page, "Users")
    page.get_by_role("heading", name="2 users").wait_for()
    check_axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+c")
    page.keyboard.press("7")
    page.locator(".single").wait_for()
    check_axe(page)


@pytest.mark.parametrize("width", [360, 320])  # a phone, and a desk's screen at 400 %
def test_nothing_is_wider_than_the_screen(make_page, site, width):
    page = make_page(width=width, height=740)
    ask(page, site, question(**BY_PLAN, comparison={"kind": "previous"}))
    for chart in ("line", "column", "bar", "number", "table"):
        page.locator(f"#chart-{chart}").click()
        until(page, f"document.getElementById('chart-{chart}').getAttribute('aria-checked') === 'true'")
        answered(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, chart
    cell(page, "pro", 1).click()
    menu(page, "Events")
    page.get_by_role("heading", name="3 events").wait_for()
    assert page.evaluate("document.getElementById('drill').scrollWidth") <= width
