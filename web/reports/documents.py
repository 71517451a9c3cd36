"""A saved report as JSON, for the API and the page alike."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from analytics.queries.codec import dump, parse
from analytics.queries.sentence import KIND_WORDS, KindWords, sentence
from web.reports.models import Report


def report_document(report: Report) -> dict[str, Any]:
    query = parse(report.query)
    return {
        "id": report.pk,
        "name": report.name,
        "description": report.description,
        "query": dump(query),
        "sentence": sentence(query),
        "version": report.version,
        "created_at": moment(report.created_at),
        "created_by": report.created_by_name,
        "updated_at": moment(report.updated_at),
        "updated_by": report.updated_by_name,
    }


def kind_words(report: Report) -> KindWords:
    """What the kind of its question is called."""
    return KIND_WORDS[json.loads(report.query)["kind"]]


def moment(at: datetime) -> str:
    """To the second, in UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
