"""JSON ⇄ question: the only parser, for the address bar, the REST body, a saved report and the cache key alike.

The document is described in docs/architecture.md. Unknown keys are refused by name, so that a misspelt option cannot be
ignored. `dump` writes every key in one order, so that equal questions have equal text: parse(dump(q)) == q.

Each kind of question has a file here that reads and writes it; the parts that kinds share are in `reading` and
`writing`, and how an error finds its place in `grammar`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from analytics.errors import QueryError
from analytics.queries import Query
from analytics.queries.codec import flows, frequency, funnels, insights, lifecycle, reading, retention, writing
from analytics.queries.codec.grammar import LONGEST_DOCUMENT, VERSION, Fields, check_version, fields_of, loads
from analytics.queries.codec.writing import Document
from analytics.queries.dates import DateRange
from analytics.queries.filters import Group
from analytics.queries.text import listed, shown

__all__ = ["LONGEST_DOCUMENT", "VERSION", "canonical", "dump", "dump_dates", "dump_filters"]
__all__ += ["parse", "parse_dates", "parse_filters"]

_READ: dict[str, Callable[[Fields], Query]] = {
    "insights": insights.read,
    "funnels": funnels.read,
    "retention": retention.read,
    "flows": flows.read,
    "lifecycle": lifecycle.read,
    "frequency": frequency.read,
}
_WRITE: dict[str, Callable[[Any], Document]] = {
    "insights": insights.write,
    "funnels": funnels.write,
    "retention": retention.write,
    "flows": flows.write,
    "lifecycle": lifecycle.write,
    "frequency": frequency.write,
}


def parse(document: object) -> Query:
    """The question in a JSON text or in the values it holds; a QueryError says where it is wrong and how to mend it."""
    fields = fields_of(loads(document) if isinstance(document, str | bytes) else document, "The question")
    check_version(fields)
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in _READ:
        raise QueryError(f"The kind is {listed(_READ)}, not {shown(kind)}.", place="kind")
    return _READ[kind](fields)


def dump(query: Query) -> Document:
    """The whole document, defaults included, in one order."""
    return writing.whole(query, _WRITE[query.kind](query))


def canonical(query: Query) -> str:
    """The document as text: the same for equal questions, and no longer than it must be."""
    return json.dumps(dump(query), ensure_ascii=False, separators=(",", ":"))


def parse_dates(document: object) -> DateRange:
    """A date range on its own, as boards lay it over their questions."""
    return reading.dates(document)


def parse_filters(document: object) -> Group:
    """Filters on their own."""
    return reading.group(document)


def dump_dates(dates: DateRange) -> Document:
    return writing.dates(dates)


def dump_filters(filters: Group | None) -> Document | None:
    return writing.group(filters)
