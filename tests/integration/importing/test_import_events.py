"""A file becomes events: the numbers that a person gets afterwards are those of the file, whatever happens."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analytics import runner
from analytics.importing import Importing, Source, guess, shape
from analytics.queries.codec import parse
from analytics.queries.scope import Scope
from web.projects.models import Project

ROOT = Path(__file__).resolve().parents[3]
SHOP = ROOT / "tests" / "data" / "ecom.csv.gz"
NOW_MS = time.time_ns() // 1_000_000


def importing(path: Path, project_id: int, state: Path, **mapping: str) -> Importing:
    source = Source.of(path)
    found = shape(source)
    return Importing(source, found, guess(found.columns, mapping), project_id=project_id, state=state)


def quiet(progress: object) -> None:
    """Nobody looks at the progress."""


def ask(url: str, project_id: int, document: dict[str, Any]) -> dict[str, Any]:
    """An answer, by the way that every answer takes."""
    scope = Scope(project_id=project_id, zone="UTC", week_start=1, now=datetime.now(UTC), retention_days=None)
    query = parse({"version": 1, "kind": "insights", "filters": None, "breakdowns": [], **document})
    return runner.run(query, scope, url=url, cache=None).to_json()


def count(clickhouse: Any, project_id: int) -> int:
    rows = clickhouse.execute(
        "SELECT count() FROM events FINAL WHERE project_id = {project:UInt32}", {"project": project_id}
    )
    return int(rows[0][0])


# --- real data: the same numbers as a few lines of Python -------------------------------------------------------------


@pytest.fixture(scope="module")
def shop() -> list[dict[str, str]]:
    return list(csv.DictReader(io.TextIOWrapper(gzip.open(SHOP), newline="")))


@pytest.fixture
def imported(shop, clickhouse_url, project_id, tmp_path) -> int:
    summary = importing(SHOP, project_id, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    assert (summary.accepted, summary.bad) == (len(shop), 0)
    return project_id


def series(answer: dict[str, Any], measure: str) -> dict[tuple[str, str], int]:
    """(month, segment) → number."""
    months = [bucket["start"][:7] for bucket in answer["buckets"]]
    return {
        (month, segment["value"]): value
        for each in answer["series"]
        if each["measure"] == measure
        for segment in each["segment"]
        if segment["kind"] == "value"
        for month, value in zip(months, each["values"], strict=True)
    }


def test_the_shops_events_and_users_per_month_and_platform_are_those_of_the_file(imported, shop, clickhouse_url):
    events: dict[tuple[str, str], int] = defaultdict(int)
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    monthly: dict[str, set[str]] = defaultdict(set)
    for row in shop:
        month = row["timestamp"][:7]
        events[month, row["platform"]] += 1
        users[month, row["platform"]].add(row["user_id"])
        monthly[month].add(row["user_id"])
    names = sorted({row["event"] for row in shop})
    months = sorted(monthly)
    dates = {"kind": "fixed", "from": f"{months[0]}-01", "to": f"{months[-1]}-30"}
    platform = {"property": {"name": "platform", "source": "event", "type": "string"}}
    metrics = [{"events": names, "measure": {"kind": kind}, "filters": None} for kind in ("total", "unique")]
    question = {"metrics": metrics, "dates": dates, "interval": "month"}
    split = ask(clickhouse_url, imported, {**question, "breakdowns": [platform]})
    assert series(split, "total") == dict(events)
    assert series(split, "unique") == {key: len(who) for key, who in users.items()}
    whole = ask(clickhouse_url, imported, question)
    total, unique = whole["series"]
    assert sum(total["values"]) == total["total"] == len(shop)
    assert dict(zip(months, unique["values"], strict=True)) == {month: len(who) for month, who in monthly.items()}
    assert unique["total"] == len({row["user_id"] for row in shop})


def test_importing_it_again_changes_nothing(imported, shop, clickhouse, clickhouse_url, tmp_path):
    again = importing(SHOP, imported, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    assert again.already_done
    unpacked = tmp_path / "shop.csv"
    unpacked.write_bytes(gzip.decompress(SHOP.read_bytes()))
    elsewhere = importing(unpacked, imported, tmp_path / "other").run(clickhouse_url, NOW_MS, quiet)
    assert not elsewhere.already_done
    assert count(clickhouse, imported) == len(shop)


# --- on the way -------------------------------------------------------------------------------------------------------


def lines(tmp_path: Path, events: int) -> Path:
    path = tmp_path / "events.jsonl"
    with path.open("w") as file:
        for index in range(events):
            row = {"event": "A", "time": 1_700_000_000 + index, "distinct_id": f"u{index % 97}", "n": index}
            file.write((json.dumps(row) if index % 1000 != 500 else "{broken") + "\n")
    return path


def test_bad_rows_are_left_out_counted_and_listed(clickhouse, clickhouse_url, project_id, tmp_path):
    path = lines(tmp_path, 3000)
    summary = importing(path, project_id, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    assert (summary.read, summary.accepted, summary.bad) == (3000, 2997, 3)
    listed = [json.loads(line) for line in summary.bad_rows.read_text().splitlines()]
    assert [bad["line"] for bad in listed] == [501, 1501, 2501]
    assert all("JSON" in bad["reason"] for bad in listed)
    assert count(clickhouse, project_id) == 2997


def test_a_dry_run_stores_nothing(clickhouse, project_id, tmp_path):
    summary = importing(lines(tmp_path, 2000), project_id, tmp_path).check(NOW_MS, quiet)
    assert (summary.accepted, summary.bad) == (1998, 2)
    assert count(clickhouse, project_id) == 0


def test_rows_of_the_future_are_bad(clickhouse, clickhouse_url, project_id, tmp_path):
    path = tmp_path / "future.csv"
    path.write_text("user,event,time\nu,A,2999-01-01\nu,A,2024-01-01\n")
    summary = importing(path, project_id, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    assert summary.reasons == {"the time is in the future": 1}
    assert count(clickhouse, project_id) == 1


class Interrupted(Exception):
    pass


@pytest.mark.parametrize("after", [1, 2, 4])
def test_an_interrupted_import_goes_on_without_doubling(
    clickhouse, clickhouse_url, project_id, tmp_path, after, monkeypatch
):
    monkeypatch.setattr("analytics.importing.loading.BATCH_ROWS", 1000)
    path = lines(tmp_path, 5500)
    stored = 0

    def interrupt(progress: object) -> None:
        nonlocal stored
        stored += 1
        if stored == after:
            raise Interrupted

    with pytest.raises(Interrupted):
        importing(path, project_id, tmp_path).run(clickhouse_url, NOW_MS, interrupt)
    assert 0 < count(clickhouse, project_id) < 5495
    summary = importing(path, project_id, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    assert summary.resumed_at > 0
    assert (summary.read, summary.accepted, summary.bad) == (5500, 5495, 5)
    assert len(summary.bad_rows.read_text().splitlines()) == 5, "none is listed twice"
    assert count(clickhouse, project_id) == 5495


def test_a_batch_that_was_stored_but_not_noted_is_not_doubled(
    clickhouse, clickhouse_url, project_id, tmp_path, monkeypatch
):
    """The crash in the worst moment: between the insert and the note."""
    monkeypatch.setattr("analytics.importing.loading.BATCH_ROWS", 1000)
    path = lines(tmp_path, 3000)
    with monkeypatch.context() as broken:
        broken.setattr(Importing, "_remember", lambda self, progress: (_ for _ in ()).throw(Interrupted))
        with pytest.raises(Interrupted):
            importing(path, project_id, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    assert count(clickhouse, project_id) == 1000
    importing(path, project_id, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    assert count(clickhouse, project_id) == 2997


def test_other_columns_for_the_same_file_are_refused(clickhouse_url, project_id, tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("user,other,event,time\nu,v,A,2024-01-01\n")
    importing(path, project_id, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    with pytest.raises(Exception, match="counted twice"):
        importing(path, project_id, tmp_path, user="other").run(clickhouse_url, NOW_MS, quiet)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_says_what_it_understood_and_did(clickhouse, clickhouse_url, tmp_path):
    project = Project.objects.create(name="Shop")
    path = tmp_path / "shop.csv"
    path.write_text("who,what,when,amount\nu,Buy,2024-01-01,5\nu,Buy,nonsense,5\n")
    with pytest.raises(CommandError, match=r"which column is the event\? Say --event-column"):
        call_command("import_events", path, project=project.pk)
    columns = {"event_column": "what", "time_column": "when", "user_column": "who"}
    out = io.StringIO()
    call_command("import_events", path, project=project.pk, stdout=out, **columns)
    said = out.getvalue()
    assert "event: column what" in said
    assert "numbers: amount" in said
    assert "1 events imported, 1 bad rows" in said
    assert "1 × “nonsense” in column when is not a time" in said
    out = io.StringIO()
    call_command("import_events", path, project=project.pk, stdout=out, **columns)
    assert "imported already" in out.getvalue()
    with pytest.raises(CommandError, match=rf"There is no project 999999.*{project.pk} \(Shop\)"):
        call_command("import_events", path, project=999999)


def test_killed_in_the_middle_the_same_command_finishes(clickhouse, clickhouse_url, project_id, tmp_path):
    path = lines(tmp_path, 60_000)
    script = tmp_path / "import.py"
    script.write_text(
        "from pathlib import Path\n"
        "from analytics.importing import Importing, Source, guess, loading, shape\n"
        "loading.BATCH_ROWS = 2000\n"
        f"source = Source.of(Path({str(path)!r}))\n"
        "found = shape(source)\n"
        f"run = Importing(source, found, guess(found.columns, {{}}), project_id={project_id}, "
        f"state=Path({str(tmp_path)!r})).run\n"
        f"run({clickhouse_url!r}, {NOW_MS}, lambda progress: None)\n"
    )
    command = [sys.executable, str(script)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.Popen(command, env=environment)
    deadline = time.monotonic() + 40
    while count(clickhouse, project_id) < 6000:
        assert time.monotonic() < deadline
        assert killed.poll() is None, "it was done before it could be killed"
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert count(clickhouse, project_id) < 59_940
    subprocess.run(command, env=environment, check=True, timeout=60)
    assert count(clickhouse, project_id) == 59_940


def test_a_file_of_many_years_comes_in_whole(clickhouse, clickhouse_url, project_id, tmp_path):
    months = [f"{year}-{month:02}-05T00:00:00Z" for year in range(2005, 2025) for month in range(1, 13)]
    file = tmp_path / "years.csv"
    file.write_text("event,time,user\n" + "".join(f"Visit,{moment},ann\n" for moment in months))
    importing(file, project_id, tmp_path).run(clickhouse_url, NOW_MS, quiet)
    counted = "SELECT count(), uniqExact(toYYYYMM(time)) FROM events WHERE project_id = {p:UInt32}"
    assert clickhouse.execute(counted, {"p": project_id}) == [(240, 240)]
