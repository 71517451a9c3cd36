"""Python values as the text of server-side parameters, without losing a digit or a character.

clickhouse-driver drops milliseconds and passes types it does not know as raw text, so values are spelled here and
handed to it as finished text. A type that has no exact spelling is refused: better no answer than a wrong one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

_PLACEHOLDER = re.compile(r"\{\s*(\w+)\s*:\s*([^}]+?)\s*\}")
_TIME_TYPE = re.compile(r"DateTime(?:64\s*\(\s*(\d)\s*(?:,\s*'([^']*)'\s*)?\)|\s*\(\s*'([^']*)'\s*\))?")
_ESCAPED = str.maketrans(
    {"\\": r"\\", "'": r"\'", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\0": r"\0"}
)


class Spelled:
    """Finished text. The driver quotes what it does not know, so `str()` is the text escaped for those quotes."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return escape(self._text)


def spell(sql: str, params: Mapping[str, object]) -> dict[str, Spelled]:
    """The values as the types in the statement want them. Raises TypeError or ValueError naming the parameter."""
    types = dict(_PLACEHOLDER.findall(sql))
    spelled = {}
    for name, value in params.items():
        try:
            spelled[name] = Spelled(_whole(value, types.get(name, "")))
        except TypeError as error:
            raise TypeError(f"the parameter {name}: {error}") from None
        except ValueError as error:
            raise ValueError(f"the parameter {name}: {error}") from None
    return spelled


def escape(text: str) -> str:
    return text.translate(_ESCAPED)


def _whole(value: object, type: str) -> str:
    """A parameter's text: bare, where an item of a list would be quoted."""
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        return r"\N"
    if isinstance(value, str):
        value.encode()  # a lone surrogate is no text
        return escape(value)
    if isinstance(value, datetime):
        return _moment(value, type)
    return _item(value, type).strip("'") if isinstance(value, date | UUID) else _item(value, type)


def _item(value: object, type: str) -> str:
    """The value as it stands inside a list."""
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        return "NULL"
    if isinstance(value, str):
        value.encode()
        return f"'{escape(value)}'"
    if isinstance(value, bool | int | float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return f"'{_moment(value, type)}'"
    if isinstance(value, date | UUID):
        return f"'{value}'"
    return _collection(value, type)


def _number(value: bool | int | float | Decimal) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return f"{value:f}" if isinstance(value, Decimal) else repr(value)


def _collection(value: object, type: str) -> str:
    if isinstance(value, list):
        return "[" + ",".join(_item(item, type) for item in value) + "]"
    if isinstance(value, tuple):
        return "(" + ",".join(_item(item, type) for item in value) + ")"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_item(key, type)}:{_item(item, type)}" for key, item in value.items()) + "}"
    raise TypeError(f"a {value.__class__.__name__} cannot be bound; use text, numbers, dates, lists, tuples or dicts")


def _moment(value: datetime, type: str) -> str:
    """A moment in UTC, which the parameter's type must name: a type without a zone means the server's."""
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    moment = value.astimezone(UTC)
    digits = _fraction_digits(type)
    if moment.microsecond % 10 ** max(0, 6 - digits):
        raise ValueError(f"{value} has more digits than {type} keeps")
    text = f"{moment:%Y-%m-%d %H:%M:%S}" if moment.year >= 1000 else moment.isoformat(" ", "seconds")[:19]
    return f"{text}.{moment.microsecond:06}"[: 20 + min(digits, 6)] if digits else text


def _fraction_digits(type: str) -> int:
    """How many digits of a second the type keeps."""
    digits = []
    for found in _TIME_TYPE.finditer(type):
        if (found[2] or found[3]) != "UTC":
            raise ValueError(f"a datetime needs a type with its zone, like DateTime64(3, 'UTC'), not {type or 'none'}")
        digits.append(int(found[1] or 0))
    if not digits:
        raise ValueError(f"a datetime does not fit {type or 'a parameter without a type'}")
    return min(digits)
