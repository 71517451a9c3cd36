"""A question that takes long: what is read is shown, the old answer stays, and Cancel stops the query in ClickHouse."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from analytics.clickhouse.client import connect
from tests.browser.conftest import answered, ask, ended, table, until
from tests.browser.test_access import check_axe
from tests.web.shop import question

MANY = 12_000_000
# One long statement: distinct values are not put together from kept days.
SLOW = {
    "events": ["Slow"],
    "measure": {"kind": "distinct", "property": {"name": "distinct_id", "type": "string"}},
}
WEEK = {"kind": "last", "count": 7, "unit": "day"}


@pytest.fixture(scope="module")
def slow(site):
    """Enough users of one event that counting them takes seconds."""
    client = connect(site.stack.engine.url)
    client.execute(
        "INSERT INTO events (project_id, event, time, distinct_id, distinct_hash, insert_hash, version, actor)"
        " SELECT {project:UInt32}, 'Slow', now64(3) - toIntervalSecond(number % 500000), toString(number), number,"
        " number, 1,"
        " sipHash64(number) FROM numbers({many:UInt64})",
        {"project": site.shop, "many": MANY},
    )
    yield client
    client.execute("ALTER TABLE events DELETE WHERE event = 'Slow' SETTINGS mutations_sync = 2")
    client.execute("ALTER TABLE event_names DELETE WHERE event = 'Slow' SETTINGS mutations_sync = 2")
    client.disconnect()


def begin(page) -> None:
    """Wait until the server counts. Where earlier tests have shown how slow this is, it waits to be told to run."""
    until(
        page,
        """(() => {
            document.getElementById("run")?.click();
            return /rows · \\d+ %/.test(document.querySelector(".progress")?.textContent ?? "");
        })()""",
    )


def running(client) -> int:
    return client.execute("SELECT count() FROM system.processes WHERE query_id LIKE 'run-%'")[0][0]


def test_cancel_stops_the_query_in_clickhouse(make_page, site, slow):
    page = make_page()
    ask(page, site, question())
    page.evaluate(
        """(question) => { history.pushState(null, "", "?q=" + encodeURIComponent(JSON.stringify(question)));
                           dispatchEvent(new PopStateEvent("popstate")); }""",
        question(metrics=[SLOW], interval="hour", dates=WEEK),
    )
    begin(page)
    assert page.locator(".stale #chart").count() == 1  # the old answer is still there
    assert page.locator(".stale .numbers").count() == 1
    assert "Below: the answer from" in page.locator("#age").inner_text()
    until(page, "/rows · \\d+ %/.test(document.querySelector('.progress').textContent)")
    assert running(slow) == 1
    page.locator("#cancel").click()
    page.get_by_role("heading", name="Cancelled").wait_for()
    for _ in range(100):
        if not running(slow):
            break
        page.wait_for_timeout(50)
    assert running(slow) == 0
    state = site.stack.django("from web.reports.models import Run; answer = Run.objects.latest('requested_at').state")
    assert state == "cancelled"


def test_another_question_ends_the_one_before_it(make_page, site, slow):
    page = make_page()
    ask(page, site, question())
    page.evaluate(
        """(question) => { history.pushState(null, "", "?q=" + encodeURIComponent(JSON.stringify(question)));
                           dispatchEvent(new PopStateEvent("popstate")); }""",
        question(metrics=[SLOW], interval="hour", dates=WEEK),
    )
    begin(page)
    page.go_back()
    answered(page)
    assert table(page)["Purchase"][0] == "3"
    for _ in range(100):
        if not running(slow):
            break
        page.wait_for_timeout(50)
    assert running(slow) == 0


def test_leaving_the_page_ends_nothing_and_coming_back_finds_the_same_run(make_page, site, slow):
    page = make_page()
    document = question(metrics=[SLOW], interval="hour", dates=WEEK)
    filters = {
        "property": {"name": "$os", "source": "event", "type": "string"},
        "operator": "is_not",
        "values": ["left"],
    }
    document["filters"] = {"match": "all", "conditions": [filters]}
    runs = (
        "from web.reports.models import Run; answer = [str(r.pk) for r in Run.objects.filter(query__contains='left')]"
    )
    address = site.address("?" + urlencode({"q": json.dumps(document)}))
    page.goto(address)
    begin(page)
    page.goto(f"{site.stack.url}/projects/{site.shop}/boards/")
    page.locator("#notices").wait_for(state="attached")  # the next pages say when it is answered
    (left,) = page.evaluate("JSON.parse(localStorage.getItem('footfall.left'))")
    assert "where $os is not left" in left["sentence"]
    assert running(slow) == 1
    page.goto(site.stack.url + left["address"])
    begin(page)
    assert page.evaluate("localStorage.getItem('footfall.left')") is None
    page.locator("#cancel").click()
    page.get_by_role("heading", name="Cancelled").wait_for()
    assert len(site.stack.django(runs)) == 1


def test_a_notice_on_any_page_leads_to_the_answer_by_keyboard(page, site):
    """What a page has kept when it was left, as above: the run of a question that is answered since."""
    boards = f"{site.stack.url}/projects/{site.shop}/boards/"
    looked: list[str] = []
    page.on("request", lambda request: looked.append(request.url) if "/runs/" in request.url else None)
    ask(page, site, question(dates={"kind": "last", "count": 11, "unit": "day"}))
    page.evaluate(
        """async ([project]) => {
            const { query } = JSON.parse(document.getElementById("insights-data").textContent).urls;
            const body = new URL(location).searchParams.get("q").replace(/"count": ?11/, '"count": 12');
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
            const run = await (await fetch(`${query}?wait=10`, { method: "POST", headers, body })).json();
            const kept = { id: run.run_id, project, run: query.replace(/query$/, `runs/${run.run_id}`),
                           address: `${location.pathname}?q=${encodeURIComponent(body)}`, sentence: run.sentence };
            localStorage.setItem("footfall.left", JSON.stringify([kept, { ...kept, id: "x", project: -1 }]));
        }""",
        [site.shop],
    )
    page.goto(boards)
    notice = page.get_by_role("status").filter(has_text="Your question is answered")
    notice.wait_for()
    assert "Unique users who did Purchase, last 12 days, daily" in notice.inner_text()
    check_axe(page)
    link = page.get_by_role("link", name="See the answer")
    for _ in range(15):
        if page.evaluate("document.activeElement.textContent") == "See the answer":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**count%22%3A%2012**")
    answered(page)
    assert "last 12 days" in page.locator("#sentence").inner_text()
    assert link.count() == 0
    looked.clear()
    page.goto(boards)
    page.wait_for_timeout(300)
    assert (notice.count(), looked) == (0, [])  # it is said once, and then nothing is asked
    assert len(page.evaluate("JSON.parse(localStorage.getItem('footfall.left'))")) == 1  # the other project's


def test_progress_ends_in_the_answer(make_page, site, slow):
    page = make_page()
    page.goto(site.address())
    answered(page)
    document = question(metrics=[SLOW], dates={"kind": "last", "count": 30, "unit": "day"})
    page.goto(site.address("?" + urlencode({"q": json.dumps(document)})))
    begin(page)
    page.wait_for_selector("#insights .chart-card[aria-busy=false]", timeout=90_000)  # however busy the machine is
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '12,000,000'")


def test_the_very_first_dear_question_waits_and_says_why(page, site):
    """The catalogue says that there is much to read; how fast that goes is the usual speed, or the last runs'."""
    client = connect(site.stack.engine.url)
    client.execute(
        "INSERT INTO event_names (project_id, event, day, events, last_seen)"
        " SELECT {project:UInt32}, 'Huge', today() - 2, 90000000000, now64(3)",
        {"project": site.shop},
    )
    page.goto(site.address("?" + urlencode({"q": json.dumps(question(metrics=[{**SLOW, "events": ["Huge"]}]))})))
    page.locator("#held").wait_for()
    said = page.locator("#held").inner_text()
    assert "About 90 billion events are to be read. It may take about" in said
    assert page.locator("#said").inner_text() == "Not run yet: it would take long. Press Run."
    check_axe(page)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Nothing in this range").wait_for()
    client.execute("ALTER TABLE event_names DELETE WHERE event = 'Huge' SETTINGS mutations_sync = 2")
    client.disconnect()


def test_a_question_that_would_take_long_waits_to_be_told_to_run(page, site):
    """How long it would take is known from the last answer, which says here that it took nine seconds."""

    def slower(route):
        route.fulfill(json=ended(route) | {"elapsed_ms": 9000})

    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/query?" in request.url else None)
    page.route("**/query?*", slower)
    ask(page, site, question())
    assert len(sent) == 1
    page.locator("#metric-0-measure").click()
    page.get_by_role("option", name="Total events").click()
    page.get_by_text("It may take about 9 s").wait_for()
    assert page.locator(".stale #chart").count() == 1
    assert "the answer of before, from" in page.locator("#age").inner_text()
    page.wait_for_timeout(300)
    assert len(sent) == 1
    page.locator("#run").click()
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '5'")
    # What was answered before comes at once.
    page.go_back()
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '3'")


def test_a_failure_names_its_run_and_a_way_out(page, site):
    def failed(route):
        run = {"run_id": "6f1c5e1e-5b0d-4a39-9c43-8d1f6d1a2b3c", "state": "failed", "sentence": "Something"}
        error = {"code": "time_limit", "message": "It took longer than 30 s.", "place": ""}
        route.fulfill(json=run | {"error": error})

    page.route("**/query?*", failed)
    ask(page, site, question(dates={"kind": "last", "count": 90, "unit": "day"}))
    page.get_by_role("heading", name="It took too long").wait_for()
    assert "It took longer than 30 s." in page.locator(".failure").inner_text()
    assert "Run 6f1c5e1e" in page.locator(".failure").inner_text()
    page.unroute("**/query?*")
    page.get_by_role("button", name="Look at 7 days").click()
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '3'")


def test_who_may_not_see_the_project_is_told_so(page, site):
    page.watched.expected = ("404",)
    error = {"code": "not_found", "message": "There is no such project.", "place": ""}
    page.route("**/query?*", lambda route: route.fulfill(status=404, json={"error": error}))
    ask(page, site, question())
    page.get_by_role("heading", name="You may not see this").wait_for()
    page.get_by_role("link", name="Your projects").click()
    page.wait_for_url(lambda url: "/insights/" not in url)


def test_asking_again_says_that_nothing_is_new(page, site):
    ask(page, site, question())
    page.locator("#refresh").click()
    page.get_by_text("Up to date").first.wait_for()
