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
from typing import Any
from zoneinfo import ZoneInfo

from analytics.queries import Query
from analytics.queries.codec import parse
from analytics.results.insights import InsightsResult
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
    […]}."""
    dates = question["dates"]
    metrics = question.get("metrics", [{"count": question.get("count"), "of": question.get("of")}])
    return parse(
        {
            "version": 1,
            "kind": "insights",
            "metrics": [
                {
                    "events": metric["of"] if metric["of"] != "everything" else {"all": True},
                    "measure": {"kind": metric["count"]},
                    "filters": _group(metric.get("where")),
                }
                for metric in metrics
            ],
            "filters": _group(question.get("where")),
            "breakdowns": [
                {"property": {"name": name, "type": type}}
                for name, type, _ in ([question["by"]] if "by" in question else [])
            ],
            "segments": {"limit": question["by"][2]} if "by" in question else None,
            "dates": {"kind": "last", "count": dates[1], "unit": dates[2]}
            if dates[0] == "last"
            else {"kind": "fixed", "from": dates[0], "to": dates[-1]},
            "interval": question.get("interval", "day"),
        }
    )


def _group(conditions: list[Any] | None, match: str = "all") -> dict[str, Any] | None:
    """[["plan", "string", "is", "pro"], …]; a list that begins with "any" needs one of its conditions to hold."""
    if not conditions:
        return None
    if conditions[0] in ("any", "all"):
        match, conditions = conditions[0], conditions[1:]
    members = []
    for condition in conditions:
        if condition[0] in ("any", "all"):
            members.append(_group(condition))
            continue
        name, type, operator, *values = condition
        members.append({"property": {"name": name, "type": type}, "operator": operator, "values": values})
    return {"match": match, "conditions": members}


def table(result: InsightsResult, *, busy_only: bool) -> list[list[str]]:
    """The answer as the examples write it: a line for each bucket (unfinished ones with a *), a column for each
    series."""
    lettered = len({series.metric for series in result.series}) > 1
    lines = [["", *(f"{series.metric} {series.label}" if lettered else series.label for series in result.series)]]
    for index, bucket in enumerate(result.buckets):
        values = [series.values[index] for series in result.series]
        if any(values) or not busy_only:
            label = f"{bucket.start:{_CLOCK.get(result.interval, '%m-%d')}}" + ("" if bucket.complete else "*")
            lines.append([label, *map(str, values)])
    return [*lines, ["total", *(str(series.total) for series in result.series)]]
