"""manage.py seed_demo: the demo project with its people, credentials and events; made once, described every time."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from analytics.demo import story
from analytics.demo.seeding import seed
from web.accounts.login_links import one_time_login_link
from web.accounts.models import User
from web.boards.models import Board
from web.boards.starter import make_starter_board
from web.management.demo import EMAIL, write_private
from web.people import profiles
from web.people.operations import read
from web.projects.access import get_project
from web.projects.actions import create_project, create_service_account, revoke_service_account
from web.projects.models import Project, Role, record

SEEDED = "demo.seeded"
PROFILES_AT_ONCE = 1000


class Command(BaseCommand):
    help = "Makes the demo project and about 300,000 events of the last half year; what exists is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--describe", type=Path, help="write who can log in, and with what, to this file (0600)")
        parser.add_argument(
            "--login-link", default="", metavar="URL", help="… with a link that logs in once, under URL"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user, project, created = _project()
        known = _known(options["describe"])
        described = known if known.get("project_id") == project.pk and not created else _credentials(user, project)
        if options["describe"]:
            write_private(options["describe"], json.dumps(described, indent=2))
        if project.is_demo and not project.audit_entries.filter(action=SEEDED).exists():
            self._seed(project, user)
        if options["login_link"]:
            described = described | {"login_url": one_time_login_link(user, options["login_link"])}
            if options["describe"]:
                write_private(options["describe"], json.dumps(described, indent=2))
        if not options["describe"]:
            self.stdout.write(json.dumps(described, indent=2))

    def _seed(self, project: Project, user: User) -> None:
        """The events are those of the moment the project was made, so that an interrupted seeding can be repeated."""
        people = seed(
            settings.CLICKHOUSE_URL,
            project.pk,
            project.created_at,
            lambda stored: self.stdout.write(f"{stored:,} events stored"),
        )
        updates = [
            read(
                msgspec.json.encode({"$token": "", "$distinct_id": user_id, "$set": properties}),
                project.created_at,
                groups=False,
            )
            for user_id, properties in people.items()
        ]
        for start in range(0, len(updates), PROFILES_AT_ONCE):
            profiles.update(project.pk, updates[start : start + PROFILES_AT_ONCE], timezone.now(), lambda ip: {})
        if not Board.objects.filter(project=project).exists():
            make_starter_board(project=project, actor=user)
        record(project=project, actor=None, action=SEEDED, subject=f"{len(people):,} people")
        self.stdout.write(f"{len(people):,} profiles stored")


def _project() -> tuple[User, Project, bool]:
    user = User.objects.filter(email=EMAIL).first()
    if user is None:
        user = User.objects.create_user(EMAIL, name="Demo", is_staff=True)
    theirs = Project.objects.filter(memberships__user=user)
    # Whoever deleted the demo and goes on with a project of their own does not get it back.
    project = theirs.filter(is_demo=True).order_by("pk").first() or theirs.order_by("pk").first()
    made = project is None
    if project is None:
        project = create_project(owner=user, name=f"{story.PRODUCT} (demo)", is_demo=True)
    return user, get_project(user, project.pk, Role.OWNER), made


def _known(path: Path | None) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text())) if path else {}
    except (FileNotFoundError, ValueError):
        return {}


def _credentials(user: User, project: Project) -> dict[str, Any]:
    """New ones: the old ones cannot be read again, and whoever lost the description needs some that work."""
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save()
    for old in project.service_accounts.filter(label="Demo", revoked_at=None):
        revoke_service_account(account=old, project=project, actor=user)
    account, secret = create_service_account(project=project, actor=user, label="Demo")
    token = project.tokens.filter(revoked_at=None).order_by("pk").first()
    return {
        "email": user.email,
        "password": password,
        "project_id": project.pk,
        "project_token": token.token if token else "",
        "service_account": {"username": account.username, "secret": secret},
    }
