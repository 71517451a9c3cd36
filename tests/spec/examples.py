"""How a rule is written down as an example: a table of events, a short question, a table of numbers.

    time             | event   | user | plan
    2024-03-01 10:00 | Sign Up | ana  | pro

Times are in the project's zone unless they carry an offset. Lines stand in the order of arrival. A blank cell is not
set; a cell that is JSON ("5", 5, true, ["a"]) is that value, anything else is text. `user` is $user_id, `device` is
$device_id, `id` is $insert_id.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from analytics.queries import InsightsQuery, Query
from analytics.queries.buckets import Bucket
from analytics.queries.codec import parse
from analytics.queries.metrics import letter
from analytics.results import Result
from analytics.results.insights import InsightsResult
from analytics.results.series import Number, Series
from tests.reference.facts import Fact

_OWN_COLUMNS = ("time", "event", "user", "device", "id")
_CLOCK = {"minute": "%H:%M", "hour": "%H:%M %Z", "month": "%Y-%m", "year": "%Y"}


def cells(table: str) -> list[list[str]]:
    lines = [line for line in table.strip().splitlines() if line.strip()]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def facts(table: str, zone: str) -> Iterator[Fact]:
    header, *lines = cells(table)
    for version, line in enumerate(lines, start=1):
        row = dict(zip(header, line, strict=True))
        user, device = row.get("user", ""), row.get("device", "")
        yield Fact(
            event=row["event"],
            time=_moment(row["time"], zone),
            version=version,
            distinct_id=user or f"$device:{device}",
            insert_id=row.get("id", ""),
            user_id=user,
            device_id=device,
            properties={name: _value(cell) for name, cell in row.items() if name not in _OWN_COLUMNS and cell},
        )


def _moment(text: str, zone: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC)


def _value(cell: str) -> Any:
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def query(question: Mapping[str, Any]) -> Query:
    """The short question as the document: {"count": "total", "of": ["Sign Up"], "where": […], "by": […], "dates":
    […]}. What it does not spell itself (formulas, comparison, rolling, segments, zone) is the document's own."""
    if "kind" in question:
        zone = {key: question[key] for key in ("zone",) if key in question}
        return parse({"version": 1, "kind": question["kind"], **_words(question["kind"]).document(question), **zone})
    metrics = question.get("metrics") or [
        {
            key: question[key]
            for key in ("count", "of", "property", "percentile", "per_user", "first_time")
            if key in question
        }
    ]
    breakdowns, segments = breakdowns_of(question.get("by", []))
    document = {
        "version": 1,
        "kind": "insights",
        "metrics": [_metric(metric) for metric in metrics],
        "filters": group(question.get("where")),
        "breakdowns": breakdowns,
        "segments": question.get("segments", segments),
        "dates": dates(*question["dates"]),
        "interval": question.get("interval", "day"),
    }
    own = ("formulas", "comparison", "rolling", "zone")
    return parse(document | {key: question[key] for key in own if key in question})


def _words(kind: str) -> Any:
    """How another kind of question is written down: `document(question)` and `table(result, query)`."""
    return import_module(f"tests.spec.{kind}.examples")


def _metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    measure = {"kind": metric["count"]} | {key: metric[key] for key in ("percentile",) if key in metric}
    if "property" in metric:
        measure["property"] = property_of(*metric["property"])
    if "per_user" in metric:
        asked = dict(metric["per_user"])
        measure["per_user"] = asked | ({"property": property_of(*asked["property"])} if "property" in asked else {})
    return {
        "events": metric["of"] if metric["of"] != "everything" else {"all": True},
        "measure": measure,
        "filters": group(metric.get("where")),
        "first_time": metric.get("first_time", False),
    }


def property_of(name: str, type: str) -> dict[str, Any]:
    """("ship.city", "string") lies in an object; ("seats", "cast number") is read from other types too."""
    name, *path = name.split(".")
    return {"name": name, "type": type.removeprefix("cast "), "path": path, "cast": type.startswith("cast ")}


def breakdowns_of(by: list[Any]) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """["plan", "string"] or several of them. A third item is how many segments are shown, the buckets (an object), or
    the values to show (a list)."""
    found, segments = [], None
    for name, type, *more in [by] if by and isinstance(by[0], str) else by:
        breakdown: dict[str, Any] = {"property": property_of(name, type)}
        for option in more:
            match option:
                case int():
                    segments = {"limit": option}
                case dict():
                    breakdown["buckets"] = option
                case list():
                    breakdown["values"] = option
        found.append(breakdown)
    return found, segments


def dates(*said: Any) -> dict[str, Any]:
    """["2024-03-01"], ["2024-03-01", "2024-03-02"], ["last", 3, "day"], ["last", 1, "month", 1] (the last one skipped),
    ["to_date", "month"] or ["since", "2024-03-01"]."""
    match said:
        case "last", count, unit, *skip:
            return {"kind": "last", "count": count, "unit": unit, "skip": skip[0] if skip else 0}
        case "to_date", unit:
            return {"kind": "to_date", "unit": unit}
        case "since", first:
            return {"kind": "since", "from": first}
    return {"kind": "fixed", "from": said[0], "to": said[-1]}


def group(conditions: list[Any] | None, match: str = "all") -> dict[str, Any] | None:
    """[["plan", "string", "is", "pro"], …]; a list that begins with "any" needs one of its conditions to hold."""
    if not conditions:
        return None
    if conditions[0] in ("any", "all"):
        match, conditions = conditions[0], conditions[1:]
    members = []
    for condition in conditions:
        if condition[0] in ("any", "all"):
            members.append(group(condition))
            continue
        name, type, operator, *values = condition
        members.append({"property": property_of(name, type), "operator": operator, "values": values})
    return {"match": match, "conditions": members}


def table(result: Result, asked: Query, *, busy_only: bool) -> list[list[str]]:
    """The answer as the examples of its kind write it."""
    if not isinstance(result, InsightsResult) or not isinstance(asked, InsightsQuery):
        found: list[list[str]] = _words(asked.kind).table(result, asked)
        return found
    return _table(result, asked, busy_only=busy_only)


def _table(result: InsightsResult, asked: InsightsQuery, *, busy_only: bool) -> list[list[str]]:
    """The answer as the examples write it: a line for each bucket (unfinished ones with a *), a column for each
    series; beside it, in a comparison, the earlier number and the change. No value is –. Metrics of the same events
    are told apart by their letters, which leave the tables narrow."""
    lettered = len({series.metric for series in result.series}) > 1
    events = {letter(index): metric.name for index, metric in enumerate(asked.metrics)}
    header = [""]
    for series in result.series:
        label = series.label if series.segment else events.get(series.metric, series.label)
        header.append(f"{series.metric} {label}" if lettered else label)
        header += ["before", "change"] if series.compared else []
    lines = [header]
    for index in range(len(result.buckets)):
        if any(series.values[index] for series in result.series) or not busy_only:
            lines.append([_when(result, index), *(cell for series in result.series for cell in _cells(series, index))])
    return [*lines, ["total", *(cell for series in result.series for cell in _cells(series, None))]]


def _when(result: InsightsResult, index: int) -> str:
    def label(buckets: tuple[Bucket, ...]) -> str:
        if index >= len(buckets):
            return "–"
        return f"{buckets[index].start:{_CLOCK.get(result.interval, '%m-%d')}}" + "*" * (not buckets[index].complete)

    return label(result.buckets) + (f" / {label(result.compared)}" if result.compared is not None else "")


def _cells(series: Series, index: int | None) -> list[str]:
    ours, compared = series.total if index is None else series.values[index], series.compared
    if compared is None:
        return [written_out(ours, series.format)]
    theirs, ratio = (
        (compared.total, compared.ratio) if index is None else (compared.values[index], compared.ratios[index])
    )
    return [written_out(ours, series.format), written_out(theirs, series.format), written_out(ratio, "percent")]


def written_out(number: Number, format: str) -> str:
    """Every digit that the answer has; percents as people read them."""
    if number is None:
        return "–"
    return f"{100 * number:,.2f}".rstrip("0").rstrip(".") + "%" if format == "percent" else str(number)
