"""How a worker's process differs from the web's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from workers.celery import _synchronous_normal, write_without_haste

FULL, NORMAL = 2, 1

pytestmark = pytest.mark.django_db


def synchronous() -> int:
    fresh = connection.copy()
    with fresh.cursor() as cursor:
        level: int = cursor.execute("PRAGMA synchronous").fetchone()[0]
    fresh.connection.close()
    return level


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's writers do not wait for each other")
def test_a_worker_does_not_wait_for_the_disk_with_each_progress_but_the_web_does():
    assert synchronous() == FULL
    write_without_haste()
    try:
        assert synchronous() == NORMAL
    finally:
        connection_created.disconnect(_synchronous_normal)
