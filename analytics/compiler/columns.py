"""A property as a question asks for it → the expression that reads it: NULL where it is not set or of another type.

Where the question says `cast`, values of other types are read as the asked one where that is plain: "5" as 5, 5 as "5",
"true" as true, 1 as true, epoch seconds or milliseconds as a date. With a path the value lies in an object.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import LiteralString, Protocol

from analytics.queries.breakdowns import EVENT_TIME
from analytics.queries.properties import Property, PropertySource, PropertyType
from analytics.schema import profiles, properties
from analytics.sql.fragment import Fragment, bind, identifier, join, let, sql

_NUMBER = "^[+-]?[0-9]{1,300}(\\.[0-9]{1,300})?([eE][+-]?[0-9]{1,2})?$"
_LONG_WHOLE = "^-?[0-9]{16,}$"
# Below this a number of a date is in seconds (until the year 5138), from it on in milliseconds (from 1973).
_MILLISECONDS_FROM = 1e11


def column(asked: Property) -> Fragment:
    """Text as Nullable(String), a number as Nullable(Float64), a boolean as Nullable(Bool); a list or an object as its
    JSON text; a date as text that may or may not be one (dates.py says which)."""
    match asked.type:
        case PropertyType.STRING:
            return text(asked)
        case PropertyType.NUMBER:
            return _number(asked)
        case PropertyType.BOOLEAN:
            return _boolean(asked)
        case PropertyType.DATE:
            return date_text(asked)
    if asked.path:
        return _in_object(asked, "Array" if asked.type is PropertyType.LIST else "Object", "JSONExtractRaw")
    opening = bind("String", "[" if asked.type is PropertyType.LIST else "{")
    return sql("if(startsWith({nested}, {opening}), {nested}, NULL)", nested=_nested(asked), opening=opening)


def beside_event(asked: Property) -> Fragment:
    """A property's text as an expression of an event's row. What is known of a user stands beside the row then."""
    return _as_text(asked) if asked.source is PropertySource.EVENT else identifier(_name_beside(asked))


def columns_beside(asked: Iterable[Property]) -> dict[str, Fragment]:
    """What of profiles has to stand beside the events for `beside_event`: name → the expression that reads it."""
    return {_name_beside(each): _as_text(each) for each in asked if each.source is PropertySource.USER}


def _name_beside(asked: Property) -> str:
    """A name of our own, whatever the property is called."""
    mark = hashlib.sha256(repr((asked.name, str(asked.type), asked.path, asked.cast)).encode()).hexdigest()[:24]
    return f"profile_{mark}"


def _as_text(asked: Property) -> Fragment:
    match asked.type:
        case PropertyType.NUMBER:
            return number_text(asked)
        case PropertyType.BOOLEAN:
            return sql("toString({boolean})", boolean=column(asked))
    return column(asked)


def _store(asked: Property) -> Store:
    return profiles if asked.source is PropertySource.USER else properties


class Store(Protocol):
    """Where properties lie: events, or users' profiles. Both spell them alike."""

    def string(self, name: str, /) -> Fragment: ...
    def number(self, name: str, /) -> Fragment: ...
    def number_text(self, name: str, /) -> Fragment: ...
    def boolean(self, name: str, /) -> Fragment: ...
    def nested(self, name: str, /) -> Fragment: ...
    def items(self, name: str, /) -> Fragment: ...


def text(asked: Property) -> Fragment:
    own = _in_object(asked, "String", "JSONExtractString") if asked.path else _store(asked).string(asked.name)
    if not asked.cast:
        return own
    return sql(
        "coalesce({own}, {number}, toString({boolean}))",
        own=own,
        number=number_text(_plain(asked)),
        boolean=_flag(asked),
    )


def number_text(asked: Property) -> Fragment:
    """A number as text with all its digits; -0 is 0. For breakdowns, distinct values and exact comparison."""
    if asked.cast:
        return sql("coalesce({own}, toString({number} + 0))", own=number_text(_plain(asked)), number=_number(asked))
    if not asked.path:
        return sql("replaceRegexpOne({number}, '^-0$', '0')", number=_store(asked).number_text(asked.name))
    return sql(
        "if(match(ifNull({raw}, ''), {long}), {raw}, toString({number} + 0))",
        raw=_number_in_object(asked, "JSONExtractRaw"),
        long=bind("String", _LONG_WHOLE),
        number=_number_in_object(asked, "JSONExtractFloat"),
    )


def items(asked: Property) -> Fragment:
    """The distinct items of a list as texts (texts unquoted, the rest as JSON); empty where it is no list."""
    if not asked.path:
        return _store(asked).items(asked.name)
    return properties.items_of(sql("ifNull({list}, '')", list=column(asked)))


def date_text(asked: Property) -> Fragment:
    """What could be a date: text in ISO 8601, or with `cast` a number of seconds or milliseconds since 1970."""
    if is_event_time(asked):
        return sql("CAST(toString(time) AS Nullable(String))")
    own = _in_object(asked, "String", "JSONExtractString") if asked.path else _store(asked).string(asked.name)
    if not asked.cast:
        return own
    moment = let(
        _number(_plain(asked)),
        lambda number: sql(
            "if(abs(ifNull({number}, 1e300)) < 4e12, toString(fromUnixTimestamp64Milli("
            "toInt64(assumeNotNull({number}) * if(abs(assumeNotNull({number})) < {edge}, 1000, 1)), 'UTC')), NULL)",
            number=number,
            edge=bind("Float64", _MILLISECONDS_FROM),
        ),
        name="number",
    )
    return sql("coalesce({own}, {moment})", own=own, moment=moment)


def is_event_time(asked: Property) -> bool:
    """Whether it is the moment of the event itself, which is no property among the others."""
    return (asked.name, asked.type, asked.source, asked.path) == (
        EVENT_TIME, PropertyType.DATE, PropertySource.EVENT, ()
    )  # fmt: skip


def is_set(asked: Property) -> Fragment:
    """Whether there is such a value, of the asked type."""
    return sql("isNotNull({column})", column=column(asked))


def _number(asked: Property) -> Fragment:
    own = _number_in_object(asked, "JSONExtractFloat") if asked.path else _store(asked).number(asked.name)
    if not asked.cast:
        return own
    return sql(
        "coalesce({own}, if(match(ifNull({text}, ''), {shape}), toFloat64OrNull({text}), NULL), toFloat64({boolean}))",
        own=own,
        text=text(_plain(asked)),
        shape=bind("String", _NUMBER),
        boolean=_flag(asked),
    )


def _boolean(asked: Property) -> Fragment:
    own = _flag(asked)
    if not asked.cast:
        return own
    return sql(
        "coalesce({own}, multiIf(lower({text}) = 'true', true, lower({text}) = 'false', false, {number} = 1, true,"
        " {number} = 0, false, NULL))",
        own=own,
        text=text(_plain(asked)),
        number=_number(_plain(asked)),
    )


def _flag(asked: Property) -> Fragment:
    return _in_object(asked, "Bool", "JSONExtractBool") if asked.path else _store(asked).boolean(asked.name)


def _plain(asked: Property) -> Property:
    """The same place, read without casting."""
    return Property(asked.name, PropertyType.STRING, asked.source, asked.path)


def _nested(asked: Property) -> Fragment:
    return _store(asked).nested(asked.name)


_READ: dict[str, LiteralString] = {
    "JSONExtractString": "JSONExtractString({text}, {path})",
    "JSONExtractFloat": "JSONExtractFloat({text}, {path})",
    "JSONExtractBool": "toBool(JSONExtractBool({text}, {path}))",
    "JSONExtractRaw": "JSONExtractRaw({text}, {path})",
}


def _in_object(asked: Property, type: str, function: str) -> Fragment:
    """The value at the path where it is of this JSON type."""
    pieces = _place(asked)
    return sql(
        "if(JSONType({text}, {path}) = {type}, {value}, NULL)",
        **pieces,
        type=bind("String", type),
        value=sql(_READ[function], **pieces),
    )


def _number_in_object(asked: Property, function: str) -> Fragment:
    pieces = _place(asked)
    return sql(
        "if(JSONType({text}, {path}) IN ('Int64', 'UInt64', 'Double'), {value}, NULL)",
        **pieces,
        value=sql(_READ[function], **pieces),
    )


def _place(asked: Property) -> dict[str, Fragment]:
    return {
        "text": sql("ifNull({nested}, '')", nested=_nested(asked)),
        "path": join(", ", [bind("String", key) for key in asked.path]),
    }
