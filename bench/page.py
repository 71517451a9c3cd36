"""The page in Chromium: how soon a kept answer is a chart, how soon a picker opens and an edit shows, how much script
is loaded, and how soon values are suggested over 2,000,000 events.

BENCH_PAGE_EVENTS sets the number of events. `python -m bench page` prints the figures.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import sync_playwright

from analytics.clickhouse.client import connect
from bench.figure import Figure
from tests.browser.conftest import CLICKED_UNTIL, EMAIL, PASSWORD
from tests.chromium import CHROMIUM, FLAGS
from tests.integration.stack import Stack

EVENTS = int(os.environ.get("BENCH_PAGE_EVENTS", "2000000"))
TURNS = 15
QUESTION = {
    "version": 1, "kind": "insights", "interval": "day",
    "metrics": [{"events": ["View"], "measure": {"kind": "unique"}}],
    "dates": {"kind": "last", "count": 30, "unit": "day"},
    "breakdowns": [{"property": {"name": "$browser", "type": "string"}}],
}  # fmt: skip
_FILL = """
INSERT INTO events_inbox (project_id, version, event, distinct_id, insert_id, time_ms, user_id, device_id, properties)
SELECT {project:UInt32}, number + 1, ['View', 'Search', 'Pay'][1 + number % 3],
    concat('user-', toString(intHash64(number) % 50000)), toString(number),
    toUnixTimestamp64Milli(now64(3)) - intDiv(number * 2592000000, {events:UInt64}), '', '',
    concat('{"$browser":"', ['Chrome', 'Safari', 'Firefox', 'Edge'][1 + intHash64(number + 1) % 4], '","page":"/p/',
        toString(intHash64(number + 2) % 5000), '"}')
FROM numbers({events:UInt64})
"""


def run() -> Iterator[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="bench-page-") as folder,
        Stack(Path(folder), queries=True, collected=True) as stack,
    ):
        made = stack.make_project()
        with connect(stack.engine.url) as client:
            client.execute(_FILL, {"project": made["project_id"], "events": EVENTS})
        yield from suggestions(stack, made)
        yield from page(stack, made["project_id"])


def suggestions(stack: Stack, made: dict[str, Any]) -> Iterator[Figure]:
    secret = base64.b64encode(f"{made['username']}:{made['secret']}".encode()).decode()
    taken = []
    for turn in range(TURNS * 3):
        property = ("$browser", "page")[turn % 2]
        search = {"search": f"/p/{turn}"} if property == "page" and turn % 3 == 2 else {}
        asked = urlencode({"event": "View", "property": property, "limit": 50, **search})
        request = urllib.request.Request(
            f"{stack.url}/api/v1/projects/{made['project_id']}/values?{asked}",
            headers={"Authorization": f"Basic {secret}"},
        )
        started = time.perf_counter()
        with urllib.request.urlopen(request) as reply:
            assert json.load(reply)["values"]
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    note = f"p50 {statistics.median(taken):.0f} ms; {EVENTS:,} events, a property of 4 values and one of 5,000"
    yield Figure("suggested values, p95", taken[int(len(taken) * 0.95)], "ms", 200, note)


def page(stack: Stack, project: int) -> Iterator[Figure]:
    stack.django(
        """
        from web.accounts.models import User
        from web.projects.models import Membership, Project, Role
        ada = User.objects.create_user(arguments[0], arguments[1], name="Ada")
        Membership.objects.create(project=Project.objects.get(pk=arguments[2]), user=ada, role=Role.OWNER)
        answer = []
        """,
        EMAIL, PASSWORD, project,
    )  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        scripts: dict[str, int] = {}

        def keep(reply: Any) -> None:
            if reply.url.split("?")[0].endswith(".js"):
                scripts[reply.url] = len(gzip.compress(reply.body(), 9))

        tab.on("response", keep)
        tab.goto(f"{stack.url}/login/")
        tab.get_by_label("E-mail").fill(EMAIL)
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Log in").click()
        tab.wait_for_url(lambda url: "/login" not in url)
        address = f"{stack.url}/projects/{project}/insights/?q={quote(json.dumps(QUESTION))}"
        first, picker, echo = [], [], []
        for turn in range(TURNS + 1):
            started = time.perf_counter()
            tab.goto(address, wait_until="commit")
            tab.wait_for_selector("#chart .scatterlayer .trace")
            if turn:  # the first one is counted
                first.append((time.perf_counter() - started) * 1000)
            picker.append(tab.evaluate(CLICKED_UNTIL, ["#breakdown-0", "[role=listbox]"]))
            tab.keyboard.press("Escape")
            echo.append(
                tab.evaluate(
                    CLICKED_UNTIL, [".ranges button:nth-child(1)", ".ranges button:nth-child(1)[aria-pressed=true]"]
                )
            )
            tab.wait_for_selector("#insights .chart-card[aria-busy=false]")
        browser.close()
    yield Figure(
        "first chart of a kept answer after navigation",
        statistics.median(first),
        "ms",
        1000,
        f"p95 {_p95(first):.0f} ms",
    )
    yield Figure("a picker opens", statistics.median(picker), "ms", 100, f"p95 {_p95(picker):.0f} ms")
    yield Figure("an edit shows", statistics.median(echo), "ms", 50, f"p95 {_p95(echo):.0f} ms")
    yield Figure(
        "script in all, gzipped", sum(scripts.values()) / 1000, "kB", 600, f"{len(scripts)} files, Plotly included"
    )


def _p95(taken: list[float]) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.95))]
