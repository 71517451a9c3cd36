"""What is behind a number: which number is meant, and the pages of users and events."""

from __future__ import annotations

from analytics.queries import KINDS
from analytics.queries.drilldowns import DEFAULT_LIMIT, HIGHEST_LIMIT
from web.api.schemas import funnels
from web.api.schemas.flows import flow_numbers
from web.api.schemas.queries import EXAMPLE
from web.api.schemas.shapes import Schema, closed, many, moment, number, opened, or_null, ref, text, whole, yes_or_no

EXAMPLE_NUMBER = {
    "query": EXAMPLE,
    "at": {"metric": "A", "segment": [{"kind": "value", "value": "Chrome"}], "bucket": None, "compared": False},
    "limit": DEFAULT_LIMIT,
}


def drilldown_schemas() -> dict[str, Schema]:
    page = {
        "count": whole("Of all pages."),
        "next": or_null(text(), "The cursor of the next page; null on the last one."),
        "data_version": whole("The answer's, if both are of the same events."),
    }
    return {
        "NumberOfAnswer": closed(
            "A question, and which of its answer's numbers.",
            {
                "query": ref("Query"),
                "at": {
                    "description": "The number, named as the answer does.",
                    "anyOf": [ref(f"{kind.capitalize()}Number") for kind in KINDS if kind != "flows"] + flow_numbers(),
                },
            },
            {
                "limit": whole("Rows of a page.", minimum=1, maximum=HIGHEST_LIMIT, default=DEFAULT_LIMIT),
                "cursor": or_null(text(maxLength=100), "`next` of the page before."),
            },
        ),
        "InsightsNumber": closed(
            "A number of Insights.",
            {"metric": text("Its letter.", minLength=1, maxLength=10)},
            {
                "segment": or_null(many(ref("SegmentPart")), "Of its series; without it the metric's whole."),
                "bucket": or_null(moment(), "The start of its bucket; null for the whole range."),
                "compared": yes_or_no("Whether it is of the earlier time."),
            },
        ),
        "FunnelsNumber": funnels.number_schema(),
        "UserPage": opened(
            "Users, or sessions where those are counted; the one last seen first.",
            {
                **page,
                "results": many(
                    opened(
                        "A user.",
                        {
                            "user": text("The id, or without one the device last seen."),
                            "events": whole(),
                            "first": moment(),
                            "last": moment(),
                            "value": or_null(number(), "The user's own number, where the measure gives one."),
                        },
                    )
                ),
            },
        ),
        "EventPage": opened(
            "Events as they were received, the newest first.",
            {
                **page,
                "results": many(
                    opened(
                        "An event.",
                        {
                            "event": text(),
                            "time": moment(),
                            "distinct_id": text(),
                            "value": {"description": "What the measure reads of it."},
                            "properties": opened("All that was sent but the token.", {}),
                        },
                    )
                ),
            },
        ),
    }
