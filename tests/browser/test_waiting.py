"""A question that takes long: what is read is shown, the old answer stays, and Cancel stops the query in ClickHouse."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from analytics.clickhouse.client import connect
from tests.browser.conftest import answered, ask, table, until
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
    page.locator("#cancel").wait_for()
    assert page.locator("#chart.stale").count() == 1  # the old answer is still there
    assert page.locator(".stale .numbers").count() == 1
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
    page.locator("#cancel").wait_for()
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
    page.locator("#cancel").wait_for()
    page.goto(f"{site.stack.url}/")
    page.wait_for_timeout(300)
    assert running(slow) == 1
    page.goto(address)
    page.locator("#cancel").click()
    page.get_by_role("heading", name="Cancelled").wait_for()
    assert len(site.stack.django(runs)) == 1


def test_progress_ends_in_the_answer(make_page, site, slow):
    page = make_page()
    page.goto(site.address())
    answered(page)
    ask(page, site, question(metrics=[SLOW], dates={"kind": "last", "count": 30, "unit": "day"}))
    until(page, "document.querySelector('.numbers td.total')?.textContent.trim() === '12,000,000'")
