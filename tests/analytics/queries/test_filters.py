"""The tables of operators are whole: each operator is explained, counted and spelled."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analytics.compiler.filters import condition
from analytics.queries.filters import NEGATIVE, OPERATORS, RELATIVE, VALUES, Condition, Operator
from analytics.queries.properties import Property, PropertyType
from analytics.queries.sentence import OPERATOR_WORDS
from tests.analytics.queries.scopes import scope


def test_every_operator_has_its_facts():
    used = {operator for operators in OPERATORS.values() for operator in operators}
    assert used == set(Operator) == set(VALUES) == set(OPERATOR_WORDS)
    assert len(set(OPERATOR_WORDS.values())) == len(Operator)


def test_every_operator_of_every_type_has_sql():
    examples = {PropertyType.NUMBER: (1, 2), PropertyType.DATE: ("2024-01-01", "2024-01-02")}
    for type, operators in OPERATORS.items():
        for operator in operators:
            values = (7, "day") if operator in RELATIVE else examples.get(type, ("a", "b"))[: VALUES[operator][1]]
            for asked in _places(type):
                text, params = condition(Condition(asked, operator, values), scope()).render()
                assert text.startswith("NOT ") == (operator in NEGATIVE)
                assert "it's" not in text
                assert "it's" in params.values()
                assert all(f"{{{name}:" in text for name in params)  # and nothing is bound that is not used


def _places(type: PropertyType) -> list[Property]:
    """By itself, in an object, and read from other types."""
    found = [Property("it's", type), Property("it's", type, path=("it's", "b"))]
    if type not in (PropertyType.LIST, PropertyType.OBJECT):
        found += [replace(each, cast=True) for each in found]
    return found


@pytest.mark.parametrize(
    "operator, values, days",
    [
        (Operator.IN_LAST, (7, "day"), ("2024-03-14", "2024-03-21")),
        (Operator.NOT_IN_LAST, (7, "day"), ("2024-03-14", "2024-03-21")),
        (Operator.IN_LAST, (2, "month"), ("2024-02-01", "2024-03-21")),
        (Operator.BEFORE_LAST, (1, "week"), ("2024-03-18",)),
        (Operator.IN_NEXT, (1, "day"), ("2024-03-20", "2024-03-21")),
        (Operator.IN_NEXT, (1, "quarter"), ("2024-03-20", "2024-04-01")),
        (Operator.IN_NEXT, (2, "year"), ("2024-03-20", "2026-01-01")),
    ],
)
def test_relative_days_are_the_calendars(operator: Operator, values: tuple[int, str], days: tuple[str, ...]):
    """On 20 March 2024, a Wednesday: from the first day up to but not including the second."""
    _, params = condition(Condition(Property("when", PropertyType.DATE), operator, values), scope()).render()
    assert {value for value in params.values() if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))} == set(days)
