"""What asking gives back: an answer, a run on its way, or an error. docs/architecture.md explains the parts."""

from __future__ import annotations

from analytics.queries import KINDS
from analytics.results.segments import SegmentKind
from web.api.schemas import funnels
from web.api.schemas.flows import flow_answer, flow_parts
from web.api.schemas.shapes import (
    Schema,
    by_kind,
    choice,
    many,
    moment,
    number,
    opened,
    or_null,
    ref,
    text,
    whole,
    yes_or_no,
)
from web.reports.answers import HELD
from web.reports.models import RunState

_ID = text("The run's id.", format="uuid")
_QUERY = {
    "query": opened("The question as it was understood, defaults included: the document of a Query.", {}),
    "sentence": text("The question in words."),
}

EXAMPLE_RUN = {
    "run_id": "6f1c5e1e-5b0d-4a39-9c43-8d1f6d1a2b3c",
    "state": "running",
    "query": {"version": 1, "kind": "insights"},
    "sentence": "Unique users who did Sign Up, last 30 days, daily",
    "percent": 40,
    "read_rows": 4000000,
    "total_rows": 10000000,
    "read_bytes": 120000000,
    "elapsed_ms": 310,
    "expected_ms": 770,
    "remaining_ms": 460,
    "urls": {
        "run": "/api/v1/projects/1/runs/6f1c5e1e-5b0d-4a39-9c43-8d1f6d1a2b3c",
        "cancel": "/api/v1/projects/1/runs/6f1c5e1e-5b0d-4a39-9c43-8d1f6d1a2b3c/cancel",
    },
}
EXAMPLE_ERROR = {
    "error": {
        "code": "invalid_query",
        "message": "'fortnight' is not possible here: minute, hour, day, week, month, quarter or year.",
        "place": "interval",
    }
}


def answer_of(kind: str, result: dict[str, Schema]) -> Schema:
    """An answer to a question of that kind: its result, and what every answer has."""
    return opened(
        f"The answer to a question of {kind}.",
        {
            "run_id": or_null(_ID, "The run that found it; null if it was known."),
            "state": {"const": RunState.DONE.value},
            **_QUERY,
            "kind": {"const": kind},
            "zone": text("The time zone in which the days are cut."),
            **result,
            "notes": many(text(), "What to know when reading the numbers."),
            "cached": yes_or_no("Whether it was known already."),
            "computed_at": moment(),
            "data_version": whole("Grows with each write that a question could see."),
            "read_rows": whole(),
            "read_bytes": whole(),
            "elapsed_ms": number("The time that ClickHouse took."),
            "charts": many(ref("Chart")),
            "sql": text("The statement, for “how is this counted”."),
        },
        {
            "figure": opened("A Plotly figure, if `chart` asked for one.", {}),
            "chart": text("The figure's chart."),
        },
    )


def answer_schemas() -> dict[str, Schema]:
    return {
        "Answer": {
            "description": "The answer to a question.",
            **by_kind({kind: f"{kind.capitalize()}Answer" for kind in KINDS}),
        },
        "InsightsAnswer": answer_of(
            "insights",
            {
                "interval": text("The width of a bucket."),
                "buckets": many(ref("Bucket")),
                "series": many(ref("Series"), "For each metric the whole first, then its segments."),
                "compared": or_null(many(ref("Bucket")), "The buckets of the time that it is compared with."),
                "rolling": whole("How many points are averaged into each; 0 for none."),
            },
        ),
        "FlowsAnswer": answer_of("flows", flow_answer()),
        **flow_parts(),
        "FunnelsAnswer": answer_of("funnels", funnels.result_fields()),
        **funnels.answer_schemas(),
        "Chart": opened(
            "A chart.",
            {
                "name": text(),
                "fits": yes_or_no("Whether it can show this answer."),
                "reason": or_null(text(), "If not, why."),
                "suggested": yes_or_no("Whether it is the one to begin with."),
            },
        ),
        "Bucket": opened(
            "A piece of time: `start` is in it, `end` is not.",
            {
                "start": moment(),
                "end": moment(),
                "complete": yes_or_no("Whether its whole calendar unit is over and in the range."),
            },
        ),
        "Series": opened(
            "One metric, or one segment of it, over the buckets.",
            {
                "metric": text("Its letter: A, B, C …; of a formula F1, F2 …"),
                "name": text("What is counted; no two metrics are called alike."),
                "measure": text("How it is counted."),
                "unit": text("What its numbers are of: Events, Users, Sum of price."),
                "format": choice(("count", "number", "percent")),
                "segment": many(ref("SegmentPart"), "One part for each breakdown."),
                "label": text("The segment in words; without a breakdown the metric's name."),
                "values": many(or_null(number()), "One for each bucket."),
                "total": or_null(number(), "Over the whole range: users are counted once in it."),
                "compared": or_null(
                    opened(
                        "The same of the earlier time, and how ours differs.",
                        {
                            "values": many(or_null(number())),
                            "total": or_null(number()),
                            "ratios": many(or_null(number())),
                            "difference": or_null(number()),
                            "ratio": or_null(number(), "0.25 is a quarter more."),
                        },
                    )
                ),
            },
        ),
        "SegmentPart": opened(
            "Which segment, by one breakdown.",
            {
                "kind": choice(SegmentKind),
                "value": {
                    "description": "The value, the lower end, the hour or the weekday; null where there is none.",
                    "type": ["string", "number", "boolean", "null"],
                },
            },
            {"upper": or_null(number(), "The upper end of a range (not in it) or of a count (in it).")},
        ),
        "Run": opened(
            "A run on its way, or one that ended without an answer. Follow `urls.run`.",
            {
                "run_id": _ID,
                "state": choice([state for state in RunState if state is not RunState.DONE]),
                **_QUERY,
                "percent": whole("How far it is; never falls.", minimum=0, maximum=100),
                "read_rows": whole(),
                "total_rows": whole("How many rows there are to read, as far as is known."),
                "read_bytes": whole(),
                "elapsed_ms": whole("Since it was asked."),
                "expected_ms": or_null(whole(), "How long it will take in all; null while nobody can know."),
                "remaining_ms": or_null(whole(), "Of that, what is left."),
                "urls": opened("Addresses on this host.", {"run": text(), "cancel": text()}),
            },
            {"error": ref("ErrorDetail")},
        ),
        "HeldQuestion": opened(
            "A question that was not run, because it would probably take longer than `hold_over`.",
            {
                "run_id": {"type": "null"},
                "state": {"const": HELD},
                **_QUERY,
                "rows": whole("About so many events are to be read."),
                "expected_ms": whole("How long that takes, about."),
                "learned_from": whole("How many earlier runs of the project say so; 0: the usual speed."),
            },
        ),
        "Error": opened("Every failure has this shape.", {"error": ref("ErrorDetail")}),
        "ErrorDetail": opened(
            "What went wrong.",
            {
                "code": text("For programs; it stays as it is. docs/api.md lists all codes."),
                "message": text("For people: it names the value and the way out."),
                "place": text("Where in the request, like `metrics[0].events`; or empty."),
            },
        ),
    }


ANSWER_OR_RUN: Schema = {"oneOf": [ref("Answer"), ref("Run")]}
ANSWER_RUN_OR_HELD: Schema = {"oneOf": [ref("Answer"), ref("Run"), ref("HeldQuestion")]}
