"""The parts that funnels, retention, flows, lifecycle and frequency are made of, as JSON Schema."""

from __future__ import annotations

from analytics.queries.metrics import LONGEST_TITLE
from analytics.queries.windows import LONGEST_DAYS, WindowUnit
from web.api.schemas.shapes import Schema, choice, closed, or_null, ref, text, whole


def step_schemas() -> dict[str, Schema]:
    return {
        "Step": closed(
            "One or more events with filters, of which any does it.",
            {"events": ref("Events")},
            {
                "filters": or_null(ref("FilterGroup"), "What an event must meet to be this step."),
                "name": text("What charts and tables call it; else by its events.", maxLength=LONGEST_TITLE),
            },
        ),
        "ConversionWindow": {
            "description": f"How far apart events may be, its end included: up to {LONGEST_DAYS} days, or one session.",
            "oneOf": [
                closed(
                    "A week is 7 days and a month 30.",
                    {
                        "kind": {"const": "time"},
                        "count": whole(minimum=1, maximum=LONGEST_DAYS * 86_400),
                        "unit": choice(WindowUnit),
                    },
                ),
                closed("Within one session.", {"kind": {"const": "session"}}),
            ],
        },
    }
