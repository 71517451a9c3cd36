"""What every test may ask for: settings that touch nothing real, one embedded ClickHouse, a project of one's own."""

from __future__ import annotations

import importlib.util
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import Settings, settings
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
if settings.SETTINGS_MODULE != "tests.settings":  # settings were loaded before this file could say which
    settings._wrapped = Settings("tests.settings")


# Files with tests that take long. What is quick comes after them, so that all processes end at about the same time.
_LONG = {"browser", "integration", "reference", "test_schemathesis.py"}


@pytest.hookimpl(trylast=True)  # after the shuffling, and pytest-django's own order
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _LONG.isdisjoint(item.path.relative_to(ROOT).parts))


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix() -> None:
    """A database for each process, by the settings that connections have: they are not those that pytest-django saw."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    for database in connections.settings.values():
        if worker and "sqlite" not in database["ENGINE"]:
            database["TEST"]["NAME"] = f"test_{database['NAME']}_{worker}"


class Engine:
    """One embedded engine process on a data path of its own."""

    def __init__(self, data: Path, password: str = "") -> None:
        self.data = data
        self.password = password
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        self.said = ""

    def start(self, timeout: float = 30) -> Engine:
        port_file = self.data.parent / f"{self.data.name}.port"
        port_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "analytics.clickhouse.embedded", "--data", str(self.data), "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--port-file", str(port_file)],
            cwd=ROOT,
            env={**os.environ, "FOOTFALL_ENGINE_PASSWORD": self.password},
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + timeout
        while not port_file.exists():  # written once the engine answers
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(f"the embedded engine did not start: {self.process.communicate()[1]}")
            time.sleep(0.02)
        self.port = int(port_file.read_text())
        return self

    @property
    def url(self) -> str:
        return f"clickhouse://default:{self.password}@127.0.0.1:{self.port}/default"

    def stop(self, with_signal: int = signal.SIGTERM, timeout: float = 20) -> int:
        assert self.process is not None
        self.process.send_signal(with_signal)
        try:
            self.said = self.process.communicate(timeout=timeout)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        return self.process.returncode


@pytest.fixture(scope="session")
def clickhouse_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded ClickHouse with every migration applied. Tests share it: use `project_id`."""
    engine = Engine(tmp_path_factory.mktemp("clickhouse") / "data", password=secrets.token_urlsafe(12)).start()
    try:
        if importlib.util.find_spec("analytics.clickhouse.migrate"):
            from analytics.clickhouse.migrate import migrate

            migrate(engine.url)
        for name in ("CLICKHOUSE_URL", "CLICKHOUSE_QUERY_URL", "CLICKHOUSE_MIGRATION_URL"):
            setattr(settings, name, engine.url)
            os.environ[name] = engine.url  # for the processes that tests start
        yield engine.url
    finally:
        code = engine.stop()
        assert code == 0, f"the embedded engine left with {code}: {engine.said[-2000:]}"


def own_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """For files that mutate: a mutation looks at every part of a table, and the shared engine has all tests' parts."""
    from analytics.clickhouse.migrate import migrate

    engine = Engine(tmp_path_factory.mktemp("own-clickhouse") / "data").start()
    try:
        migrate(engine.url)
        yield engine.url
    finally:
        engine.stop()


@pytest.fixture
def clickhouse(clickhouse_url: str) -> Iterator[Any]:
    """A client of the shared embedded ClickHouse."""
    from analytics.clickhouse.client import connect

    client = connect(clickhouse_url)
    yield client
    client.disconnect()


@pytest.fixture
def project_id() -> int:
    """A project nobody else uses, so that tests can share tables without emptying them."""
    return secrets.randbelow(2**31 - 1_000_000) + 1_000_000
