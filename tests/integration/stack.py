"""The real thing in a folder: engine, web server and workers as processes of their own, on ports of their own.

    with Stack(tmp_path) as stack:
        requests.post(f"{stack.url}/track", …)

Browser tests and SDK tests use it, and so does the bench. Nothing here is fake.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.integration import migrated

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(ready: Callable[[], object], what: str, timeout: float = 30, every: float = 0.05) -> None:
    deadline = time.monotonic() + timeout
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout} s")
        time.sleep(every)


class SteadyEngine:
    """An embedded engine that comes back on the port it had, as the processes that talk to it know only that one."""

    def __init__(self, data: Path, password: str) -> None:
        self.data = data
        self.password = password
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"clickhouse://default:{self.password}@127.0.0.1:{self.port}/default"

    def start(self, timeout: float = 30) -> None:
        command = [sys.executable, "-m", "analytics.clickhouse.embedded", "--data", str(self.data)]
        log = (self.data.parent / "engine.log").open("ab")
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            cwd=ROOT,
            env={**os.environ, "FOOTFALL_ENGINE_PASSWORD": self.password},
            stdout=log,
            stderr=log,
        )
        log.close()
        wait_until(self._answers, f"the engine (see {log.name})", timeout)

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(with_signal)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError("the engine has ended")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Stack:
    """Start the parts by name, kill them, start them again."""

    def __init__(
        self, folder: Path, *, queries: bool = False, collected: bool = False, web_processes: int = 1, **settings: str
    ) -> None:
        self.folder = folder
        self.engine = SteadyEngine(folder / "clickhouse", password="stack")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = settings
        self.collected = collected  # static files under the names that say their content
        gunicorn = f"-m gunicorn web.wsgi --bind 127.0.0.1:{self.port} --worker-class gthread --threads 8"
        worker = "-m celery -A workers worker --without-mingle --without-gossip"
        commands = {
            "web": f"{gunicorn} --workers {web_processes} --graceful-timeout 5",
            "ingest": f"{worker} -Q ingest -P solo",
            **({"queries": f"{worker} -Q queries -P threads -c 4"} if queries else {}),
        }
        self.commands = {name: command.split() for name, command in commands.items()}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "web.settings",
            "DATA_DIR": str(self.folder / "data"),
            "SPOOL_DIR": str(self.folder / "spool"),
            "SECRET_KEY": "a-key-for-one-test-stack-" + "".join(chr(97 + n % 26) for n in range(40)),
            "DATABASE_URL": f"sqlite:///{self.folder / 'footfall.sqlite3'}",
            "REDIS_URL": "",
            **{f"CLICKHOUSE_{name}URL": self.engine.url for name in ("", "QUERY_", "MIGRATION_")},
            **self.settings,
        }

    def __enter__(self) -> Stack:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "data").mkdir(exist_ok=True)
        if not self.engine.data.exists():
            migrated.put_into(self.folder, Stack)
        self.engine.start()
        try:
            if self.collected:
                self.manage("collectstatic", "--no-input")
            for name in self.commands:
                self.start(name)
            self.wait_for_web()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def start(self, name: str) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        command = [sys.executable, *self.commands[name]]
        self.running[name] = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        log.close()

    def start_web(self, name: str, *options: str) -> int:
        """Another web server on the same data; returns its port when it listens."""
        port = free_port()
        self.commands[name] = [
            f"127.0.0.1:{port}" if word.endswith(f":{self.port}") else word for word in self.commands["web"]
        ]
        self.commands[name] += options
        self.start(name)

        def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_until(listens, f"{name} (see {self.folder / name}.log)")
        return port

    def kill(self, name: str) -> None:
        """As the out-of-memory killer would: the process and the children it forked."""
        process = self.running.pop(name)
        children = _children(process.pid)
        for pid in (process.pid, *children):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()

    def stop_gently(self, name: str, timeout: float = 20) -> int:
        process = self.running.pop(name)
        process.terminate()
        return process.wait(timeout)

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()
        if self.engine.process is not None:
            self.engine.stop()

    def wait_for_web(self) -> None:
        wait_until(self._answers, f"web (see {self.folder / 'web.log'})")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/track", timeout=2) as reply:
                return bool(reply.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def django(self, code: str, *arguments: object) -> Any:
        """Run code with Django set up in the stack's settings; its last word is what `answer` holds."""
        whole = "import django, json, sys; django.setup(); arguments = sys.argv[1:]\n" + textwrap.dedent(code)
        done = subprocess.run(
            [sys.executable, "-c", whole + "\nprint(json.dumps(answer))", *map(str, arguments)],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def make_project(self) -> dict[str, Any]:
        """A project with a token and a service account: project_id, token, username, secret."""
        made: dict[str, Any] = self.django(
            """
            from web.projects.credentials import hash_secret
            from web.projects.models import Project, ProjectToken, Role, ServiceAccount
            project = Project.objects.create(name="Shop")
            token = ProjectToken.objects.create(project=project, label="site").token
            ServiceAccount.objects.create(
                project=project, label="robot", username=f"robot-{project.pk}", secret_hash=hash_secret("s3cret"),
                role=Role.ADMIN)
            answer = {"project_id": project.pk, "token": token, "username": f"robot-{project.pk}", "secret": "s3cret"}
            """
        )
        return made

    def profile(self, project_id: int, distinct_id: str, kind: str = "user") -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.django(
            """
            from web.people import profiles
            answer = profiles.read(int(arguments[0]), arguments[1], arguments[2])
            """,
            project_id,
            distinct_id,
            kind,
        )
        return found

    def ask(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Rows straight out of ClickHouse."""
        from analytics.clickhouse.client import connect

        client = connect(self.engine.url)
        try:
            rows: list[tuple[Any, ...]] = client.execute(sql, parameters)
            return rows
        finally:
            client.disconnect()

    def events(self, project_id: int) -> list[dict[str, Any]]:
        """What is stored, duplicates resolved, in the order of time."""
        names = ("event", "time", "distinct_id", "insert_id", "user_id", "device_id", "actor", "properties")
        rows = self.ask(
            f"SELECT {', '.join(names)} FROM events FINAL WHERE project_id = {{p:UInt32}} ORDER BY time, event",
            p=project_id,
        )
        events = [dict(zip(names, row, strict=True)) for row in rows]
        return [{**event, "properties": json.loads(event["properties"])} for event in events]

    def wait_for_events(self, project_id: int, count: int, timeout: float = 15) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.events(project_id)) >= count, f"{count} events", timeout)
        return self.events(project_id)


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []
