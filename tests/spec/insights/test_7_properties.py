"""Numbers of properties"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_sum_average_and_the_like(check: Check):
    """A property can be summed, averaged, and so on, over the events on which it is a number. On a day without any
    the sum is 0; an average, a median, a minimum and a maximum have no value (–), which is not 0."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 10
            2024-03-01 11:00 | Buy   | ana  | 20
            2024-03-01 12:00 | Buy   | ben  | 60
            2024-03-02 12:00 | Buy   | ben  |
        """,
        question={
            "metrics": [
                {"count": "sum", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "average", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "median", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "min", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "max", "of": ["Buy"], "property": ["amount", "number"]},
            ],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | A Buy | B Buy | C Buy | D Buy | E Buy
            03-01 | 90    | 30    | 20    | 10    | 60
            03-02 | 0     | –     | –     | –     | –
            total | 90    | 30    | 20    | 10    | 60
        """,
    )


def test_text_is_not_a_number(check: Check):
    """ "5" is text, and true is neither: events on which the property is not a number are left out. A 0 is a number
    like any other."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 5
            2024-03-01 10:00 | Buy   | ben  | "5"
            2024-03-01 10:00 | Buy   | cem  | true
            2024-03-01 10:00 | Buy   | dee  |
            2024-03-01 10:00 | Buy   | eve  | 0
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"]},
                {"count": "sum", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "average", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "min", "of": ["Buy"], "property": ["amount", "number"]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy | C Buy | D Buy
            03-01 | 5     | 5     | 2.5   | 0
            total | 5     | 5     | 2.5   | 0
        """,
    )


def test_the_total_is_of_all_events(check: Check):
    """The total of an average is the average of all events, not of the days: a day with few events weighs little. The
    median likewise."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 10
            2024-03-01 11:00 | Buy   | ben  | 10
            2024-03-01 12:00 | Buy   | cem  | 10
            2024-03-02 12:00 | Buy   | dee  | 50
        """,
        question={
            "metrics": [
                {"count": "average", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "median", "of": ["Buy"], "property": ["amount", "number"]},
            ],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | A Buy | B Buy
            03-01 | 10    | 10
            03-02 | 50    | 50
            total | 20    | 10
        """,
    )


def test_percentiles_lie_between_neighbours(check: Check):
    """A percentile that falls between two numbers is taken in proportion, as spreadsheets do it (PERCENTILE.INC). Of
    10, 20, 30 and 40 the 90th percentile lies 0.9 × 3 = 2.7 steps from the first: 30 and seven tenths of the way to
    40. The median of an even number of events is the middle of the two in the middle."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 40
            2024-03-01 11:00 | Buy   | ben  | 10
            2024-03-01 12:00 | Buy   | cem  | 30
            2024-03-01 13:00 | Buy   | dee  | 20
        """,
        question={
            "metrics": [
                {"count": "percentile", "percentile": 25, "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "median", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "percentile", "percentile": 90, "of": ["Buy"], "property": ["amount", "number"]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy | C Buy
            03-01 | 17.5  | 25    | 37
            total | 17.5  | 25    | 37
        """,
    )


def test_distinct_values(check: Check):
    """Distinct values are counted once in each bucket and once in the total. The empty text is a value; "not set" is
    none."""
    check(
        events="""
            time             | event | user | colour
            2024-03-01 10:00 | Buy   | ana  | red
            2024-03-01 11:00 | Buy   | ben  | red
            2024-03-01 12:00 | Buy   | cem  | blue
            2024-03-02 10:00 | Buy   | ana  | red
            2024-03-02 11:00 | Buy   | ben  | ""
            2024-03-02 12:00 | Buy   | cem  |
        """,
        question={
            "count": "distinct",
            "of": ["Buy"],
            "property": ["colour", "string"],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | Buy
            03-01 | 2
            03-02 | 2
            total | 3
        """,
    )


def test_numbers_have_twelve_digits(check: Check):
    """Fractions are added so that a sum is right to twelve digits, whatever the order: 0.1 and 0.2 are 0.3."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 0.1
            2024-03-01 11:00 | Buy   | ana  | 0.2
            2024-03-02 10:00 | Buy   | ana  | 1
            2024-03-02 11:00 | Buy   | ben  | 0
            2024-03-02 12:00 | Buy   | cem  | 0
        """,
        question={
            "metrics": [
                {"count": "sum", "of": ["Buy"], "property": ["amount", "number"]},
                {"count": "average", "of": ["Buy"], "property": ["amount", "number"]},
            ],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | A Buy | B Buy
            03-01 | 0.3   | 0.15
            03-02 | 1     | 0.333333333333
            total | 1.3   | 0.26
        """,
    )


def test_other_has_its_own_average(check: Check):
    """With a breakdown the segments are ranked by the measure itself, and "(other)" is the average of its own
    events."""
    check(
        events="""
            time             | event | user | plan  | amount
            2024-03-01 10:00 | Buy   | ana  | pro   | 10
            2024-03-01 11:00 | Buy   | ana  | pro   | 30
            2024-03-01 12:00 | Buy   | ben  | free  | 5
            2024-03-01 13:00 | Buy   | cem  | trial | 1
        """,
        question={
            "count": "average",
            "of": ["Buy"],
            "property": ["amount", "number"],
            "by": ["plan", "string", 1],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All  | pro | (other)
            03-01 | 11.5 | 20  | 3
            total | 11.5 | 20  | 3
        """,
    )
