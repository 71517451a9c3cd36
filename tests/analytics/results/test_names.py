"""What an answer calls its metrics: no two alike, and no more words than that takes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.queries.codec import parse
from analytics.queries.insights import InsightsQuery
from analytics.results.insights import Asked, insights_result
from analytics.results.names import metric_names
from tests.analytics.queries.documents import PLAN_IS_PRO, document
from tests.analytics.queries.scopes import scope

AMOUNT = {"name": "amount", "type": "number"}
PRO = {"match": "all", "conditions": [PLAN_IS_PRO]}


def metric(*events: str, kind: str = "total", filters: Any = None, first: bool = False, **measure: Any) -> Any:
    named = list(events) or {"all": True}
    return {"events": named, "measure": {"kind": kind, **measure}, "filters": filters, "first_time": first}


def asked(*metrics: Any, **changes: Any) -> InsightsQuery:
    return parse(document(metrics=list(metrics), dates={"kind": "last", "count": 1, "unit": "day"}, **changes))


def per_user(across: str, **more: Any) -> Any:
    return metric("View", kind="per_user", per_user={"each": "total", "across": across, **more})


@pytest.mark.parametrize(
    ("metrics", "names"),
    [
        ([metric("View"), metric("Buy", kind="unique"), metric()], ["View", "Buy", "All events"]),
        ([metric("View"), metric("View", kind="unique")], ["View (total)", "View (unique users)"]),
        (
            [metric("View"), metric("Buy"), metric("View", kind="sum", property=AMOUNT)],
            ["View (total)", "Buy", "View (sum of amount)"],
        ),
        (
            [metric("View", kind=kind) for kind in ("dau", "wau", "mau", "cumulative_unique", "sessions")],
            [
                "View (daily active users)",
                "View (weekly active users)",
                "View (monthly active users)",
                "View (cumulative unique users)",
                "View (sessions)",
            ],
        ),
        (
            [
                metric("View", kind="percentile", percentile=90, property=AMOUNT),
                metric("View", kind="median", property=AMOUNT),
            ],
            ["View (90th percentile of amount)", "View (median of amount)"],
        ),
        (
            [
                per_user("average"),
                per_user("percentile", percentile=75),
                per_user("sum", each="max", property=AMOUNT),
            ],
            [
                "View (average per user)",
                "View (75th percentile per user)",
                "View (sum per user of the maximum of amount)",
            ],
        ),
        ([metric("View"), metric("View", first=True)], ["View (total)", "View (total, first time)"]),
        ([metric("View"), metric("View", filters=PRO)], ["View A", "View B"]),
        (
            [metric("View"), metric("View", kind="unique"), metric("View", filters=PRO)],
            ["View A", "View (unique users)", "View C"],
        ),
        ([metric(), metric(kind="unique")], ["All events (total)", "All events (unique users)"]),
        # Events that are really called so.
        (
            [metric("View"), metric("View", kind="unique"), metric("View (total)")],
            ["View A", "View (unique users)", "View (total) C"],
        ),
        ([metric("View"), metric("View", filters=PRO), metric("View A")], ["View A A", "View B", "View A C"]),
    ],
)
def test_metrics_are_told_apart_where_they_would_be_called_alike(metrics: list[Any], names: list[str]):
    assert metric_names(asked(*metrics).metrics) == names


@given(
    st.lists(
        st.builds(
            metric,
            st.sampled_from(["a", "a A", "a A A", "a (total)", "a (total) B"]),
            kind=st.sampled_from(["total", "unique"]),
            filters=st.sampled_from([None, PRO]),
        ),
        min_size=1,
        max_size=9,
    )
)
def test_no_two_are_called_alike_whatever_events_are_called(metrics: list[Any]):
    names = metric_names(asked(*metrics).metrics)
    assert len(set(names)) == len(metrics)


def test_the_answer_says_them_wherever_it_names_a_metric():
    """Chart, table and REST take the names from the series; a formula keeps what its author called it."""
    query = asked(
        metric("View"), metric("View", kind="unique"), formulas=[{"expression": "A / B", "name": "View (total)"}]
    )
    names = ["View (total)", "View (unique users)", "View (total)"]
    answer = insights_result(Asked(query, scope(), []))
    assert [series.label for series in answer.series] == names
    assert [series["name"] for series in answer.to_json()["series"]] == names
    broken = asked(metric("View"), metric("View", kind="unique"), breakdowns=[{"property": PLAN_IS_PRO["property"]}])
    series = insights_result(Asked(broken, scope(), [])).series
    assert [(one.name, one.label) for one in series] == [("View (total)", "All"), ("View (unique users)", "All")]
