"""npm `mixpanel-browser` in Chromium, on a page of another origin, unmodified but for the host."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.chromium import CHROMIUM, FLAGS
from tests.integration.clients.conftest import Shop
from tests.integration.stack import wait_until

pytestmark = pytest.mark.client

# The SDK keeps silent in what calls itself headless.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

PAGE = """<!doctype html><title>A shop</title><script type="module">
import mixpanel from "/mixpanel.module.js";
window.mixpanel = mixpanel;
window.start = (token, host, options) =>
  new Promise((done) => mixpanel.init(token, { api_host: host, loaded: () => done(true), ...options }));
window.answered = (call) => new Promise((done) => call((answer) => done(answer)));
window.ready = true;
</script>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path.startswith("/mixpanel.module.js"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.encode())


@pytest.fixture(scope="session")
def shop_page(node_modules: Path) -> Iterator[str]:
    """A site of its own: another host name and another port than the stack's."""
    serve = functools.partial(Quiet, directory=str(node_modules / "mixpanel-browser" / "dist"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(shop_page: str) -> Iterator[Page]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_context(user_agent=AGENT).new_page()
        opened.complaints = []  # type: ignore[attr-defined]
        opened.on("console", lambda said: opened.complaints.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
        opened.goto(f"{shop_page}?utm_source=news&utm_campaign=spring")
        opened.wait_for_function("window.ready")
        yield opened
        browser.close()


def test_one_by_one_with_answers(shop: Shop, page: Page):
    page.evaluate("([t, h]) => start(t, h, {batch_requests: false})", [shop.token, shop.url])
    answer = page.evaluate("answered((told) => mixpanel.track('Seen', {text: '日本 😀 & + %', n: 1.5}, told))")
    assert answer in (1, True) or answer["status"] == 1
    stored = shop.event("Seen", 1)
    assert stored["properties"]["text"] == "日本 😀 & + %"
    assert stored["properties"]["utm_source"] == "news"
    assert stored["properties"]["$browser"] == "Chrome"
    assert stored["device_id"]
    assert stored["distinct_id"] == f"$device:{stored['device_id']}"
    assert page.complaints == []  # type: ignore[attr-defined]


def test_batches_identity_profiles_and_reset(shop: Shop, page: Page):
    page.evaluate("([t, h]) => start(t, h, {batch_flush_interval_ms: 300})", [shop.token, shop.url])
    page.evaluate(
        """() => {
            for (let n = 0; n < 60; n += 1) mixpanel.track("Before", {n});
            mixpanel.identify("ann");
            // The SDK's queue keeps no order, so these commute.
            mixpanel.people.set({$name: "Ann"});
            mixpanel.people.increment("n", 2);
            mixpanel.people.increment({n: 1, m: 5});
            mixpanel.people.append("appended", "a");
            mixpanel.people.union("united", ["a", "b"]);
            mixpanel.people.set_once({first: true});
            mixpanel.set_group("company", "acme");
            mixpanel.get_group("company", "acme").set({seats: 5});
            mixpanel.track("After");
            mixpanel.track("Refused", {distinct_id: "null"});
        }"""
    )
    events = shop.events(62)
    before = [event for event in events if event["event"] == "Before"]
    assert sorted(event["properties"]["n"] for event in before) == list(range(60))
    assert len({event["insert_id"] for event in before}) == 60
    after = shop.event("After", 62)
    assert (after["distinct_id"], after["user_id"]) == ("ann", "ann")
    assert after["device_id"] == before[0]["device_id"]
    assert after["properties"]["company"] == ["acme"]
    assert "$identify" in {event["event"] for event in events}
    assert shop.users() == 1  # the device's past is the user's
    page.evaluate("mixpanel.reset(); mixpanel.track('Anonymous again')")
    again = shop.event("Anonymous again", 63)
    assert again["device_id"] != after["device_id"]
    assert shop.users() == 2
    wanted = {
        "$name": "Ann",
        "n": 3,
        "m": 5,
        "appended": ["a"],
        "united": ["a", "b"],
        "first": True,
        "company": ["acme"],
    }
    found: dict[str, object] = {}

    def arrived() -> bool:
        found.update(shop.profile("ann") or {})
        return {name: found.get(name) for name in wanted} == wanted

    wait_until(arrived, f"the profile {wanted}; it is {found}")
    assert found["$last_seen"]
    company = shop.profile("acme", "company")
    assert company is not None
    assert company["seats"] == 5
    assert "distinct_id" in shop.rejected()[0]
    queue = page.evaluate("Object.entries(localStorage).filter(([k]) => k.startsWith('__mpq_')).map(([, v]) => v)")
    assert all(each in ("[]", "") for each in queue)  # nothing is left to be sent again
    assert page.complaints == []  # type: ignore[attr-defined]


def test_what_is_left_when_the_page_is_hidden_comes_by_beacon_and_counts_once(shop: Shop, page: Page, shop_page: str):
    page.evaluate("([t, h]) => start(t, h, {batch_flush_interval_ms: 60000})", [shop.token, shop.url])
    page.evaluate("for (let n = 0; n < 5; n += 1) mixpanel.track('Leaving', {n})")
    page.wait_for_timeout(1000)  # the SDK stores its queue in its own time
    with page.expect_request(lambda request: request.resource_type == "ping") as beacon:
        page.evaluate(
            """() => {
                Object.defineProperty(document, "visibilityState", {value: "hidden"});
                window.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    assert "/track/" in beacon.value.url
    page.goto(f"{shop_page}next")
    assert sorted(event["properties"]["n"] for event in shop.events(5)) == list(range(5))
    page.wait_for_function("window.ready")
    # The queue survived the page, so the SDK sends the same events once more.
    page.evaluate("([t, h]) => start(t, h, {batch_flush_interval_ms: 200})", [shop.token, shop.url])
    page.evaluate("mixpanel.track('Arrived')")
    assert len(shop.events(6)) == 6
    page.wait_for_timeout(1000)
    assert len(shop.events(6)) == 6


def test_recording_flags_and_remote_settings_are_answered_without_breaking_it(shop: Shop, page: Page):
    page.evaluate(
        """([t, h]) => start(t, h, {batch_requests: false, flags: true, remote_settings_mode: "fallback"})""",
        [shop.token, shop.url],
    )
    page.evaluate("answered((told) => mixpanel.track('Seen', {}, told))")
    assert page.evaluate("mixpanel.flags.get_variant_value('nothing', 'default')") == "default"
    assert shop.event("Seen", 1)
