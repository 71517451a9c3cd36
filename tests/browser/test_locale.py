"""Dates and numbers are written as in the language of the browser: beside the chart and on it, on pages and boards, and
where the server wrote them."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from analytics.charts.text import begun, bucket, bucket_label, numeral, rounded
from analytics.clickhouse.client import connect
from tests.browser.conftest import EMAIL, Site, ask
from tests.browser.modules import call
from tests.browser.test_boards import make_board, open_board, reports, settled
from tests.web.shop import NOON, fill, question


@pytest.mark.parametrize(
    "language, march, with_year, decimal, thousands",
    [
        ("en-US", "Mar %-d", "Mar %-d, %Y", ".", ","),
        ("de-DE", "%-d. März", "%-d. März %Y", ",", "."),
        ("sv-SE", "%-d mars", "%-d mars %Y", ",", "\u00a0"),
        ("ja-JP", "3月%-d日", "%Y年3月%-d日", ".", ","),
    ],
)
def test_plotly_is_told_how_a_language_writes(page, site, language, march, with_year, decimal, thousands):
    ask(page, site, question())
    made: dict[str, Any] = call(page, "locale", "(m, language) => m.format(language)", language)
    assert made["dayMonth"].replace("%b", made["shortMonths"][2]) == march
    assert made["dayMonthYear"].replace("%b", made["shortMonths"][2]) == with_year
    assert (made["decimal"], made["thousands"], made["grouping"][:3]) == (decimal, thousands, [3, 3, 3])
    assert len(made["shortMonths"]) == len(set(made["shortMonths"])) == len(set(made["months"])) == 12
    assert len(made["shortDays"]) == len(set(made["days"])) == 7


def test_digits_stand_together_as_where_it_is_read(page, site):
    """12,34,567 in India; and Plotly's digits are latin, so the signs between them are, too."""
    ask(page, site, question())
    grouping, decimal = call(page, "locale", "(m) => [m.format('en-IN').grouping, m.format('ar-EG').decimal]")
    assert grouping[:4] == [3, 2, 2, 2]
    assert decimal == "."


@pytest.mark.parametrize(
    "language, day, separators", [("de-DE", r"\d{1,2}\. [A-ZÄ]", ",."), ("en-US", r"[A-Z][a-z]{2} \d", ".,")]
)
def test_axes_follow_the_language_of_the_browser(make_page, site, language, day, separators):
    page = make_page(locale=language)
    ask(page, site, question())
    check_axes(page, "#chart", day, separators)
    open_board(page, site, make_board(site, "Languages", reports(site)[:1]))
    check_axes(page, ".tile-chart", day, separators)


def check_axes(page: Any, chart: str, day: str, separators: str) -> None:
    page.wait_for_selector(f"{chart} .xtick text")
    ticks = page.locator(f"{chart} .xtick text").all_text_contents()
    assert ticks
    assert all(re.match(day, tick) for tick in ticks), ticks
    assert page.evaluate(f"document.querySelector('{chart}')._fullLayout.separators") == separators


# --- what the server writes -------------------------------------------------------------------------------------------

THOUSAND = 1200
BEGAN = (NOON - dt.timedelta(days=3)).date()
LAST_WEEK = {"version": 1, "dates": {"kind": "last", "count": 7, "unit": "day"}, "interval": "day"}
SIGN_UP, PURCHASE = {"events": ["Sign Up"]}, {"events": ["Purchase"]}
FUNNEL = {**LAST_WEEK, "kind": "funnels", "steps": [SIGN_UP, PURCHASE]}
RETENTION = {**LAST_WEEK, "kind": "retention", "birth": SIGN_UP, "return": PURCHASE, "unit": "day", "periods": 4}
REPORTS = [
    ("column", {**LAST_WEEK, "kind": "insights", "metrics": [{**SIGN_UP, "measure": {"kind": "unique"}}]}),
    ("heat", {**RETENTION, "alignment": "calendar"}),
]
# language, and what 1200, a third and a date look like
LANGUAGES = [
    ("en-US", "1,200", "33[.]33%", r"[A-Z][a-z]{2}, [A-Z][a-z]{2} \d"),
    ("de-DE", "1[.]200", r"33,33\s%", r"[A-Z][a-z]\., \d{1,2}\. [A-ZÄ]"),
    ("fr-FR", r"1\s200", r"33,33\s%", r"[a-z]{3}\. \d{1,2} [a-zéû]"),
]


@pytest.fixture(scope="module")
def busy(site) -> Site:
    """A project where 1,200 signed up, a third of whom bought something three days later; with a board and its link."""
    made = site.stack.django(
        """
        from analytics.queries.codec import parse
        from web.accounts.models import User
        from web.boards.actions import add_tile, create_board
        from web.boards.shares import make_share
        from web.projects import actions
        from web.reports.actions import save_report
        ada = User.objects.get(email=arguments[0])
        project = actions.create_project(owner=ada, name="Busy", timezone="UTC")
        board = create_board(project=project, actor=ada, name="Languages")
        for chart, query in json.loads(arguments[1]):
            report = save_report(project=project, actor=ada, name=chart, description="", query=parse(query))
            add_tile(board=board, actor=ada, report=report, chart=chart)
        share, token = make_share(project=project, actor=ada, subject=board, days=30)
        answer = [project.pk, board.pk, token]
        """,
        EMAIL,
        json.dumps(REPORTS),
    )
    client = connect(site.stack.engine.url)
    people = [(f"user-{number}", "Sign Up", 3, {}) for number in range(THOUSAND)]
    fill(client, made[0], people + [(f"user-{number}", "Purchase", 0, {}) for number in range(THOUSAND // 3)])
    client.disconnect()
    return replace(site, shop=made[0], states={"board": made[1], "link": f"{site.stack.url}/shared/{made[2]}/"})


def in_words(page: Any, date: dt.date, **parts: str) -> str:
    """A day as the browser's language has it, said by the browser itself."""
    return page.evaluate(
        "([day, parts]) => new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', ...parts }).format(new Date(day))",
        [date.isoformat(), parts],
    )


FULL = {"weekday": "short", "day": "numeric", "month": "short", "year": "numeric"}


def hover(page: Any, chart: str, mark: str) -> str:
    """What is said over a mark of the chart."""
    box = page.locator(f"{chart} {mark}").first.bounding_box()
    page.mouse.move(0, 0)
    page.wait_for_selector(f"{chart} .hovertext", state="detached")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(f"{chart} .hovertext")
    return page.locator(f"{chart} .hovertext").first.text_content()


@pytest.mark.parametrize("language, thousand, third, day", LANGUAGES)
def test_figures_are_written_as_where_they_are_read(make_page, busy, language, thousand, third, day):
    page = make_page(locale=language)
    ask(page, busy, FUNNEL)
    page.wait_for_selector("#chart .bartext")
    over = page.locator("#chart .bartext").last  # the share, and the number below it
    assert re.fullmatch(third, over.locator("tspan.line").first.text_content())
    assert re.search(thousand, hover(page, "#chart", ".barlayer .point path"))
    ask(page, busy, RETENTION | {"alignment": "calendar"}, chart="heat")
    check_cells(page, "#chart", thousand, third, day)


@pytest.mark.parametrize("language, low, high", [("en-US", "20,000", "0.5"), ("de-DE", "20.000", "0,5")])
def test_ranges_of_numbers_are_named_as_where_they_are_read(make_page, site, language, low, high):
    """In the table, in the chart, and in what it is asked on."""
    page = make_page(locale=language)
    amount = {"property": {"name": "amount", "type": "number"}, "buckets": {"kind": "custom", "edges": [0.5, 20000]}}
    ask(page, site, question(breakdowns=[amount]), chart="bar")
    name = f"{high} – {low}"
    page.locator(".numbers").get_by_text(name, exact=True).wait_for()
    page.wait_for_selector("#chart .ytick text")
    assert name in page.locator("#chart .ytick text").all_text_contents()
    page.locator(".numbers tbody tr", has_text=name).locator("[data-column='1']").click()
    page.get_by_role("menuitem", name="Users").click()
    page.wait_for_selector("#drill .drill-user")
    assert name in page.locator("#drill header").inner_text()


def test_only_names_are_written_anew(make_page, site):
    """Of an answer and its figure, not what looks like a name where numbers stand beside each other."""
    page = make_page(locale="de-DE")
    ask(page, site, question())
    answer = {
        "series": [{"label": "12,345", "segment": [{"kind": "count", "value": 12345, "upper": 12345}]}],
        "figure": {"data": [{"name": "12,345", "y": [12, 345]}]},
    }
    found = call(page, "locale", "(m, answer) => m.relabelled(answer)", answer)
    assert found["series"][0]["label"] == "12.345"
    assert found["figure"] == {"data": [{"name": "12.345", "y": [12, 345]}]}


def check_cells(page: Any, chart: str, thousand: str, third: str, day: str) -> None:
    page.wait_for_selector(f"{chart} .textpoint")
    began = in_words(page, BEGAN, **FULL)
    assert re.match(day, began)
    rows = page.locator(f"{chart} .ytick text").all_text_contents()
    assert [row for row in rows if re.fullmatch(f"{re.escape(began)} · {thousand}", row)], rows
    cells = page.locator(f"{chart} .textpoint").all_text_contents()
    assert [cell for cell in cells if re.fullmatch(third, cell)], cells
    said = hover(page, chart, ".textpoint:last-of-type")
    assert said.startswith(began), said
    assert re.search(f" of {thousand} users", said)


@pytest.mark.parametrize("language, thousand, third, day", LANGUAGES)
def test_boards_and_links_are_written_as_where_they_are_read(make_page, busy, language, thousand, third, day):
    page = make_page(locale=language)
    open_board(page, busy, busy.states["board"])
    check_tiles(page, thousand, third, day)
    stranger = make_page(locale=language, signed_in=False)
    stranger.goto(busy.states["link"])
    settled(stranger)
    check_tiles(stranger, thousand, third, day)


def check_tiles(page: Any, thousand: str, third: str, day: str) -> None:
    columns, heat = (f".tile:nth-child({place}) .tile-chart" for place in (1, 2))
    column = ".barlayer .point:nth-child(3) path"  # of the last seven days, today included
    page.wait_for_selector(f"{columns} {column}")
    said = hover(page, columns, column)
    assert re.search(f"{re.escape(in_words(page, BEGAN, **FULL))}: {thousand}", said), said
    check_cells(page, heat, thousand, third, day)


@pytest.mark.parametrize("language", [language for language, *_ in LANGUAGES])
def test_dates_of_settings_and_links_are_written_as_where_they_are_read(make_page, busy, language):
    page = make_page(locale=language)
    today, ends = dt.datetime.now(dt.UTC).date(), dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    for path, days in (("settings/", [today]), ("settings/members/", [today]), ("shares/", [today, ends])):
        page.goto(f"{busy.stack.url}/projects/{busy.shop}/{path}")
        assert page.locator("time").all_inner_texts() == [in_words(page, day, dateStyle="medium") for day in days]
    page.goto(f"{busy.stack.url}/projects/{busy.shop}/settings/audit/")
    moment = page.locator("time").first
    assert moment.inner_text() == page.evaluate(
        """(moment) => new Intl.DateTimeFormat(undefined, { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'medium' })
            .format(new Date(moment))""",
        moment.get_attribute("datetime"),
    )


def test_without_script_dates_and_counts_are_english(browser, busy, make_page):
    signed_in = make_page().context.storage_state()
    context = browser.new_context(java_script_enabled=False, locale="de-DE", storage_state=signed_in)
    page = context.new_page()
    page.goto(f"{busy.stack.url}/projects/{busy.shop}/settings/")
    today = dt.datetime.now(dt.UTC).date()
    assert page.locator("time").all_inner_texts() == [f"{today.day} {today:%b %Y}"]
    page.goto(f"{busy.stack.url}/projects/{busy.shop}/start/")
    assert "1,200" in page.locator("data").all_inner_texts()
    context.close()


def test_whoever_draws_a_figure_without_a_language_reads_english(page, site):
    """And the same words as where the server has to write them itself."""
    ask(page, site, question())
    at = dt.datetime(2024, 3, 4, 14, 5, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    intervals = ["minute", "hour", "day", "week", "month", "quarter", "year"]
    trace = {
        "type": "scatter",
        "mode": "text",
        "x": intervals,
        "y": list(range(len(intervals))),
        "customdata": [[*begun(at, interval, " (not whole)"), rounded(1234.5678, "number")] for interval in intervals],
        "texttemplate": [f"{bucket(interval)}: {numeral(2, 'number')}" for interval in intervals],
    }
    said = page.evaluate(
        """async (trace) => {
            const element = document.body.appendChild(document.createElement("div"));
            await window.Plotly.newPlot(element, [trace]);
            return [...element.querySelectorAll(".textpoint")].map((text) => text.textContent);
        }""",
        trace,
    )
    assert said == [f"{bucket_label(at, interval)} (not whole): 1,234.57" for interval in intervals]
