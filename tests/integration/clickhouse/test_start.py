"""What an operator is told about the server at start, before a table is made."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.integration.clickhouse.conftest import MODERN_SQL


def test_an_unfit_server_is_named_and_a_fit_one_is_prepared(server, settings):
    settings.CLICKHOUSE_MIGRATION_URL = server.url
    said = io.StringIO()
    if MODERN_SQL in server.capabilities:
        call_command("migrate_clickhouse", stdout=said)
        assert "answers" in said.getvalue()
        return
    with pytest.raises(CommandError, match=r"cannot be used: it lacks .*Footfall needs 26\.1 or newer"):
        call_command("migrate_clickhouse", stdout=said)
