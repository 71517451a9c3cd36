"""How an example of a frequency is written: {"activity": ["Open"], "each": "day", "per": "week", "dates": […]}. The
answer has a line for each period and one for the range; k+ are users with k units or more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.queries.frequency import FrequencyQuery
from analytics.results.frequency import Distribution, FrequencyResult
from tests.spec import examples
from tests.spec.retention.examples import step

_SHOWN = 3


def document(question: Mapping[str, Any]) -> dict[str, Any]:
    breakdowns, segments = examples.breakdowns_of(question.get("by", []))
    return {
        "activity": step(question["activity"]),
        "filters": examples.group(question.get("where")),
        "each": question["each"],
        "per": question["per"],
        "breakdowns": breakdowns,
        "segments": segments,
        "dates": examples.dates(*question["dates"]),
    }


def table(result: FrequencyResult, query: FrequencyQuery) -> list[list[str]]:
    parted = [""] if query.breakdowns else []
    units = range(1, _SHOWN + 1)
    lines = [[*parted, "", "users", *(str(k) for k in units), *(f"{k}+" for k in units), "average"]]
    for series in result.series:
        label = [series.label] if query.breakdowns else []
        for bucket, found in zip(result.buckets, series.periods, strict=True):
            start = f"{bucket.start:%m-%d}" + ("" if bucket.complete else "*")
            lines.append([*label, start, *_cells(found)])
        lines.append([*label, "range", *_cells(series.total)])
    return lines


def _cells(found: Distribution) -> list[str]:
    counts = [str(each) for each in (found.users, *found.exactly[:_SHOWN], *found.at_least[:_SHOWN])]
    return [*counts, examples.written_out(found.average, "")]
