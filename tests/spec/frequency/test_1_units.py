"""Distinct units"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_days_of_each_week(check: Check):
    """A user counts with the number of distinct units in which they did the activity, whatever how often in each: in
    every period, and over the whole range. 2+ are those with two or more."""
    check(
        now="2024-03-30 12:00",
        events="""
            time             | event | user
            2024-03-04 10:00 | Open  | ana
            2024-03-04 11:00 | Open  | ana
            2024-03-06 10:00 | Open  | ana
            2024-03-12 10:00 | Open  | ana
            2024-03-05 10:00 | Open  | ben
        """,
        question={
            "kind": "frequency",
            "activity": ["Open"],
            "each": "day",
            "per": "week",
            "dates": ["2024-03-04", "2024-03-17"],
        },
        answer="""
                  | users | 1 | 2 | 3 | 1+ | 2+ | 3+ | average
            03-04 | 2     | 1 | 1 | 0 | 2  | 1  | 0  | 1.5
            03-11 | 1     | 1 | 0 | 0 | 1  | 0  | 0  | 1
            range | 2     | 1 | 0 | 1 | 2  | 1  | 1  | 2
        """,
    )


def test_a_week_that_is_cut_by_a_month(check: Check):
    """A unit that lies in two periods, like a week in two months, counts in each of them in which the user did
    something, and once over the range."""
    check(
        now="2024-05-30 12:00",
        events="""
            time             | event | user
            2024-02-28 10:00 | Open  | ana
            2024-03-01 10:00 | Open  | ana
            2024-03-05 10:00 | Open  | ana
        """,
        question={
            "kind": "frequency",
            "activity": ["Open"],
            "each": "week",
            "per": "month",
            "dates": ["2024-02-01", "2024-03-31"],
        },
        answer="""
                  | users | 1 | 2 | 3 | 1+ | 2+ | 3+ | average
            02-01 | 1     | 1 | 0 | 0 | 1  | 0  | 0  | 1
            03-01 | 1     | 0 | 1 | 0 | 1  | 1  | 0  | 2
            range | 1     | 0 | 1 | 0 | 1  | 1  | 0  | 2
        """,
    )


def test_hours_of_each_day(check: Check):
    """Hours and days are the project's own. Where the clock is set back, the hour that it shows twice is two."""
    check(
        zone="Europe/Berlin",
        now="2024-11-30 12:00",
        events="""
            time                      | event | user
            2024-10-27 02:30:00+02:00 | Open  | ana
            2024-10-27 02:30:00+01:00 | Open  | ana
            2024-10-27 02:45:00+01:00 | Open  | ana
        """,
        question={
            "kind": "frequency",
            "activity": ["Open"],
            "each": "hour",
            "per": "day",
            "dates": ["2024-10-27"],
        },
        answer="""
                  | users | 1 | 2 | 3 | 1+ | 2+ | 3+ | average
            10-27 | 1     | 0 | 1 | 0 | 1  | 1  | 0  | 2
            range | 1     | 0 | 1 | 0 | 1  | 1  | 0  | 2
        """,
    )


def test_segments(check: Check):
    """With a breakdown a user counts in each segment with the units in which they did it there, so segments may add up
    to more than the whole."""
    check(
        now="2024-03-30 12:00",
        events="""
            time             | event | user | plan
            2024-03-04 10:00 | Open  | ana  | free
            2024-03-05 10:00 | Open  | ana  | pro
            2024-03-06 10:00 | Open  | ana  | pro
            2024-03-06 10:00 | Open  | ben  | pro
        """,
        question={
            "kind": "frequency",
            "activity": ["Open"],
            "each": "day",
            "per": "week",
            "by": ["plan", "string"],
            "dates": ["2024-03-04", "2024-03-10"],
        },
        answer="""
                 |       | users | 1 | 2 | 3 | 1+ | 2+ | 3+ | average
            All  | 03-04 | 2     | 1 | 0 | 1 | 2  | 1  | 1  | 2
            All  | range | 2     | 1 | 0 | 1 | 2  | 1  | 1  | 2
            pro  | 03-04 | 2     | 1 | 1 | 0 | 2  | 1  | 0  | 1.5
            pro  | range | 2     | 1 | 1 | 0 | 2  | 1  | 0  | 1.5
            free | 03-04 | 1     | 1 | 0 | 0 | 1  | 0  | 0  | 1
            free | range | 1     | 1 | 0 | 0 | 1  | 0  | 0  | 1
        """,
    )


def test_units_may_be_of_the_questions_zone(check: Check):
    """A question with a zone of its own counts the days of that zone: of one day in UTC these events are of two in
    Berlin, the first of them the day of 25 hours."""
    check(
        now="2024-11-30 12:00",
        events="""
            time                   | event | user
            2024-10-27 22:30+00:00 | Open  | ana
            2024-10-27 23:30+00:00 | Open  | ana
        """,
        question={
            "kind": "frequency",
            "activity": ["Open"],
            "each": "day",
            "per": "month",
            "dates": ["2024-10-01", "2024-10-31"],
            "zone": "Europe/Berlin",
        },
        answer="""
                  | users | 1 | 2 | 3 | 1+ | 2+ | 3+ | average
            10-01 | 1     | 0 | 1 | 0 | 1  | 1  | 0  | 2
            range | 1     | 0 | 1 | 0 | 1  | 1  | 0  | 2
        """,
    )
