"""Saving on the page where questions are asked: by keyboard, over the old version, as a copy, and what is not saved."""

from __future__ import annotations

from tests.browser.conftest import answered, ask, focused, press, tab_to, until, until_focused, until_told
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
    save_as(page, "Spenders each day")
    assert "report=" in page.url
    assert page.locator("#save").count() == 0
    page.reload()
    answered(page)
    page.get_by_role("link", name="Spenders each day", exact=True).wait_for()
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
    press(page, "Go on with it")
    answered(page)
    until_focused(page, "#saved")
    until(page, "document.getElementById('sentence').innerText.includes('pro')")
    page.goto(site.address())
    with page.expect_response(lambda reply: "/draft/" in reply.url and reply.request.method == "DELETE"):
        press(page, "Discard")
    until_focused(page, "#saved")
    assert page.locator("#said").inner_text() == "Discarded."
    page.goto(site.address())
    answered(page)
    page.wait_for_timeout(300)
    assert page.locator("#resume").count() == 0


def save_by_keyboard(page, name: str, description: str = "") -> None:
    press(page, "Save this question")
    until_focused(page, "#save-name")
    page.keyboard.press("Control+A")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(description)
    press(page, "Save")
    until_focused(page, "a#saved")
    assert page.locator("#said").inner_text() == "Saved."
    assert focused(page) == name


def test_a_report_is_saved_renamed_copied_deleted_and_restored_by_keyboard_alone(page, site):
    ask(page, site, question())
    press(page, "Save this question")
    until_focused(page, "#save-name")
    page.keyboard.press("Escape")  # back to where it was opened
    until_focused(page, "#save-as")
    page.keyboard.press("Shift+Tab")
    save_by_keyboard(page, "Spenders by hand", "who bought")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*/")
    tab_to(page, "Name")
    page.keyboard.press("Control+A")
    page.keyboard.type("Spenders without a mouse")
    tab_to(page, "Description optional")
    assert page.evaluate("document.activeElement.value") == "who bought"
    page.keyboard.press("Control+A")
    page.keyboard.type("each day")
    press(page, "Save")
    until_told(page, "Saved.")
    page.get_by_role("heading", name="Spenders without a mouse").wait_for()
    first = page.url
    press(page, "Open in Insights")
    answered(page)
    press(page, "Save a copy")
    until_focused(page, "#save-name")
    assert page.evaluate("document.activeElement.value") == "Spenders without a mouse (copy)"
    page.keyboard.press("Enter")
    until_focused(page, "a#saved")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*/")
    assert page.url != first
    press(page, "Delete")
    until_told(page, "“Spenders without a mouse (copy)” is deleted.")
    check_axe(page)
    press(page, "Deleted")
    page.get_by_role("heading", name="Deleted boards and reports").wait_for()
    press(page, "Restore Spenders without a mouse (copy)")
    until_told(page, "“Spenders without a mouse (copy)” is back.")
    page.goto(first)
    assert page.get_by_label("Description").input_value() == "each day"


def test_versions_are_told_apart_compared_and_gone_back_to_by_keyboard_alone(page, site):
    ask(page, site, question())
    save_by_keyboard(page, "Payers by hand")
    page.keyboard.press("f")
    page.keyboard.type("plan")
    until(page, "document.querySelector('[role=option].active')?.textContent.includes('plan')")
    page.keyboard.press("Enter")
    until_focused(page, "#filter-0-operator")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="pro").wait_for()
    page.keyboard.type("pro")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    answered(page)
    differs = "What differs from the saved version"
    press(page, differs, "Shift+Tab")
    until(page, "document.querySelector('#differs-panel [role=status]').innerText === 'Filter added: plan is pro'")
    assert focused(page) == "Back to the saved version"
    page.keyboard.press("Escape")
    assert focused(page) == differs
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    until_focused(page, "a#saved")
    until(page, "!document.getElementById('differs')")
    page.keyboard.press("Control+z")
    until(page, "document.getElementById('differs')")
    answered(page)
    press(page, "Save")
    until_focused(page, "a#saved")
    assert page.locator("#said").inner_text() == "Saved."
    assert page.locator("#differs").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*/")
    press(page, "Compare")
    page.wait_for_url("**?from=1&to=2#compared")
    until_focused(page, "#compared")
    assert focused(page) == "From version 1 to version 2"
    assert page.locator("#compared + .changes").inner_text() == "Filter added: plan is pro"
    press(page, "Go back to this: version 1")
    until_told(page, "The report is what it was in version 1; this is version 3.")
    assert "plan" not in page.locator(".lead").inner_text()


def test_a_refusal_to_save_leaves_the_focus_where_it_was(page, site):
    """Somebody else has saved in the meantime."""
    page.watched.expected = ("409",)
    ask(page, site, question())
    save_by_keyboard(page, "Two at once")
    change(page, FILTERED)
    page.evaluate(
        """async () => {
            const { urls } = JSON.parse(document.getElementById("insights-data").textContent);
            const id = new URLSearchParams(location.search).get("report");
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
            const body = JSON.stringify({ name: "Theirs" });
            await fetch(`${urls.reports}/${id}`, { method: "PATCH", headers, body });
        }"""
    )
    press(page, "Save", "Tab")
    page.locator(".saving [role=alert]").wait_for()
    until_focused(page, "#save")
