"""A property as a question names it: whose it is, what it is called and which type it is asked as.

The type belongs to the question, not to the data: a value of another type counts as not set ("5" is text), unless the
question says `cast`, which reads what can be read as that type. `path` goes into an object: ("address", "city").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analytics.errors import QueryError
from analytics.queries.text import check_text

LONGEST_NAME = 255
DEEPEST_PATH = 3


class PropertyType(StrEnum):
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"  # text in ISO 8601, read as a moment when asked
    LIST = "list"
    OBJECT = "object"


class PropertySource(StrEnum):
    EVENT = "event"
    USER = "user"  # of the profile that the event's user has now


_CASTABLE = (PropertyType.STRING, PropertyType.NUMBER, PropertyType.BOOLEAN, PropertyType.DATE)


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    type: PropertyType = PropertyType.STRING
    source: PropertySource = PropertySource.EVENT
    path: tuple[str, ...] = ()
    cast: bool = False

    def __post_init__(self) -> None:
        check_text(self.name, "name", what="The property's name", longest=LONGEST_NAME)
        if len(self.path) > DEEPEST_PATH:
            raise QueryError(f"A path goes at most {DEEPEST_PATH} keys deep into an object.", place="path")
        for index, key in enumerate(self.path):
            check_text(key, f"path[{index}]", what="A key", longest=LONGEST_NAME)
        if self.cast and self.type not in _CASTABLE:
            raise QueryError(
                f"Nothing can be read as a {self.type} that is none; leave cast out of {self.name}.", place="cast"
            )

    @property
    def label(self) -> str:
        """What people read: `address.city`."""
        return ".".join((self.name, *self.path))
