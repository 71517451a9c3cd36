"""Per user"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_first_per_user_then_across(check: Check):
    """ "Per user" first counts the events of each user, then takes the average (or median, …) of those who did the
    event. Who did not do it is not a 0 in it. The total looks at each user's events of the whole range."""
    check(
        events="""
            time             | event  | user
            2024-03-01 10:00 | Search | ana
            2024-03-01 11:00 | Search | ana
            2024-03-01 12:00 | Search | ana
            2024-03-01 13:00 | Search | ben
            2024-03-01 14:00 | Log In | cem
            2024-03-02 10:00 | Search | ana
        """,
        question={
            "count": "per_user",
            "of": ["Search"],
            "per_user": {"each": "total", "across": "average"},
            "dates": ["2024-03-01", "2024-03-03"],
        },
        answer="""
                  | Search
            03-01 | 2
            03-02 | 1
            03-03 | –
            total | 2.5
        """,
    )


def test_numbers_of_users(check: Check):
    """Each user can have the sum of a property, too, or its average, minimum, maximum or number of distinct values. A
    user without any such number is left out."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 10
            2024-03-01 11:00 | Buy   | ana  | 20
            2024-03-01 12:00 | Buy   | ben  | 5
            2024-03-01 13:00 | Buy   | cem  | 40
            2024-03-01 14:00 | Buy   | dee  |
        """,
        question={
            "metrics": [
                {
                    "count": "per_user",
                    "of": ["Buy"],
                    "per_user": {"each": "sum", "across": "average", "property": ["amount", "number"]},
                },
                {
                    "count": "per_user",
                    "of": ["Buy"],
                    "per_user": {"each": "sum", "across": "median", "property": ["amount", "number"]},
                },
                {
                    "count": "per_user",
                    "of": ["Buy"],
                    "per_user": {"each": "average", "across": "min", "property": ["amount", "number"]},
                },
                {
                    "count": "per_user",
                    "of": ["Buy"],
                    "per_user": {"each": "distinct", "across": "max", "property": ["amount", "number"]},
                },
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy | C Buy | D Buy
            03-01 | 25    | 30    | 5     | 2
            total | 25    | 30    | 5     | 2
        """,
    )


def test_the_sum_of_nobody_is_nothing(check: Check):
    """The sum across users is 0 where nobody has a number, whether nobody did the event or nobody's event has the
    property. The average of nobody is no value."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 10
            2024-03-01 11:00 | Buy   | ben  | 5
            2024-03-02 10:00 | Buy   | ana  |
        """,
        question={
            "metrics": [
                {
                    "count": "per_user",
                    "of": ["Buy"],
                    "per_user": {"each": "max", "across": "sum", "property": ["amount", "number"]},
                },
                {
                    "count": "per_user",
                    "of": ["Buy"],
                    "per_user": {"each": "max", "across": "average", "property": ["amount", "number"]},
                },
            ],
            "formulas": [{"expression": "A + 1"}],
            "dates": ["2024-03-01", "2024-03-03"],
        },
        answer="""
                  | A Buy | B Buy | F1 A + 1
            03-01 | 15    | 7.5   | 16
            03-02 | 0     | –     | 1
            03-03 | 0     | –     | 1
            total | 15    | 7.5   | 16
        """,
    )


def test_a_distribution_says_how_many_users_have_which_number(check: Check):
    """A distribution counts users by how often they did it: once, 2 to 4 times, 5 to 9, 10 to 19, 20 to 49 and so on.
    These bins are always the same, so that distributions can be compared. In the total, each user is in the bin of
    the whole range."""
    check(
        events="""
            time             | event  | user
            2024-03-01 10:00 | Search | ana
            2024-03-01 10:00 | Search | ben
            2024-03-01 10:01 | Search | cem
            2024-03-01 10:02 | Search | cem
            2024-03-01 10:03 | Search | cem
            2024-03-01 10:04 | Search | cem
            2024-03-01 10:05 | Search | cem
            2024-03-02 10:00 | Search | ana
        """,
        question={
            "count": "per_user",
            "of": ["Search"],
            "per_user": {"each": "total", "across": "distribution"},
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | All | 1 | 2 – 4 | 5 – 9
            03-01 | 3   | 2 | 0     | 1
            03-02 | 1   | 1 | 0     | 0
            total | 3   | 1 | 1     | 1
        """,
    )


def test_a_distribution_of_amounts(check: Check):
    """Amounts have bins with the same edges. Each has its lower edge and not its upper one: 10 is in "10 – 20"."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 9.5
            2024-03-01 11:00 | Buy   | ana  | 0.5
            2024-03-01 12:00 | Buy   | ben  | 9.99
            2024-03-01 13:00 | Buy   | cem  | 7
            2024-03-01 14:00 | Buy   | dee  |
        """,
        question={
            "count": "per_user",
            "of": ["Buy"],
            "per_user": {"each": "sum", "across": "distribution", "property": ["amount", "number"]},
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | 5 – 10 | 10 – 20
            03-01 | 3   | 2      | 1
            total | 3   | 2      | 1
        """,
    )


def test_a_bin_that_nobody_is_in_over_the_range(check: Check):
    """A user can be in a bin on a day and in another one over the range: the smallest that ana paid on the first day is
    not the smallest that she ever paid. Then the bin's total is 0, whatever its days say."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 30
            2024-03-02 10:00 | Buy   | ana  | 3
        """,
        question={
            "count": "per_user",
            "of": ["Buy"],
            "per_user": {"each": "min", "across": "distribution", "property": ["amount", "number"]},
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | All | 2 – 5 | 20 – 50
            03-01 | 1   | 0     | 1
            03-02 | 1   | 1     | 0
            total | 1   | 1     | 0
        """,
    )


def test_within_a_segment_only_its_events_count(check: Check):
    """With a breakdown, a user's number in a segment is that of the events in it."""
    check(
        events="""
            time             | event  | user | plan
            2024-03-01 10:00 | Search | ana  | pro
            2024-03-01 11:00 | Search | ana  | pro
            2024-03-01 12:00 | Search | ana  | free
            2024-03-01 13:00 | Search | ben  | pro
        """,
        question={
            "count": "per_user",
            "of": ["Search"],
            "per_user": {"each": "total", "across": "average"},
            "by": ["plan", "string", 10],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | pro | free
            03-01 | 2   | 1.5 | 1
            total | 2   | 1.5 | 1
        """,
    )
