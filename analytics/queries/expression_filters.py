"""Expressions of Mixpanel's that say what a filter or a breakdown of ours can say; others are refused.

A property that is compared with a text is asked as text, with a number as a number: as there, 5 is not "5".
"""

from __future__ import annotations

from analytics.errors import QueryError
from analytics.queries.expressions import (
    Binary,
    EventProperty,
    Expression,
    Junction,
    Literal,
    UserProperty,
)
from analytics.queries.expressions import Operator as Sign
from analytics.queries.filters import Condition, Group, Match, Operator
from analytics.queries.properties import Property, PropertySource, PropertyType

_NUMBERS = {
    Sign.LESS: Operator.LESS_THAN,
    Sign.AT_MOST: Operator.AT_MOST,
    Sign.GREATER: Operator.GREATER_THAN,
    Sign.AT_LEAST: Operator.AT_LEAST,
}


def as_property(expression: Expression, place: str) -> Property:
    """What `on` splits by: values of all types, as text."""
    if isinstance(expression, EventProperty):
        return Property(expression.name, cast=True)
    if isinstance(expression, UserProperty):
        return Property(expression.name, source=PropertySource.USER, cast=True)
    raise QueryError('Of a funnel this can only be a property, like properties["plan"].', place=place)


def as_filters(expression: Expression, place: str) -> Group:
    found = _filter(expression, place)
    return found if isinstance(found, Group) else Group(Match.ALL, (found,))


def _filter(expression: Expression, place: str) -> Group | Condition:
    match expression:
        case Junction(sign, operands):
            match_ = Match.ALL if sign is Sign.AND else Match.ANY
            return Group(match_, tuple(_filter(each, place) for each in operands))
        case Binary(sign, left, Literal(value)) if isinstance(left, EventProperty | UserProperty):
            if (found := _condition(sign, left, value)) is not None:
                return found
    raise QueryError(
        'Of a funnel this can only be properties compared with values, joined by "and" and "or", like '
        'properties["plan"] == "pro".',
        place=place,
    )


def _condition(sign: Sign, left: EventProperty | UserProperty, value: str | float | bool) -> Condition | None:
    source = PropertySource.EVENT if isinstance(left, EventProperty) else PropertySource.USER
    if isinstance(value, bool):
        operator = Operator.IS_TRUE if value else Operator.IS_FALSE
        asked = Property(left.name, PropertyType.BOOLEAN, source)
        return Condition(asked, operator) if sign is Sign.EQUAL else None
    is_text = isinstance(value, str)
    asked = Property(left.name, PropertyType.STRING if is_text else PropertyType.NUMBER, source)
    if sign in (Sign.EQUAL, Sign.NOT_EQUAL):
        return Condition(asked, Operator.IS if sign is Sign.EQUAL else Operator.IS_NOT, (value,))
    return None if is_text or sign not in _NUMBERS else Condition(asked, _NUMBERS[sign], (value,))
