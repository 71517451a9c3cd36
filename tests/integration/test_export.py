"""An export that breaks off, over a real socket: the client's HTTP library must say that something is missing."""

from __future__ import annotations

import base64
import http.client
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from analytics.clickhouse.client import connect
from analytics.clickhouse.writer import EventBatch, write_events
from tests.integration.stack import Stack, SteadyEngine

EVENTS = 24_000
PADDING = "x" * 2000  # about 50 MB in all: much more than sockets on the way can hold
START = 1_709_251_200_000


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("export") / "stack") as running:
        running.kill("ingest")
        yield running


@pytest.fixture
def dying_engine(stack: Stack) -> Iterator[SteadyEngine]:
    """The engine, for a test that kills it: the next one finds it again, with all that it had."""
    yield stack.engine
    stack.engine.start()


@pytest.fixture(scope="module")
def project(stack: Stack) -> dict[str, Any]:
    made = stack.make_project()
    client = connect(stack.engine.url)
    batch = EventBatch()
    for number in range(EVENTS):
        batch.project_id.append(made["project_id"])
        batch.version.append(number + 1)
        batch.event.append("Big")
        batch.distinct_id.append(f"u{number}")
        batch.insert_id.append(f"i{number}")
        batch.time_ms.append(START + number)
        batch.user_id.append("")
        batch.device_id.append("")
        batch.properties.append(json.dumps({"n": number, "padding": f"{PADDING}{number}"}))
    write_events(client, batch)
    client.disconnect()
    return made


def headers(project: dict[str, Any]) -> dict[str, str]:
    credentials = base64.b64encode(f"{project['username']}:{project['secret']}".encode()).decode()
    return {"Authorization": f"Basic {credentials}", "Host": "127.0.0.1"}


PATH = "/api/2.0/export?from_date=2024-03-01&to_date=2024-03-01"


def test_all_of_it_arrives_and_the_web_server_holds_little_of_it(stack: Stack, project: dict[str, Any]):
    with closing(http.client.HTTPConnection("127.0.0.1", stack.port)) as connection:
        connection.request("GET", PATH, headers=headers(project))
        with connection.getresponse() as response:
            time.sleep(1)  # whoever gathers it all would do so now
            body = response.read()
    assert body.count(b"\n") == EVENTS
    assert len(body) > 45_000_000
    parent = stack.running["web"].pid
    grown = max(_peak_kilobytes(pid) for pid in _children(parent)) - _peak_kilobytes(parent)
    assert grown < 25_000, f"{grown} kB more than the web server that has answered nothing"


def test_when_the_engine_dies_the_client_is_told(stack: Stack, project: dict[str, Any], dying_engine: SteadyEngine):
    with closing(http.client.HTTPConnection("127.0.0.1", stack.port)) as connection:
        connection.request("GET", PATH, headers=headers(project))
        with connection.getresponse() as response:
            assert response.status == 200
            assert response.read(1000).startswith(b'{"event":"Big"')
            dying_engine.stop(signal.SIGKILL)
            with pytest.raises(http.client.IncompleteRead):
                response.read()


def test_over_the_old_protocol_its_last_line_is_no_json(
    stack: Stack, project: dict[str, Any], dying_engine: SteadyEngine
):
    with socket.create_connection(("127.0.0.1", stack.port)) as sent:
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers(project).items())
        sent.sendall(f"GET {PATH} HTTP/1.0\r\n{fields}\r\n".encode())
        body = sent.recv(1000)
        dying_engine.stop(signal.SIGKILL)
        while piece := sent.recv(1 << 20):
            body += piece
    assert body.endswith(b"\nterminated early\n")


def _peak_kilobytes(pid: int) -> int:
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
