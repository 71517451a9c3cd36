"""How new a project's data and its profiles are, for the cache key. Read it before what it stands for, never after."""

from __future__ import annotations

from typing import Any, Protocol

from analytics.schema.tables import DATA_VERSIONS
from analytics.sql.fragment import bind, identifier, sql


class Reads(Protocol):
    """As much of a client as reading needs."""

    def execute(self, query: str, params: Any = None, **options: Any) -> Any: ...


def data_version(client: Reads, project_id: int) -> int:
    """A number that grows with every write that a question of this project could see; 0 before the first."""
    return _newest(client, "version", project_id)


def profile_version(client: Reads, project_id: int) -> int:
    """A number that grows with every change of a profile of this project; 0 before the first. Apart from the data's, so
    that a changed profile leaves the answers that read none as they are."""
    return _newest(client, "profile_version", project_id)


def _newest(client: Reads, column: str, project_id: int) -> int:
    text, params = sql(
        "SELECT max({column}) FROM {table} WHERE project_id = {project}",
        column=identifier(column),
        table=identifier(DATA_VERSIONS),
        project=bind("UInt32", project_id),
    ).render()
    return int(client.execute(text, params)[0][0])
