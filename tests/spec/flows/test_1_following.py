"""Following users"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_a_flow_goes_from_the_anchor_event_by_event(check: Check):
    """Step 1 is what the user did right after the anchor, step 2 what they did after that. Whoever did nothing more
    comes to (end), and is in no later step."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:05 | View    | ana
            2024-03-01 10:09 | Buy     | ana
            2024-03-01 11:00 | Sign Up | bob
            2024-03-01 11:01 | View    | bob
            2024-03-01 12:00 | Sign Up | cy
        """,
        question={"kind": "flows", "from": ["Sign Up"], "after": 2, "dates": ["2024-03-01"]},
        answer="""
            step   | node    | flows | then
            anchor | Sign Up | 3     | View 2, (end) 1
            +1     | View    | 2     | Buy 1, (end) 1
            +1     | (end)   | 1     |
            +2     | Buy     | 1     |
            +2     | (end)   | 1     |
        """,
    )


def test_steps_before_lead_to_the_anchor(check: Check):
    """-1 is what the user did right before the anchor. Whoever did nothing before comes from (start)."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | View  | ana
            2024-03-01 10:05 | Cart  | ana
            2024-03-01 10:09 | Buy   | ana
            2024-03-01 11:00 | Cart  | bob
            2024-03-01 11:01 | Buy   | bob
            2024-03-01 12:00 | Buy   | cy
        """,
        question={"kind": "flows", "from": ["Buy"], "before": 2, "after": 0, "dates": ["2024-03-01"]},
        answer="""
            step   | node    | flows | then
            -2     | View    | 1     | Cart 1
            -2     | (start) | 1     | Cart 1
            -1     | Cart    | 2     | Buy 2
            -1     | (start) | 1     | Buy 1
            anchor | Buy     | 3     |
        """,
    )


def test_the_same_event_twice_in_a_row_is_two_steps(check: Check):
    """Nothing is drawn together: who viewed twice went from View to View."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:05 | View    | ana
            2024-03-01 10:09 | View    | ana
        """,
        question={"kind": "flows", "from": ["Sign Up"], "after": 2, "dates": ["2024-03-01"]},
        answer="""
            step   | node    | flows | then
            anchor | Sign Up | 1     | View 1
            +1     | View    | 1     | View 1
            +2     | View    | 1     |
        """,
    )


def test_events_of_one_millisecond_stand_as_they_were_received(check: Check):
    """Clocks of many senders know only seconds. What happened in the same millisecond is in the order in which the
    server received it, never in the alphabet's: here the anchor was received between the two others."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | View    | ana
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:00 | Buy     | ana
        """,
        question={"kind": "flows", "from": ["Sign Up"], "before": 1, "after": 1, "dates": ["2024-03-01"]},
        answer="""
            step   | node    | flows | then
            -1     | View    | 1     | Sign Up 1
            anchor | Sign Up | 1     | Buy 1
            +1     | Buy     | 1     |
        """,
    )


def test_devices_of_a_user_are_one_flow(check: Check):
    """What a device did before its user was known belongs to the user, here as everywhere; and what was received twice
    happened once."""
    check(
        events="""
            time             | event   | user | device | id
            2024-03-01 10:00 | Visit   |      | d1     | 1
            2024-03-01 10:01 | Sign Up | ana  | d1     | 2
            2024-03-01 10:02 | View    | ana  |        | 3
            2024-03-01 10:02 | View    | ana  |        | 3
        """,
        question={"kind": "flows", "from": ["Sign Up"], "before": 1, "after": 2, "dates": ["2024-03-01"]},
        answer="""
            step   | node    | flows | then
            -1     | Visit   | 1     | Sign Up 1
            anchor | Sign Up | 1     | View 1
            +1     | View    | 1     | (end) 1
            +2     | (end)   | 1     |
        """,
    )
