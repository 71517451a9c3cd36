"""One real stack for all SDKs, and the SDKs: from PyPI with the tests' requirements, from npm by `npm ci`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stack import Stack, wait_until

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Shop:
    """A project on the stack, and its credentials."""

    stack: Stack
    project_id: int
    token: str
    username: str
    secret: str

    @property
    def url(self) -> str:
        return self.stack.url

    def events(self, count: int) -> list[dict[str, Any]]:
        return self.stack.wait_for_events(self.project_id, count)

    def event(self, name: str, count: int) -> dict[str, Any]:
        (found,) = [event for event in self.events(count) if event["event"] == name]
        return found

    def profile(self, distinct_id: str, kind: str = "user") -> dict[str, Any] | None:
        return self.stack.profile(self.project_id, distinct_id, kind)

    def rejected(self) -> tuple[str, str]:
        """The one event that was refused: its reason and its payload."""
        found: list[tuple[str, str]] = []

        def arrived() -> bool:
            sql = "SELECT reason, payload FROM rejected_events FINAL WHERE project_id = {p:UInt32}"
            found[:] = self.stack.ask(sql, p=self.project_id)
            return bool(found)

        wait_until(arrived, "a rejected event", 10)
        (only,) = found
        return only

    def users(self) -> int:
        """How many people there are once devices are resolved."""
        rows = self.stack.ask(
            "SELECT uniqExact(if(link.user_actor != 0, link.user_actor, events.actor)) FROM events FINAL "
            "LEFT JOIN (SELECT device_actor, user_actor FROM devices FINAL WHERE project_id = {p:UInt32} AND linked) "
            "AS link ON link.device_actor = events.actor WHERE project_id = {p:UInt32}",
            p=self.project_id,
        )
        return int(rows[0][0])


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("clients")) as running:
        yield running


@pytest.fixture(scope="session")
def https(stack: Stack) -> tuple[Path, str]:
    """The same web server behind TLS: its certificate, and host:port."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, and the SDK sends credentials over HTTPS only")
    certificate, key = stack.folder / "certificate.pem", stack.folder / "key.pem"
    request = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    command = [*request.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    port = stack.start_web("secure web", "--certfile", str(certificate), "--keyfile", str(key))
    return certificate, f"localhost:{port}"


@pytest.fixture
def shop(stack: Stack) -> Shop:
    return Shop(stack, **stack.make_project())


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The npm SDKs, exactly as locked."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have node and npm")
        pytest.skip("node and npm are not installed")
    folder = HERE / "node_modules"
    stamp = folder / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True)
    return folder
