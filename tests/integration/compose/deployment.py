"""docker-compose.yml read as Compose reads it, and its services' very commands run on this machine."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent.parent
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}")


class Unset(Exception):
    """Compose would refuse to start."""


def interpolate(value: Any, variables: dict[str, str]) -> Any:
    """${A}, ${A:-default}, ${A:?message} and $$, in every text of a document."""
    if isinstance(value, dict):
        return {name: interpolate(each, variables) for name, each in value.items()}
    if isinstance(value, list):
        return [interpolate(each, variables) for each in value]
    if not isinstance(value, str):
        return value

    def found(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        set_to = variables.get(match["name"], "")
        if set_to or match["kind"] is None:
            return set_to
        if match["kind"] == ":?":
            raise Unset(f"{match['name']}: {match['rest']}")
        return str(match["rest"])

    return VARIABLE.sub(found, value)


def load(variables: dict[str, str] | None = None) -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return document if variables is None else interpolate(document, variables)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Deployment:
    """The app's services on this machine: their commands and settings are the file's, but for where the servers are."""

    directory: Path
    postgres: str  # host:port of each server, and who may enter
    redis: str
    clickhouse: str
    environment: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text())
        self.environment = {name: secrets.token_hex(24) for name in names}
        self.environment |= {"SITE_HOST": "footfall.test"}
        self.services = load(self.environment)["services"]
        self.port = free_port()
        (self.directory / "bin").mkdir()
        for name in ("data", "spool", "static", "tmp"):
            (self.directory / name).mkdir()

    def settings(self, service: str) -> dict[str, str]:
        """The service's environment, its addresses and folders replaced by ours."""
        given = {name: str(value) for name, value in self.services[service]["environment"].items()}
        for name, value in given.items():
            for server, ours in (("postgres", self.postgres), ("redis", self.redis), ("clickhouse", self.clickhouse)):
                value = re.sub(rf"^({server}s?://)[^/]*@{server}:\d+/\w+$", rf"\g<1>{ours}", value)
            given[name] = value
        folders = {"DATA_DIR": "data", "SPOOL_DIR": "spool", "STATIC_ROOT": "static"}
        given |= {name: str(self.directory / folder) for name, folder in folders.items()}
        if "PORT" in given:
            given |= {"PORT": str(self.port), "HOST": "127.0.0.1"}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        return (
            kept
            | given
            | {"PATH": path, "TMPDIR": str(self.directory / "tmp"), "DJANGO_SETTINGS_MODULE": "web.settings"}
        )

    def _local(self, words: list[str]) -> list[str]:
        """The words of a command, where they name a folder or port of the container."""
        tmp = str(self.directory / "tmp")
        return [word.replace("/tmp", tmp).replace("localhost:8000", f"localhost:{self.port}") for word in words]

    def command(self, service: str) -> list[str]:
        return self._local(self.services[service]["command"])

    def start(self, service: str) -> subprocess.Popen[bytes]:
        with (self.directory / f"{service}.log").open("ab") as log:
            self.running[service] = subprocess.Popen(
                self.command(service), cwd=ROOT, env=self.settings(service), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, process_group=0,
            )  # fmt: skip
        return self.running[service]

    def run(self, service: str, timeout: float = 60) -> None:
        assert self.start(service).wait(timeout) == 0, self.log(service)

    def healthy(self, service: str) -> bool:
        """One run of the service's own health check."""
        kind, *words = self._local(self.services[service]["healthcheck"]["test"])
        command = ["/bin/sh", "-c", words[0]] if kind == "CMD-SHELL" else words
        checked = subprocess.run(
            command, cwd=ROOT, env=self.settings(service), capture_output=True, timeout=40, check=False
        )
        return checked.returncode == 0

    def until_healthy(self, service: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not self.healthy(service):
            assert self.running[service].poll() is None, f"{service} ended:\n{self.log(service)}"
            assert time.monotonic() < deadline, f"{service} did not become healthy:\n{self.log(service)}"
            time.sleep(0.3)

    def log(self, service: str) -> str:
        return (self.directory / f"{service}.log").read_text(errors="replace")[-4000:]

    def stop(self) -> dict[str, int]:
        """End everything as Docker would; returns the exit codes."""
        codes = {}
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for service, process in self.running.items():
            try:
                codes[service] = process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                codes[service] = process.wait()
        return codes
