"""Breakdowns"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_segments(check: Check):
    """A breakdown splits a metric by the values of a property. Events without it are "(not set)", the empty text is
    "(empty string)". "All" is the metric without its breakdown."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | pro
            2024-03-01 10:00 | Open  | ben  | pro
            2024-03-01 10:00 | Open  | cem  | ""
            2024-03-01 10:00 | Open  | dee  |
            2024-03-02 10:00 | Open  | dee  |
            2024-03-02 11:00 | Open  | dee  |
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "by": ["plan", "string", 10],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | All | (not set) | pro | (empty string)
            03-01 | 4   | 1         | 2   | 1
            03-02 | 2   | 2         | 0   | 0
            total | 6   | 3         | 2   | 1
        """,
    )


def test_a_user_is_in_each_of_their_segments(check: Check):
    """A user counts once in each segment that they were in, so segments may add up to more than the whole."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | free
            2024-03-01 11:00 | Open  | ana  | pro
        """,
        question={"count": "unique", "of": ["Open"], "by": ["plan", "string", 10], "dates": ["2024-03-01"]},
        answer="""
                  | All | free | pro
            03-01 | 1   | 1    | 1
            total | 1   | 1    | 1
        """,
    )


def test_other_is_counted_from_its_own_users(check: Check):
    """The largest segments over the whole range are shown, the rest is "(other)", counted from its own events and
    users: somebody who was in two small segments is one user of "(other)"."""
    check(
        events="""
            time             | event | user | city
            2024-03-01 10:00 | Open  | ana  | Rome
            2024-03-01 10:00 | Open  | ben  | Rome
            2024-03-01 10:00 | Open  | cem  | Oslo
            2024-03-01 10:00 | Open  | cem  | Bonn
        """,
        question={"count": "unique", "of": ["Open"], "by": ["city", "string", 1], "dates": ["2024-03-01"]},
        answer="""
                  | All | Rome | (other)
            03-01 | 3   | 2    | 1
            total | 3   | 2    | 1
        """,
    )


def test_ties_are_settled_by_name(check: Check):
    """Equally large segments are taken in the order of their names, numbers by size, "(not set)" last: the same
    question never gives another choice."""
    check(
        events="""
            time             | event | user | seats
            2024-03-01 10:00 | Open  | ana  | 10
            2024-03-01 10:00 | Open  | ben  | 9
            2024-03-01 10:00 | Open  | cem  | 100
            2024-03-01 10:00 | Open  | dee  |
        """,
        question={"count": "total", "of": ["Open"], "by": ["seats", "number", 2], "dates": ["2024-03-01"]},
        answer="""
                  | All | 9 | 10 | (other)
            03-01 | 4   | 1 | 1  | 2
            total | 4   | 1 | 1  | 2
        """,
    )


def test_a_list_counts_once_per_item(check: Check):
    """A list counts once for each distinct item, and "(other)" counts such an event once, however many of its items
    are left over."""
    check(
        events="""
            time             | event | user | tags
            2024-03-01 10:00 | Buy   | ana  | ["new", "new", "sale"]
            2024-03-01 10:00 | Buy   | ben  | ["new", "gift", "red"]
            2024-03-01 10:00 | Buy   | cem  | []
            2024-03-01 10:00 | Buy   | dee  | new
        """,
        question={"count": "total", "of": ["Buy"], "by": ["tags", "list", 3], "dates": ["2024-03-01"]},
        answer="""
                  | All | new | (empty string) | gift | (other)
            03-01 | 4   | 2   | 1       | 1    | 3
            total | 4   | 2   | 1       | 1    | 3
        """,
    )


def test_numbers_and_booleans(check: Check):
    """Each number is a segment: 5 and 5.0 are the same, "5" is text and therefore not set. Booleans are true, false
    or not set."""
    check(
        events="""
            time             | event | user | seats
            2024-03-01 10:00 | Open  | ana  | 5
            2024-03-01 10:00 | Open  | ben  | 5.0
            2024-03-01 10:00 | Open  | cem  | "5"
            2024-03-01 10:00 | Open  | dee  | 2.5
        """,
        question={"count": "total", "of": ["Open"], "by": ["seats", "number", 10], "dates": ["2024-03-01"]},
        answer="""
                  | All | 5 | 2.5 | (not set)
            03-01 | 4   | 2 | 1   | 1
            total | 4   | 2 | 1   | 1
        """,
    )
