"""What a page may take: how much script exactly, times as generous bounds. `python -m bench page` measures them."""

from __future__ import annotations

import gzip
import time

from tests.browser.conftest import CLICKED_UNTIL, ask
from tests.web.shop import breakdown, question

SCRIPT = 600_000  # bytes, gzipped, Plotly included


def test_all_script_together_is_small(page, site):
    scripts: dict[str, bytes] = {}

    def keep(reply) -> None:
        if reply.url.partition("?")[0].endswith(".js"):
            scripts[reply.url] = reply.body()

    page.on("response", keep)
    ask(page, site, question(breakdowns=breakdown("plan")))
    assert any("plotly" in url for url in scripts)
    assert any("insights/main" in url for url in scripts)
    assert sum(len(gzip.compress(body, 9)) for body in scripts.values()) < SCRIPT


def test_a_kept_answer_a_picker_and_an_edit_are_seen_soon(page, site):
    asked = question(breakdowns=breakdown("plan"))
    ask(page, site, asked)
    started = time.monotonic()
    ask(page, site, asked)
    page.wait_for_selector("#chart .main-svg")
    assert time.monotonic() - started < 10
    assert page.evaluate(CLICKED_UNTIL, ["#breakdown-0", "[role=listbox]"]) < 2000
    page.keyboard.press("Escape")
    pressed = ".ranges button:nth-child(1)"
    assert page.evaluate(CLICKED_UNTIL, [pressed, f"{pressed}[aria-pressed=true]"]) < 2000
