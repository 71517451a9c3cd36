"""Settling writes old links into events and changes no answer: before, while, after, broken off, or repeated."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest

from analytics import identity
from analytics.clickhouse.client import connect
from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.versions import data_version
from analytics.identity import is_due, redo_merge, settle, undo_merge
from analytics.queries.scope import Merged
from analytics.schema.identity import original_actor
from analytics.schema.tables import events_table
from analytics.sql.fragment import bind, sql
from tests.conftest import own_engine
from tests.integration.store.conftest import ACKNOWLEDGED, NOON, anonymous, known, user_now

NOW = timedelta(0)

TABLES = ("events", "devices", "settled_links")


@pytest.fixture(scope="module")
def clickhouse_url(tmp_path_factory):
    yield from own_engine(tmp_path_factory)


@pytest.fixture
def number(clickhouse, project_id):
    def ask(text, **pieces):
        rendered, params = sql(text, p=bind("UInt32", project_id), **pieces).render()
        return clickhouse.execute(rendered, params)[0][0]

    return ask


@pytest.fixture
def settled_rows(number):
    """How many rows carry another actor than they came with."""
    return lambda: number(
        "SELECT count() FROM {table} WHERE project_id = {p} AND actor != {original}",
        table=events_table(),
        original=original_actor(),
    )


@pytest.fixture
def pending(clickhouse, project_id):
    """How many links a question resolves, where rows can be trusted."""

    def pending():
        found = pending_merges(clickhouse, project_id)
        assert isinstance(found, Merged)
        return len(found.devices)

    return pending


@pytest.fixture
def an_hour_later(clickhouse, project_id):
    """Everything that has happened in this project moves an hour into the past, so that it is not young any more."""

    def shift():
        hour, wait = "toIntervalHour(1)", {"mutations_sync": 2}
        for table, columns, key in [
            ("devices", ["changed"], "project_id, device_actor, device_id, user_id, user_actor, since, rank, linked"),
            ("anonymous_devices", ["inserted"], "project_id, device_actor"),
            ("identity_settlings", ["settled_until", "effective_from"], "project_id"),
        ]:
            moved = ", ".join(f"{column} - {hour} AS {column}" for column in columns)
            rows = clickhouse.execute(
                f"SELECT {key}, {moved} FROM {table} WHERE project_id = {{p:UInt32}}", {"p": project_id}
            )
            clickhouse.execute(
                f"ALTER TABLE {table} DELETE WHERE project_id = {{p:UInt32}}", {"p": project_id}, settings=wait
            )
            if rows:
                clickhouse.execute(f"INSERT INTO {table} ({key}, {', '.join(columns)}) VALUES", rows)

    return shift


def test_no_answer_changes_and_no_link_is_left_to_resolve(
    clickhouse, project_id, write, users, settled_rows, pending, an_hour_later
):
    write(anonymous("a"), anonymous("b", "d2"), anonymous("alone", "d3"))
    write(known("c", "u1"), known("d", "u1", "d2"))
    before, version = users(), data_version(clickhouse, project_id)
    assert before == [["a", "b", "c", "d"], ["alone"]]
    an_hour_later()
    assert (settled_rows(), pending()) == (0, 2)
    assert settle(clickhouse, project_id, grace=NOW) == identity.Settling(links=2, rows=2, given_back=0)
    assert (settled_rows(), pending()) == (2, 0)
    assert users() == before
    assert data_version(clickhouse, project_id) == version  # cached answers stay good
    assert settle(clickhouse, project_id, grace=NOW) == identity.Settling(0, 0, 0)
    assert users() == before


def test_young_links_and_young_settlings_are_still_resolved(
    clickhouse, project_id, write, users, pending, settled_rows
):
    write(anonymous("a"), known("b", "u1"))
    assert settle(clickhouse, project_id, grace=NOW).links == 0  # within the margin
    assert (settled_rows(), pending()) == (0, 1)
    assert settle(clickhouse, project_id, margin=NOW).links == 1
    assert (settled_rows(), pending()) == (1, 1)  # written, but not relied upon for a minute
    assert users() == [["a", "b"]]


def test_late_anonymous_events_of_a_settled_device_are_its_users(
    clickhouse, project_id, write, users, pending, settled_rows, an_hour_later
):
    write(anonymous("a"), known("b", "u1"))
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    assert pending() == 0
    write(anonymous("late"), {"insert_id": "later", "distinct_id": "$device:d1"})
    assert (pending(), settled_rows()) == (1, 1)
    assert users() == [["a", "b", "late", "later"]]
    an_hour_later()
    assert settle(clickhouse, project_id, grace=NOW).rows == 2
    assert (pending(), settled_rows()) == (0, 3)
    assert users() == [["a", "b", "late", "later"]]


def test_an_event_sent_again_after_settling_counts_once_and_for_the_user(
    clickhouse, project_id, write, users, an_hour_later
):
    write(anonymous("a"), known("b", "u1"), known("c", "u2"))
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    write(anonymous("a"), {**known("b", "u1"), "user_id": ""}, {**known("c", "u2"), "user_id": "u3"})
    assert users() == [["a", "b"], ["c"]]
    clickhouse.execute("OPTIMIZE TABLE events FINAL SETTINGS optimize_skip_merged_partitions = 1")
    assert users() == [["a", "b"], ["c"]]


def test_undo_and_redo_after_settling(clickhouse, project_id, write, users, settled_rows, pending, an_hour_later):
    write(anonymous("a"), known("b", "u1"), anonymous("x", "d2"), known("y", "u2", "d2"))
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    version = data_version(clickhouse, project_id)
    undo_merge(clickhouse, project_id, "d1")
    assert users() == [["a"], ["b"], ["x", "y"]]  # at once, by the ids of the events
    assert data_version(clickhouse, project_id) > version
    assert is_due(clickhouse, project_id)
    assert settle(clickhouse, project_id, grace=NOW).given_back == 1
    assert settled_rows() == 1
    assert users() == [["a"], ["b"], ["x", "y"]]
    redo_merge(clickhouse, project_id, "d1")
    assert users() == [["a", "b"], ["x", "y"]]
    an_hour_later()
    assert settle(clickhouse, project_id, grace=NOW).rows == 1
    assert (settled_rows(), pending()) == (2, 0)
    assert users() == [["a", "b"], ["x", "y"]]


def test_a_redo_before_the_events_were_given_back(clickhouse, project_id, write, users, an_hour_later):
    write(anonymous("a"), known("b", "u1"))
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    undo_merge(clickhouse, project_id, "d1")
    write(anonymous("c"))
    redo_merge(clickhouse, project_id, "d1")
    assert users() == [["a", "b", "c"]]
    assert settle(clickhouse, project_id, grace=NOW).given_back == 0
    assert users() == [["a", "b", "c"]]


def test_an_earlier_link_that_comes_after_settling_wins(clickhouse, project_id, write, users, pending, an_hour_later):
    write(anonymous("a"), known("b", "u2"), known("z", "u1", "d9"))
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    write(known("c", "u1", version=ACKNOWLEDGED - 5))  # a spool that stood still for an hour
    assert users() == [["a", "c", "z"], ["b"]]
    an_hour_later()
    assert settle(clickhouse, project_id, grace=NOW) == identity.Settling(links=0, rows=1, given_back=1)
    assert (users(), pending()) == ([["a", "c", "z"], ["b"]], 0)


@pytest.mark.parametrize("broken_in", ["_note", "_write_users", "_from_now"])
@pytest.mark.parametrize("then", ["nothing", "undo", "again"])
def test_broken_off_anywhere(clickhouse, project_id, write, users, an_hour_later, monkeypatch, broken_in, then):
    write(anonymous("a"), known("b", "u1"), anonymous("x", "d2"), known("y", "u2", "d2"))
    an_hour_later()
    step = getattr(identity, broken_in)

    def killed(*args):
        if broken_in != "_from_now":
            step(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(identity, broken_in, killed)
        with pytest.raises(KeyboardInterrupt):
            settle(clickhouse, project_id, grace=NOW)
    merged, apart = [["a", "b"], ["x", "y"]], [["a"], ["b"], ["x", "y"]]
    assert users() == merged
    if then == "undo":
        undo_merge(clickhouse, project_id, "d1")
        assert users() == apart
    if then != "nothing":
        settle(clickhouse, project_id, grace=NOW)
    assert users() == (apart if then == "undo" else merged)
    write(anonymous("x2", "d2"))
    assert ["x", "x2", "y"] in users()


def test_broken_off_while_giving_back(clickhouse, project_id, write, users, an_hour_later, monkeypatch):
    write(anonymous("a"), known("b", "u1"))
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    undo_merge(clickhouse, project_id, "d1")
    rewrite = identity._rewrite

    def killed(*args):
        rewrite(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(identity, "_rewrite", killed)
        with pytest.raises(KeyboardInterrupt):
            settle(clickhouse, project_id, grace=NOW)
    assert users() == [["a"], ["b"]]
    redo_merge(clickhouse, project_id, "d1")
    assert users() == [["a", "b"]]
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    assert users() == [["a", "b"]]


def test_a_mutation_that_is_late_honours_an_undo(clickhouse, project_id, write, users, settled_rows):
    """The engine carries on with a mutation whose asker died; it must see the links as they are by then."""
    write(anonymous("a"), known("b", "u1"))
    identity._note(clickhouse, project_id, sql("now64(6)"))
    undo_merge(clickhouse, project_id, "d1")
    assert identity._write_users(clickhouse, project_id) == 0
    assert (users(), settled_rows()) == ([["a"], ["b"]], 0)


def test_a_user_called_like_a_device_is_resolved_once_and_never_settled(
    clickhouse, project_id, write, users, settled_rows, an_hour_later
):
    write(anonymous("a", "d1"), known("b", "$device:d2", "d1"), anonymous("c", "d2"), known("d", "u3", "d2"))
    write(anonymous("e", "d5"), known("f", "$device:d2", "d5"))
    before = users()
    assert before == [["a", "e"], ["b", "c", "d", "f"]]
    an_hour_later()
    assert settle(clickhouse, project_id, grace=NOW).links == 1
    assert users() == before
    assert settled_rows() == 3  # of d2, two of them by their user's name


def test_other_projects_are_not_touched(clickhouse, project_id, write, users, an_hour_later):
    for project in (project_id, project_id + 1):
        write(anonymous("a"), known("b", "u1"), project=project)
    rows = "SELECT * FROM events WHERE project_id = {p:UInt32} ORDER BY insert_id"
    before = clickhouse.execute(rows, {"p": project_id + 1})
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    undo_merge(clickhouse, project_id, "d1")
    settle(clickhouse, project_id, grace=NOW)
    assert clickhouse.execute(rows, {"p": project_id + 1}) == before
    assert users(project_id + 1) == [["a", "b"]]


def test_settling_waits_until_it_pays(clickhouse, project_id, write, an_hour_later):
    assert not is_due(clickhouse, project_id)
    devices = [f"d{number}" for number in range(identity.WORTH_IT)]
    write(*[known(f"k{device}", "u1", device) for device in devices[1:]])
    assert not is_due(clickhouse, project_id)
    write(known("last", "u1", "d0"))
    assert is_due(clickhouse, project_id)
    an_hour_later()
    settle(clickhouse, project_id, grace=NOW)
    write(*[anonymous(f"a{device}", device) for device in devices])
    assert not is_due(clickhouse, project_id)  # the last time is not an hour ago
    an_hour_later()
    assert is_due(clickhouse, project_id)


def test_a_day_later_it_is_due_whatever_is_pending(clickhouse, project_id, write, an_hour_later):
    write(anonymous("a"), known("b", "u1"))
    settle(clickhouse, project_id, margin=timedelta(hours=23), grace=NOW)
    assert not is_due(clickhouse, project_id)
    an_hour_later()
    assert is_due(clickhouse, project_id)


def test_knowledge_older_than_what_is_remembered_is_not_used(clickhouse, project_id, write, users, pending):
    write(anonymous("a"), known("b", "u1"))
    settle(clickhouse, project_id, margin=NOW, grace=NOW)
    clickhouse.execute(
        "ALTER TABLE identity_settlings DELETE WHERE project_id = {p:UInt32}",
        {"p": project_id},
        settings={"mutations_sync": 2},
    )
    settle(clickhouse, project_id, margin=timedelta(days=21), grace=NOW)
    assert pending() == 1
    assert users() == [["a", "b"]]


def test_questions_agree_while_links_are_settled_and_undone(clickhouse, clickhouse_url, project_id, write, users):
    """A reader that never stops sees one of the two states that an administrator's decision allows, and no mixture."""
    for number in range(5):  # several parts, rewritten one after the other
        write(anonymous(f"a{number}"), known(f"b{number}", "u1"), anonymous(f"c{number}", "d2"))
    write(known("k", "u2", "d2"))
    merged = users()
    seen, failures, over = set(), [], threading.Event()

    def read():
        with connect(clickhouse_url) as client:
            try:
                while not over.is_set():
                    text, params = sql(
                        "SELECT arraySort(groupArray(ids)) FROM (SELECT arraySort(groupArray(insert_id)) AS ids"
                        " FROM {table} FINAL WHERE project_id = {p} GROUP BY {user})",
                        table=events_table(),
                        p=bind("UInt32", project_id),
                        user=user_now(client, project_id),
                    ).render()
                    seen.add(str(client.execute(text, params)[0][0]))
            except Exception as failure:
                failures.append(failure)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        settle(clickhouse, project_id, margin=NOW)
        undo_merge(clickhouse, project_id, "d1")
        apart = users()
        settle(clickhouse, project_id, margin=NOW)
        redo_merge(clickhouse, project_id, "d1")
        settle(clickhouse, project_id, margin=NOW)
    finally:
        over.set()
        reader.join()
    assert failures == []
    assert seen <= {str(merged), str(apart)}
    assert users() == merged


@pytest.mark.parametrize("seed", range(2))
def test_random_histories_agree_with_a_naive_reading(clickhouse, project_id, write, users, an_hour_later, seed):
    dice = random.Random(seed)
    sent, links, undone, stored = [], {}, set(), {}

    def send(row):
        write(row)
        key = (row["insert_id"], row["distinct_id"], row["time_ms"])
        stored[key] = max(stored.get(key, row), row, key=lambda found: found["version"])
        if row.get("user_id"):
            found = (row["version"], row["user_id"])
            links[row["device_id"]] = min(links.get(row["device_id"], found), found)

    def expected():
        groups = {}
        for row in stored.values():
            device = row["device_id"]
            owner = row.get("user_id") or (links[device][1] if device in links and device not in undone else device)
            groups.setdefault(owner, []).append(row["insert_id"])
        return sorted(sorted(ids) for ids in groups.values())

    for step in range(40):
        action = dice.choice(["event"] * 5 + ["again", "again", "undo", "redo", "settle", "settle", "hour", "merge"])
        if action == "event":
            device, name = dice.choice("xyz"), dice.choice(["", "", "u1", "u2"])
            row = known(f"e{step}", name, device) if name else anonymous(f"e{step}", device)
            # Not always acknowledged in the order in which they are written.
            version = ACKNOWLEDGED + 1000 * step - dice.choice([0, 0, 0, 9500])
            sent.append({**row, "time_ms": NOON - dice.randrange(60) * 86_400_000, "version": version})
            send(sent[-1])
        elif action == "again" and sent:
            send({**dice.choice(sent), "version": ACKNOWLEDGED + 1000 * step + 1})
        elif action in ("undo", "redo") and links:
            device = dice.choice(sorted(links))
            (undo_merge if action == "undo" else redo_merge)(clickhouse, project_id, device)
            (undone.add if action == "undo" else undone.discard)(device)
        elif action == "settle":
            settle(clickhouse, project_id, margin=dice.choice([NOW, timedelta(minutes=10)]), grace=NOW)
        elif action == "hour":
            an_hour_later()
        elif action == "merge":
            clickhouse.execute(
                f"OPTIMIZE TABLE {dice.choice(TABLES)} FINAL SETTINGS optimize_skip_merged_partitions = 1"
            )
        assert users() == expected(), (step, action)
