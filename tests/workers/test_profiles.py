"""The mirror of profiles: what was committed comes to ClickHouse, whatever breaks, and nothing goes back."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from analytics.clickhouse import writer
from analytics.clickhouse.client import Client
from analytics.clickhouse.versions import profile_version
from analytics.clickhouse.writer import ProfileRow, write_profiles
from analytics.errors import QueryFailed, Unavailable
from tests.conftest import own_engine
from web.people import mirror as mirrors
from web.people import operations, profiles
from web.people.mirror import Mirror, forget_deleted
from web.people.models import Profile
from web.projects.models import Project

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AWAY = "clickhouse://default@127.0.0.1:1/default"

Engage = Callable[..., None]


@pytest.fixture(scope="module")
def clickhouse_url(tmp_path_factory: pytest.TempPathFactory) -> Any:
    yield from own_engine(tmp_path_factory)


@pytest.fixture
def project(project_id: int) -> Project:
    return Project.objects.create(pk=project_id, name="Shop")


@pytest.fixture
def engage(project: Project) -> Engage:
    def engage(distinct_id: str, now: datetime = NOW, groups: bool = False, **changes: Any) -> None:
        whose = {"$group_key": "company", "$group_id": distinct_id} if groups else {"$distinct_id": distinct_id}
        item = {**whose, "$ignore_time": True, **{f"${name}": value for name, value in changes.items()}}
        update = operations.read(json.dumps(item).encode(), now, groups=groups)
        assert profiles.update(project.pk, [update], now, lambda ip: {}) == [None]

    return engage


def copied(client: Client, project_id: int) -> dict[str, str]:
    """The profiles that questions see, each by its property `plan`."""
    rows = client.execute(
        "SELECT distinct_id, ifNull(strings['plan'], '') FROM profiles FINAL"
        " WHERE project_id = {p:UInt32} AND NOT deleted",
        {"p": project_id},
    )
    assert len(rows) == len(dict(rows))
    return dict(rows)


def waiting() -> int:
    return Profile.objects.filter(kind="user", mirrored=False).count()


def test_changes_arrive_and_are_marked_and_the_version_grows(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage
):
    mirror = Mirror(clickhouse_url)
    for number in range(30):
        engage(f"u{number}", set={"plan": "free"})
    before = profile_version(clickhouse, project_id)
    assert mirror.step() == 30
    assert copied(clickhouse, project_id) == {f"u{number}": "free" for number in range(30)}
    assert (waiting(), mirror.step()) == (0, 0)
    after = profile_version(clickhouse, project_id)
    assert after > before
    engage("u1", set={"plan": "pro"})
    engage("u2", set={"plan": "free"})  # nothing changes
    engage("u3", set={"plan": None})
    assert mirror.step() == 2
    assert copied(clickhouse, project_id) | {"u1": "pro", "u3": ""} == copied(clickhouse, project_id)
    assert profile_version(clickhouse, project_id) > after


def test_groups_are_not_copied(clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage):
    engage("acme", groups=True, set={"plan": "pro"})
    assert Mirror(clickhouse_url).step() == 0
    assert copied(clickhouse, project_id) == {}


def test_rows_from_before_there_was_a_mirror_are_copied(
    clickhouse_url: str, clickhouse: Client, project_id: int, project: Project
):
    Profile.objects.create(project=project, distinct_id="old", properties={"plan": "pro"}, updated_at=NOW)
    Profile.objects.create(project=project, distinct_id="only being made", updated_at=NOW)
    assert Mirror(clickhouse_url).step() == 2
    assert copied(clickhouse, project_id) == {"old": "pro"}


def test_a_type_that_python_takes_for_equal_is_a_change(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage
):
    mirror = Mirror(clickhouse_url)
    engage("u", set={"paid": 1})
    mirror.step()
    engage("u", set={"paid": True})
    mirror.step()
    [row] = clickhouse.execute(
        "SELECT numbers, booleans FROM profiles FINAL WHERE project_id = {p:UInt32}", {"p": project_id}
    )
    assert row == ({}, {"paid": True})


def test_a_version_grows_where_the_clock_stands_still_or_goes_back(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage
):
    mirror = Mirror(clickhouse_url)
    for plan, hours in (("a", 0), ("b", 0), ("c", -1)):
        engage("u", NOW + timedelta(hours=hours), set={"plan": plan})
        mirror.step()
        assert copied(clickhouse, project_id) == {"u": plan}
    engage("u", NOW - timedelta(hours=2), delete="")
    mirror.step()
    assert copied(clickhouse, project_id) == {}
    engage("u", NOW - timedelta(hours=3), set={"plan": "again"})
    mirror.step()
    assert copied(clickhouse, project_id) == {"u": "again"}


def test_a_deleted_profile_leaves_answers_and_a_day_later_the_disk(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage
):
    mirror = Mirror(clickhouse_url)
    for name in ("gone", "back", "stays"):
        engage(name, set={"plan": "pro"})
    engage("acme", groups=True, set={"plan": "pro"})
    mirror.step()
    for name in ("gone", "back"):
        engage(name, delete="")
    engage("acme", groups=True, delete="")
    mirror.step()
    assert copied(clickhouse, project_id) == {"stays": "pro"}
    engage("back", NOW + timedelta(hours=1), set={"plan": "free"})  # changed, and not copied yet

    def stored(name: str) -> int:
        condition = {"p": project_id, "n": name}
        counted = "SELECT count() FROM profiles WHERE project_id = {p:UInt32} AND distinct_id = {n:String}"
        return int(clickhouse.execute(counted, condition)[0][0])

    assert stored("gone") >= 1
    assert forget_deleted(clickhouse_url, NOW + timedelta(hours=23)) == 0
    assert forget_deleted(clickhouse_url, NOW + timedelta(hours=25)) == 2
    assert stored("gone") == 0
    assert set(Profile.objects.values_list("distinct_id", flat=True)) == {"back", "stays"}
    mirror.step()
    assert copied(clickhouse, project_id) == {"stays": "pro", "back": "free"}
    engage("gone", NOW + timedelta(hours=26), set={"plan": "new"})
    mirror.step()
    assert copied(clickhouse, project_id)["gone"] == "new"


def test_forgetting_spares_a_later_version(clickhouse_url: str, clickhouse: Client, project_id: int):
    from analytics.clickhouse.deletion import delete_profiles

    rows = [(1, "a"), (2, ""), (3, "b")]
    write_profiles(clickhouse, [ProfileRow(project_id, "u", v, not p, json.dumps({"plan": p})) for v, p in rows[:2]])
    write_profiles(clickhouse, [ProfileRow(project_id, "u", v, not p, json.dumps({"plan": p})) for v, p in rows[2:]])
    delete_profiles(clickhouse, project_id, {"u": 2})
    found = clickhouse.execute("SELECT version FROM profiles WHERE project_id = {p:UInt32}", {"p": project_id})
    assert found == [(3,)]


def test_a_crash_between_copying_and_marking_copies_again_and_changes_nothing(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage, monkeypatch: pytest.MonkeyPatch
):
    engage("u", set={"plan": "pro"})
    with monkeypatch.context() as patch:
        patch.setattr(mirrors, "_mark", lambda copied: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Mirror(clickhouse_url).step()
    assert copied(clickhouse, project_id) == {"u": "pro"}
    assert waiting() == 1
    assert Mirror(clickhouse_url).step() == 1
    assert copied(clickhouse, project_id) == {"u": "pro"}
    assert waiting() == 0


def test_what_changes_while_it_is_copied_is_copied_as_well(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage, monkeypatch: pytest.MonkeyPatch
):
    mirror = Mirror(clickhouse_url)
    engage("u", set={"plan": "first"})
    engage("v", set={"plan": "first"})
    really = mirrors.write_profiles

    def slow(client: writer.Writes, rows: list[ProfileRow]) -> int:
        engage("u", set={"plan": "second"})
        return really(client, rows)

    with monkeypatch.context() as patch:
        patch.setattr(mirrors, "write_profiles", slow)
        mirror.step()
    assert copied(clickhouse, project_id) == {"u": "first", "v": "first"}
    assert waiting() == 1
    mirror.step()
    assert copied(clickhouse, project_id) == {"u": "second", "v": "first"}


def test_a_mirror_that_was_held_up_takes_nothing_back(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage, monkeypatch: pytest.MonkeyPatch
):
    """One reads the first version and stops; another copies the second and marks; then the first goes on."""
    engage("u", set={"plan": "first"})
    really = mirrors.write_profiles

    def held_up(client: writer.Writes, rows: list[ProfileRow]) -> int:
        with monkeypatch.context() as patch:
            patch.setattr(mirrors, "write_profiles", really)
            engage("u", set={"plan": "second"})
            Mirror(clickhouse_url).step()
        assert copied(clickhouse, project_id) == {"u": "second"}
        return really(client, rows)

    with monkeypatch.context() as patch:
        patch.setattr(mirrors, "write_profiles", held_up)
        Mirror(clickhouse_url).step()
    assert copied(clickhouse, project_id) == {"u": "second"}
    assert waiting() == 0


def test_clickhouse_away_marks_nothing(clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage):
    engage("u", set={"plan": "pro"})
    with pytest.raises(Unavailable):
        Mirror(AWAY).step()
    assert waiting() == 1
    Mirror(clickhouse_url).step()
    assert copied(clickhouse, project_id) == {"u": "pro"}


def test_one_that_cannot_be_stored_holds_nobody_up(
    clickhouse_url: str,
    clickhouse: Client,
    project_id: int,
    engage: Engage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    really = mirrors.write_profiles

    def choosy(client: writer.Writes, rows: list[ProfileRow]) -> int:
        if any(row.distinct_id == "bad" for row in rows):
            raise QueryFailed("no", engine_code=117)
        return really(client, rows)

    mirror = Mirror(clickhouse_url)
    for name in ("a", "bad", "b", "c"):
        engage(name, set={"plan": "pro"})
    with monkeypatch.context() as patch:
        patch.setattr(mirrors, "write_profiles", choosy)
        mirror.step()
        assert set(copied(clickhouse, project_id)) == {"a", "b", "c"}
        assert f"a profile of project {project_id} cannot be stored" in caplog.text
        assert mirror.step() == 0  # it waits; it is not tried all the time
        engage("d", set={"plan": "pro"})
        assert mirror.step() == 1
    assert waiting() == 1
    monkeypatch.setattr(mirrors, "REFUSED_FOR", -1.0)
    mirror.step()
    assert set(copied(clickhouse, project_id)) == {"a", "b", "c", "d", "bad"}


def test_a_fault_of_ours_marks_nothing_and_gives_nobody_up(
    clickhouse_url: str, engage: Engage, monkeypatch: pytest.MonkeyPatch
):
    for number in range(mirrors.MOST_REFUSED + 1):
        engage(f"u{number}", set={"plan": "pro"})

    def broken(client: object, rows: object) -> int:
        raise TypeError("a mistake in the writer")

    mirror = Mirror(clickhouse_url)
    with monkeypatch.context() as patch:
        patch.setattr(mirrors, "write_profiles", broken)
        with pytest.raises(Unavailable, match="a mistake in the writer"):
            mirror.step()
        patch.setattr(mirrors, "write_profiles", lambda *a: (_ for _ in ()).throw(QueryFailed("no", engine_code=241)))
        with pytest.raises(QueryFailed):  # out of memory: waiting helps, refusing does not
            mirror.step()
    assert waiting() == mirrors.MOST_REFUSED + 1
    assert mirror.step() == mirrors.MOST_REFUSED + 1


def test_batches_are_bounded_in_rows_and_in_bytes(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage, monkeypatch: pytest.MonkeyPatch
):
    for number in range(25):
        engage(f"u{number:02}", set={"plan": "x" * 200})
    monkeypatch.setattr(mirrors, "BATCH_ROWS", 10)
    mirror = Mirror(clickhouse_url)
    assert mirror.step() == 10
    monkeypatch.setattr(mirrors, "BATCH_BYTES", 1000)
    assert mirror.step() == 5
    assert mirror.step() == 5
    assert mirror.step() == 5
    assert len(copied(clickhouse, project_id)) == 25


def test_the_loop_outlives_a_database_and_a_clickhouse_that_go_away(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(mirrors, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(mirrors, "PAUSE", 0.001)
    stop = threading.Event()
    mirror = Mirror(AWAY)
    troubles: list[Exception | None] = [None, DatabaseError("away"), DatabaseError("away"), Unavailable("away"), None]

    def step() -> int:
        if not troubles:
            stop.set()
            return 0
        trouble = troubles.pop(0)
        if trouble is not None:
            raise trouble
        return 0

    monkeypatch.setattr(mirror, "step", step)
    monkeypatch.setattr(mirrors.connection, "close", lambda: None)  # the test's own
    with caplog.at_level(logging.WARNING, logger="web.people.mirror"):
        mirror.run(stop)
    told = [record.getMessage() for record in caplog.records if record.name == "web.people.mirror"]
    assert len(told) == 2  # gone, and back
    assert "cannot be copied" in told[0]
    assert "again" in told[1]


def test_after_restoring_a_backup_the_copy_is_made_anew(
    clickhouse_url: str, clickhouse: Client, project_id: int, engage: Engage, settings: Any
):
    engage("lost in clickhouse", set={"plan": "pro"})
    engage("older here", set={"plan": "old"})
    Profile.objects.update(mirrored=True)
    newer = int(NOW.timestamp() * 1_000_000) + 3_600_000_000
    for name in ("older here", "not here"):
        write_profiles(clickhouse, [ProfileRow(project_id, name, newer, False, '{"plan": "new"}')])
    settings.CLICKHOUSE_URL = clickhouse_url
    version = profile_version(clickhouse, project_id)
    call_command("mirror_profiles")
    assert copied(clickhouse, project_id) == {"lost in clickhouse": "pro", "older here": "old"}
    assert profile_version(clickhouse, project_id) > version
    engage("older here", set={"plan": "newest"})
    Mirror(clickhouse_url).step()
    assert copied(clickhouse, project_id)["older here"] == "newest"


def test_deleted_profiles_are_forgotten_by_the_clock(clickhouse_url: str, engage: Engage, settings: Any):
    from workers import schedule

    settings.CLICKHOUSE_URL = clickhouse_url
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    engage("u", long_ago, set={"plan": "pro"})
    engage("u", long_ago, delete="")
    Mirror(clickhouse_url).step()
    job = schedule.app.tasks[schedule.app.conf.beat_schedule["forget deleted profiles"]["task"]]
    job()
    assert not Profile.objects.exists()
    settings.CLICKHOUSE_URL = AWAY
    engage("u", long_ago, set={"plan": "pro"})
    engage("u", long_ago, delete="")
    Profile.objects.update(mirrored=True)
    job()  # says so in the log and comes again
    assert Profile.objects.exists()
