"""chDB itself: the data path, its limits, one lane per connection, and stopping what runs.

The only file that imports chDB. It must not know the wire. Never fork after this module has opened a path.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# chDB imports pyarrow where it is installed, only for data frames: 60 MB of memory and half a second for nothing.
sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
import chdb  # noqa: E402

from analytics.clickhouse.embedded.exceptions import NO_SUCH_COLUMN, UNKNOWN_SETTING, EngineError  # noqa: E402
from analytics.clickhouse.embedded.statements import ID_SETTING  # noqa: E402

MEGABYTE = 1024 * 1024
# A laptop's limits, not a server's: caches that fill up cost resident memory for good, and two cores need few threads.
LIMITS = {
    "mark_cache_size": 128 * MEGABYTE,
    "primary_index_cache_size": 128 * MEGABYTE,
    "index_mark_cache_size": 32 * MEGABYTE,
    "uncompressed_cache_size": 0,
    "query_condition_cache_size": 16 * MEGABYTE,
    "compiled_expression_cache_size": 32 * MEGABYTE,
    "background_pool_size": 2,
}
# An acknowledged INSERT is in a part on disk, not in a queue (ClickHouse 26 queues small inserts by default).
DEFAULTS = {"async_insert": "0"}

_CANNOT_BE_WRITTEN = {"MATERIALIZED", "ALIAS", "EPHEMERAL"}
Columns = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Chunk:
    """A piece of a result in chDB's Native format, and what was read for it from storage."""

    data: bytes
    rows: int
    read_rows: int
    read_bytes: int


class Engine:
    """The open data path. One per process."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._address = str(path.resolve())
        self._folder = path.resolve()
        if "?" in self._address:
            raise ValueError(f"{self._address}: chDB cannot open a path with a question mark in it")
        # The limits belong to the path and are taken from whoever opens it first.
        connect: Callable[[str], Any] = chdb.connect
        self._connect = connect
        self._first = connect(self._address + "?" + "&".join(f"{name}={value}" for name, value in LIMITS.items()))
        self._control = threading.Lock()
        self.version = str(self._first.query("SELECT version()", "TSV")).strip()
        self.zone = str(self._first.query("SELECT timezone()", "TSV")).strip()
        self.setting_names = frozenset(str(self._first.query("SELECT name FROM system.settings", "TSV")).split())

    def lane(self, database: str) -> Lane:
        """A connection to chDB with its own settings and temporary tables."""
        return Lane(self._connect(self._address), self._folder, self.setting_names, database)

    def kill(self, query_id: str) -> None:
        """Ask the engine to stop a query; it does so at the next block."""
        with self._control:
            sql = f"KILL QUERY WHERE Settings['{ID_SETTING}'] = {{id:String}} ASYNC"  # noqa: S608 - a constant
            self._first.query(sql, "Null", params={"id": _escaped(query_id)})

    def close(self) -> None:
        with self._control:
            self._first.close()


class Lane:
    """One client's chDB connection: settings for one statement, results as they come, inserts."""

    def __init__(self, connection: Any, folder: Path, setting_names: frozenset[str], database: str) -> None:
        self._connection = connection
        self._folder = folder
        self._setting_names = setting_names
        self._applied: dict[str, str] = {}
        self._kept: list[str] = []  # the client's own SET statements, which outlive a statement's settings
        self.on_progress: Callable[[Mapping[str, int]], None] | None = None
        connection.set_progress_callback(self._progress)
        self._query("SET " + ", ".join(f"{name} = {_literal(value)}" for name, value in DEFAULTS.items()))
        if database and database != "default":
            self._query(f"USE {_identifier(database)}")

    def prepare(self, query_id: str, settings: Mapping[str, tuple[str, bool]]) -> None:
        """Apply a statement's settings, each with whether it must be known, and forget the last statement's."""
        wanted: dict[str, str] = {}
        for name, (value, important) in settings.items():
            if name in self._setting_names:
                wanted[name] = value
            elif important:
                raise EngineError(UNKNOWN_SETTING, f"DB::Exception: Unknown setting '{name}'. (UNKNOWN_SETTING)")
        wanted[ID_SETTING] = query_id
        stale = [name for name in self._applied if name not in wanted]
        changes = [
            f"{name} = {_literal(DEFAULTS[name])}" if name in DEFAULTS else f"{name} = DEFAULT" for name in stale
        ]
        changes += [f"{name} = {_literal(value)}" for name, value in wanted.items() if self._applied.get(name) != value]
        if not changes:  # a further statement of the same question
            return
        self._applied = self._applied | wanted  # should SET fail half-way, the next statement still resets them all
        self._query("SET " + ", ".join(changes))
        self._applied = wanted
        if stale:
            for statement in self._kept:
                self._query(statement)

    def keep(self, statement: str) -> None:
        """Remember a SET of the client's own."""
        self._kept.append(statement)

    def stream(self, sql: str, params: Mapping[str, str]) -> Iterator[Chunk]:
        """Run a SELECT; its result comes in pieces and is stopped when the caller stops reading."""
        result = self._call(self._connection.send_query, sql, "Native", params=dict(params))
        try:
            while (piece := self._call(result.fetch)) is not None:
                yield Chunk(piece.bytes(), piece.rows_read(), piece.storage_rows_read(), piece.storage_bytes_read())
        finally:
            result.cancel()

    def run(self, sql: str, params: Mapping[str, str]) -> Iterator[Chunk]:
        """Run any other statement. chDB streams nothing but SELECT; what SHOW and its like return is small."""
        result = self._call(self._connection.query, sql, "Native", params=dict(params))
        if data := result.bytes():
            yield Chunk(data, result.rows_read(), result.storage_rows_read(), result.storage_bytes_read())

    def describe_result(self, sql: str, params: Mapping[str, str]) -> Columns:
        """The columns a SELECT would return."""
        return tuple((name, type) for name, type, _ in self._describe(f"({sql.rstrip().rstrip(';')}\n)", params))

    def describe_target(self, target: str, columns: tuple[str, ...] | None) -> Columns:
        """The columns an INSERT expects."""
        types = {name: (type, default) for name, type, default in self._describe(target, {})}
        if columns is None:
            return tuple((name, type) for name, (type, kind) in types.items() if kind not in _CANNOT_BE_WRITTEN)
        for name in columns:
            if name not in types:
                message = f"DB::Exception: No such column {name} in table {target}. (NO_SUCH_COLUMN_IN_TABLE)"
                raise EngineError(NO_SUCH_COLUMN, message)
        return tuple((name, types[name][0]) for name in columns)

    def insert(self, statement: str, columns: Columns) -> Inserter:
        """Begin an INSERT of blocks with these columns."""
        return Inserter(self._folder, lambda sql: self._call(self._connection.query, sql, "Null"), statement, columns)

    def close(self) -> None:
        self._connection.close()

    def _describe(self, table: str, params: Mapping[str, str]) -> list[tuple[str, str, str]]:
        described = self._query(f"DESCRIBE TABLE {table}", "JSONCompactEachRow", params)
        return [(row[0], row[1], row[2]) for row in map(json.loads, described.splitlines())]

    def _query(self, sql: str, format: str = "Null", params: Mapping[str, str] | None = None) -> bytes:
        answer: bytes = self._call(self._connection.query, sql, format, params=dict(params or {})).bytes()
        return answer

    def _progress(self, grown: Mapping[str, int]) -> None:
        if self.on_progress is not None:
            self.on_progress(grown)

    @staticmethod
    def _call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (RuntimeError, chdb.ChdbError) as error:
            raise EngineError.of(error) from None


class Inserter:
    """An INSERT that takes blocks until it is finished; until then nothing of it has happened.

    The blocks wait in a file without a name, and chDB reads them from there. Its own streaming insert would save that
    copy, but it reports success when the table refuses the rows (a constraint, a materialized view, too many parts).
    """

    def __init__(self, folder: Path, run: Callable[[str], Any], statement: str, columns: Columns) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in `close`
        self._run = run
        structure = ", ".join(f"{_identifier(name)} {type}" for name, type in columns)
        source = f"file('/proc/self/fd/{self._file.fileno()}', 'Native', {_literal(structure)})"
        self._sql = f"{statement} SELECT * FROM {source}"  # noqa: S608 - a path of ours
        self._empty = True

    def append(self, block: bytes) -> None:
        self._file.write(block)
        self._empty = False

    def finish(self) -> int:
        """Insert everything; the number of rows written, views included."""
        if self._empty:
            return 0
        self._file.flush()
        return int(self._run(self._sql).rows_written())

    def close(self) -> None:
        self._file.close()


def _identifier(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _escaped(value: str) -> str:
    """Text as chDB takes it for a String parameter."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
