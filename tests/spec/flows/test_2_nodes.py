"""Which nodes are shown"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_each_step_shows_its_commonest_events(check: Check):
    """Each step has its own: the others of that step are together in (other). Of events that are equally common the
    first in the alphabet is shown. One step can be expanded to show more."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:01 | View    | ana
            2024-03-01 10:02 | Search  | ana
            2024-03-01 10:00 | Sign Up | bob
            2024-03-01 10:01 | View    | bob
            2024-03-01 10:02 | Buy     | bob
            2024-03-01 10:00 | Sign Up | cy
            2024-03-01 10:01 | Search  | cy
            2024-03-01 10:00 | Sign Up | dan
            2024-03-01 10:01 | Buy     | dan
        """,
        question={
            "kind": "flows", "from": ["Sign Up"], "after": 2, "top": 1, "expanded": [{"step": 1, "top": 2}],
            "dates": ["2024-03-01"],
        },
        answer="""
            step   | node    | flows | then
            anchor | Sign Up | 4     | View 2, Buy 1, (other) 1
            +1     | View    | 2     | Buy 1, (other) 1
            +1     | Buy     | 1     | (end) 1
            +1     | (other) | 1     | (end) 1
            +2     | Buy     | 1     |
            +2     | (other) | 1     |
            +2     | (end)   | 2     |
        """,
    )  # fmt: skip


def test_hidden_events_are_skipped(check: Check):
    """As if they had not happened: the event behind a hidden one moves up."""
    check(
        events="""
            time             | event     | user
            2024-03-01 10:00 | Sign Up   | ana
            2024-03-01 10:01 | Heartbeat | ana
            2024-03-01 10:02 | Heartbeat | ana
            2024-03-01 10:03 | View      | ana
        """,
        question={"kind": "flows", "from": ["Sign Up"], "after": 2, "hidden": ["Heartbeat"], "dates": ["2024-03-01"]},
        answer="""
            step   | node    | flows | then
            anchor | Sign Up | 1     | View 1
            +1     | View    | 1     | (end) 1
            +2     | (end)   | 1     |
        """,
    )


def test_merged_events_have_one_name(check: Check):
    """They are one node at each step, and still as many steps as they were."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:01 | View    | ana
            2024-03-01 10:02 | Search  | ana
            2024-03-01 10:00 | Sign Up | bob
            2024-03-01 10:01 | Search  | bob
        """,
        question={
            "kind": "flows", "from": ["Sign Up"], "after": 2,
            "merged": [{"name": "Browse", "events": ["View", "Search"]}], "dates": ["2024-03-01"],
        },
        answer="""
            step   | node    | flows | then
            anchor | Sign Up | 2     | Browse 2
            +1     | Browse  | 2     | Browse 1, (end) 1
            +2     | Browse  | 1     |
            +2     | (end)   | 1     |
        """,
    )  # fmt: skip


def test_a_split_tells_an_event_apart_by_a_property(check: Check):
    """Each value is a node of its own and competes with the step's other events; events without the property are
    (not set). Of values only the thousand with the most events are told apart."""
    check(
        events="""
            time             | event   | user | plan
            2024-03-01 10:00 | Sign Up | bob  |
            2024-03-01 10:01 | View    | bob  | free
            2024-03-01 10:00 | Sign Up | cy   |
            2024-03-01 10:01 | View    | cy   |
        """,
        question={
            "kind": "flows", "from": ["Sign Up"], "after": 1, "split": [["View", "plan", "string"]],
            "top": 5, "dates": ["2024-03-01"],
        },
        answer="""
            step   | node                    | flows | then
            anchor | Sign Up                 | 2     | View · plan = free 1, View · plan = (not set) 1
            +1     | View · plan = free      | 1     |
            +1     | View · plan = (not set) | 1     |
        """,
    )  # fmt: skip


def test_the_anchor_may_be_several_events(check: Check):
    """Each is a node of the anchor's step."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:01 | Log In  | ana
            2024-03-01 10:02 | View    | ana
            2024-03-01 10:00 | Log In  | bob
            2024-03-01 10:01 | View    | bob
        """,
        question={"kind": "flows", "from": ["Sign Up", "Log In"], "after": 1, "dates": ["2024-03-01"]},
        answer="""
            step   | node    | flows | then
            anchor | Log In  | 1     | View 1
            anchor | Sign Up | 1     | Log In 1
            +1     | Log In  | 1     |
            +1     | View    | 1     |
        """,
    )
