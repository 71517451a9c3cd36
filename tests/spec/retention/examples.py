"""How an example of retention is written: {"birth": ["Sign Up"], "return": ["Open"], "dates": […], "interval": "day"}
and the document's own keys. The answer has a line for each cohort; * marks buckets that are not over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.queries.retention import RetentionQuery
from analytics.results.retention import RetentionResult
from tests.spec import examples

_OWN = ("unit", "periods", "brackets", "alignment", "criterion", "interval", "comparison")


def step(names: list[str] | str, where: list[Any] | None = None) -> dict[str, Any]:
    return {"events": {"all": True} if names == "everything" else names, "filters": examples.group(where)}


def document(question: Mapping[str, Any]) -> dict[str, Any]:
    measure = {"kind": question.get("measure", "rate")}
    if "property" in question:
        measure["property"] = examples.property_of(*question["property"])
    breakdowns, segments = examples.breakdowns_of(question.get("by", []))
    birth = step(question["birth"], question.get("birth_where"))
    return {
        "birth": birth | {"first_time": question.get("first_time", False)},
        "return": step(question["return"], question.get("return_where")),
        "measure": measure,
        "filters": examples.group(question.get("where")),
        "breakdowns": breakdowns,
        "segments": segments,
        "dates": examples.dates(*question["dates"]),
        **{key: question[key] for key in _OWN if key in question},
    }


def table(result: RetentionResult, query: RetentionQuery) -> list[list[str]]:
    parted = [""] if query.breakdowns else []
    lines = [[*parted, "cohort", "users", *(each.label for each in result.buckets)]]
    clock = "%m-%d %H:%M" if result.interval == "hour" else "%m-%d"
    for series in result.series:
        label = [series.label] if query.breakdowns else []
        for cohort, row in zip(result.cohorts, series.rows, strict=True):
            cells = [
                examples.written_out(value, result.format) + ("" if whole or value is None else "*")
                for value, whole in zip(row.values, cohort.complete, strict=True)
            ]
            lines.append([*label, f"{cohort.start:{clock}}", str(row.size), *cells])
        average = [examples.written_out(value, result.format) for value in series.average.values]
        lines.append([*label, "average", str(series.size), *average])
        if series.compared is not None:
            before = [examples.written_out(value, result.format) for value in series.compared.average.values]
            lines.append([*label, "before", str(series.compared.size), *before])
            change = [examples.written_out(value, result.format) for value in series.compared.differences]
            lines.append([*label, "change", "", *change])
    return lines
