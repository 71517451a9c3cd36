"""Formulas"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_a_formula_is_worked_out_for_each_bucket_and_for_the_total(check: Check):
    """A formula calculates with the numbers of metrics, bucket by bucket; its total is worked out from their totals,
    not from the buckets. Dividing by zero gives no value (–), never 0."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-01 11:00 | Buy   | ana
            2024-03-01 12:00 | Buy   | ben
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:00 | Open  | ben
            2024-03-02 10:00 | Buy   | ana
        """,
        question={
            "metrics": [{"count": "total", "of": ["Buy"]}, {"count": "unique", "of": ["Open"]}],
            "formulas": [{"expression": "A / B"}],
            "dates": ["2024-03-01", "2024-03-03"],
        },
        answer="""
                  | A Buy | B Open | F1 A / B
            03-01 | 3     | 2      | 1.5
            03-02 | 1     | 0      | –
            03-03 | 0     | 0      | –
            total | 4     | 2      | 2
        """,
    )


def test_arithmetic(check: Check):
    """There are numbers, + - * / and brackets: * and / come before + and -, and equal ones from the left. A formula
    may have a name."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-01 11:00 | Buy   | ana
            2024-03-01 12:00 | Open  | ana
        """,
        question={
            "metrics": [{"count": "total", "of": ["Buy"]}, {"count": "total", "of": ["Open"]}],
            "formulas": [
                {"expression": "A + B * 10", "name": "Points"},
                {"expression": "(A + B) * 10", "name": "More"},
                {"expression": "A - B - 1", "name": "Left"},
                {"expression": "-A", "name": "Loss"},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Open | F1 Points | F2 More | F3 Left | F4 Loss
            03-01 | 2     | 1      | 12        | 30      | 0       | -2
            total | 2     | 1      | 12        | 30      | 0       | -2
        """,
    )


def test_percent(check: Check):
    """A formula can be written as percent: 0.25 is 25%."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:00 | Open  | ben
            2024-03-01 10:00 | Open  | cem
            2024-03-01 10:00 | Open  | dee
            2024-03-01 11:00 | Buy   | ana
        """,
        question={
            "metrics": [{"count": "unique", "of": ["Buy"]}, {"count": "unique", "of": ["Open"]}],
            "formulas": [{"expression": "A / B", "name": "Buyers", "unit": "percent"}],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Open | F1 Buyers
            03-01 | 1     | 4      | 25%
            total | 1     | 4      | 25%
        """,
    )


def test_each_segment_has_its_formula(check: Check):
    """With a breakdown, a formula is worked out for each segment. Where a metric has none of a segment's events it is
    0 there (or has no value, if it is an average)."""
    check(
        events="""
            time             | event  | user | plan
            2024-03-01 10:00 | Buy    | ana  | pro
            2024-03-01 11:00 | Buy    | ana  | pro
            2024-03-01 12:00 | Buy    | ben  | free
            2024-03-01 13:00 | Refund | ben  | free
            2024-03-01 14:00 | Refund | cem  | trial
        """,
        question={
            "metrics": [{"count": "total", "of": ["Buy"]}, {"count": "total", "of": ["Refund"]}],
            "formulas": [{"expression": "B / A", "name": "Refunds"}],
            "by": ["plan", "string", 10],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A All | A pro | A free | B All | B free | B trial | F1 All         | F1 free | F1 pro | F1 trial
            03-01 | 3     | 2     | 1      | 2     | 1      | 1       | 0.666666666667 | 1       | 0      | –
            total | 3     | 2     | 1      | 2     | 1      | 1       | 0.666666666667 | 1       | 0      | –
        """,
    )


def test_no_value_stays_no_value(check: Check):
    """Where one part of a formula has no value, the formula has none."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 10
            2024-03-02 10:00 | Buy   | ana  |
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"]},
                {"count": "average", "of": ["Buy"], "property": ["amount", "number"]},
            ],
            "formulas": [{"expression": "A * B"}],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | A Buy | B Buy | F1 A * B
            03-01 | 1     | 10    | 10
            03-02 | 1     | –     | –
            total | 2     | 10    | 20
        """,
    )
