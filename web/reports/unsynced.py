"""A transaction that survives the death of every process, but not a power cut: what it holds would then be asked again,
and waiting for the disk is a tenth of a short question's time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def unsynced() -> Iterator[None]:
    """A transaction whose commit does not wait for the disk, unless it is part of another one that does."""
    if connection.in_atomic_block or connection.vendor not in ("sqlite", "postgresql"):
        with transaction.atomic():
            yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
            yield
    else:
        with connection.cursor() as cursor:
            [(before,)] = cursor.execute("PRAGMA synchronous").fetchall()
            cursor.execute("PRAGMA synchronous=NORMAL")
            try:
                with transaction.atomic():
                    yield
            finally:
                cursor.execute(f"PRAGMA synchronous={int(before)}")
