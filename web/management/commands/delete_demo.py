"""manage.py delete_demo: the demo project, its events and its person, gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analytics.errors import FootfallError
from web.accounts.models import User
from web.management.demo import DESCRIPTION, EMAIL
from web.projects.deletion import delete_project
from web.projects.models import Project


class Command(BaseCommand):
    help = "Deletes every demo project with its events, and the demo's person if no other project is theirs."

    def handle(self, *args: Any, **options: Any) -> None:
        projects = list(Project.objects.filter(is_demo=True))
        for project in projects:
            name = f"{project.name} ({project.pk})"
            try:
                delete_project(project=project, actor=None)
            except FootfallError as error:
                raise CommandError(f"{name} stays: {error.message}") from None
            self.stdout.write(f"{name} is deleted")
        if not projects:
            self.stdout.write("There is no demo project.")
        User.objects.filter(email=EMAIL, memberships=None).delete()
        (Path(settings.DATA_DIR) / DESCRIPTION).unlink(missing_ok=True)
