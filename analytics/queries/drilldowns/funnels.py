"""One number of a funnel ⇄ JSON, as an answer's number is named."""

from __future__ import annotations

from analytics.errors import QueryError
from analytics.queries.drilldowns.parts import fields_at, moment_at, segment_at, truth_at, whole_at
from analytics.queries.funnel_numbers import FunnelNumber, Outcome
from analytics.queries.funnels import FunnelsQuery
from analytics.queries.text import listed, shown


def parse_point(query: FunnelsQuery, fields: object) -> FunnelNumber:
    """`{"step": 2, "outcome": "dropped", "segment": [{"kind": "value", "value": "Chrome"}], "bucket": null,
    "compared": false}`. Without a segment it is of the whole."""
    fields = fields_at(fields, ("step", "outcome", "segment", "bucket", "compared"))
    step = whole_at(fields, "step")
    if step is None:
        raise QueryError("Which step? A whole number is needed here.", place="at.step")
    outcome = fields.get("outcome", Outcome.CONVERTED)
    if outcome not in list(Outcome):
        raise QueryError(f"The outcome is {listed(Outcome)}, not {shown(outcome)}.", place="at.outcome")
    return FunnelNumber(
        query,
        step,
        Outcome(str(outcome)),
        segment_at(fields.get("segment"), len(query.breakdowns)),
        moment_at(fields.get("bucket")),
        truth_at(fields, "compared"),
    )


def dump_point(number: FunnelNumber) -> dict[str, object]:
    return {
        "step": number.step,
        "outcome": str(number.outcome),
        "segment": [part.to_json() for part in number.segment],
        "bucket": None if number.bucket is None else number.bucket.isoformat(),
        "compared": number.compared,
    }
