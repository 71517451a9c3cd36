"""A received event as a plain value, what it becomes in the store's inbox, and which of them count."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from analytics.clickhouse.writer import EventBatch


@dataclass(frozen=True)
class Fact:
    """One line of what was received. `version` is the order of arrival."""

    event: str
    time: dt.datetime
    version: int
    distinct_id: str = "someone"
    insert_id: str = ""
    user_id: str = ""
    device_id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        """Who did it, as far as the event itself says."""
        return self.user_id or (f"$device:{self.device_id}" if self.device_id else self.distinct_id)


def batch(facts: Iterable[Fact], project_id: int) -> EventBatch:
    rows = EventBatch()
    for fact in facts:
        rows.project_id.append(project_id)
        rows.version.append(fact.version)
        rows.event.append(fact.event)
        rows.distinct_id.append(fact.distinct_id)
        rows.insert_id.append(fact.insert_id or f"made-{fact.version}")
        rows.time_ms.append(int(fact.time.timestamp() * 1000))
        rows.user_id.append(fact.user_id)
        rows.device_id.append(fact.device_id)
        rows.properties.append(json.dumps(fact.properties, ensure_ascii=False))
    return rows


def last_received(facts: Iterable[Fact]) -> list[Fact]:
    """Of the facts that are one event, the last received."""
    last: dict[tuple[object, ...], Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.version):
        key = (fact.event, fact.distinct_id, fact.time, fact.insert_id or f"made-{fact.version}")
        last[key] = fact
    return list(last.values())


def owners(facts: Iterable[Fact], undone: Iterable[str] = ()) -> dict[str, str]:
    """Device → its user: the first one it was received with, unless an administrator took the link apart."""
    owner: dict[str, str] = {}
    for fact in sorted(facts, key=lambda fact: fact.version):
        if fact.user_id and fact.device_id:
            owner.setdefault(f"$device:{fact.device_id}", fact.user_id)
    return {device: user for device, user in owner.items() if device.removeprefix("$device:") not in undone}


def actors(clickhouse: Any, project_id: int, names: Iterable[str]) -> dict[str, int]:
    """The number by which the store knows each. What it shows of one who did not log in need not be unique."""
    given = {"project": project_id, "names": sorted(names)}
    rows = clickhouse.execute(
        "SELECT arrayJoin({names:Array(String)}) AS name, sipHash64({project:UInt32}, name)", given
    )
    return dict(rows)
