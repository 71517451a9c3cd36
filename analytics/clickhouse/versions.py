"""How new a project's data is: the third part of the cache key. Read it before the data it stands for, never after."""

from __future__ import annotations

from typing import Any, Protocol

from analytics.schema.tables import DATA_VERSIONS
from analytics.sql.fragment import bind, identifier, sql


class Reads(Protocol):
    """As much of a client as reading needs."""

    def execute(self, query: str, params: Any = None, **options: Any) -> Any: ...


def data_version(client: Reads, project_id: int) -> int:
    """A number that grows with every write that a question of this project could see; 0 before the first."""
    text, params = sql(
        "SELECT max(version) FROM {table} WHERE project_id = {project}",
        table=identifier(DATA_VERSIONS),
        project=bind("UInt32", project_id),
    ).render()
    return int(client.execute(text, params)[0][0])
