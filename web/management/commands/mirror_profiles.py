"""manage.py mirror_profiles: make ClickHouse's copy of the profiles anew, after a backup was restored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analytics.errors import FootfallError
from web.people.mirror import mirror_anew


class Command(BaseCommand):
    help = "Copies all profiles to ClickHouse again, and removes from it those that the database does not have."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = mirror_anew(settings.CLICKHOUSE_URL)
        except FootfallError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"copied {count} profiles")
