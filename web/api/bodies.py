"""Reads the body of a request: an object whose fields are all known, or a QueryError that names the field."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from analytics.errors import QueryError
from analytics.queries.text import listed, shown


def read_fields(
    request: Request,
    what: str,
    *,
    needed: tuple[str, ...] = (),
    possible: tuple[str, ...] = (),
    nullable: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The fields by name. `what` is the object in a word; those of `nullable` may be null."""
    fields = request.data
    known = (*needed, *possible)
    if not isinstance(fields, dict):
        raise QueryError(f"{what} is an object, not {shown(fields)}.")
    for name in fields:
        if name not in known:
            there = f"there are {listed(known, 'and')}" if known else "there are none"
            raise QueryError(f"{shown(name)} is unknown here; {there}.", place=str(name))
        if fields[name] is None and name not in nullable:
            raise QueryError(f"{name} is null: give it a value, or leave it out.", place=name)
    for name in needed:
        if name not in fields:
            raise QueryError(f"{shown(name)} is missing.", place=name)
    return fields
