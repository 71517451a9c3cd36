"""Flows: the question's schema, the answer's parts, and its numbers."""

from __future__ import annotations

from analytics.queries.codec import VERSION
from analytics.queries.flows import (
    DEFAULT_TOP,
    HIGHEST_TOP,
    MOST_HIDDEN,
    MOST_MERGED,
    MOST_SPLITS,
    MOST_STEPS,
    FlowsCount,
)
from analytics.queries.metrics import LONGEST_EVENT_NAME, MOST_EVENTS
from analytics.results.flows import NodeKind
from web.api.schemas.shapes import Schema, choice, closed, many, number, opened, or_null, ref, text, whole, yes_or_no

_NAME = text(minLength=1, maxLength=LONGEST_EVENT_NAME)
_ID = text("A node's id, as the answer gives it.", maxLength=10_000)


def flow_schemas(split_property: Schema) -> dict[str, Schema]:
    """`split_property` is a property by which an event can be split."""
    return {
        "FlowsQuery": closed(
            "What users did before and after something, step by step.",
            {
                "version": {"const": VERSION, "description": "Of the document."},
                "kind": {"const": "flows"},
                "anchor": ref("Step"),
                "dates": ref("DateRange"),
            },
            {
                "before": whole("Steps before the anchor.", minimum=0, maximum=MOST_STEPS, default=0),
                "after": whole("Steps after it; not both are 0.", minimum=0, maximum=MOST_STEPS, default=3),
                "top": whole("Nodes of a step before “other”.", minimum=1, maximum=HIGHEST_TOP, default=DEFAULT_TOP),
                "expanded": many(
                    closed(
                        "Another number of nodes at one step.",
                        {
                            "step": whole("0 is the anchor.", minimum=-MOST_STEPS, maximum=MOST_STEPS),
                            "top": whole(minimum=1, maximum=HIGHEST_TOP),
                        },
                    ),
                    maxItems=2 * MOST_STEPS + 1,
                ),
                "hidden": many(_NAME, "Events that are skipped.", maxItems=MOST_HIDDEN, uniqueItems=True),
                "merged": many(
                    closed(
                        "Several events under one name.",
                        {"name": _NAME, "events": many(_NAME, minItems=1, maxItems=MOST_EVENTS, uniqueItems=True)},
                    ),
                    maxItems=MOST_MERGED,
                ),
                "split": many(
                    closed(
                        "An event, or a name of merged ones, told apart by a property.",
                        {"event": _NAME, "property": split_property},
                    ),
                    maxItems=MOST_SPLITS,
                ),
                "count": choice(FlowsCount, "Users, or every time.", default=str(FlowsCount.UNIQUES)),
                "window": ref("ConversionWindow"),
                "filters": or_null(ref("FilterGroup"), "What every event of a flow must meet."),
                "zone": ref("Zone"),
                "of": or_null(
                    closed(
                        "A number of a funnel's answer.",
                        {"query": ref("FunnelsQuery"), "at": ref("FunnelsNumber")},
                    ),
                    "Only the flows of those behind this number, each from where their attempt got to.",
                ),
            },
        ),
    }


def flow_answer() -> dict[str, Schema]:
    return {
        "count": choice(FlowsCount),
        "before": whole("Steps before the anchor."),
        "after": whole("Steps after it."),
        "total": whole("Flows: users, or anchors where totals are counted."),
        "nodes": many(ref("FlowNode"), "Step by step; the largest first, then other, then start or end."),
        "links": many(
            opened(
                "How many flows go from a node to one of the next step.",
                {"from": _ID, "to": _ID, "count": whole()},
            )
        ),
        "paths": many(
            opened(
                "A whole path.",
                {"nodes": many(ref("FlowPlace")), "count": whole(), "share": number("Of all flows.")},
            ),
            "The 50 commonest, with every event by its name.",
        ),
    }


def flow_parts() -> dict[str, Schema]:
    place = {
        "id": _ID,
        "step": whole("0 is the anchor."),
        "kind": choice(NodeKind),
        "name": text("The event's, or (other), (start), (end)."),
        "split": or_null(text(), "By what the event is split."),
        "value": or_null(text(), "Which of its values; null: not set."),
        "label": text("The node in words."),
        "is_anchor": yes_or_no(),
    }
    counted = {"count": whole("Flows that go through it."), "share": number("Of all flows.")}
    return {
        "FlowPlace": opened("What stands at a step.", place),
        "FlowNode": opened("What stands at a step, and how often.", {**place, **counted}),
    }


def flow_numbers() -> list[Schema]:
    return [
        closed("A node of Flows.", {"step": whole(minimum=-MOST_STEPS, maximum=MOST_STEPS), "node": _ID}),
        closed("A link of Flows.", {"from": _ID, "to": _ID}),
    ]
