"""Updates of one profile from several processes at once all count, on SQLite and on PostgreSQL, and are mirrored."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.clickhouse.client import Client

ROOT = Path(__file__).resolve().parents[3]
PROCESSES = 4
ROUNDS = 20

SET_UP = """
    import django; django.setup()
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    import sys
    from web.projects.models import Project
    print(Project.objects.create(pk=int(sys.argv[1]), name="p").pk)
"""
SEND = """
    import json, sys
    import django; django.setup()
    from datetime import UTC, datetime
    from web.people import operations, profiles
    project, sender, rounds = map(int, sys.argv[1:])
    now = datetime.now(UTC)
    for number in range(rounds):
        items = [
            {"$distinct_id": "a", "$add": {"n": 1}, "$append": {"l": f"{sender}-{number}"}},
            {"$distinct_id": "b", "$union": {"l": [number]}, "$set_once": {"first": sender}},
            {"$distinct_id": f"new-{number}", "$add": {"n": 1}},
            {"$distinct_id": "c", "$delete": ""} if sender == 0 else {"$distinct_id": "c", "$set": {"by": sender}},
        ]
        if sender % 2:
            items.reverse()
        updates = [operations.read(json.dumps(each).encode(), now, groups=False) for each in items]
        assert profiles.update(project, updates, now, lambda ip: {}) == [None] * 4
"""
MIRROR = """
    import sys, threading
    import django; django.setup()
    from web.people.mirror import Mirror
    mirror, stop = Mirror(sys.argv[1]), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set())).start()
    mirror.run(stop)
    while mirror.step():
        pass
    print(mirror.is_stuck)
"""
READ = """
    import json, sys
    import django; django.setup()
    from web.people.models import Profile
    print(json.dumps({each.distinct_id: each.properties for each in Profile.objects.all()}))
"""


def python(code: str, url: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output


@pytest.fixture
def postgres_url() -> Iterator[str]:
    psycopg = pytest.importorskip("psycopg")
    server = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")
    name = f"footfall_test_{secrets.token_hex(6)}"
    try:
        connection = psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL server: {error}")
    with connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield f"{server}/{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def everybody_counts(url: str, clickhouse: Client, project_id: int) -> None:
    project = int(said(python(SET_UP, url, project_id)))
    mirrors = [python(MIRROR, url, clickhouse.url) for _ in range(2)]
    senders = [python(SEND, url, project, sender, ROUNDS) for sender in range(PROCESSES)]
    codes = [sender.communicate(timeout=60) and sender.returncode for sender in senders]
    assert codes == [0] * PROCESSES
    profiles = json.loads(said(python(READ, url)))
    assert profiles["a"]["n"] == PROCESSES * ROUNDS
    assert sorted(profiles["a"]["l"]) == sorted(f"{s}-{n}" for s in range(PROCESSES) for n in range(ROUNDS))
    for sender in range(PROCESSES):  # and each sender's in its own order
        own = [entry for entry in profiles["a"]["l"] if entry.startswith(f"{sender}-")]
        assert own == [f"{sender}-{n}" for n in range(ROUNDS)]
    assert sorted(profiles["b"]["l"]) == list(range(ROUNDS))
    assert profiles["b"]["first"] in range(PROCESSES)
    assert all(profiles[f"new-{n}"]["n"] == PROCESSES for n in range(ROUNDS))
    assert [said(mirror) for mirror in mirrors] == ["False\n"] * 2
    rows = clickhouse.execute(
        "SELECT distinct_id, ifNull(numbers['n'], 0), ifNull(nested['l'], '') FROM profiles FINAL"
        " WHERE project_id = {p:UInt32} AND NOT deleted",
        {"p": project},
    )
    assert {name: (n, json.loads(listed or "[]")) for name, n, listed in rows} == {
        name: (known.get("n", 0), known.get("l", [])) for name, known in profiles.items() if known
    }


def test_on_sqlite(tmp_path: Path, clickhouse: Client, project_id: int):
    everybody_counts(f"sqlite:///{tmp_path / 'people.sqlite3'}", clickhouse, project_id)


@pytest.mark.postgres
def test_on_postgresql(postgres_url: str, clickhouse: Client, project_id: int):
    everybody_counts(postgres_url, clickhouse, project_id)
