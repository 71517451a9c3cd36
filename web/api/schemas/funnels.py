"""Funnels: the question, the answer and its numbers, as JSON Schema."""

from __future__ import annotations

from analytics.queries.dates import Interval
from analytics.queries.funnel_numbers import Outcome
from analytics.queries.funnels import (
    MOST_BREAKDOWNS,
    MOST_EXCLUSIONS,
    MOST_HELD,
    MOST_STEPS,
    Count,
    StepOrder,
    View,
)
from web.api.schemas.shapes import (
    Schema,
    choice,
    closed,
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

_STEP_NUMBER = whole("From 1.", minimum=1, maximum=MOST_STEPS)
_PAIR: Schema = {"type": "array", "prefixItems": [_STEP_NUMBER, _STEP_NUMBER], "minItems": 2, "maxItems": 2}
_LONGEST = 366 * 86_400


def query_schemas(version: Schema) -> dict[str, Schema]:
    return {
        "FunnelsQuery": closed(
            "How many went from step to step, and how fast.",
            {
                "version": version,
                "kind": {"const": "funnels"},
                "steps": many(ref("Step"), minItems=2, maxItems=MOST_STEPS),
                "dates": ref("DateRange"),
                "interval": choice(Interval, "The buckets of a trend."),
            },
            {
                "first_time": yes_or_no("Of step 1 only the first such event that the user ever did."),
                "order": choice(StepOrder, default=str(StepOrder.SPECIFIC)),
                "window": ref("ConversionWindow"),
                "count": choice(Count, default=str(Count.UNIQUES)),
                "exclusions": many(ref("Exclusion"), maxItems=MOST_EXCLUSIONS),
                "hold": many(ref("Property"), "That have one value along the attempt.", maxItems=MOST_HELD),
                "filters": or_null(ref("FilterGroup"), "What an event must meet to be a step."),
                "breakdowns": many(ref("Breakdown"), maxItems=MOST_BREAKDOWNS),
                "segments": or_null(ref("Segments")),
                "attribution": {
                    "description": "Which step's value an attempt is counted under.",
                    "oneOf": [
                        closed("The first or the last that has one.", {"kind": choice(("first", "last"))}),
                        closed("That of one step.", {"kind": {"const": "step"}, "step": _STEP_NUMBER}),
                    ],
                },
                "comparison": or_null(ref("Comparison")),
                "view": choice(View, "What is worked out beside the steps.", default=str(View.STEPS)),
                "between": or_null(_PAIR, "Steps that times, frequency and paths are of; null: first and last."),
                "zone": ref("Zone"),
            },
        ),
        "Exclusion": closed(
            "Events that end an attempt between two steps.",
            {"events": ref("Events")},
            {
                "filters": or_null(ref("FilterGroup")),
                "after": _STEP_NUMBER,
                "before": or_null(_STEP_NUMBER, "Null is the last step."),
            },
        ),
    }


def result_fields() -> dict[str, Schema]:
    """What an answer holds."""
    return {
        "interval": text("The width of a bucket."),
        "view": choice(View),
        "order": choice(StepOrder),
        "count": choice(Count),
        "unit": text("What the numbers are of."),
        "window": ref("ConversionWindow"),
        "steps": many(text(), "What the steps are called."),
        "between": _PAIR,
        "buckets": many(ref("Bucket"), "Of entries; one is complete when all windows are over."),
        "segments": many(ref("FunnelSegment"), "The whole first."),
        "compared": or_null(many(ref("Bucket"))),
    }


def answer_schemas() -> dict[str, Schema]:
    seconds, numbers = or_null(number("Seconds.")), _numbers()
    return {
        "FunnelSegment": opened(
            "The numbers of the whole, or of one segment.",
            {
                "segment": many(ref("SegmentPart"), "One part if there is a breakdown."),
                "label": text(),
                **numbers,
                "significance": many(
                    opened(
                        "Against another segment; 0 is everybody who is not in this one.",
                        {"against": whole(), "p": or_null(number()), "reason": or_null(text())},
                    )
                ),
                "compared": or_null(
                    opened(
                        "The same of the earlier time.",
                        {**numbers, "difference": or_null(number()), "ratio": or_null(number())},
                    )
                ),
            },
        ),
        "FunnelStep": opened(
            "How many reached a step, and how fast.",
            {
                "count": whole(),
                "dropped": whole("Who reached the step before, and not this one."),
                "from_previous": or_null(number("0.25 is 25 %.")),
                "from_first": or_null(number()),
                "average_from_previous": seconds,
                "median_from_previous": seconds,
                "average_from_first": seconds,
                "median_from_first": seconds,
            },
        ),
        "FunnelSpread": opened(
            "How numbers are spread over those who reached the later step.",
            {
                "count": whole(),
                **{name: or_null(number()) for name in ("average", "median", "p25", "p75", "p90", "min", "max")},
                "bins": many(opened("A bin.", {"low": number(), "high": or_null(number()), "count": whole()})),
            },
        ),
    }


def _numbers() -> dict[str, Schema]:
    return {
        "steps": many(ref("FunnelStep")),
        "trend": or_null(
            opened(
                "One number for each bucket.",
                {
                    "entered": many(whole()),
                    "converted": many(whole()),
                    "rates": many(or_null(number())),
                },
            )
        ),
        "times": or_null(ref("FunnelSpread"), "Seconds; a bin does not hold its upper end."),
        "frequency": or_null(ref("FunnelSpread"), "Times done; a bin holds both ends."),
        "paths": or_null(
            many(opened("What was done in between.", {"events": many(text()), "count": whole(), "share": number()}))
        ),
    }


def number_schema() -> Schema:
    return closed(
        "A number of a funnel.",
        {"step": _STEP_NUMBER},
        {
            "outcome": choice(Outcome, "Who reached it, or the step before only.", default=str(Outcome.CONVERTED)),
            "segment": or_null(many(ref("SegmentPart")), "Without it the whole."),
            "bucket": or_null(moment(), "The start of the bucket in which they began; null for the whole range."),
            "compared": yes_or_no("Whether it is of the earlier time."),
        },
    )
