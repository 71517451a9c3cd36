"""How a metric counts, as an aggregate over the rows of events."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.queries.metrics import MeasureKind
from analytics.sql.fragment import Fragment, sql


@dataclass(frozen=True, slots=True)
class Measurement:
    """`adds_up` says that the number of a range is the sum of its buckets', so that the range needs no counting of its
    own; `of_users` that events must say whose they are, which costs the look-up of merged devices."""

    aggregate: Fragment
    adds_up: bool
    of_users: bool


MEASURES: dict[MeasureKind, Measurement] = {
    MeasureKind.TOTAL: Measurement(sql("count()"), adds_up=True, of_users=False),
    # Exact: an estimate would not agree with the list of users behind the number.
    MeasureKind.UNIQUE: Measurement(sql("uniqExact(user)"), adds_up=False, of_users=True),
}
