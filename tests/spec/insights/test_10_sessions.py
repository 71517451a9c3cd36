"""Sessions"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_thirty_minutes_end_a_session(check: Check):
    """A session ends after more than 30 minutes without an event. Exactly 30 minutes are still the same session."""
    check(
        events="""
            time                    | event  | user
            2024-03-01 10:00        | Open   | ana
            2024-03-01 10:30        | Search | ana
            2024-03-01 11:00:00.001 | Search | ana
            2024-03-01 10:10        | Search | ben
        """,
        question={"count": "sessions", "of": "everything", "dates": ["2024-03-01"]},
        answer="""
                  | All events
            03-01 | 3
            total | 3
        """,
    )


def test_all_events_make_sessions(check: Check):
    """All events of a user make their sessions, also those that the question does not count; counted are sessions
    with such an event. So ana's two purchases are of one session, ben's of two, and cem has none."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-01 10:20 | Open  | ana
            2024-03-01 10:40 | Buy   | ana
            2024-03-01 10:00 | Buy   | ben
            2024-03-01 10:40 | Buy   | ben
            2024-03-01 10:00 | Open  | cem
        """,
        question={"count": "sessions", "of": ["Buy"], "dates": ["2024-03-01"]},
        answer="""
                  | Buy
            03-01 | 3
            total | 3
        """,
    )


def test_filters_choose_events_and_not_sessions(check: Check):
    """A filter chooses which events count, and cuts no session in two."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | pro
            2024-03-01 10:20 | Open  | ana  | free
            2024-03-01 10:40 | Open  | ana  | pro
        """,
        question={
            "count": "sessions",
            "of": ["Open"],
            "where": [["plan", "string", "is", "pro"]],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | Open
            03-01 | 1
            total | 1
        """,
    )


def test_midnight_ends_a_session(check: Check):
    """A session ends at midnight in the project's zone, so that a day is counted alike whatever range it is in."""
    check(
        zone="Europe/Berlin",
        events="""
            time             | event | user
            2024-03-01 23:50 | Open  | ana
            2024-03-02 00:10 | Open  | ana
            2024-03-02 00:50 | Open  | ben
            2024-03-02 01:10 | Open  | ben
        """,
        question={"count": "sessions", "of": ["Open"], "dates": ["2024-03-01", "2024-03-02"]},
        answer="""
                  | Open
            03-01 | 1
            03-02 | 2
            total | 3
        """,
    )


def test_a_session_counts_in_each_bucket_and_once_in_the_total(check: Check):
    """By the hour, a session counts in each hour in which it has such an event, and once in the total."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:50 | Open  | ana
            2024-03-01 11:05 | Open  | ana
            2024-03-01 11:59 | Open  | ana
        """,
        question={"count": "sessions", "of": ["Open"], "dates": ["2024-03-01"], "interval": "hour"},
        busy_only=True,
        answer="""
                      | Open
            10:00 UTC | 1
            11:00 UTC | 2
            total     | 2
        """,
    )


def test_the_project_says_how_long_is_idle(check: Check):
    """How long the idle time is, is a setting of the project."""
    check(
        session_minutes=10,
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:10 | Open  | ana
            2024-03-01 10:21 | Open  | ana
        """,
        question={"count": "sessions", "of": ["Open"], "dates": ["2024-03-01"]},
        answer="""
                  | Open
            03-01 | 2
            total | 2
        """,
    )


def test_a_device_and_its_user_have_one_session(check: Check):
    """Sessions are of users: what a device did before its user was known belongs to the same session."""
    check(
        events="""
            time             | event  | user | device
            2024-03-01 10:00 | Open   |      | d1
            2024-03-01 10:10 | Log In | ana  | d1
            2024-03-01 10:20 | Open   | ana  |
        """,
        question={"count": "sessions", "of": ["Open"], "dates": ["2024-03-01"]},
        answer="""
                  | Open
            03-01 | 1
            total | 1
        """,
    )
