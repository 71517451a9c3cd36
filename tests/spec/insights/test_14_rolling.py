"""Rolling averages"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_each_point_is_the_average_of_those_that_end_with_it(check: Check):
    """A rolling average makes each point the average of itself and those before it. The first ones, which have too
    few before them, have no value. The total stays what it is."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-02 10:00 | Open  | ana
            2024-03-02 11:00 | Open  | ana
            2024-03-04 10:00 | Open  | ana
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "dates": ["2024-03-01", "2024-03-04"],
            "rolling": 2,
        },
        answer="""
                  | Open
            03-01 | –
            03-02 | 1.5
            03-03 | 1
            03-04 | 0.5
            total | 4
        """,
    )


def test_no_value_is_not_averaged_over(check: Check):
    """Where one of the points has no value, the average has none: nothing is counted as 0 that is not."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 10
            2024-03-02 10:00 | Buy   | ana  | 30
            2024-03-04 10:00 | Buy   | ana  | 20
        """,
        question={
            "count": "average",
            "of": ["Buy"],
            "property": ["amount", "number"],
            "dates": ["2024-03-01", "2024-03-04"],
            "rolling": 2,
        },
        answer="""
                  | Buy
            03-01 | –
            03-02 | 20
            03-03 | –
            03-04 | –
            total | 20
        """,
    )


def test_formulas_come_before_rolling(check: Check):
    """A formula is worked out first and then averaged."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-01 10:00 | Open  | ana
            2024-03-02 10:00 | Buy   | ana
            2024-03-02 10:00 | Open  | ana
            2024-03-02 11:00 | Open  | ana
        """,
        question={
            "metrics": [{"count": "total", "of": ["Buy"]}, {"count": "total", "of": ["Open"]}],
            "formulas": [{"expression": "A / B"}],
            "dates": ["2024-03-01", "2024-03-02"],
            "rolling": 2,
        },
        answer="""
                  | A Buy | B Open | F1 A / B
            03-01 | –     | –      | –
            03-02 | 1     | 1.5    | 0.75
            total | 2     | 3      | 0.666666666667
        """,
    )
