"""First time ever"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_only_the_first_event_of_a_user_counts(check: Check):
    """ "For the first time" counts only the first such event that a user ever did. What happened before the range
    counts as done: ana bought in February."""
    check(
        events="""
            time             | event | user
            2024-02-01 10:00 | Buy   | ana
            2024-03-02 10:00 | Buy   | ana
            2024-03-01 10:00 | Buy   | ben
            2024-03-02 10:00 | Buy   | ben
            2024-03-02 11:00 | Buy   | cem
        """,
        question={"count": "total", "of": ["Buy"], "first_time": True, "dates": ["2024-03-01", "2024-03-03"]},
        answer="""
                  | Buy
            03-01 | 1
            03-02 | 1
            03-03 | 0
            total | 2
        """,
    )


def test_filters_look_at_the_first_event(check: Check):
    """Filters look at that first event; they do not choose it. Who first bought on another plan has not bought on
    this one for the first time."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Buy   | ana  | free
            2024-03-02 10:00 | Buy   | ana  | pro
            2024-03-02 11:00 | Buy   | ben  | pro
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"], "first_time": True, "where": [["plan", "string", "is", "pro"]]},
                {"count": "total", "of": ["Buy"], "where": [["plan", "string", "is", "pro"]]},
            ],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | A Buy | B Buy
            03-01 | 0     | 0
            03-02 | 1     | 2
            total | 1     | 2
        """,
    )


def test_the_first_of_several_events(check: Check):
    """Of a metric of several events it is the first of any of them."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-02 10:00 | Log In  | ana
            2024-03-02 10:00 | Log In  | ben
        """,
        question={
            "count": "unique",
            "of": ["Sign Up", "Log In"],
            "first_time": True,
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | Sign Up or Log In
            03-01 | 1
            03-02 | 1
            total | 2
        """,
    )


def test_of_two_at_the_same_moment_the_one_received_first(check: Check):
    """Of two events in one millisecond, the one that was received first is the first."""
    check(
        events="""
            time             | event | user | id | plan
            2024-03-01 10:00 | Buy   | ana  | 1  | free
            2024-03-01 10:00 | Buy   | ana  | 2  | pro
        """,
        question={
            "count": "total",
            "of": ["Buy"],
            "first_time": True,
            "by": ["plan", "string", 10],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | free
            03-01 | 1   | 1
            total | 1   | 1
        """,
    )


def test_what_the_users_device_did_before_counts(check: Check):
    """The first event of a user may have come from a device whose user was not known then."""
    check(
        events="""
            time             | event  | user | device
            2024-02-28 10:00 | Buy    |      | d1
            2024-03-01 10:00 | Log In | ana  | d1
            2024-03-02 10:00 | Buy    | ana  |
            2024-03-02 11:00 | Buy    | ben  |
        """,
        question={"count": "total", "of": ["Buy"], "first_time": True, "dates": ["2024-03-01", "2024-03-02"]},
        answer="""
                  | Buy
            03-01 | 0
            03-02 | 1
            total | 1
        """,
    )


def test_what_is_no_longer_kept_is_forgotten(check: Check):
    """Where a project keeps events for a time, the first event is the first of that time."""
    check(
        now="2024-03-20 12:00",
        retention_days=3,
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-19 10:00 | Buy   | ana
            2024-03-19 11:00 | Buy   | ana
        """,
        question={"count": "total", "of": ["Buy"], "first_time": True, "dates": ["2024-03-18", "2024-03-19"]},
        answer="""
                  | Buy
            03-18 | 0
            03-19 | 1
            total | 1
        """,
    )
