"""The one way to ClickHouse: clickhouse-driver, set up so that values are bound on the server and mistakes are errors.

Whether the embedded engine or a server answers is in the URL. Errors leave as analytics.errors.

Supported servers: ClickHouse 26.1 and newer (what `check_server` asks for says why). The protocol alone is also tested
against 18.16, the oldest that clickhouse-driver speaks to and that Debian ships.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import clickhouse_driver
from clickhouse_driver.defines import DBMS_MIN_PROTOCOL_VERSION_WITH_PARAMETERS as PARAMETERS_REVISION
from clickhouse_driver.result import ProgressQueryResult

from analytics.clickhouse.embedded.packets import ROWS_ALONE
from analytics.clickhouse.failures import translated
from analytics.clickhouse.parameters import spell
from analytics.errors import Unavailable

OLDEST_VERSION = (26, 1)
# What the tables are made with; a server that lacks one cannot hold them.
NEEDED_TABLE_SETTINGS = ("map_serialization_version", "map_buckets_strategy", "map_buckets_min_avg_size")


class Client(clickhouse_driver.Client):  # type: ignore[misc]  # untyped upstream
    """The driver's client with our parameters and our errors. One thread at a time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.url = ""

    def __del__(self) -> None:
        """Close what an ended thread has left. Only close: a shutdown would also end it for the parent of a fork."""
        for connection in (getattr(self, "connection", None), *getattr(self, "connections", ())):
            if connection is not None and connection.socket is not None:
                connection.socket.close()

    def execute(self, query: str, params: Any = None, **options: Any) -> Any:
        """Rows of a SELECT with a dict of parameters, or the number of rows inserted from a list or generator."""
        spelled = spell(query, params) if isinstance(params, Mapping) else params
        with translated(self.url):
            return super().execute(query, spelled, **options)

    def execute_with_progress(self, query: str, params: Any = None, **options: Any) -> ProgressQueryResult:
        """A result that yields while the server reads; then `get_result()` has the rows."""
        spelled = spell(query, params) if isinstance(params, Mapping) else params
        with translated(self.url):
            result = super().execute_with_progress(query, spelled, **options)
        result.packet_generator = self._translated_packets(result.packet_generator)
        return result

    def execute_iter(self, query: str, params: Any = None, **options: Any) -> Iterator[Any]:
        """The rows as they come, for results that need not fit in memory."""
        spelled = spell(query, params) if isinstance(params, Mapping) else params
        with translated(self.url):
            rows = super().execute_iter(query, spelled, **options)
        return self._translated_packets(rows)

    def _translated_packets(self, packets: Iterator[Any]) -> Iterator[Any]:
        with translated(self.url):
            yield from packets


def connect(url: str, *, settings: Mapping[str, Any] | None = None) -> Client:
    """A client for `clickhouse://user:password@host:port/database`; it connects when first used."""
    client: Client = Client.from_url(url)
    client.url = url
    client.settings.update(settings or {})
    client.client_settings["server_side_params"] = True
    for connection in (client.connection, *client.connections):
        connection.settings_is_important = True
        connection.client_name = ROWS_ALONE
    return client


_leases = threading.local()


@contextmanager
def lease(url: str) -> Iterator[Client]:
    """This thread's client for the address, kept for next time; the driver pings it first and replaces a dead one."""
    if getattr(_leases, "process", None) != os.getpid():  # a fork must not share its parent's sockets
        _leases.process, _leases.clients = os.getpid(), {}
    client = _leases.clients.pop(url, None) or connect(url)
    try:
        yield client
    except BaseException:
        client.disconnect()  # nobody knows what is still on the wire
        raise
    _leases.clients[url] = client


@dataclass(frozen=True, slots=True)
class ServerReport:
    """What answers at the address."""

    version: tuple[int, int, int]
    revision: int
    name: str

    @property
    def version_text(self) -> str:
        return ".".join(str(part) for part in self.version)


def check_server(url: str) -> ServerReport:
    """Which server answers, or Unavailable with a sentence that says what is missing."""
    client = connect(url)
    try:
        with translated(url):
            client.connection.force_connect()
            client.connection.is_query_executing = False
        info = client.connection.server_info
        report = ServerReport(info.version_tuple(), info.used_revision, info.display_name)
        if missing := _missing(client, report):
            oldest = ".".join(str(part) for part in OLDEST_VERSION)
            raise Unavailable(
                f"ClickHouse {report.version_text} cannot be used: it lacks {missing}. "
                f"Footfall needs {oldest} or newer.",
                code="clickhouse_unsupported",
            )
        return report
    finally:
        client.disconnect()


def _missing(client: Client, report: ServerReport) -> str:
    """What the server lacks, in words; empty if nothing."""
    if report.revision < PARAMETERS_REVISION:
        return "typed query parameters"
    rows = client.execute(
        "SELECT name FROM system.merge_tree_settings WHERE name IN {names:Array(String)}",
        {"names": list(NEEDED_TABLE_SETTINGS)},
    )
    if lacking := sorted(set(NEEDED_TABLE_SETTINGS) - {name for (name,) in rows}):
        return f"the table setting {', '.join(lacking)}"
    if report.version[:2] < OLDEST_VERSION:
        return "two years of corrections that the counting rules rely on"
    return ""
