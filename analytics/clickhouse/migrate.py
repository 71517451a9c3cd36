"""The tables of ClickHouse, brought up to date: numbered SQL files, applied once each, in order, forward only.

The files are the same for the embedded engine and a server. Every statement says IF NOT EXISTS, so a file that was
interrupted half-way, or that two processes apply at once, can be run again.
This file must not know what the tables mean.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from analytics.clickhouse.client import connect
from analytics.errors import QueryFailed

DIRECTORY = Path(__file__).parent / "migrations"
_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
_PLACEHOLDER = re.compile(r"@[A-Z_]+@")

# What a single node fills the placeholders with. A cluster would say ON CLUSTER '…' and Replicated.
SINGLE_NODE: Mapping[str, str] = {"@ON_CLUSTER@": "", "@REPLICATED@": ""}

_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations @ON_CLUSTER@
(name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
ENGINE = @REPLICATED@ReplacingMergeTree(applied_at) ORDER BY name
"""


class Executes(Protocol):
    """As much of a client as migrations need."""

    def execute(self, query: str, params: Any = None) -> Any: ...


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `0001_events`, its text as written and the fingerprint of that text."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def statements(self, placeholders: Mapping[str, str]) -> Iterator[str]:
        """The statements in order, without comments, with the placeholders filled."""
        lines = [line for line in self.text.splitlines() if not line.lstrip().startswith("--")]
        for statement in re.split(r";[ \t]*(?:\n|$)", "\n".join(lines)):
            if statement.strip():
                yield fill(statement.strip(), placeholders)


def fill(statement: str, placeholders: Mapping[str, str]) -> str:
    """The statement with each `@NAME@` replaced; one that nobody knows is our mistake and says so."""

    def value(found: re.Match[str]) -> str:
        if found[0] not in placeholders:
            raise QueryFailed(f"a migration uses the placeholder {found[0]}, which nothing fills")
        return placeholders[found[0]]

    return _PLACEHOLDER.sub(value, statement)


def load(directory: Path = DIRECTORY) -> list[Migration]:
    """The migrations of a directory in order. Their numbers must be 0001, 0002, … without a gap."""
    migrations = []
    for number, path in enumerate(sorted(directory.glob("*.sql")), start=1):
        if not _NAME.fullmatch(path.name) or int(path.name[:4]) != number:
            raise QueryFailed(f"{path.name} should be called {number:04}_what_it_does.sql")
        migrations.append(Migration(path.stem, path.read_text(encoding="utf-8")))
    return migrations


def apply(client: Executes, migrations: list[Migration], placeholders: Mapping[str, str] = SINGLE_NODE) -> list[str]:
    """Apply what is missing and return its names. Refuses when an applied file was edited or is gone."""
    client.execute(fill(_LEDGER.strip(), placeholders))
    applied: dict[str, str] = dict(client.execute("SELECT name, checksum FROM schema_migrations FINAL ORDER BY name"))
    _refuse_rewritten_history(migrations, applied)
    fresh = [migration for migration in migrations if migration.name not in applied]
    for migration in fresh:
        for statement in migration.statements(placeholders):
            client.execute(statement)
        client.execute("INSERT INTO schema_migrations (name, checksum) VALUES", [(migration.name, migration.checksum)])
    return [migration.name for migration in fresh]


def _refuse_rewritten_history(migrations: list[Migration], applied: Mapping[str, str]) -> None:
    known = {migration.name: migration for migration in migrations}
    for name, checksum in applied.items():
        if name not in known:
            raise QueryFailed(
                f"this database has the migration {name}, which this version of Footfall does not know: "
                "start the version that made it, or a later one"
            )
        if known[name].checksum != checksum:
            raise QueryFailed(
                f"the migration {name} was edited after it was applied: "
                "restore the file and put the change into a new one"
            )


def migrate(url: str) -> list[str]:
    """Bring the database at this address up to date; returns the names of the migrations applied now."""
    client = connect(url)
    try:
        return apply(client, load())
    finally:
        client.disconnect()
