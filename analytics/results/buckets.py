"""Buckets as answers of every kind write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from analytics.queries.buckets import Bucket


def buckets_to_json(found: Iterable[Bucket]) -> list[dict[str, Any]]:
    return [{"start": b.start.isoformat(), "end": b.end.isoformat(), "complete": b.complete} for b in found]


def buckets_from_json(found: Iterable[dict[str, Any]]) -> tuple[Bucket, ...]:
    moment = dt.datetime.fromisoformat
    return tuple(Bucket(moment(b["start"]), moment(b["end"]), b["complete"]) for b in found)
