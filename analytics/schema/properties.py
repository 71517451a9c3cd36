"""A property's name and type → the column expression that reads it.

A value is NULL where the property is not set or is of another type: 5 and "5" are different values. Which properties
have a column of their own (hot) is decided in the first migration; a test holds the two lists together. Others are read
from their map as the subcolumn of their key, which reads its bucket alone (docs/decisions/0026).
"""

from __future__ import annotations

import re
from typing import Final, Literal, LiteralString, get_args

from analytics.sql.fragment import Fragment, bind, identifier, join, sql

PropertyType = Literal["string", "number", "boolean", "datetime", "list", "object"]
PROPERTY_TYPES: Final[tuple[PropertyType, ...]] = get_args(PropertyType)

# What SDKs send with nearly every event: text read without touching a map.
HOT: Final[dict[str, LiteralString]] = {
    "$browser": "p_browser",
    "$os": "p_os",
    "$device": "p_device",
    "$city": "p_city",
    "$region": "p_region",
    "mp_country_code": "p_country",
    "$referring_domain": "p_referring_domain",
    "utm_source": "p_utm_source",
    "utm_medium": "p_utm_medium",
    "utm_campaign": "p_utm_campaign",
    "utm_content": "p_utm_content",
    "utm_term": "p_utm_term",
    "$current_url": "p_current_url",
    "mp_lib": "p_lib",
}

# Sent among the properties, but facts of the event itself: in no map, readable as text from their column.
COLUMNS: Final[dict[str, LiteralString]] = {
    "distinct_id": "distinct_id",
    "$insert_id": "insert_id",
    "$user_id": "user_id",
    "$device_id": "device_id",
}

# Never a property: `time` is the event's moment, `token` is a secret of the sender's.
HIDDEN: Final = frozenset({"time", "token"})

# Text that is called a date where names are kept with their type; as migration 0003 has it.
DATE_TEXT: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}|$)"

# The subcolumn of a key is called by the key as ClickHouse escapes it; the few keys with such characters do without.
_ESCAPED: Final = re.compile(r"[\x00-\x1f'\\\x7f]")


def string(name: str) -> Fragment:
    """The text of a property, NULL where it is not set or not text. "" is a value."""
    if name in HOT:
        return identifier(HOT[name])
    if name in COLUMNS:
        return sql("nullIf({column}, '')", column=identifier(COLUMNS[name]))
    return from_map("strings", name)


def number(name: str) -> Fragment:
    """The number of a property as Nullable(Float64)."""
    return from_map("numbers", name)


def number_text(name: str) -> Fragment:
    """The number of a property as text with every digit, also beyond 2^53: for breakdowns and exact filters."""
    return sql(
        "coalesce({digits}, toString({number}))", digits=from_map("digits", name), number=from_map("numbers", name)
    )


def boolean(name: str) -> Fragment:
    """The boolean of a property as Nullable(Bool)."""
    return from_map("booleans", name)


def nested(name: str) -> Fragment:
    """The list or object of a property as compact JSON text."""
    return from_map("nested", name)


def items(name: str) -> Fragment:
    """The distinct items of a list as texts (texts unquoted, the rest as JSON); empty where it is not a list."""
    return items_of(sql("ifNull({nested}, '')", nested=nested(name)))


def items_of(text: Fragment) -> Fragment:
    """The same of a list's JSON text."""
    return sql(
        "arrayDistinct(arrayMap(item -> if(startsWith(item, '\"'), JSONExtractString(item), item),"
        " JSONExtractArrayRaw({text})))",
        text=text,
    )


def is_set(name: str) -> Fragment:
    """Whether the event has the property, whatever its type. JSON null is not set."""
    if name in COLUMNS:
        return sql("{column} != ''", column=identifier(COLUMNS[name]))
    anywhere = join(
        " OR ",
        [
            sql("isNotNull({value})", value=from_map(column, name))
            for column in ("strings", "numbers", "booleans", "nested")
        ],
    )
    if name in HOT:
        return sql("(isNotNull({column}) OR {anywhere})", column=identifier(HOT[name]), anywhere=anywhere)
    return sql("({anywhere})", anywhere=anywhere)


def from_map(column: LiteralString, name: str) -> Fragment:
    """The value of a key of one of the maps, NULL where it is missing."""
    if _ESCAPED.search(name):
        return sql("{map}[{key}]", map=identifier(column), key=bind("String", name))
    return sql("{map}.{key}", map=identifier(column), key=bind("Identifier", f"key_{name}"))


def names() -> Fragment:
    """The names of all properties that an event has, as an array: each once, whatever its type."""
    hot = join(
        ", ",
        [
            sql("if(isNull({column}), '', {name})", column=identifier(column), name=bind("String", name))
            for name, column in HOT.items()
        ],
    )
    return sql(
        "arrayConcat(arrayFilter(name -> name != '', [{hot}]),"
        " mapKeys(`strings`), mapKeys(`numbers`), mapKeys(`booleans`), mapKeys(`nested`))",
        hot=hot,
    )
