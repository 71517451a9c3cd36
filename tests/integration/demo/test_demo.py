"""make demo, from an empty folder to a question answered, and through everything that may happen to it."""

from __future__ import annotations

import base64
import contextlib
import http.cookiejar
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROCESSES = {
    "engine": "analytics.clickhouse.embedded",
    "web": "gunicorn",
    "query-worker": "-Q queries",
    "ingest-worker": "-Q ingest",
    "beat": "celery -A workers beat",
}
pytestmark = pytest.mark.timeout(300)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return found


class Demo:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        (data / "demo.json").unlink(missing_ok=True)  # kill -9 leaves it behind
        self.said = data.parent / f"{data.name}-said.txt"
        # What somebody has in their shell for something else must not be touched.
        foreign = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "REDIS_URL": "redis://127.0.0.1:1/0"}
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CLICKHOUSE", "SECRET", "DATA_DIR"))
        }
        command = [sys.executable, "manage.py", "demo", "--port", str(self.port), "--data-dir", str(data)]
        environment = kept | foreign | {"DJANGO_SETTINGS_MODULE": "web.settings"}
        with self.said.open("w") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)

    def ready(self, seconds: float = 150) -> dict[str, Any]:
        def described() -> dict[str, Any] | None:
            assert self.process.poll() is None, self.said.read_text()
            with contextlib.suppress(FileNotFoundError):
                return dict(json.loads((self.data / "demo.json").read_text()))
            return None

        return dict(until(described, seconds))

    def pids(self, part: str = "") -> list[int]:
        """The demo's processes, all or those of one part."""
        found = []
        for directory in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (directory / "cmdline").read_text().replace("\0", " ")
                environment = (directory / "environ").read_text()
                ours = f"DATA_DIR={self.data}\0" in environment or str(self.data) in command
                if ours and PROCESSES.get(part, "") in command:
                    found.append(int(directory.name))
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    """One demo for the whole file: seeding takes a while."""
    running = Demo(folder)
    try:
        running.ready()
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()
        left = running.pids()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert not left, "processes were left behind"


def call(url: str, document: object = None, account: dict[str, str] | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if account:
        secret = base64.b64encode(f"{account['username']}:{account['secret']}".encode()).decode()
        headers["Authorization"] = f"Basic {secret}"
    body = json.dumps(document).encode() if document is not None else None
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as answer:
        return dict(json.load(answer))


def ask(described: dict[str, Any], **question: Any) -> dict[str, Any]:
    base, account = described["url"], described["service_account"]
    document = {
        "version": 1,
        "kind": "insights",
        "interval": "day",
        "dates": {"kind": "last", "count": 30, "unit": "day"},
    }
    answer = call(f"{base}/api/v1/projects/{described['project_id']}/query", document | question, account)
    deadline = time.monotonic() + 30
    while answer["state"] in ("queued", "running"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        answer = call(base + answer["urls"]["run"], account=account)
    assert answer["state"] == "done", answer
    return answer


def total_of(described: dict[str, Any], event: str, **question: Any) -> int:
    metrics = [{"events": [event], "measure": {"kind": "total"}, "filters": None}]
    (series,) = ask(described, metrics=metrics, **question)["series"]
    return int(series["total"])


def test_it_describes_itself_to_scripts_and_to_nobody_else(demo):
    described = demo.ready()
    assert set(described) == {"url", "login_url", "email", "password", "project_id", "project_token", "service_account"}
    assert set(described["service_account"]) == {"username", "secret"}
    for name in ("demo.json", "secrets.json", "demo-project.json"):
        assert stat.S_IMODE((demo.data / name).stat().st_mode) == 0o600, name
    assert described["login_url"] in demo.said.read_text()


def test_every_part_answers(demo):
    parts = call(f"{demo.ready()['url']}/readyz")
    assert parts["ok"], parts
    for part in PROCESSES:
        assert demo.pids(part), f"{part} does not run"


def test_the_login_link_opens_once(demo):
    link = demo.ready()["login_url"]

    def visit() -> tuple[str, str]:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        try:
            with opener.open(link, timeout=20) as page:
                return page.url, page.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.url, refused.read().decode()

    first, page = visit()
    assert "/login" not in first
    assert "Larkspur" in page
    again, page = visit()
    assert "Larkspur" not in page


def test_the_seeded_events_are_there_and_a_sent_one_comes_into_the_next_answer(demo):
    described = demo.ready()
    half_a_year = {"dates": {"kind": "last", "count": 190, "unit": "day"}}
    assert 7_000 < total_of(described, "Signed Up", **half_a_year) < 11_000
    event = {"event": "Bell Rung", "properties": {"token": described["project_token"], "distinct_id": "ada"}}
    body = json.dumps([event]).encode()
    request = urllib.request.Request(f"{described['url']}/track", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.read() == b"1"
    until(lambda: total_of(described, "Bell Rung") == 1, 10)


def test_commands_reach_it_by_its_folder_alone(demo, tmp_path):
    described = demo.ready()
    rows = tmp_path / "rows.csv"
    rows.write_text(f"event,time,user\nDoor Opened,{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())},ada\n")
    told = {name: value for name, value in os.environ.items() if not name.startswith(("CLICKHOUSE", "SECRET"))}
    told |= {"DATA_DIR": str(demo.data), "DJANGO_SETTINGS_MODULE": "web.settings"}
    command = [sys.executable, "manage.py", "import_events", str(rows), "--project", str(described["project_id"])]
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert total_of(described, "Door Opened") == 1
    assert stat.S_IMODE((demo.data / "demo.env").stat().st_mode) == 0o600


def test_a_second_one_on_the_same_folder_is_refused(demo):
    command = [sys.executable, "manage.py", "demo", "--port", str(free_port()), "--data-dir", str(demo.data)]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode != 0
    assert "running on" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_that_is_taken_is_named(demo, tmp_path):
    command = [sys.executable, "manage.py", "demo", "--port", str(demo.port), "--data-dir", str(tmp_path)]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode != 0
    assert f"Port {demo.port} cannot be used" in refused.stderr
    assert f"PORT={demo.port + 1} make demo" in refused.stderr


@pytest.mark.parametrize("part", ["engine", "query-worker", "web"])
def test_a_part_that_is_killed_comes_back(demo, part):
    described = demo.ready()
    before = set(demo.pids(part))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: set(demo.pids(part)) - before, 15)

    def answers() -> bool:
        with contextlib.suppress(OSError):
            return bool(call(f"{described['url']}/readyz")["ok"])
        return False

    until(answers, 30)
    assert total_of(described, "Signed Up", dates={"kind": "last", "count": 7, "unit": "day"}) > 0
    assert f"{part} ended (signal 9)" in demo.said.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda n: n.name)
def test_it_ends_all_its_processes_and_starts_again_with_the_same_data(demo, number):
    """Last in its own right: whatever the order, it leaves a running demo behind."""
    described = demo.ready()
    demo.process.send_signal(number)
    demo.process.wait(40)
    until(lambda: not demo.pids(), 15)
    assert (demo.data / "demo.json").exists() == (number == signal.SIGKILL), "it is there while a demo runs"
    again = Demo(demo.data)
    demo.process, demo.port, demo.said = again.process, again.port, again.said
    later = demo.ready(90)
    kept = ("email", "password", "project_id", "project_token", "service_account")
    assert {name: later[name] for name in kept} == {name: described[name] for name in kept}
    assert later["login_url"] != described["login_url"]
    assert total_of(later, "Signed Up", dates={"kind": "last", "count": 190, "unit": "day"}) > 7_000
