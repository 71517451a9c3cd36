"""When"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_the_anchor_is_in_the_range_the_rest_in_the_window(check: Check):
    """The dates say when flows begin. Steps may lie outside of them, as far from the anchor as the window allows: at
    most so long, and exactly so long is still in it. Without another one the window is 30 days; a day has 24 hours,
    a week 7 days and a month 30."""
    check(
        events="""
            time                | event   | user
            2024-02-29 23:30    | Visit   | ana
            2024-03-01 10:00    | Sign Up | ana
            2024-03-02 10:00    | View    | ana
            2024-03-02 10:00:01 | Buy     | ana
            2024-03-02 11:00    | Sign Up | bob
        """,
        question={
            "kind": "flows", "from": ["Sign Up"], "before": 1, "after": 2, "window": [1, "day"],
            "dates": ["2024-03-01"],
        },
        answer="""
            step   | node    | flows | then
            -1     | Visit   | 1     | Sign Up 1
            anchor | Sign Up | 1     | View 1
            +1     | View    | 1     | (end) 1
            +2     | (end)   | 1     |
        """,
    )  # fmt: skip


def test_a_flow_can_stay_within_its_session(check: Check):
    """Sessions are those of Insights: they end after the idle time without any event, also a hidden one or one that the
    filters leave out, and at midnight."""
    check(
        events="""
            time             | event     | user
            2024-03-01 10:00 | Sign Up   | ana
            2024-03-01 10:20 | Heartbeat | ana
            2024-03-01 10:40 | View      | ana
            2024-03-01 11:30 | Buy       | ana
            2024-03-01 23:50 | Sign Up   | bob
            2024-03-02 00:05 | View      | bob
        """,
        question={
            "kind": "flows", "from": ["Sign Up"], "after": 2, "window": "session", "hidden": ["Heartbeat"],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
            step   | node    | flows | then
            anchor | Sign Up | 2     | View 1, (end) 1
            +1     | View    | 1     | (end) 1
            +1     | (end)   | 1     |
            +2     | (end)   | 1     |
        """,
    )  # fmt: skip


def test_midnight_may_be_that_of_the_questions_zone(check: Check):
    """A question with a zone of its own has the days of that zone, and the midnights at which sessions end: between
    these two events lies none in Berlin."""
    check(
        events="""
            time                   | event   | user
            2024-03-01 23:50+00:00 | Sign Up | bob
            2024-03-02 00:05+00:00 | View    | bob
        """,
        question={
            "kind": "flows", "from": ["Sign Up"], "after": 1, "window": "session", "dates": ["2024-03-02"],
            "zone": "Europe/Berlin",
        },
        answer="""
            step   | node    | flows | then
            anchor | Sign Up | 1     | View 1
            +1     | View    | 1     |
        """,
    )  # fmt: skip
