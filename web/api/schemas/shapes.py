"""A few words in which the schemas of this folder are written. Nothing here knows what they describe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]
Fields = Mapping[str, Schema]


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def closed(about: str, needed: Fields, possible: Fields | None = None) -> Schema:
    """An object that we read: what it may hold is all named, as an unknown key is refused."""
    return {**opened(about, needed, possible), "additionalProperties": False}


def opened(about: str, needed: Fields, possible: Fields | None = None) -> Schema:
    """An object that we write: a later version may add to it, so a reader skips what it does not know."""
    schema: Schema = {"type": "object", "description": about, "properties": {**needed, **(possible or {})}}
    return {**schema, "required": list(needed)} if needed else schema


def by_kind(names: Mapping[str, str]) -> Schema:
    """One of several schemas, which the object's `kind` tells apart."""
    mapping = {kind: f"#/components/schemas/{name}" for kind, name in names.items()}
    return {
        "oneOf": [ref(name) for name in names.values()],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }


def many(item: Schema, about: str = "", **bounds: Any) -> Schema:
    return _about({"type": "array", "items": item, **bounds}, about)


def choice(members: Iterable[object], about: str = "", **more: Any) -> Schema:
    return _about({"type": "string", "enum": [str(member) for member in members], **more}, about)


def text(about: str = "", **bounds: Any) -> Schema:
    return _about({"type": "string", **bounds}, about)


def whole(about: str = "", **bounds: Any) -> Schema:
    return _about({"type": "integer", **bounds}, about)


def number(about: str = "", **bounds: Any) -> Schema:
    return _about({"type": "number", **bounds}, about)


def yes_or_no(about: str = "") -> Schema:
    return _about({"type": "boolean"}, about)


def moment(about: str = "") -> Schema:
    return text(about, format="date-time")


def or_null(schema: Schema, about: str = "") -> Schema:
    return _about({"anyOf": [schema, {"type": "null"}]}, about)


def _about(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about} if about else schema
