"""What has no exact spelling as a parameter is refused, by name, before the driver sees it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import Enum

import pytest

from analytics.clickhouse.parameters import spell


class Colour(Enum):
    RED = "r'd"


@pytest.mark.parametrize(
    "value",
    [object(), b"bytes", {1, 2}, iter([]), time(1, 2), timedelta(1), [object()], {"a": b""}, (1, {1}), range(3)],
)
def test_types_without_a_spelling_are_refused(value: object):
    with pytest.raises(TypeError, match="the parameter p: a .* cannot be bound"):
        spell("SELECT {p:String}", {"p": value})


@pytest.mark.parametrize(
    "type, value, why",
    [
        ("DateTime64(3, 'UTC')", datetime(2024, 1, 1), "no time zone"),
        ("DateTime64(3)", datetime(2024, 1, 1, tzinfo=UTC), "a type with its zone"),
        ("DateTime", datetime(2024, 1, 1, tzinfo=UTC), "a type with its zone"),
        ("DateTime64(3, 'Europe/Berlin')", datetime(2024, 1, 1, tzinfo=UTC), "a type with its zone"),
        ("String", datetime(2024, 1, 1, tzinfo=UTC), "does not fit String"),
        ("DateTime('UTC')", datetime(2024, 1, 1, microsecond=1000, tzinfo=UTC), "more digits"),
        ("DateTime64(3, 'UTC')", datetime(2024, 1, 1, microsecond=1, tzinfo=UTC), "more digits"),
        ("Array(DateTime64(3, 'UTC'))", [datetime(2024, 1, 1, microsecond=1, tzinfo=UTC)], "more digits"),
        ("String", "\ud800", "surrogates not allowed"),
    ],
)
def test_values_that_would_lose_something_are_refused(type: str, value: object, why: str):
    with pytest.raises(ValueError, match=why):
        spell(f"SELECT {{p:{type}}}", {"p": value})


@pytest.mark.parametrize(
    "type, value, text",
    [
        ("DateTime('UTC')", datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01 00:00:00"),
        ("DateTime64(0, 'UTC')", datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01 00:00:00"),
        ("DateTime64(3, 'UTC')", datetime(2024, 1, 1, microsecond=120000, tzinfo=UTC), "2024-01-01 00:00:00.120"),
        ("DateTime64(9, 'UTC')", datetime(2024, 1, 1, microsecond=1, tzinfo=UTC), "2024-01-01 00:00:00.000001"),
        ("Map(String, DateTime64(3, 'UTC'))", {"a": datetime(2024, 1, 1, tzinfo=UTC)}, None),
    ],
)
def test_moments_have_the_digits_of_their_type(type: str, value: object, text: str | None):
    spelled = str(spell(f"SELECT {{ p : {type} }}", {"p": value})["p"])
    assert spelled == (text or r"{\'a\':\'2024-01-01 00:00:00.000\'}")


def test_an_enum_is_its_value():
    assert str(spell("{p:String}", {"p": Colour.RED})["p"]) == r"r\\\'d"
