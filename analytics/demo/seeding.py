"""The demo's events into ClickHouse, by the same rules and the same writer as everybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec

from analytics.clickhouse.client import connect
from analytics.clickhouse.writer import EventBatch, write_events
from analytics.demo.population import Population
from analytics.demo.visits import Event, Properties
from analytics.events import IMPORT, Moment, Row, known_of, row
from analytics.ingest import next_version

BATCH_ROWS = 50_000


def seed(
    url: str, project_id: int, now: datetime, on_batch: Callable[[int], None] = lambda stored: None
) -> dict[str, Properties]:
    """Store the demo as of `now`; returns the people's profiles by user id. The same `now` again changes nothing."""
    population = Population(now)
    moment = Moment(int(now.timestamp() * 1000))
    events = population.events()
    stored = 0
    client = connect(url)
    try:
        while rows := list(islice(_rows(events, moment), BATCH_ROWS)):
            stored += write_events(client, _batch(project_id, rows))
            on_batch(stored)
    finally:
        client.disconnect()
    return population.people


def _rows(events: Iterable[Event], moment: Moment) -> Iterator[Row]:
    for event in events:
        properties = msgspec.json.encode(event["properties"])
        yield row(event["event"], properties, known_of(properties), IMPORT, moment)


def _batch(project_id: int, rows: list[Row]) -> EventBatch:
    first = next_version()
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    return EventBatch([project_id] * len(rows), list(range(first, first + len(rows))), *columns)
