"""The real WSGI application with a spool of the test's own, and calls that look like an SDK's."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from analytics import ingest
from analytics.events import AcceptedBatch, RejectedBatch
from analytics.spool import Reader, Spool
from web.ingestion import door, limits, spooling
from web.projects import credentials
from web.projects.models import Project, ProjectToken
from web.wsgi import application


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Call = Callable[..., Reply]


@pytest.fixture
def call() -> Call:
    """Send a request through web.wsgi, as gunicorn would."""

    def send(method: str, address: str, body: bytes = b"", **headers: str) -> Reply:
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "203.0.113.7",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "CONTENT_LENGTH": str(len(body)),
        }
        for name, value in headers.items():
            key = name.upper()
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR") else f"HTTP_{key}"] = value
        told: list[Any] = []
        content = b"".join(application(environ, lambda status, headers: told.extend([status, headers])))
        return Reply(int(told[0].split()[0]), dict(told[1]), content)

    return send


@pytest.fixture
def project(db: None) -> Iterator[Project]:
    credentials.forget()
    made = Project.objects.create(name="Shop")
    ProjectToken.objects.create(project=made, token="t" * 32, label="site")
    yield made
    credentials.forget()


@pytest.fixture(autouse=True)
def connection_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request must not close the connection that holds the test's transaction; Django's own client spares it too."""
    monkeypatch.setattr(door, "close_old_connections", lambda: None)


@pytest.fixture(autouse=True)
def spool_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "spool"
    made = Spool(folder, 64 * 1024 * 1024)
    monkeypatch.setattr(spooling, "spool", lambda: made)
    monkeypatch.setattr(limits, "rate", limits.Rate(1_000_000, 1_000_000))
    return folder


@dataclass
class Kept:
    """What is in the spool."""

    folder: Path

    def batches(self) -> list[AcceptedBatch | RejectedBatch]:
        reader = Reader(self.folder)
        records, _ = reader.batch(1 << 30)
        reader.close()
        return [ingest.decode(record) for record in records]

    def events(self) -> list[dict[str, Any]]:
        found = []
        for batch in self.batches():
            if isinstance(batch, AcceptedBatch):
                for row in zip(*batch.columns(), strict=True):
                    names = ("event", "distinct_id", "insert_id", "time_ms", "user_id", "device_id", "properties")
                    event = dict(zip(names, row, strict=True))
                    found.append(
                        {**event, "project_id": batch.project_id, "properties": json.loads(event["properties"])}
                    )
        return found

    def rejected(self) -> list[Any]:
        return [item for each in self.batches() if isinstance(each, RejectedBatch) for item in each.rejected]


@pytest.fixture
def kept(spool_folder: Path) -> Kept:
    return Kept(spool_folder)
