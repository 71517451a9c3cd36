"""Users, attempts and sessions"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_a_user_is_counted_once_by_the_furthest_attempt(check: Check):
    """Uniques count a user's best attempt: the furthest; of equally far ones the one that began first."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-02 12:00 | Open  | ana
            2024-03-02 12:01 | Buy   | ana
            2024-03-03 12:00 | Open  | ana
            2024-03-03 12:09 | Buy   | ana
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "within": [1, "hour"], "view": "trend"},
        answer="""
                  | entered | converted | rate
            03-01 | 0       | 0         | –
            03-02 | 1       | 1         | 100%
            03-03 | 0       | 0         | –
        """,
    )


def test_totals_begin_again_after_an_attempt_has_ended(check: Check):
    """Totals count every attempt. Another one begins with a step 1 that comes later than the end of the one before:
    after it converted, ran out of time or was excluded; not while it is on its way."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:01 | Open  | ana
            2024-03-01 10:02 | Buy   | ana
            2024-03-01 10:03 | Open  | ana
            2024-03-01 11:04 | Open  | ana
            2024-03-01 11:05 | Buy   | ana
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "within": [1, "hour"], "count": "totals"},
        answer="""
                 | Attempts | rate    | median time
            Open | 3        | 100%    | –
            Buy  | 2        | 66.67%  | 90 s
        """,
    )


def test_sessions_have_one_attempt_each(check: Check):
    """Sessions count the best attempt that begins in each session. With the session as window it must also end in it:
    a session is over after the project's idle time and at midnight."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:10 | Open  | ana
            2024-03-01 10:20 | Buy   | ana
            2024-03-01 12:00 | Open  | ana
            2024-03-01 12:40 | Buy   | ana
            2024-03-01 23:50 | Open  | ben
            2024-03-02 00:05 | Buy   | ben
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "within": "session", "count": "sessions"},
        answer="""
                 | Sessions | rate    | median time
            Open | 3        | 100%    | –
            Buy  | 1        | 33.33%  | 1200 s
        """,
    )


def test_the_trend_is_by_the_day_of_entry(check: Check):
    """In a trend an attempt is counted on the day that it began, whenever it converted. A day is marked (*) until
    nobody who began on it can convert any more."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-03 09:00 | Buy   | ana
            2024-03-02 10:00 | Open  | ben
            2024-03-02 11:00 | Open  | cem
            2024-03-02 12:00 | Buy   | cem
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "within": [2, "day"], "view": "trend"},
        now="2024-03-04 12:00",
        answer="""
                   | entered | converted | rate
            03-01  | 1       | 1         | 100%
            03-02* | 2       | 1         | 50%
            03-03* | 0       | 0         | –
        """,
    )
