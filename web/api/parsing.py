"""Reads a body as JSON, and refuses what costs more than it can be worth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from analytics.queries.codec import LONGEST_DOCUMENT

LONGEST_BODY = 4 * LONGEST_DOCUMENT  # bytes: any question fits, however its characters are spelled


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = f"The body is longer than {LONGEST_BODY:,} bytes."


class BoundedJSONParser(BaseParser):
    """REST framework's own takes the last of two equal keys, and breaks on lists nested a thousand deep."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(LONGEST_BODY + 1)
        if len(body) > LONGEST_BODY:
            raise TooLarge()
        try:
            return json.loads(body.decode(), object_pairs_hook=_without_repeats, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON: {error}.") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is given twice")
    return fields


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
