"""What is counted"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_uniques_follow_each_user_once(check: Check):
    """From their first anchor in the range, whatever came of it."""
    check(
        events="""
            time             | event  | user
            2024-03-01 10:00 | Search | ana
            2024-03-01 10:01 | View   | ana
            2024-03-01 10:02 | Search | ana
            2024-03-01 10:03 | Buy    | ana
        """,
        question={"kind": "flows", "from": ["Search"], "after": 1, "dates": ["2024-03-01"]},
        answer="""
            step   | node   | flows | then
            anchor | Search | 1     | View 1
            +1     | View   | 1     |
        """,
    )


def test_totals_follow_every_anchor(check: Check):
    """Each anchor in the range begins a flow of its own, also one that is a step of another flow: flows may overlap,
    and an event may be in several."""
    check(
        events="""
            time             | event  | user
            2024-03-01 10:00 | Search | ana
            2024-03-01 10:01 | View   | ana
            2024-03-01 10:02 | Search | ana
            2024-03-01 10:03 | Buy    | ana
        """,
        question={"kind": "flows", "from": ["Search"], "after": 2, "count": "totals", "dates": ["2024-03-01"]},
        answer="""
            step   | node   | flows | then
            anchor | Search | 2     | Buy 1, View 1
            +1     | Buy    | 1     | (end) 1
            +1     | View   | 1     | Search 1
            +2     | Search | 1     |
            +2     | (end)  | 1     |
        """,
    )


def test_the_anchors_filters_are_for_the_anchor_alone(check: Check):
    """They say which of its events begin a flow; the steps around it are whatever the user did."""
    check(
        events="""
            time             | event   | user | plan
            2024-03-01 10:00 | Sign Up | ana  | free
            2024-03-01 10:01 | Sign Up | ana  | pro
            2024-03-01 10:02 | View    | ana  | free
        """,
        question={
            "kind": "flows", "from": ["Sign Up"], "from_where": [["plan", "string", "is", "pro"]], "before": 1,
            "after": 1, "dates": ["2024-03-01"],
        },
        answer="""
            step   | node    | flows | then
            -1     | Sign Up | 1     | Sign Up 1
            anchor | Sign Up | 1     | View 1
            +1     | View    | 1     |
        """,
    )  # fmt: skip


def test_the_questions_filters_are_for_every_event(check: Check):
    """An event that they leave out is skipped as if it had not happened, as a hidden one is."""
    check(
        events="""
            time             | event   | user | plan
            2024-03-01 10:00 | Sign Up | ana  | pro
            2024-03-01 10:01 | Search  | ana  | free
            2024-03-01 10:02 | View    | ana  | pro
        """,
        question={
            "kind": "flows", "from": ["Sign Up"], "after": 1, "where": [["plan", "string", "is", "pro"]],
            "dates": ["2024-03-01"],
        },
        answer="""
            step   | node    | flows | then
            anchor | Sign Up | 1     | View 1
            +1     | View    | 1     |
        """,
    )  # fmt: skip


def test_nobody(check: Check):
    """Where nobody did the anchor there is nothing."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | View  | ana
        """,
        question={"kind": "flows", "from": ["Sign Up"], "dates": ["2024-03-01"]},
        answer="""
            step | node | flows | then
        """,
    )
