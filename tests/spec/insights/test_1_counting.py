"""Counting events and users"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_total_counts_every_event(check: Check):
    """A total counts every event, however often the same user did it. A day on which nothing happened is 0, not left
    out."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Search  | ana
            2024-03-01 11:00 | Search  | ana
            2024-03-03 09:00 | Search  | ben
            2024-03-03 09:00 | Sign Up | ben
        """,
        question={"count": "total", "of": ["Search"], "dates": ["2024-03-01", "2024-03-03"]},
        answer="""
                  | Search
            03-01 | 2
            03-02 | 0
            03-03 | 1
            total | 3
        """,
    )


def test_unique_counts_users_once_per_bucket(check: Check):
    """Unique users are counted once in each bucket and once in the total: who came on two days is in both days, but
    is one user of the range. So the total is not the sum of the days."""
    check(
        events="""
            time             | event  | user
            2024-03-01 10:00 | Search | ana
            2024-03-01 11:00 | Search | ana
            2024-03-01 12:00 | Search | ben
            2024-03-02 09:00 | Search | ana
        """,
        question={"count": "unique", "of": ["Search"], "dates": ["2024-03-01", "2024-03-02"]},
        answer="""
                  | Search
            03-01 | 2
            03-02 | 1
            total | 2
        """,
    )


def test_several_events_are_one_metric(check: Check):
    """A metric of several events counts any of them; a user who did both is one user."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 11:00 | Log In  | ana
            2024-03-01 12:00 | Log In  | ben
        """,
        question={"count": "unique", "of": ["Sign Up", "Log In"], "dates": ["2024-03-01"]},
        answer="""
                  | Sign Up or Log In
            03-01 | 2
            total | 2
        """,
    )


def test_all_events(check: Check):
    """All events are whatever happened, by any name."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 11:00 | Log In  | ana
        """,
        question={"count": "total", "of": "everything", "dates": ["2024-03-01"]},
        answer="""
                  | All events
            03-01 | 2
            total | 2
        """,
    )


def test_metrics_side_by_side(check: Check):
    """Several metrics are counted side by side over the same days, each with its own events, filters and measure."""
    check(
        events="""
            time             | event  | user | plan
            2024-03-01 10:00 | Search | ana  | pro
            2024-03-01 11:00 | Search | ana  | free
            2024-03-01 12:00 | Buy    | ben  | pro
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Search"]},
                {"count": "unique", "of": ["Search"]},
                {"count": "total", "of": "everything", "where": [["plan", "string", "is", "pro"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Search | B Search | C All events
            03-01 | 2        | 1        | 2
            total | 2        | 1        | 2
        """,
    )


def test_names_are_exact(check: Check):
    """Names of events are exact: upper and lower case, accents and spaces make another event."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 11:00 | sign up | ben
        """,
        question={"count": "total", "of": ["Sign Up"], "dates": ["2024-03-01"]},
        answer="""
                  | Sign Up
            03-01 | 1
            total | 1
        """,
    )
