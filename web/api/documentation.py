"""The OpenAPI document as a page wants it: operations by group, schemas as rows of fields, types in words.

It reads nothing but the document, so the page cannot say anything else than openapi.json does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """A few words of a type; with a link if they name a schema."""

    text: str
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A field or parameter."""

    name: str
    needed: bool
    type: list[Piece]
    about: str


@dataclass(frozen=True)
class Variant:
    """One shape that a schema may have."""

    about: str
    type: list[Piece]
    rows: list[Row]


@dataclass(frozen=True)
class Reply:
    status: str
    about: str
    type: list[Piece]
    example: str


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    about: str
    parameters: list[Row]
    body: list[Piece]
    example: str
    replies: list[Reply]
    errors: list[str]


@dataclass(frozen=True)
class Group:
    name: str
    about: str
    operations: list[Operation] = field(default_factory=list)


def page_of(document: dict[str, Any]) -> dict[str, Any]:
    """Context for templates/api/docs.html."""
    document = _without_marks(document)
    groups = {tag["name"]: Group(tag["name"], tag["description"]) for tag in document["tags"]}
    errors: dict[str, str] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            groups[described["tags"][0]].operations.append(_operation(method, path, described))
            errors |= {code: reply["description"] for code, reply in described["responses"].items() if code >= "400"}
    schemas = document["components"]["schemas"]
    return {
        "groups": list(groups.values()),
        "errors": sorted(errors.items()),
        "schemas": [
            {"name": name, "about": schema.get("description", ""), "variants": _variants(schema)}
            for name, schema in schemas.items()
        ],
        "credentials": document["components"]["securitySchemes"],
    }


def _without_marks(part: Any) -> Any:
    """The same without the backticks that set names off in plain text; the page has no use for them."""
    if isinstance(part, dict):
        return {key: _without_marks(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_without_marks(value) for value in part]
    return part.replace("`", "") if isinstance(part, str) else part


def _operation(method: str, path: str, described: dict[str, Any]) -> Operation:
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    replies = [
        Reply(status, reply["description"], *_content(reply))
        for status, reply in described["responses"].items()
        if status < "400"
    ]
    return Operation(
        name=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        about=described.get("description", ""),
        parameters=[_parameter(each) for each in described["parameters"]],
        body=in_words(body["schema"]) if body else [],
        example=_example(body),
        replies=replies,
        errors=[status for status in described["responses"] if status >= "400"],
    )


def _parameter(described: dict[str, Any]) -> Row:
    return Row(
        described["name"],
        described.get("required", False),
        in_words(described["schema"]),
        described.get("description", ""),
    )


def _content(reply: dict[str, Any]) -> tuple[list[Piece], str]:
    content = reply.get("content", {}).get("application/json", {})
    return (in_words(content["schema"]) if "schema" in content else []), _example(content)


def _example(content: dict[str, Any]) -> str:
    for example in content.get("examples", {}).values():
        return json.dumps(example["value"], indent=2, ensure_ascii=False)
    return ""


# --- schemas ----------------------------------------------------------------------------------------------------------


def _variants(schema: Schema) -> list[Variant]:
    shapes = _alternatives(schema) or [schema]
    return [
        Variant(shape.get("description", "") if shape is not schema else "", in_words(shape), list(_rows(shape)))
        for shape in shapes
    ]


def _rows(schema: Schema, before: str = "") -> Iterator[Row]:
    """The fields of an object, and of the objects that stand unnamed in it: `property.name`, `events[].name`."""
    for name, part in schema.get("properties", {}).items():
        full = f"{before}{name}"
        needed = name in schema.get("required", ())
        if "properties" in part:
            yield from _rows(part, f"{full}.")
        elif "properties" in part.get("items", {}):
            yield from _rows(part["items"], f"{full}[].")
        else:
            yield Row(full, needed, in_words(part), part.get("description", ""))


def in_words(schema: Schema) -> list[Piece]:
    """A type, like "list of Metric, 1 to 40"."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [Piece(name, f"#schema-{name}")]
    if alternatives := _alternatives(schema):
        return _joined([in_words(each) for each in alternatives])
    if "const" in schema:
        return [Piece(json.dumps(schema["const"]))]
    if "enum" in schema:
        return [Piece(" | ".join(json.dumps(value) for value in schema["enum"]) + _default(schema))]
    if schema.get("type") == "array":
        items = in_words(schema["items"]) if schema.get("items") else [Piece("anything")]
        bounds = _bounds(schema, "minItems", "maxItems")
        return [Piece("list of "), *items, *([Piece(f", {bounds} of them")] if bounds else [])]
    return [Piece(_plain(schema))]


def _plain(schema: Schema) -> str:
    types = schema.get("type", "anything")
    said = " or ".join(types) if isinstance(types, list) else str(schema.get("format", types))
    if bounds := _bounds(schema, "minLength", "maxLength"):
        said += f", {bounds} characters"
    if "minimum" in schema and abs(schema["minimum"]) < 1e300:  # beyond, it is every number
        said += f", {_bounds(schema, 'minimum', 'maximum')}"
    return said + _default(schema)


def _bounds(schema: Schema, lowest: str, highest: str) -> str:
    low, high = schema.get(lowest), schema.get(highest)
    if low is not None and high is not None:
        return f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if high is not None:
        return f"at most {high:,}"
    return f"at least {low:,}" if low is not None else ""


def _default(schema: Schema) -> str:
    return f"; {json.dumps(schema['default'])} if left out" if schema.get("default") not in (None, "") else ""


def _alternatives(schema: Schema) -> list[Schema]:
    found: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or []
    return found


def _joined(each: list[list[Piece]]) -> list[Piece]:
    joined: list[Piece] = []
    for pieces in each:
        joined += [Piece(" or "), *pieces] if joined else pieces
    return joined
