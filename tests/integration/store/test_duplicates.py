"""An event sent again is one event: the one acknowledged last, whenever and in whatever order it was stored."""

from __future__ import annotations

import itertools

import pytest

from tests.integration.store.conftest import ACKNOWLEDGED

SETTINGS = {"do_not_merge_across_partitions_select_final": 1}


@pytest.fixture
def values(clickhouse, project_id):
    def values(threads=2):
        return clickhouse.execute(
            "SELECT event, numbers['n'] FROM events FINAL WHERE project_id = {p:UInt32} ORDER BY event, 2",
            {"p": project_id},
            settings={**SETTINGS, "max_threads": threads},
        )

    return values


def sent(n, **columns):
    return {"insert_id": "same", "version": ACKNOWLEDGED + n, "properties": f'{{"n": {n}}}', **columns}


def test_in_one_batch(write, values):
    write(*[sent(n) for n in (2, 3, 1)])
    assert values() == [("View", 3.0)]


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_over_parts_the_last_acknowledged_wins_whatever_the_order_of_insertion(write, values, order):
    for n in order:
        write(sent(n), sent(n, event="Other", insert_id=f"own {n}"))
    expected = [("Other", 1.0), ("Other", 2.0), ("Other", 3.0), ("View", 3.0)]
    assert values(threads=1) == values(threads=2) == expected


def test_merging_parts_changes_no_answer(clickhouse, write, values):
    for n in (2, 1, 3):
        write(sent(n), sent(n, insert_id=f"own {n}"))
    before = values()
    clickhouse.execute("OPTIMIZE TABLE events FINAL SETTINGS optimize_skip_merged_partitions = 1")
    assert (
        values(threads=1) == values(threads=2) == before == [("View", 1.0), ("View", 2.0), ("View", 3.0), ("View", 3.0)]
    )


def test_a_replay_of_the_same_rows_changes_no_answer(write, values):
    for _ in range(3):
        write(sent(1), sent(1, insert_id="other"))
    assert values() == [("View", 1.0), ("View", 1.0)]


def test_sent_again_with_another_user_it_is_the_later_users(clickhouse, project_id, write, values):
    write(sent(1, user_id="u1"))
    write(sent(2, user_id="u2"))
    assert values() == [("View", 2.0)]
    [(user,)] = clickhouse.execute("SELECT user_id FROM events FINAL WHERE project_id = {p:UInt32}", {"p": project_id})
    assert user == "u2"


@pytest.mark.parametrize(
    "difference", [{"event": "Other"}, {"distinct_id": "bob"}, {"time_ms": 1_710_000_000_001}, {"insert_id": "another"}]
)
def test_a_difference_in_the_key_makes_another_event(write, values, difference):
    write(sent(1))
    write(sent(2, **difference))
    assert sorted(n for _, n in values()) == [1.0, 2.0]


def test_projects_do_not_touch(write, values, project_id):
    write(sent(1))
    write(sent(2), project=project_id + 1)
    assert values() == [("View", 1.0)]
