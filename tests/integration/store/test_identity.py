"""A device's events become its first user's, at once and for all of the past; an administrator can take that back."""

from __future__ import annotations

import itertools

import pytest

from analytics.clickhouse.versions import data_version
from analytics.errors import AskerError
from analytics.identity import list_merges, redo_merge, undo_merge
from tests.integration.store.conftest import ACKNOWLEDGED, NOON, anonymous, known

DAY = 86_400_000


def test_without_links_everyone_is_who_they_say(write, users):
    write(
        anonymous("a"),
        anonymous("b", "d2"),
        {"insert_id": "c", "distinct_id": "u1"},
        {"insert_id": "d", "user_id": "u1"},
    )
    assert users() == [["a"], ["b"], ["c", "d"]]


def test_past_and_coming_events_of_a_device_become_its_users(write, users):
    write(anonymous("a"))
    write(anonymous("other", "d2"))
    assert users() == [["a"], ["other"]]
    write(known("b", "u1"))
    assert users() == [["a", "b"], ["other"]]
    write(anonymous("c"))
    assert users() == [["a", "b", "c"], ["other"]]


def test_an_event_that_names_the_device_only_in_its_distinct_id_is_the_devices(write, users):
    write({"insert_id": "a", "distinct_id": "$device:d1"}, known("b", "u1"))
    assert users() == [["a", "b"]]


def test_many_devices_one_user(write, users):
    write(anonymous("a", "d1"), anonymous("b", "d2"), known("c", "u1", "d1"), known("d", "u1", "d2"))
    assert users() == [["a", "b", "c", "d"]]


@pytest.mark.parametrize("batches", [[(0, 1)], [(0,), (1,)], [(1,), (0,)], [(1, 0)]])
def test_the_first_acknowledged_link_wins_whatever_the_order_of_insertion(write, users, batches):
    write(anonymous("a"))
    links = [known("b", "u1", version=ACKNOWLEDGED + 500), known("c", "u2", version=ACKNOWLEDGED + 900)]
    for batch in batches:
        write(*[links[index] for index in batch])
    assert users() == [["a", "b"], ["c"]]  # two users never merge


def test_undo_gives_the_anonymous_events_back_and_redo_takes_them_again(clickhouse, project_id, write, users):
    write(anonymous("a"), known("b", "u1"))
    version = data_version(clickhouse, project_id)
    undo_merge(clickhouse, project_id, "d1")
    assert users() == [["a"], ["b"]]
    assert data_version(clickhouse, project_id) > version
    write(known("b2", "u1"), anonymous("a2"))  # the device goes on logging in; the decision stands
    assert users() == [["a", "a2"], ["b", "b2"]]
    redo_merge(clickhouse, project_id, "d1")
    assert users() == [["a", "a2", "b", "b2"]]
    undo_merge(clickhouse, project_id, "d1")
    assert users() == [["a", "a2"], ["b", "b2"]]


def test_a_decision_survives_merging_parts(clickhouse, project_id, write, users):
    write(anonymous("a"), known("b", "u1"))
    undo_merge(clickhouse, project_id, "d1")
    write(known("c", "u2"))
    clickhouse.execute("OPTIMIZE TABLE devices FINAL")
    assert users() == [["a"], ["b"], ["c"]]


def test_only_a_merged_device_can_be_unmerged(clickhouse, project_id, write):
    write(known("a", "u1"), project=project_id + 1)
    with pytest.raises(AskerError, match="'d1' has never been merged"):
        undo_merge(clickhouse, project_id, "d1")


def test_projects_do_not_share_devices(write, users, project_id):
    write(anonymous("a"))
    write(anonymous("a"), known("b", "u1"), project=project_id + 1)
    assert users() == [["a"]]
    assert users(project_id + 1) == [["a", "b"]]


def test_merges_are_listed_and_found(clickhouse, project_id, write):
    for number, (device, name) in enumerate([("d1", "ann"), ("d2", "bob"), ("d3", "ann")]):
        write(known("x", name, device, version=(1_760_000_000_000_000 + number * 1000) << 12))
    undo_merge(clickhouse, project_id, "d2")
    listed = [(merge.device_id, merge.user_id, merge.undone) for merge in list_merges(clickhouse, project_id)]
    assert listed == [("d3", "ann", False), ("d2", "bob", True), ("d1", "ann", False)]
    assert list_merges(clickhouse, project_id)[1].linked.isoformat() == "2025-10-09T08:53:20.001000+00:00"
    assert [merge.device_id for merge in list_merges(clickhouse, project_id, search="an")] == ["d3", "d1"]
    assert [merge.device_id for merge in list_merges(clickhouse, project_id, search="d2")] == ["d2"]
    assert [merge.device_id for merge in list_merges(clickhouse, project_id, limit=1, offset=1)] == ["d2"]
    assert list_merges(clickhouse, project_id, search="%' OR 1 --") == []


def test_random_histories_agree_with_a_naive_reading(write, users):
    history = []
    for number, (device, name) in enumerate(itertools.product("xyz", ["", "u1", "u2", ""])):
        day = (number * 7) % 40
        row = known(f"e{number}", name, device) if name else anonymous(f"e{number}", device)
        history.append({**row, "time_ms": NOON - day * DAY, "version": ACKNOWLEDGED + (number * 5) % 12})
    first: dict[str, str] = {}
    for row in sorted(history, key=lambda row: row["version"]):
        if row.get("user_id"):
            first.setdefault(row["device_id"], row["user_id"])
    groups: dict[str, list[str]] = {}
    for row in history:
        owner = row.get("user_id") or first.get(row["device_id"], row["device_id"])
        groups.setdefault(owner, []).append(row["insert_id"])
    for row in reversed(history):
        write(row)
    assert users() == sorted(sorted(ids) for ids in groups.values())
