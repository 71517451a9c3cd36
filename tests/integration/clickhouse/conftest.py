"""The servers that the contract is kept with: the embedded engine, Debian's real server, and any other that is named.

A test asks for `server` and runs once per server. What needs newer SQL or a newer protocol says so with
`server.need(…)` and is skipped, with that reason, where the server is too old.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import clickhouse_driver
import pytest

DEBIAN_SERVER = Path("/usr/sbin/clickhouse-server")
TYPED_PARAMETERS = "typed parameters (protocol revision 54459)"
MODERN_SQL = "the SQL and types of ClickHouse 26"
KILL_ANSWERS_AT_ONCE = "KILL QUERY that need not wait"
NOTICES_LEAVING = "noticing that a client left while nothing is sent to it"


@dataclass(frozen=True)
class Server:
    """A running server and what it can do."""

    kind: str
    url: str
    capabilities: frozenset[str]

    def need(self, capability: str) -> None:
        if capability not in self.capabilities:
            pytest.skip(f"{self.kind} lacks {capability}")

    def client(self, **options: Any) -> clickhouse_driver.Client:
        """An unmodified clickhouse-driver, with the options that we use it with."""
        parts = urlsplit(self.url)
        password = options.pop("password", parts.password or "")
        settings = {"server_side_params": TYPED_PARAMETERS in self.capabilities, **options.pop("settings", {})}
        return clickhouse_driver.Client(
            parts.hostname,
            port=parts.port,
            user=parts.username or "default",
            password=password,
            settings=settings,
            settings_is_important=options.pop("settings_is_important", True),
            **options,
        )


def capabilities_of(url: str) -> frozenset[str]:
    with clickhouse_driver.Client.from_url(url) as client:
        client.execute("SELECT 1")
        info = client.connection.server_info
        found = set()
        if info.used_revision >= 54459:
            found.add(TYPED_PARAMETERS)
        if info.version_major >= 26:
            found |= {MODERN_SQL, KILL_ANSWERS_AT_ONCE, NOTICES_LEAVING}
        return frozenset(found)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


CONFIG = """<yandex>
<logger><level>warning</level><log>{folder}/log</log><errorlog>{folder}/errors</errorlog></logger>
<tcp_port>{tcp}</tcp_port><http_port>{http}</http_port><interserver_http_port>{interserver}</interserver_http_port>
<listen_host>127.0.0.1</listen_host>
<path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><format_schema_path>{folder}/schemas/</format_schema_path>
<users_config>{folder}/users.xml</users_config><default_profile>default</default_profile>
<default_database>default</default_database><timezone>UTC</timezone><mark_cache_size>50000000</mark_cache_size>
</yandex>"""
USERS = """<yandex><profiles><default/></profiles><quotas><default/></quotas><users><default>
<password>{password}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
</default></users></yandex>"""


@pytest.fixture(scope="session")
def debian_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Debian's clickhouse-server on free ports and in a folder of its own."""
    if not DEBIAN_SERVER.exists():
        reason = "Debian's clickhouse-server is not installed (apt-get install clickhouse-server)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("debian")
    password, port = secrets.token_hex(8), free_port()
    ports = {"tcp": port, "http": free_port(), "interserver": free_port()}
    (folder / "config.xml").write_text(CONFIG.format(folder=folder, **ports))
    (folder / "users.xml").write_text(USERS.format(password=password))
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(
            [DEBIAN_SERVER, f"--config-file={folder}/config.xml"], cwd=folder, stdout=output, stderr=output
        )
    url = f"clickhouse://default:{password}@127.0.0.1:{port}/default"
    try:
        wait_for(lambda: accepts(port) or process.poll() is not None, 30)
        assert process.poll() is None, f"clickhouse-server did not start: {(folder / 'output').read_text()[-2000:]}"
        yield url
    finally:
        process.kill()  # its folder goes too, and it is slow to leave
        process.wait()


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], Any], seconds: float) -> None:
    """Wait until the condition holds; fail if it does not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


SERVERS = [
    "embedded",
    pytest.param("debian", marks=pytest.mark.real_server),
    pytest.param("named", marks=pytest.mark.real_server),
]


@pytest.fixture(scope="session", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    """One server after the other."""
    if request.param == "embedded":
        return Server("the embedded engine", url := request.getfixturevalue("clickhouse_url"), capabilities_of(url))
    if request.param == "debian":
        return Server("ClickHouse 18.16", url := request.getfixturevalue("debian_url"), capabilities_of(url))
    named = os.environ.get("CLICKHOUSE_URL_FOR_CONTRACT")
    if not named:
        pytest.skip("CLICKHOUSE_URL_FOR_CONTRACT names no other server")
    return Server("the named server", named, capabilities_of(named))


@pytest.fixture
def client(server: Server) -> Iterator[clickhouse_driver.Client]:
    with server.client() as client:
        yield client


@pytest.fixture
def table(client: clickhouse_driver.Client) -> Iterator[str]:
    """The name of a table that is dropped afterwards."""
    name = f"contract_{secrets.token_hex(6)}"
    yield name
    client.execute(f"DROP TABLE IF EXISTS {name}")
