"""Arithmetic with letters: what is read, what it gives, and what its numbers are of."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import QueryError
from analytics.queries.formulas import DEEPEST, LONGEST_FORMULA, Formula, calculate, unit_of

NUMBERS: dict[str, float | None] = {"A": 12, "B": 4, "C": 0, "D": None, "E": 0.5}
UNITS = {"A": "Events", "B": "Events", "C": "Users", "D": "Sum of price", "E": "Users"}


@pytest.mark.parametrize(
    "text, number",
    [
        ("A", 12),
        ("a", 12),
        ("7", 7),
        (".5", 0.5),
        ("1.25", 1.25),
        ("A + B * 2", 20),
        ("(A + B) * 2", 32),
        ("A - B - 3", 5),  # from the left
        ("A / B / 3", 1),
        ("A / (B / 2)", 6),
        ("A - -B", 16),
        ("--A", 12),
        ("-A * B", -48),
        ("-(A - B)", -8),
        ("A*E", 6),  # a whole number and one that is not
        ("E*A", 6),
        ("A-E+1", 12.5),
        ("100*B/A", 400 / 12),
        ("A / C", None),  # divided by zero: no value, and never 0
        ("C / C", None),
        ("C / A", 0),
        ("A + D", None),  # a part without a value
        ("D * C", None),
        ("A / (B - 4)", None),
        ("B + A / C", None),
        (" ( A ) ", 12),
    ],
)  # fmt: skip
def test_numbers(text: str, number: float | None):
    assert calculate(Formula(text).parsed(), NUMBERS) == number


@pytest.mark.parametrize("text, letters", [("A / (B + aa)", {"A", "B", "AA"}), ("1 + 2", set()), ("-a * A", {"A"})])
def test_letters(text: str, letters: set[str]):
    assert Formula(text).letters == letters


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "is empty: name one"),
        ("   ", "missing before its end"),
        ("A +", "missing before its end"),
        ("A B", "nothing is expected at 'B': an operator is missing"),
        ("2A", "nothing is expected at 'A'"),
        ("(A", "a bracket is not closed"),
        ("A)", "nothing is expected at ')'"),
        ("()", "missing before ')'"),
        ("* A", "missing before '*'"),
        ("+A", "missing before '+'"),
        ("A ^ B", "'^' cannot be read"),
        ("A % B", "'%' cannot be read"),
        ("Ä", "'Ä' cannot be read"),
        ("1..2", "'.' cannot be read"),
        ("__import__('os')", "'_' cannot be read"),
        ("(" * (DEEPEST + 1) + "A" + ")" * (DEEPEST + 1), "nested too deep"),
        ("-" * (DEEPEST + 1) + "A", "nested too deep"),
        ("A" * (LONGEST_FORMULA + 1), "at most 500"),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong(text: str, said: str):
    with pytest.raises(QueryError) as refused:
        Formula(text)
    assert refused.value.place == "expression"
    assert said in refused.value.message


def test_a_formula_is_called_by_its_name_or_as_it_is_written():
    assert Formula("A/B").label == "A/B"
    assert Formula("A/B", "Orders per user").label == "Orders per user"
    with pytest.raises(QueryError) as refused:
        Formula("A", "x" * 256)
    assert refused.value.place == "name"


@pytest.mark.parametrize(
    "text, unit",
    [
        ("A + B", "Events"),
        ("A - 1", "Events"),
        ("1 + A", "Events"),
        ("A * 100", "Events"),
        ("A / 2", "Events"),
        ("-C", "Users"),
        ("A / B", ""),  # a bare ratio
        ("A / C", "Events / Users"),
        ("D / C", "Sum of price / Users"),
        ("1 / C", "1 / Users"),
        ("A * C", "Events × Users"),
        ("A + C", None),  # events and users are no one thing
        ("(A + C) / B", None),
        ("2 + 3", ""),
    ],
)  # fmt: skip
def test_units(text: str, unit: str | None):
    assert unit_of(Formula(text).parsed(), UNITS) == unit


@given(st.text(alphabet="AB1.+-*/() ", max_size=30))
def test_what_python_reads_the_same_gives_the_same(text: str):
    """Where Python takes the text too, both say the same (Python's other spellings, ** and //, are refused here)."""
    try:
        formula = Formula(text)
    except QueryError:
        return
    if not formula.letters <= {"A", "B"}:
        return
    mine = calculate(formula.parsed(), {"A": 3, "B": 0.5})
    try:
        theirs = eval(text.strip(), {"__builtins__": {}}, {"A": 3, "B": 0.5})  # noqa: S307 - digits, A, B and signs
    except ZeroDivisionError:
        theirs = None
    except SyntaxError:  # a number like 007
        return
    assert mine == theirs or (mine is not None and math.isclose(mine, theirs))


def test_what_is_too_large_is_no_value():
    assert calculate(Formula("A * A").parsed(), {"A": 1e300}) is None
    assert calculate(Formula("A / B").parsed(), {"A": 1e300, "B": 1e-300}) is None
