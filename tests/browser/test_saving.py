"""Saving on the page where questions are asked: by keyboard, over the old version, as a copy, and what is not saved."""

from __future__ import annotations

from tests.browser.conftest import answered, ask, until
from tests.browser.test_access import check_axe
from tests.web.shop import question, where

FILTERED = question(filters=where("plan", "is", "pro"))


def save_as(page, name: str) -> None:
    page.locator("#save-as").focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'save-name'")
    page.keyboard.press("Control+A")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name, exact=True).wait_for()


def change(page, asked: dict) -> None:
    """Another question in the same visit, as Back and Forward bring one."""
    page.evaluate(
        """(question) => { const address = new URL(location); address.searchParams.set("q", JSON.stringify(question));
                           history.pushState(null, "", address); dispatchEvent(new PopStateEvent("popstate")); }""",
        asked,
    )
    page.wait_for_timeout(50)
    answered(page)


def test_a_question_is_saved_changed_compared_and_brought_back(page, site):
    ask(page, site, question())
    assert page.locator("#saved").inner_text() == "Not saved"
    save_as(page, "Buyers each day")
    assert "report=" in page.url
    assert page.locator("#save").count() == 0
    page.reload()
    answered(page)
    page.get_by_role("link", name="Buyers each day", exact=True).wait_for()
    change(page, FILTERED)
    check_axe(page)
    page.locator("#differs").click()
    page.get_by_text("Filter added: plan is pro").wait_for()
    page.get_by_role("button", name="Back to the saved version").click()
    answered(page)
    until(page, "!document.getElementById('differs')")
    change(page, FILTERED)
    page.locator("#save").click()
    until(page, "!document.getElementById('save')")
    page.reload()
    answered(page)
    assert "plan" in page.locator("#sentence").inner_text()
    assert page.locator("#differs").count() == 0


def test_a_copy_leaves_the_first_as_it_is(page, site):
    ask(page, site, question())
    save_as(page, "The first")
    first = page.url
    change(page, FILTERED)
    save_as(page, "The second")
    assert page.url.partition("report=")[2] != first.partition("report=")[2]
    page.goto(first)
    answered(page)
    page.get_by_role("link", name="The first", exact=True).wait_for()
    assert page.locator("#differs").count() == 0


def test_the_palette_opens_saved_reports_and_boards(page, site):
    """By keyboard alone, and by a word of the description too."""
    ask(page, site, FILTERED)
    save_as(page, "Paying people")
    page.evaluate(
        """async () => {
            const urls = JSON.parse(document.getElementById("insights-data").textContent).urls;
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
            const body = JSON.stringify({ name: "Quarterly review", description: "for the whole company" });
            await fetch(urls.boards, { method: "POST", headers, body });
        }"""
    )
    ask(page, site, question())

    def find(typed: str, name: str) -> None:
        page.keyboard.press("Control+k")
        page.keyboard.type(typed)
        found = page.get_by_role("option", name=name)
        found.wait_for()
        until(page, f"document.querySelector('[role=option].active')?.textContent.includes({name!r})")
        page.keyboard.press("Enter")

    find("payng", "Paying people")  # with a slip
    page.get_by_role("link", name="Paying people", exact=True).wait_for()
    answered(page)
    assert "plan is pro" in page.locator("#sentence").inner_text()
    assert page.locator("#differs").count() == 0
    find("whole comp", "Quarterly review")
    page.wait_for_url("**/boards/*/")
    page.get_by_role("heading", name="Quarterly review").wait_for()


def test_who_comes_back_goes_on_with_what_was_not_saved(page, site):
    page.goto(site.address())
    answered(page)
    with page.expect_response(lambda reply: "/draft/" in reply.url and reply.request.method == "PUT"):
        change(page, FILTERED)
    page.goto(site.address())
    answered(page)
    page.locator("#resume").click()
    answered(page)
    until(page, "document.getElementById('sentence').innerText.includes('pro')")
    page.goto(site.address())
    with page.expect_response(lambda reply: "/draft/" in reply.url and reply.request.method == "DELETE"):
        page.get_by_role("button", name="Discard").click()
    page.goto(site.address())
    answered(page)
    page.wait_for_timeout(300)
    assert page.locator("#resume").count() == 0
