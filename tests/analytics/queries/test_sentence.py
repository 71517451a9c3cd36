"""The question in words."""

from __future__ import annotations

import pytest

from analytics.queries.codec import parse
from analytics.queries.sentence import sentence
from tests.analytics.queries.documents import PLAN_IS_PRO, document, filtered

PLAN_GROUP = {"match": "all", "conditions": [PLAN_IS_PRO]}
BROWSER = {"property": {"name": "$browser", "type": "string"}}


@pytest.mark.parametrize(
    "asked, said",
    [
        (document(), "Total of Sign Up, last 30 days, daily"),
        (
            filtered() | {"breakdowns": [BROWSER]},
            "Total of Sign Up where plan is pro, by $browser, last 30 days, daily",
        ),
        (
            document(metrics=[{"events": {"all": True}, "measure": {"kind": "unique"}}], interval="week"),
            "Unique users who did anything, last 30 days, weekly",
        ),
        (
            document(
                metrics=[
                    {"events": ["a", "b"], "measure": {"kind": "unique"}},
                    {"events": ["c"], "measure": {"kind": "total"}, "filters": PLAN_GROUP},
                ],
                dates={"kind": "fixed", "from": "2024-01-01", "to": "2024-01-31"},
            ),
            "A: Unique users who did a or b; B: Total of c where plan is pro, 2024-01-01 to 2024-01-31, daily",
        ),
        (filtered(values=[""]), "Total of Sign Up where plan is (empty string), last 30 days, daily"),
        (
            filtered(values=["a", "b", "c", "d", "e", "f"]),
            "Total of Sign Up where plan is a, b, c, d or 2 more, last 30 days, daily",
        ),
        (
            filtered(property={"name": "amount", "type": "number"}, operator="not_between", values=[1, 2]),
            "Total of Sign Up where amount is not between 1 and 2, last 30 days, daily",
        ),
    ],
)  # fmt: skip
def test_sentences(asked: dict[str, object], said: str):
    assert sentence(parse(asked)) == said
