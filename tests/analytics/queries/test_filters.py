"""The tables of operators are whole: each operator is explained, counted and spelled."""

from __future__ import annotations

from analytics.compiler.filters import condition
from analytics.queries.filters import NEGATIVE, OPERATORS, VALUES, Condition, Operator
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
            values = examples.get(type, ("a", "b"))[: VALUES[operator][1]]
            text, params = condition(Condition(Property("it's", type), operator, values), scope()).render()
            assert text.startswith("NOT ") == (operator in NEGATIVE)
            assert "it's" not in text
            assert "it's" in params.values()
