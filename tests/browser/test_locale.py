"""Dates and numbers are written as in the language of the browser: beside the chart and on it, on pages and boards."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import ask
from tests.browser.modules import call
from tests.browser.test_boards import make_board, open_board, reports
from tests.web.shop import question


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
