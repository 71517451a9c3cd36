"""The smallest document, and ways to change one spot of it."""

from __future__ import annotations

import copy
from typing import Any

SMALLEST: dict[str, Any] = {
    "version": 1,
    "kind": "insights",
    "metrics": [{"events": ["Sign Up"], "measure": {"kind": "total"}}],
    "dates": {"kind": "last", "count": 30, "unit": "day"},
    "interval": "day",
}
PLAN_IS_PRO: dict[str, Any] = {"property": {"name": "plan", "type": "string"}, "operator": "is", "values": ["pro"]}


def document(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(SMALLEST) | changes


def filtered(**changes: Any) -> dict[str, Any]:
    return document(filters={"match": "all", "conditions": [copy.deepcopy(PLAN_IS_PRO) | changes]})
