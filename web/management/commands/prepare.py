"""manage.py prepare: bring what is on disk up to this version: both databases and the files for the browser."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "migrate, migrate_clickhouse and collectstatic in one process; safe to run again."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        quietly: dict[str, Any] = {"stdout": self.stdout, "stderr": self.stderr}
        call_command("migrate", interactive=False, **quietly)
        call_command("migrate_clickhouse", **quietly)
        call_command("collectstatic", interactive=False, verbosity=0, **quietly)
