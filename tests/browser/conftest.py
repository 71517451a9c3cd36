"""A real stack, a real Chromium, and a page that fails its test for an error in the console or a foreign request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.chromium import CHROMIUM, FLAGS
from tests.integration.stack import Stack

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
PATIENCE = 20_000  # ms: a machine that does other things as well is no failure

# [what is clicked, what is then shown] → ms, by the page's own clock.
CLICKED_UNTIL = """async ([click, shown]) => {
    const started = performance.now();
    document.querySelector(click).click();
    while (!document.querySelector(shown)) await new Promise(requestAnimationFrame);
    return performance.now() - started;
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not Path(CHROMIUM).exists() and not os.environ.get("CI"):
                item.add_marker(
                    pytest.mark.skip(reason=f"no Chromium at {CHROMIUM}; set CHROMIUM, or run scripts/debian.sh")
                )


@dataclass
class Site:
    """The stack with a person and two projects: one with events, one that waits for its first."""

    stack: Stack
    shop: int
    empty: int
    states: dict[str, Any] = field(default_factory=dict)

    def address(self, path: str = "", project: int | None = None) -> str:
        return f"{self.stack.url}/projects/{project or self.shop}/insights/{path}"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Stack(tmp_path_factory.mktemp("browser"), queries=True, collected=True) as stack:
        made = stack.django(
            """
            from web.accounts.models import User
            from web.projects import actions
            ada = User.objects.create_user(arguments[0], arguments[1], name="Ada")
            shop = actions.create_project(owner=ada, name="Shop <i>&", timezone="UTC")
            empty = actions.create_project(owner=ada, name="Empty", timezone="Asia/Tokyo")
            answer = [shop.pk, empty.pk]
            """,
            EMAIL,
            PASSWORD,
        )
        from analytics.clickhouse.client import connect

        # Its models need Django, which the bench of the page, that shares this file, has not set up.
        from tests.web.shop import fill

        client = connect(stack.engine.url)
        fill(client, made[0])
        client.disconnect()
        yield Site(stack, *made)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # One per module: while Playwright runs, its event loop would make Django refuse to touch the database elsewhere.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """What must not happen while a page is open."""

    def __init__(self, page: Any, own: str, log: Path) -> None:
        self.log = log  # of the web server, which alone knows why it failed
        self.wrong: list[str] = []
        self.expected: tuple[str, ...] = ()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("request", lambda request: self._request(request.url, own))
        page.on("response", lambda response: self._response(response))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text}")

    def _request(self, url: str, own: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != own:
            self.wrong.append(f"foreign request: {url}")

    def _response(self, response: Any) -> None:
        if response.status >= 500:
            self.wrong.append(f"{response.status} of {response.url}\n{self.log.read_text()[-4000:]}")

    def check(self) -> None:
        wrong = [each for each in self.wrong if not any(part in each for part in self.expected)]
        assert not wrong, wrong


@pytest.fixture
def make_page(browser: Any, site: Site) -> Iterator[Any]:
    """`make_page(width=360, dark=True)`: a page that is logged in, watched, and checked at the end."""
    opened = []

    def make(
        *, width: int = 1280, height: int = 900, dark: bool = False, signed_in: bool = True, locale: str = "en-US"
    ) -> Any:
        state = _signed_in(browser, site) if signed_in else None
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale=locale,
            timezone_id="America/Los_Angeles",  # far from the project's zone, which alone may count
            storage_state=state,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.watched = Watched(page, urlsplit(site.stack.url).netloc, site.stack.folder / "web.log")
        opened.append((context, page))
        return page

    yield make
    for context, page in opened:
        page.wait_for_timeout(50)  # what is about to be reported
        context.close()
        page.watched.check()


@pytest.fixture
def page(make_page: Any) -> Any:
    return make_page()


def _signed_in(browser: Any, site: Site) -> Any:
    if "state" not in site.states:
        context = browser.new_context()
        page = context.new_page()
        log_in(page, site)
        site.states["state"] = context.storage_state()
        context.close()
    return site.states["state"]


def log_in(page: Any, site: Site) -> None:
    page.goto(f"{site.stack.url}/login/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login" not in url)


def answered(page: Any) -> None:
    """Wait until nothing is on its way and an answer or its absence is shown."""
    page.wait_for_selector("#insights .chart-card[aria-busy=false]")


def ask(page: Any, site: Site, question: dict[str, Any], **more: str) -> None:
    import json

    rest = "".join(f"&{name}={value}" for name, value in more.items())
    page.goto(site.address(f"?q={quote(json.dumps(question))}{rest}"))
    answered(page)


def ended(route: Any) -> dict[str, Any]:
    """The answer that a question asked of our server has, however long it takes: a page would follow its run."""
    found: dict[str, Any] = route.fetch(url=route.request.url.replace("wait=0.25", "wait=20")).json()
    return found


def table(page: Any) -> dict[str, list[str]]:
    """Each row of the table: its name, and its numbers with the total first."""
    rows = page.locator(".numbers tbody tr")
    return {row.locator("th .series-name").inner_text(): row.locator("td").all_inner_texts() for row in rows.all()}


def drawn(page: Any) -> list[list[float]]:
    """The numbers that Plotly holds for the points (or columns) of each series."""
    return page.evaluate(
        """() => document.getElementById("chart").data
            .filter((trace) => trace.mode !== "lines").map((trace) => [...trace.y])"""
    )


def until(page: Any, expression: str) -> None:
    """Wait until an expression is true. Playwright's own way evaluates text in the page, which our policy forbids."""
    for _ in range(PATIENCE // 25):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"not in {PATIENCE} ms: {expression}")


# What a screen reader calls the element that has the focus, as far as our pages name theirs.
FOCUSED = """() => {
    const at = document.activeElement;
    const label = at.labels?.[0]?.cloneNode(true);
    label?.querySelectorAll("select").forEach((inside) => inside.remove());
    const name = at.getAttribute("aria-label") ?? label?.textContent ?? at.textContent;
    return name.trim().replace(/\\s+/g, " ");
}"""


def focused(page: Any) -> str:
    return str(page.evaluate(FOCUSED))


def tab_to(page: Any, name: str, key: str = "Tab") -> None:
    """Press Tab until what is called so has the focus: the way there is part of what is tested."""
    passed = []
    for _ in range(120):
        page.keyboard.press(key)
        passed.append(focused(page))
        if passed[-1] == name:
            return
    raise AssertionError(f"{key} does not lead to {name}, but to {passed}")


def press(page: Any, name: str, key: str = "Tab") -> None:
    tab_to(page, name, key)
    page.keyboard.press("Enter")


def until_focused(page: Any, selector: str) -> None:
    page.locator(f"{selector}:focus").wait_for()


def until_told(page: Any, words: str) -> None:
    """Wait for the page that a deed leads to: what was done has the focus, so that it is read out."""
    page.locator(".message:focus", has_text=words).wait_for()


def listen(page: Any) -> None:
    """Keep what is said in the live region from now on, for `heard`."""
    page.evaluate(
        """() => {
            window.heard = [];
            const said = document.getElementById("said");
            const keep = () => window.heard.push(said.textContent);
            new MutationObserver(keep).observe(said, { childList: true, characterData: true, subtree: true });
        }"""
    )


def until_heard(page: Any, words: str) -> None:
    until(page, f"window.heard.includes({words!r})")


@pytest.fixture(scope="module")
def blank(browser, site):
    """One page for all of a file: only its modules are used."""
    context = browser.new_context(storage_state=_signed_in(browser, site))
    page = context.new_page()
    page.goto(site.address())
    page.wait_for_selector("#builder")
    yield page
    context.close()
