"""Comparisons"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_the_period_before(check: Check):
    """A range can be compared with the time just before it, as many days long. Beside each number stands the earlier
    one and by how much ours is greater. There is no change from 0."""
    check(
        events="""
            time             | event | user
            2024-03-03 10:00 | Open  | ana
            2024-03-03 11:00 | Open  | ana
            2024-03-05 10:00 | Open  | ana
            2024-03-05 11:00 | Open  | ana
            2024-03-05 12:00 | Open  | ana
            2024-03-06 10:00 | Open  | ana
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "dates": ["2024-03-05", "2024-03-06"],
            "comparison": {"kind": "previous"},
        },
        answer="""
                          | Open | before | change
            03-05 / 03-03 | 3    | 2      | 50%
            03-06 / 03-04 | 1    | 0      | –
            total         | 4    | 2      | 100%
        """,
    )


def test_it_stops_where_the_present_does(check: Check):
    """While today is not over, the last day compared is counted up to the same time on its clock: a total that is
    still growing stands beside one that had grown as long. An unfinished day itself has no change."""
    check(
        now="2024-03-20 12:00",
        events="""
            time             | event | user
            2024-03-18 10:00 | Open  | ana
            2024-03-18 13:00 | Open  | ana
            2024-03-19 10:00 | Open  | ana
            2024-03-19 20:00 | Open  | ana
            2024-03-20 10:00 | Open  | ana
            2024-03-17 10:00 | Open  | ana
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "dates": ["last", 2, "day"],
            "comparison": {"kind": "previous"},
        },
        answer="""
                            | Open | before | change
            03-19 / 03-17   | 2    | 1      | 100%
            03-20* / 03-18* | 1    | 1      | –
            total           | 3    | 2      | 50%
        """,
    )


def test_a_month_that_is_not_over(check: Check):
    """Calendar units are compared with calendar units: this month to date with the month before, as far into it. On
    31 March that is all that February had, up to the same time of day."""
    check(
        now="2024-03-31 12:00",
        events="""
            time             | event | user
            2024-02-01 10:00 | Open  | ana
            2024-02-29 10:00 | Open  | ana
            2024-02-29 13:00 | Open  | ana
            2024-03-05 10:00 | Open  | ana
            2024-03-31 10:00 | Open  | ana
            2024-03-31 11:00 | Open  | ana
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "dates": ["to_date", "month"],
            "interval": "month",
            "comparison": {"kind": "previous"},
        },
        answer="""
                                | Open | before | change
            2024-03* / 2024-02* | 3    | 2      | –
            total               | 3    | 2      | 50%
        """,
    )


def test_the_year_before(check: Check):
    """Or with the same days so many days, weeks, months, quarters or years ago. A day that there was not is the last
    one of its month: 29 February stands beside the 28th."""
    check(
        events="""
            time             | event | user
            2023-02-28 10:00 | Open  | ana
            2023-03-01 10:00 | Open  | ana
            2024-02-29 10:00 | Open  | ana
            2024-02-29 11:00 | Open  | ana
            2024-03-01 10:00 | Open  | ana
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "dates": ["2024-02-29", "2024-03-01"],
            "comparison": {"kind": "earlier", "count": 1, "unit": "year"},
        },
        answer="""
                          | Open | before | change
            02-29 / 02-28 | 2    | 1      | 100%
            03-01 / 03-01 | 1    | 1      | 0%
            total         | 3    | 2      | 50%
        """,
    )


def test_the_ends_of_months(check: Check):
    """So 30 and 31 March, a month before, are 29 February: one day, beside the first of the two."""
    check(
        now="2024-04-10 12:00",
        events="""
            time             | event | user
            2024-02-29 10:00 | Open  | ana
            2024-03-30 10:00 | Open  | ana
            2024-03-30 11:00 | Open  | ana
            2024-03-31 10:00 | Open  | ana
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "dates": ["2024-03-30", "2024-03-31"],
            "comparison": {"kind": "earlier", "count": 1, "unit": "month"},
        },
        answer="""
                          | Open | before | change
            03-30 / 02-29 | 2    | 1      | 100%
            03-31 / –     | 1    | –      | –
            total         | 3    | 1      | 200%
        """,
    )


def test_from_a_day_of_ones_own(check: Check):
    """Or with as many days from any other day on."""
    check(
        events="""
            time             | event | user
            2024-02-01 10:00 | Open  | ana
            2024-02-01 11:00 | Open  | ben
            2024-02-02 10:00 | Open  | ana
            2024-03-05 10:00 | Open  | ana
            2024-03-06 10:00 | Open  | ben
        """,
        question={
            "count": "unique",
            "of": ["Open"],
            "dates": ["2024-03-05", "2024-03-06"],
            "comparison": {"kind": "custom", "from": "2024-02-01"},
        },
        answer="""
                          | Open | before | change
            03-05 / 02-01 | 1    | 2      | -50%
            03-06 / 02-02 | 1    | 1      | 0%
            total         | 2    | 2      | 0%
        """,
    )


def test_the_segments_are_those_of_the_range(check: Check):
    """With a breakdown the segments are chosen in the question's own time. What only the earlier time had is in
    "(other)"."""
    check(
        events="""
            time             | event | user | plan
            2024-03-04 10:00 | Open  | ana  | pro
            2024-03-04 11:00 | Open  | ben  | old
            2024-03-05 10:00 | Open  | ana  | pro
            2024-03-05 11:00 | Open  | ben  | pro
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "by": ["plan", "string", 10],
            "dates": ["2024-03-05"],
            "comparison": {"kind": "previous"},
        },
        answer="""
                          | All | before | change | pro | before | change | (other) | before | change
            03-05 / 03-04 | 2   | 2      | 0%     | 2   | 1      | 100%   | 0       | 1      | -100%
            total         | 2   | 2      | 0%     | 2   | 1      | 100%   | 0       | 1      | -100%
        """,
    )


def test_formulas_are_compared_too(check: Check):
    """A formula is compared with what it was for the earlier time, worked out from the earlier numbers."""
    check(
        events="""
            time             | event | user
            2024-03-04 10:00 | Buy   | ana
            2024-03-04 10:00 | Open  | ana
            2024-03-04 11:00 | Open  | ana
            2024-03-05 10:00 | Buy   | ana
            2024-03-05 10:00 | Open  | ana
        """,
        question={
            "metrics": [{"count": "total", "of": ["Buy"]}, {"count": "total", "of": ["Open"]}],
            "formulas": [{"expression": "A / B"}],
            "dates": ["2024-03-05"],
            "comparison": {"kind": "previous"},
        },
        answer="""
                          | A Buy | before | change | B Open | before | change | F1 A / B | before | change
            03-05 / 03-04 | 1     | 1      | 0%     | 1      | 2      | -50%   | 1        | 0.5    | 100%
            total         | 1     | 1      | 0%     | 1      | 2      | -50%   | 1        | 0.5    | 100%
        """,
    )
