"""How examples of funnels are written down: a question with the names of the document, shorter where it can be, and a
table with a line for each step (or bucket, bin, path)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.charts.funnels import duration
from analytics.queries.funnels import FunnelsQuery
from analytics.results.funnel_numbers import FunnelSegment, Spread
from analytics.results.funnels import FunnelsResult
from tests.spec import examples

_SAME = ("first_time", "order", "count", "comparison", "view", "between", "attribution")


def document(question: Mapping[str, Any]) -> dict[str, Any]:
    """{"kind": "funnels", "steps": ["Sign Up", {"events": ["Buy", "Rent"], "where": […]}], "within": [7, "day"] or
    "session", "without": [{"events": ["Log Out"], "after": 1, "before": 2}], "hold": [["item", "string"]], …}"""
    breakdowns, segments = examples.breakdowns_of(question.get("by", []))
    found = {
        "steps": [_step(step) for step in question["steps"]],
        "filters": examples.group(question.get("where")),
        "exclusions": [_step(each) for each in question.get("without", [])],
        "hold": [examples.property_of(*each) for each in question.get("hold", [])],
        "breakdowns": breakdowns,
        "segments": segments,
        "dates": examples.dates(*question.get("dates", ["2024-03-01", "2024-03-03"])),
        "interval": question.get("interval", "day"),
    }
    if "within" in question:
        count, unit = (0, "") if question["within"] == "session" else question["within"]
        found["window"] = {"kind": "time", "count": count, "unit": unit} if count else {"kind": "session"}
    return found | {key: question[key] for key in _SAME if key in question}


def _step(step: Any) -> dict[str, Any]:
    if isinstance(step, str):
        return {"events": [step]}
    found = {key: step[key] for key in ("events", "after", "before") if key in step}
    if found["events"] == "everything":
        found["events"] = {"all": True}
    return {**found, "filters": examples.group(step.get("where"))}


def table(result: FunnelsResult, query: FunnelsQuery) -> list[list[str]]:
    tables = {"steps": _steps, "trend": _trend, "times": _spread, "frequency": _spread, "paths": _paths}
    return tables[result.view](result)


def _steps(result: FunnelsResult) -> list[list[str]]:
    """A line for each step. With segments a column for each; without, also the rate and the times."""
    if len(result.segments) > 1:
        header = ["", *(segment.label for segment in result.segments)]
        return [header, *([name, *_counts(result, place)] for place, name in enumerate(result.steps))]
    (whole,) = result.segments
    before = ["before"] if whole.compared else []
    lines = [["", result.unit, *before, "rate", "median time"]]
    for place, (name, step) in enumerate(zip(result.steps, whole.numbers.steps, strict=True)):
        earlier = [str(whole.compared.steps[place].count)] if whole.compared else []
        lines.append(
            [
                name,
                str(step.count),
                *earlier,
                examples.written_out(step.from_first, "percent"),
                _time(step.median_from_previous),
            ]
        )
    return lines


def _counts(result: FunnelsResult, place: int) -> list[str]:
    return [str(segment.numbers.steps[place].count) for segment in result.segments]


def _trend(result: FunnelsResult) -> list[list[str]]:
    lines = [["", "entered", "converted", "rate"]]
    trend = result.segments[0].numbers.trend
    assert trend is not None
    for bucket, *numbers, rate in zip(result.buckets, trend.entered, trend.converted, trend.rates, strict=True):
        name = f"{bucket.start:%m-%d}" + "*" * (not bucket.complete)
        lines.append([name, *map(str, numbers), examples.written_out(rate, "percent")])
    return lines


def _spread(result: FunnelsResult) -> list[list[str]]:
    whole: FunnelSegment = result.segments[0]
    spread = whole.numbers.times or whole.numbers.frequency
    assert isinstance(spread, Spread)
    names = ("count", "average", "median", "p25", "p75", "p90", "min", "max")
    lines = [[name, examples.written_out(getattr(spread, name), "number")] for name in names]
    for bin in spread.bins:
        ends = [duration(bin.low), duration(bin.high)] if result.view == "times" else [f"{bin.low}", f"{bin.high}"]
        lines.append([" to ".join(ends), str(bin.count)])
    return lines


def _paths(result: FunnelsResult) -> list[list[str]]:
    paths = result.segments[0].numbers.paths
    assert paths is not None
    return [[", ".join(path.events) or "(nothing)", str(path.count)] for path in paths]


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:g} s"
