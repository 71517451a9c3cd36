"""Every kind of question on the page: its document survives being edited, and each journey goes from the builder to the
people behind a number."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analytics.queries.codec import dump, parse
from tests.browser.modules import call

DATES = {"kind": "last", "count": 30, "unit": "day"}
PLAN = {"name": "plan", "type": "string"}
AMOUNT = {"name": "amount", "type": "number"}
PRO = {"match": "all", "conditions": [{"property": PLAN, "operator": "is", "values": ["pro"]}]}
SIGN_UP, BUY, ALL = (
    {"events": ["Sign Up"]},
    {"events": ["Buy", "Pay"], "filters": PRO, "name": "Paid"},
    {"events": {"all": True}},
)
REST = {"version": 1, "dates": DATES, "filters": PRO}

DOCUMENTS: list[dict[str, Any]] = [
    {"kind": "funnels", "steps": [SIGN_UP, BUY], "interval": "week"},
    {
        "kind": "funnels",
        "steps": [SIGN_UP, ALL, BUY],
        "first_time": True,
        "order": "strict",
        "window": {"kind": "session"},
        "count": "totals",
        "exclusions": [{**SIGN_UP, "after": 2, "before": 3}, {"events": ["Leave"]}],
        "hold": [PLAN],
        "breakdowns": [{"property": PLAN, "values": ["pro"]}],
        "segments": {"limit": 5},
        "attribution": {"kind": "step", "step": 2},
        "interval": "day",
        "view": "times",
        "between": [1, 2],
        "comparison": {"kind": "previous"},
    },
    {"kind": "retention", "birth": SIGN_UP, "return": ALL, "interval": "week"},
    {
        "kind": "retention",
        "birth": {**BUY, "first_time": True},
        "return": SIGN_UP,
        "unit": "day",
        "brackets": [1, 3, 7],
        "alignment": "calendar",
        "criterion": "on_or_after",
        "measure": {"kind": "sum", "property": AMOUNT},
        "breakdowns": [{"property": PLAN}],
        "interval": "month",
    },
    {"kind": "flows", "anchor": BUY},
    {
        "kind": "flows",
        "anchor": ALL,
        "before": 2,
        "after": 1,
        "top": 5,
        "expanded": [{"step": -1, "top": 12}],
        "hidden": ["Beat"],
        "merged": [{"name": "Browse", "events": ["View", "Search"]}],
        "split": [{"event": "Browse", "property": PLAN}],
        "count": "totals",
        "window": {"kind": "time", "count": 2, "unit": "hour"},
    },
    {"kind": "lifecycle", "activity": ALL, "interval": "month"},
    {"kind": "frequency", "activity": BUY, "each": "hour", "per": "month", "breakdowns": [{"property": PLAN}]},
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["kind"])
def test_a_document_survives_the_page(blank, document):
    """What the page makes of a document that it has read asks the same."""
    query = parse(REST | document)
    for text in (json.dumps(REST | document), json.dumps(dump(query))):
        again = call(blank, "kinds", "(m, text) => m.toText(m.fromText(text))", text, folder="kinds")
        assert parse(again) == query


def test_another_kind_takes_over_what_it_has_a_place_for(blank):
    funnel = {**REST, **DOCUMENTS[1]}
    turn = (
        "(m, [text, kind]) => { const { to, lost } = m.turned(m.fromText(text), kind); return [m.toText(to), lost]; }"
    )
    for kind in ("retention", "flows", "lifecycle", "frequency", "insights"):
        text, lost = call(blank, "kinds", turn, [json.dumps(funnel), kind], folder="kinds")
        query = parse(text)
        wanted = parse(funnel)
        assert (query.kind, query.dates, query.filters) == (kind, wanted.dates, wanted.filters)
        assert "the comparison" in lost
        assert ("the breakdown" in lost) == (kind in ("flows", "lifecycle"))
