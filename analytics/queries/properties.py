"""A property as a question names it: whose it is, what it is called and which type it is asked as.

The type belongs to the question, not to the data: a value of another type counts as not set ("5" is text).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analytics.queries.text import check_text

LONGEST_NAME = 255


class PropertyType(StrEnum):
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"  # text in ISO 8601, read as a moment when asked
    LIST = "list"
    OBJECT = "object"


class PropertySource(StrEnum):
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    type: PropertyType = PropertyType.STRING
    source: PropertySource = PropertySource.EVENT

    def __post_init__(self) -> None:
        check_text(self.name, "name", what="The property's name", longest=LONGEST_NAME)
