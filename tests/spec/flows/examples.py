"""How examples of flows are written: {"kind": "flows", "from": ["Sign Up"], "before": 1, "after": 2, "dates": […]}, and
the answer as a table of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.queries.flows import FlowsQuery
from analytics.queries.funnel_numbers import FunnelNumber, Outcome
from analytics.results.flows import FlowsResult
from analytics.results.funnels import FunnelsResult
from tests.spec.examples import dates, group, property_of
from tests.spec.funnels import examples as funnels


def document(question: Mapping[str, Any]) -> dict[str, Any]:
    """`window` is [2, "hour"] or "session"; a split is ["View", "plan", "string"]; `of` is {"funnel": {…}, "step": 2,
    "outcome": "dropped"}, the funnel as its own examples write it; the rest is the document's own."""
    found: dict[str, Any] = {
        "anchor": {
            "events": question["from"] if question["from"] != "everything" else {"all": True},
            "filters": group(question.get("from_where")),
        },
        "filters": group(question.get("where")),
        "dates": dates(*question["dates"]),
    }
    if "window" in question:
        window = question["window"]
        found["window"] = (
            {"kind": "session"} if window == "session" else {"kind": "time", "count": window[0], "unit": window[1]}
        )
    if "split" in question:
        found["split"] = [{"event": each[0], "property": property_of(*each[1:])} for each in question["split"]]
    if "of" in question:
        number = dict(question["of"])
        funnel = {"version": 1, "kind": "funnels", **funnels.document(number.pop("funnel"))}
        found["of"] = {"query": funnel, "at": number}
    own = ("before", "after", "top", "expanded", "hidden", "merged", "count")
    return found | {key: question[key] for key in own if key in question}


def table(result: FlowsResult, asked: FlowsQuery) -> list[list[str]]:
    """Every node: its step, what it is, its flows, and where those go."""
    labels = {node.place.id: node.place.label for node in result.nodes}
    lines = [["step", "node", "flows", "then"]]
    for node in result.nodes:
        onward = [f"{labels[link.target]} {link.count}" for link in result.links if link.source == node.place.id]
        step = f"{node.place.step:+d}" if node.place.step else "anchor"
        lines.append([step, node.place.label, str(node.count), ", ".join(onward)])
    return lines


def shown(number: FunnelNumber, answer: FunnelsResult) -> int:
    """What the funnel's answer says."""
    wanted = [part.to_json() for part in number.segment]
    segment = next(each for each in answer.segments if [part.to_json() for part in each.segment] == wanted)
    numbers = segment.compared if number.compared else segment.numbers
    assert numbers is not None
    step = numbers.steps[number.step - 1]
    return step.count if number.outcome is Outcome.CONVERTED else step.dropped
