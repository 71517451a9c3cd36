"""The whole product on one machine, out of one folder: which processes, in which order, with which settings.

Nothing outside the folder is used: settings that name servers are not passed on, so that a DATABASE_URL meant for
something else is never touched.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from web.management.processes import PartFailed, Processes

ROOT = Path(__file__).resolve().parent.parent.parent
EMAIL = "demo@example.com"
DESCRIPTION = "demo-project.json"  # who can log in, and with what; in the folder
# What settings.py reads from the folder, so that `manage.py import_events …` reaches a running demo.
COMMANDS_NEED = ("SECRET_KEY", "CLICKHOUSE_URL", "CLICKHOUSE_QUERY_URL", "CLICKHOUSE_MIGRATION_URL")
NOT_PASSED_ON = ("DATABASE_URL", "REDIS_URL", "SPOOL_DIR", "STATIC_ROOT", "DEBUG", "HTTPS", "TRUSTED_PROXIES")
READY_SECONDS = 60.0
# What deploy/clickhouse/users.xml gives the query user of a server: no question takes the machine down.
QUESTION_LIMITS = "max_execution_time=120&max_memory_usage=4000000000&max_bytes_before_external_group_by=2000000000"


@dataclass(frozen=True)
class Secrets:
    """Made once per folder and kept in it, readable by its owner alone."""

    secret_key: str
    engine_password: str

    @classmethod
    def of(cls, directory: Path) -> Secrets:
        path = directory / "secrets.json"
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            made = cls(secrets.token_urlsafe(48), secrets.token_urlsafe(24))
            write_private(path, json.dumps(made.__dict__, indent=2))
            return made


def write_private(path: Path, text: str) -> None:
    """Write what only its owner may read, whole or not at all."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


@contextmanager
def sole_use(directory: Path) -> Iterator[None]:
    """Hold the folder, or say who cannot: two engines on one data path would destroy it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PartFailed(
                f"A demo is running on {directory} already. Stop it first, or use another folder: "
                "DATA_DIR=/another/folder make demo"
            ) from None
        yield


def demand_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free for a server
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PartFailed(
                f"Port {port} cannot be used on {host} ({error.strerror}). Use another one: PORT={port + 1} make demo"
            ) from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """Starts everything in order and keeps it running."""

    def __init__(self, directory: Path, host: str, port: int, say: Callable[[str], None]) -> None:
        self.directory = directory.resolve()
        self.host, self.port = host, port
        self.say = say
        self.url = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"  # noqa: S104
        self.secrets = Secrets.of(self.directory)
        self.engine_port = free_port()
        self.description = self.directory / DESCRIPTION
        self.environment = self._environment()

    def run(self) -> None:
        """Until Ctrl-C, SIGTERM or a part that cannot be kept alive."""
        # These two say that a demo runs, and where; kill -9 leaves them behind.
        answer, for_commands = self.directory / "demo.json", self.directory / "demo.env"
        answer.unlink(missing_ok=True)
        for_commands.unlink(missing_ok=True)
        with Processes(ROOT, self.directory / "logs", self.say) as processes:
            self._start_engine(processes)
            self.say("Preparing the database …")
            processes.run("prepare", self._manage("prepare"), self.environment)
            if not self.description.exists():
                self.say("Making the demo project's events (once, about 20 s) …")
            self._seed(processes)
            self._start_parts(processes)
            processes.wait_until(
                self.is_ready, f"{self.url}/readyz did not answer in time; see the logs.", READY_SECONDS
            )
            described = self.describe(processes)
            write_private(for_commands, "".join(f"{name}={self.environment[name]}\n" for name in COMMANDS_NEED))
            write_private(answer, json.dumps(described, indent=2))
            self.say(self.banner(described))
            try:
                processes.watch()
            finally:
                answer.unlink(missing_ok=True)
                for_commands.unlink(missing_ok=True)
            self.say("\nStopping …")

    def _start_engine(self, processes: Processes) -> None:
        self.say("Starting the ClickHouse engine …")
        data = self.directory / "clickhouse"
        port_file = self.directory / "engine.port"
        port_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "analytics.clickhouse.embedded", "--data", str(data), "--host", "127.0.0.1"]
        command += ["--port", str(self.engine_port), "--port-file", str(port_file)]
        processes.start("engine", command, self.environment)
        processes.wait_until(port_file.exists, "The engine did not start in time; see the logs.", READY_SECONDS)

    def _start_parts(self, processes: Processes) -> None:
        self.say("Starting the workers and the web server …")
        for name, command in commands().items():
            processes.start(name, command, self.environment)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (OSError, urllib.error.HTTPError):
            return False

    def _seed(self, processes: Processes, *more: str) -> None:
        command = self._manage("seed_demo", "--describe", str(self.description), *more)
        processes.run("seed_demo", command, self.environment)

    def describe(self, processes: Processes) -> dict[str, object]:
        """What scripts need to use this demo, with a login link made a moment ago."""
        self._seed(processes, "--login-link", self.url)
        return {"url": self.url, **json.loads(self.description.read_text())}

    def banner(self, described: dict[str, object]) -> str:
        return "\n".join(
            (
                "",
                "  Footfall is running. Open this link; it logs you in, once:",
                "",
                f"    {described['login_url']}",
                "",
                f"  Later: {self.url} with {described['email']} and {described['password']}",
                f"  Send events with the project token {described['project_token']}",
                f"  Data and logs: {self.directory}    What there is to find: docs/demo.md    Stop: Ctrl-C",
                "",
            )
        )

    def _manage(self, *words: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
        engine = f"clickhouse://default:{self.secrets.engine_password}@127.0.0.1:{self.engine_port}/default"
        return kept | {
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "web.settings",
            "DATA_DIR": str(self.directory),
            "SECRET_KEY": self.secrets.secret_key,
            "FOOTFALL_ENGINE_PASSWORD": self.secrets.engine_password,
            "CLICKHOUSE_URL": engine,
            "CLICKHOUSE_QUERY_URL": f"{engine}?{QUESTION_LIMITS}",
            "CLICKHOUSE_MIGRATION_URL": engine,
            "HOST": self.host,
            "PORT": str(self.port),
        }


def commands() -> dict[str, list[str]]:
    """The processes beside the engine, in the order in which they start."""
    celery = [sys.executable, "-m", "celery", "-A", "workers"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return {
        "query-worker": [*worker, "-Q", "queries", "-n", "queries@%h", "--pool", "threads", "--concurrency", "4"],
        "ingest-worker": [*worker, "-Q", "ingest", "-n", "ingest@%h", "--pool", "threads", "--concurrency", "2"],
        "beat": [*celery, "beat", "--loglevel", "WARNING"],
        "web": [sys.executable, "-m", "gunicorn", "web.wsgi"],
    }
