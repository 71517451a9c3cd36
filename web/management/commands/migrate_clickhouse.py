"""manage.py migrate_clickhouse: bring ClickHouse's tables up to date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analytics.clickhouse.client import check_server
from analytics.clickhouse.migrate import migrate
from analytics.errors import FootfallError


class Command(BaseCommand):
    help = "Applies the ClickHouse migrations that are missing, in order; forward only, and safe to run again."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            # Every installation passes here before anything else starts, so this is where an unfit server is named.
            server = check_server(settings.CLICKHOUSE_MIGRATION_URL)
            applied = migrate(settings.CLICKHOUSE_MIGRATION_URL)
        except FootfallError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{server.name} {server.version_text} answers")
        for name in applied:
            self.stdout.write(f"applied {name}")
        if not applied:
            self.stdout.write("ClickHouse is up to date")
