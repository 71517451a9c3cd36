"""Events received twice"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_a_repeated_event_counts_once(check: Check):
    """Events with the same name, user, time (to the millisecond) and $insert_id are one event, whenever the second
    one arrives."""
    check(
        events="""
            time             | event | user | id
            2024-03-01 10:00 | Buy   | ana  | order-1
            2024-03-01 10:00 | Buy   | ana  | order-1
            2024-03-01 10:00 | Buy   | ana  | order-2
            2024-03-01 10:01 | Buy   | ana  | order-1
        """,
        question={"count": "total", "of": ["Buy"], "dates": ["2024-03-01"]},
        answer="""
                  | Buy
            03-01 | 3
            total | 3
        """,
    )


def test_without_insert_id_nothing_is_a_repetition(check: Check):
    """Without an $insert_id two equal events are two events: nobody but the sender can know that one is a
    repetition."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-01 10:00 | Buy   | ana
        """,
        question={"count": "total", "of": ["Buy"], "dates": ["2024-03-01"]},
        answer="""
                  | Buy
            03-01 | 2
            total | 2
        """,
    )


def test_the_last_one_received_wins(check: Check):
    """Where the repetition has other properties, the last one received is the event and the earlier one counts
    nowhere: not in a total, not for a filter, not as a segment, and not for unique users."""
    check(
        events="""
            time             | event | user | id      | plan
            2024-03-01 10:00 | Buy   | ana  | order-1 | free
            2024-03-01 10:00 | Buy   | ana  | order-1 | pro
            2024-03-01 11:00 | Buy   | ben  | order-2 | free
        """,
        question={"count": "unique", "of": ["Buy"], "by": ["plan", "string", 10], "dates": ["2024-03-01"]},
        answer="""
                  | All | free | pro
            03-01 | 2   | 1    | 1
            total | 2   | 1    | 1
        """,
    )
