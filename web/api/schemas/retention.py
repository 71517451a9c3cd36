"""Retention, lifecycle and frequency as JSON Schema: the questions, the answers, and the names of their numbers."""

from __future__ import annotations

from analytics.queries.codec import VERSION
from analytics.queries.frequency import EACH, PERIODS
from analytics.queries.lifecycle import LIFECYCLE_INTERVALS, Status
from analytics.queries.metrics import LONGEST_TITLE
from analytics.queries.periods import Alignment, PeriodUnit
from analytics.queries.retention import (
    COHORT_INTERVALS,
    MOST_BRACKETS,
    MOST_PERIODS,
    Criterion,
    RetentionMeasureKind,
)
from web.api.schemas.answers import answer_of
from web.api.schemas.shapes import (
    Fields,
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

_NAMED: Fields = {"name": text("What charts and tables call it; else by its events.", maxLength=LONGEST_TITLE)}


def retention_queries(number_property: Schema) -> dict[str, Schema]:
    filters = or_null(ref("FilterGroup"), "What an event must meet to count in any step.")
    step_filters = or_null(ref("FilterGroup"), "What an event must meet to count in this step.")
    breakdowns = many(ref("Breakdown"), "What the answer is split by.", maxItems=1)
    segments = or_null(ref("Segments"), "Which of the segments are shown.")

    def kind(name: str) -> Fields:
        return {"version": {"const": VERSION, "description": "Of the document."}, "kind": {"const": name}}

    return {
        "Birth": closed(
            "The event that puts a user into a cohort.",
            {"events": ref("Events")},
            {
                "filters": step_filters,
                **_NAMED,
                "first_time": yes_or_no("Only the first of these events that the user ever did."),
            },
        ),
        "RetentionMeasure": {
            "description": "What is said of those who returned.",
            "anyOf": [
                closed(
                    "Their share of the cohort, or how many they are.",
                    {"kind": choice([RetentionMeasureKind.RATE, RetentionMeasureKind.USERS])},
                ),
                closed(
                    "Of a number that the return events have.",
                    {
                        "kind": choice([RetentionMeasureKind.SUM, RetentionMeasureKind.AVERAGE]),
                        "property": number_property,
                    },
                ),
            ],
        },
        "RetentionQuery": closed(
            "Of the users who did one thing, how many did another so much later.",
            {
                **kind("retention"),
                "birth": ref("Birth"),
                "return": ref("Step"),
                "dates": ref("DateRange"),
                "interval": choice(COHORT_INTERVALS, "Of the cohorts."),
            },
            {
                "unit": choice(PeriodUnit, "Of the buckets.", default=str(PeriodUnit.DAY)),
                "periods": whole("Buckets after bucket 0.", minimum=1, maximum=MOST_PERIODS, default=12),
                "brackets": or_null(
                    many(whole(minimum=1, maximum=MOST_PERIODS), minItems=1, maxItems=MOST_BRACKETS),
                    "Where buckets 1, 2 … begin, in units; `periods` does not count then.",
                ),
                "alignment": choice(Alignment, default=str(Alignment.ROLLING)),
                "criterion": choice(Criterion, default=str(Criterion.ON)),
                "measure": ref("RetentionMeasure"),
                "filters": filters,
                "breakdowns": breakdowns,
                "segments": segments,
                "comparison": or_null(ref("Comparison"), "The earlier time that the averages are compared with."),
                "zone": ref("Zone"),
            },
        ),
        "LifecycleQuery": closed(
            "How many users are new, returning, resurrecting and dormant in each interval.",
            {
                **kind("lifecycle"),
                "activity": ref("Step"),
                "dates": ref("DateRange"),
                "interval": choice(LIFECYCLE_INTERVALS),
            },
            {
                "filters": filters,
                "breakdowns": many({}, maxItems=0),
                "segments": {"type": "null"},
                "zone": ref("Zone"),
            },
        ),
        "FrequencyQuery": closed(
            "In how many distinct units users did something.",
            {
                **kind("frequency"),
                "activity": ref("Step"),
                "dates": ref("DateRange"),
                "each": choice(EACH, "What is counted distinct."),
                "per": choice(PERIODS, "In which periods: longer ones than each."),
            },
            {"filters": filters, "breakdowns": breakdowns, "segments": segments, "zone": ref("Zone")},
        ),
    }


def retention_answers() -> dict[str, Schema]:
    segment = {"segment": many(ref("SegmentPart"), "One part for each breakdown."), "name": text(), "label": text()}
    values = many(or_null(number()), "One for each bucket.")
    average = opened(
        "For each bucket, over the cohorts in which it is complete.",
        {"sizes": many(whole()), "values": values, "users": many(whole())},
    )
    return {
        "RetentionAnswer": answer_of(
            "retention",
            {
                "interval": choice(COHORT_INTERVALS, "Of the cohorts."),
                "measure": choice(RetentionMeasureKind),
                "unit": text("What the values are of."),
                "format": choice(("percent", "count", "number")),
                "buckets": many(
                    opened(
                        "After the birth, in units: `start` is in it, `end` is not.",
                        {"start": whole(), "end": whole(), "label": text()},
                    )
                ),
                "cohorts": many(
                    opened(
                        "Those born in this time.",
                        {
                            "start": moment(),
                            "end": moment(),
                            "complete": many(yes_or_no(), "Of each bucket: whether it is over for all of them."),
                        },
                    )
                ),
                "series": many(ref("RetentionSeries"), "The whole first, then the segments."),
            },
        ),
        "RetentionSeries": opened(
            "One segment.",
            {
                **segment,
                "size": whole("Users of all cohorts together, once for each."),
                "rows": many(
                    opened(
                        "Of one cohort.",
                        {
                            "size": whole(),
                            "values": values,
                            "users": many(or_null(whole()), "Who returned in each bucket."),
                        },
                    )
                ),
                "average": average,
                "compared": or_null(
                    opened(
                        "Of the earlier time.",
                        {
                            "size": whole(),
                            "average": average,
                            "differences": many(or_null(number()), "How much more ours is in each bucket."),
                        },
                    )
                ),
            },
        ),
        "LifecycleAnswer": answer_of(
            "lifecycle",
            {
                "interval": choice(LIFECYCLE_INTERVALS),
                "name": text("What is done."),
                "buckets": many(ref("Bucket"), "Whole calendar units."),
                "series": many(
                    opened(
                        "One status.",
                        {"status": choice(Status), "label": text(), "values": many(whole(), "Users in each bucket.")},
                    )
                ),
            },
        ),
        "FrequencyAnswer": answer_of(
            "frequency",
            {
                "each": choice(EACH),
                "per": choice(PERIODS),
                "buckets": many(ref("Bucket"), "The periods."),
                "series": many(
                    opened(
                        "One segment; the whole first.",
                        {**segment, "total": ref("Distribution"), "periods": many(ref("Distribution"))},
                    )
                ),
            },
        ),
        "Distribution": opened(
            "How many users did it in how many units.",
            {
                "users": whole("All who did it."),
                "exactly": many(whole(), "In 1, 2, 3 … units."),
                "at_least": many(whole(), "In 1, 2, 3 … or more."),
                "shares": many(or_null(number()), "Of `at_least` among all."),
                "average": or_null(number(), "Units of a user."),
            },
        ),
    }


def retention_numbers() -> dict[str, Schema]:
    segment = or_null(many(ref("SegmentPart")), "Of its series; without it the whole.")
    return {
        "RetentionNumber": closed(
            "Who of a cohort returned, or did not.",
            {},
            {
                "cohort": or_null(moment(), "Its start; null for the average, with a user once for each cohort."),
                "bucket": or_null(whole(minimum=0), "Null for the size."),
                "outcome": choice(("returned", "not_returned"), default="returned"),
                "segment": segment,
            },
        ),
        "LifecycleNumber": closed(
            "Users of a status.", {"bucket": moment("The start of its bucket."), "status": choice(Status)}
        ),
        "FrequencyNumber": closed(
            "Users with so many units.",
            {},
            {
                "units": or_null(whole(minimum=1), "Null for all users."),
                "or_more": yes_or_no("At least so many."),
                "bucket": or_null(moment(), "The start of the period; null for the whole range."),
                "segment": segment,
            },
        ),
    }
