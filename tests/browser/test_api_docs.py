"""The description of the REST API: read on a desk and on a phone, by day and by night, by everybody."""

from __future__ import annotations

import pytest

from tests.browser.test_access import check_axe


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["1280-light", "360-dark"])
def test_it_reads_well_for_somebody_who_is_not_logged_in(make_page, site, width, dark):
    page = make_page(width=width, dark=dark, signed_in=False)
    page.goto(f"{site.stack.url}/api/v1/docs")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    check_axe(page)


def test_a_name_of_a_schema_leads_to_it(page, site):
    page.goto(f"{site.stack.url}/api/v1/docs")
    page.get_by_role("article", name="Ask a question").get_by_role("link", name="Query", exact=True).click()
    page.get_by_role("heading", name="Query", exact=True).wait_for()
    assert page.url.endswith("#schema-Query")
