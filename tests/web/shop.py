"""A project with a few events that a test can count on its fingers, in the shared ClickHouse."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from analytics.clickhouse.writer import EventBatch, write_events
from web.accounts.models import User
from web.projects import actions
from web.projects.models import Membership, Project, Role

NOON = dt.datetime.now(dt.UTC).replace(hour=12, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
# who, event, days before yesterday, properties
EVENTS: list[tuple[str, str, int, dict[str, Any]]] = [
    ("ada", "Purchase", 0, {"plan": "pro", "amount": 10, "$browser": "Firefox"}),
    ("ada", "Purchase", 0, {"plan": "pro", "amount": 30, "$browser": "Firefox"}),
    ("bob", "Purchase", 0, {"plan": "free", "amount": 5, "$browser": "Chrome"}),
    ("bob", "Purchase", 2, {"plan": "free", "amount": 7, "$browser": "Chrome"}),
    ("eve", "Purchase", 2, {"plan": "pro", "$browser": "Chrome"}),
    ("ada", "Sign Up", 3, {"plan": "pro"}),
    ("bob", "<b>Sign & Out</b>", 3, {"<i>why</i>": "<img src=x onerror=alert(1)>"}),
]


@dataclass
class Shop:
    project: Project
    analyst: User
    username: str
    secret: str

    @property
    def url(self) -> str:
        return f"/api/v1/projects/{self.project.pk}"


def open_shop(project_id: int, client: Any, *, zone: str = "UTC") -> Shop:
    owner = User.objects.create_user(f"owner-{project_id}@example.com", "correct horse battery")
    analyst = User.objects.create_user(f"analyst-{project_id}@example.com", "correct horse battery")
    project = Project.objects.create(pk=project_id, name=f"Shop {project_id}", timezone=zone)
    Membership.objects.create(project=project, user=owner, role=Role.OWNER)
    Membership.objects.create(project=project, user=analyst, role=Role.ANALYST)
    project.member_role = Role.OWNER
    account, secret = actions.create_service_account(project=project, actor=owner, label="Robot", role=Role.VIEWER)
    fill(client, project_id)
    return Shop(project, analyst, account.username, secret)


def fill(client: Any, project_id: int, events: list[tuple[str, str, int, dict[str, Any]]] | None = None) -> None:
    batch = EventBatch()
    for number, (who, event, days, properties) in enumerate(EVENTS if events is None else events):
        moment = NOON - dt.timedelta(days=days)
        batch.project_id.append(project_id)
        batch.version.append(number + 1)
        batch.event.append(event)
        batch.distinct_id.append(who)
        batch.insert_id.append(f"{project_id}-{number}-{moment:%s}")
        batch.time_ms.append(int(moment.timestamp() * 1000) + number)
        batch.user_id.append("")
        batch.device_id.append("")
        batch.properties.append(json.dumps(properties))
    write_events(client, batch)


def question(**changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "kind": "insights",
        "metrics": [{"events": ["Purchase"], "measure": {"kind": "unique"}}],
        "dates": {"kind": "last", "count": 7, "unit": "day"},
        "interval": "day",
        **changes,
    }


def breakdown(name: str, type: str = "string") -> list[dict[str, Any]]:
    return [{"property": {"name": name, "source": "event", "type": type}}]


def where(name: str, operator: str, *values: Any, type: str = "string") -> dict[str, Any]:
    wanted = {"name": name, "source": "event", "type": type}
    return {"match": "all", "conditions": [{"property": wanted, "operator": operator, "values": list(values)}]}
